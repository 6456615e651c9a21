#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Components of one module that call each other's code directly: what their contexts open,
# derived from the code, and what the audit says of contexts that open more.

bats_require_minimum_version 1.5.0
load qemu
load ../cli/firmware

setup() {
	chain=$BERTH_BUILD/examples/chain
	core=$BERTH_ROOT/tests/fixtures/chain/chain.wasm
	cd "$BATS_TEST_TMPDIR" || return 1
}

audit() { # kind, options
	"$BERTH_BIN/elfbind" audit "$chain/$1/firmware.elf" --layout "$chain/$1/layout.json" \
		--core "$core" "${@:2}"
}

@test "the panel runs the code of two others in its context, and no other's memory is open to it" {
	for kind in auto code; do
		boot "$chain/$kind/firmware.elf"
		[ "$status" -eq 0 ]
		[ "$output" = "panel shows  outside: 73.4, line 1
panel shows  outside: 92.0, line 2
panel shows  outside: 0.8, line 3
text has made 3 lines, the vault has 0x01234567
text itself  outside: 0.8, line 4
panel shows  outside: -20.5, line 5
panel asks the vault through a gate: 0x01234567
panel asks the text through a gate: refused
panel reads scale's memory: done
panel writes scale's memory: data access refused
panel writes text's memory: done
panel reads text's stack: data access refused
panel reads vault's memory: data access refused
panel writes vault's memory: data access refused
panel writes vault's globals: data access refused
panel reads native data: data access refused
text has made 0 lines, the vault has 0x01234567
panel shows  outside: -1.2, line 1" ]
	done
}

@test "what auto derives: the rows, and the proof of them" {
	contexts=$(jq -r '.contexts[] | .name + ": " + ([.rows[] | .region + " " + .access] | unique | join(", "))' \
		"$chain/auto/layout.json")
	[ "$contexts" = "panel: flash r, panel.data rw, panel.joint rw, panel.mem2 rw, scale.mem1 r, text.mem0 rw
scale: flash r, panel.joint rw, scale.data rw, scale.mem1 r
text: flash r, panel.joint rw, text.data rw, text.mem0 rw
vault: flash r, vault.data rw, vault.mem3 rw" ]
	for kind in auto code; do
		run -0 audit "$kind"
		grep -Eq '^  grants beyond need +none +4 contexts' <<<"$output"
		run -0 "$BERTH_BIN/mpu-table" check --layout "$chain/$kind/layout.json" \
			"$chain/$kind/firmware.elf"
	done
}

@test "a memory of two rows, one of which gives less: the audit looks at both" {
	# AP, bits 26 to 24 of RASR: 2 reads, 3 reads and writes.
	jq '(.contexts[] | select(.name == "panel") | .rows | map(select(.region == "panel.mem2")) | .[1].slot) as $slot |
		(.contexts[] | select(.name == "panel") | .rows[] | select(.slot == $slot)) |=
			(.access = "r" | .registers.rasr -= 16777216)' "$chain/auto/layout.json" >layout.json
	run --separate-stderr -1 "$BERTH_BIN/elfbind" audit "$chain/auto/firmware.elf" --layout layout.json --core "$core"
	[[ $stderr == *"A018: opens a memory for reading that code of its component's exports writes, which faults [context panel, region panel.mem2]: "* ]]
}

@test "contexts by hand that open more: the audit says so, and the attack that it makes possible works" {
	run --separate-stderr -1 audit wide
	[ "${#stderr_lines[@]}" -eq 3 ]
	[[ $stderr == *"A017: opens a memory for writing that is only read [context panel, region scale.mem1]: "* ]]
	[[ $stderr == *"A016: opens a memory that no code of its component's exports touches [context panel, region vault.mem3]: "* ]]
	[[ $stderr == *"A017: opens a memory for writing that is only read [context scale, region scale.mem1]: "* ]]
	boot "$chain/wide/firmware.elf"
	[ "$status" -eq 0 ]
	has "panel writes scale's memory: done"
	has "panel reads vault's memory: done"
	has "panel reads text's stack: data access refused"
}

@test "a memory that its owner writes is opened for reading where another only reads it" {
	run -0 "$BERTH_BIN/mpu-table" check "$chain/own/firmware.elf"
	[ "$(jq -r '.regions[] | select(.name == "scale.mem1") | .access' "$chain/own/layout.json")" = rw ]
	[ "$(jq -r '.contexts[] | .name + (.rows[] | select(.region == "scale.mem1") | .access)' \
		"$chain/own/layout.json" | xargs)" = "panelr scalerw" ]
	boot "$chain/own/firmware.elf"
	[ "$status" -eq 0 ]
	has "panel reads scale's memory: done"
	has "panel writes scale's memory: data access refused"
}

@test "with all that joined components share overwritten, native code touches nothing else, and a restart mends it" {
	boot "$chain/hostile.elf"
	[ "$status" -eq 0 ]
	[ "$output" = PASS ]
}

# Row words are the last of the table: rbar and rasr of each row of each context.
row_byte() { # context, region
	jq --arg context "$1" --arg region "$2" '[.contexts[] | .name as $name | .rows[] |
		[$name, .region]] | (index([[$context, $region]]) - length) * 8' "$chain/own/layout.json"
}

table_bytes() {
	echo $((16#$(arm-none-eabi-readelf -SW firmware.elf |
		awk '{for (i = 1; i < NF; i++) if ($i == ".berth.regions") print $(i + 4)}')))
}

@test "rows of joined components: other rights than to read or the region's are found" {
	need arm-none-eabi-readelf
	cp "$chain/own/firmware.elf" .
	# AP, bits 26 to 24 of RASR: 2 reads, 3 reads and writes, 1 is for native code only.
	at=$(($(table_bytes) + $(row_byte panel scale.mem1) + 7))
	flip firmware.elf .berth.regions "$at" 0x03
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R06: gives unprivileged code ---, the region is rw- [context panel, row "*", region scale.mem1]"* ]]
	# A component's own data has one right only.
	cp "$chain/own/firmware.elf" .
	at=$(($(table_bytes) + $(row_byte panel panel.data) + 7))
	flip firmware.elf .berth.regions "$at" 0x01
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R06: gives unprivileged code r--, the region is rw- [context panel, row "*", region panel.data]"* ]]
}

# Where the table begins in the file.
table_start() {
	echo $((0x$(arm-none-eabi-readelf -SW firmware.elf |
		sed -nE 's/^ *\[ *[0-9]+\] \.berth\.regions +[A-Z_]+ +[0-9a-f]+ ([0-9a-f]+) .*/\1/p')))
}

# The word at byte AT of the table.
word_at() { # at
	od -An -tu4 -j $(($(table_start) + $1)) -N4 firmware.elf | tr -d ' '
}

# Word NUMBER of the table's header.
header_word() { # number
	word_at $((4 * $1))
}

@test "who has other globals is joined with nobody, and may not open what others have" {
	need arm-none-eabi-readelf
	cp "$chain/auto/firmware.elf" .
	# The globals of scale, the second context: its seventh word.
	flip firmware.elf .berth.regions $(($(header_word 8) + 56 + 24 + 1)) 0x20
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R11: globals is 0x"*"but the globals must be in its data"*"[context scale]"* ]]
	[[ $stderr == *"R12: belongs to scale, but a row opens it [context panel, region scale.mem1]"* ]]
	[[ $stderr == *"R12: belongs to panel, but a row opens it [context scale, region panel.joint]"* ]]
}

@test "the joint region is where globals begin, and open to all that have them there" {
	need arm-none-eabi-readelf
	# The base of the joint region: the fifth of its nine words.
	cp "$chain/auto/firmware.elf" .
	joint=$(jq '[.regions[].name] | index("panel.joint")' "$chain/auto/layout.json")
	flip firmware.elf .berth.regions $(($(header_word 6) + 36 * joint + 16 + 2)) 0x01
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R09: the globals of its component and of another do not begin there [region panel.joint]"* ]]
	[[ $stderr == *"R10: "*"[region panel.joint, section .berth.joint.panel]"* ]]
	# The row of the scale for it is said to be for another region: the one before.
	cp "$chain/auto/firmware.elf" .
	row=$(jq '[.contexts[] | .name as $name | .rows[] | [$name, .region]] | index([["scale", "panel.joint"]])' \
		"$chain/auto/layout.json")
	flip firmware.elf .berth.regions $(($(header_word 12) + 4 * row)) 0x01
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R05: no row of its context opens it [context scale, region panel.joint]"* ]]
}

@test "a row for the data of a component that it is joined with is found" {
	need arm-none-eabi-readelf
	cp "$chain/auto/firmware.elf" .
	row=$(jq '[.contexts[] | .name as $name | .rows[] | [$name, .region]] | index([["panel", "panel.data"]])' \
		"$chain/auto/layout.json")
	names=$(jq -c '[.regions[].name]' "$chain/auto/layout.json")
	bits=$(($(jq 'index("panel.data")' <<<"$names") ^ $(jq 'index("text.data")' <<<"$names")))
	flip firmware.elf .berth.regions $(($(header_word 12) + 4 * row)) "$bits"
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R12: belongs to text, but a row opens it [context panel, region text.data]"* ]]
}

@test "the base register of a component is for no memory of one that it is not joined with" {
	need arm-none-eabi-readelf
	cp "$chain/auto/firmware.elf" .
	# memory_base, the fifth word of the context: the text's memory instead of its own.
	at=$(($(header_word 8) + 56 * $(jq '[.contexts[].name] | index("vault")' "$chain/auto/layout.json") + 16))
	bits=$(($(word_at "$at") ^ $(jq '.regions[] | select(.name == "text.mem0") | .base' "$chain/auto/layout.json")))
	for i in 0 1 2 3; do
		flip firmware.elf .berth.regions $((at + i)) $((bits >> 8 * i & 255))
	done
	run --separate-stderr -1 "$BERTH_BIN/mpu-table" check firmware.elf
	[[ $stderr == *"R11: memory_base is 0x"*"memory_base and memory_size must be a range in its memory or data [context vault]"* ]]
}

# scale and vault import nothing; that the module is the right one, the others show.
@test "a seam of such components: bind and audit take it, and tell one native more and one fewer" {
	fixtures=$BERTH_ROOT/tests/fixtures/chain
	printf 'panel: %s\n' panel___cabi_arena_realloc ask_text ask_vault >seam
	echo 'text: text___cabi_arena_realloc' >>seam
	bind() {
		"$BERTH_BIN/elfbind" bind "$fixtures/chain.o" -o bound.o --core "$core" \
			--import-map "$fixtures/chain.imports.json" \
			--against "$BERTH_BUILD/armv7m/examples/chain/native/natives.o" --component 0=panel \
			--component 4=scale --component 6=text --component 2=vault --arena panel --arena text "$@"
	}
	bind --seam seam
	run -0 audit code --seam seam
	echo 'vault: ask_text' >more
	cat seam >>more
	run -1 bind --seam more
	[[ $output == *"more:1:1: vault does not import [symbol ask_text]"* ]]
	run -1 audit code --seam more
	[[ $output == *"A013"*"ask_text"* ]]
	sed 1d seam >fewer
	run -1 audit code --seam fewer
	[[ $output == *"A012"*"panel___cabi_arena_realloc"* && $output != *A014* ]]
}
