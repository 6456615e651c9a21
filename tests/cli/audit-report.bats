#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# What elfbind audit writes for programs, and several files in one call.

bats_require_minimum_version 1.5.0
load firmware

setup() {
	elfbind=$BERTH_BIN/elfbind
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return 1
}

need_jq() { need jq; }

# Holds of the SARIF log on standard input, for every result (sections of SARIF 2.1.0).
# Its schema lets an object have no property but its own: each kind has those that it may have here.
sarif_holds() {
	jq -e '
		def only($names): (keys - $names) == [];
		only(["$schema", "version", "runs"]) and
		(.runs[0] | only(["tool", "invocations", "results"]) and
			(.tool | only(["driver"])) and
			(.tool.driver | only(["name", "version", "rules"])) and
			all(.tool.driver.rules[]; only(["id", "shortDescription", "help",
				"defaultConfiguration"]) and (.shortDescription | only(["text"])) and
				(.help | only(["text"])) and (.defaultConfiguration | only(["level"]))) and
			all(.invocations[]; only(["executionSuccessful"])) and
			all(.results[]; only(["ruleId", "ruleIndex", "level", "message", "locations",
				"partialFingerprints", "baselineState", "suppressions"]) and
				(.message | only(["text"])) and
				all(.partialFingerprints[]; type == "string") and
				((.baselineState // "new") | test("^(new|unchanged|updated|absent)$")) and
				all((.suppressions // [])[]; only(["kind", "justification"]) and
					(.kind | test("^(inSource|external)$"))) and
				all(.locations[]; only(["physicalLocation", "logicalLocations"]) and
					(.physicalLocation | only(["artifactLocation"]) and
						(.artifactLocation | only(["uri"]))) and
					((.logicalLocations // []) | length == (unique | length) and
						all(.[]; only(["name", "fullyQualifiedName", "kind"]) and
						((.kind // "") | type) == "string"))))) and
		.version == "2.1.0" and (."$schema" | endswith("sarif-schema-2.1.0.json")) and
		(.runs | length) == 1 and
		(.runs[0] | . as $run |
			.tool.driver.name == "elfbind" and
			(.invocations[0].executionSuccessful | type) == "boolean" and
			(.tool.driver.rules | length > 25 and
				all(.[]; (.id | test("^[AR][0-9]+$")) and
					(.shortDescription.text | length) > 10 and
					(.help.text | length) > 10 and
					(.defaultConfiguration.level | test("^(error|note)$")))) and
			([.tool.driver.rules[].id] | length == (unique | length)) and
			all(.results[]; . as $r |
				$run.tool.driver.rules[.ruleIndex].id == $r.ruleId and
				(.level | test("^(error|note)$")) and
				(.message.text | length) > 0 and
				(.locations | length) == 1 and
				(.locations[0].physicalLocation.artifactLocation.uri |
					test("^[A-Za-z0-9._~/%:-]+$")) and
				((.locations[0].logicalLocations // []) |
					all(.[]; (.name | type) == "string" and
						(.fullyQualifiedName | type) == "string")) and
				(.partialFingerprints | length) == 1))' >/dev/null
}

@test "json has the findings with their parts, and the verdicts; nothing goes to standard error" {
	need_jq
	run --separate-stderr -1 "$elfbind" audit --format json "$sensors/fused.o"
	[ -z "$stderr" ]
	jq -e '.berth_audit == 1 and (.findings | length) == 11' <<<"$output"
	jq -e '.findings[] | select(.id == "A001" and .parts[0].name == "$2") |
		.level == "error" and .state == "new" and .parts[0].kind == "symbol" and
		.message == "a WebAssembly import is left unbound" and
		(.remedy | startswith("bind the object"))' <<<"$output"
	jq -e '.files[0].subjects[] | select(.subject == "memory.grow") |
		.verdict == "not visible here"' <<<"$output"
}

@test "json and text tell the same findings, those of the region table among them" {
	need_jq
	firmware
	flip firmware.elf .berth.regions 544 0x01
	run --separate-stderr -1 "$elfbind" audit firmware.elf
	grep -oE ' [AR][0-9]+: ' <<<"$stderr" | tr -d ' :' >text.ids
	grep -q '^R02$' text.ids
	run --separate-stderr -1 "$elfbind" audit --format json firmware.elf
	jq -r '.findings[].id' <<<"$output" | diff - text.ids
	jq -e '.findings[] | select(.id == "R02") | .place | contains("context gps, row 3, region uart")' <<<"$output"
}

@test "sarif is a log of version 2.1.0 with rules, results and their places" {
	need_jq
	run --separate-stderr -1 "$elfbind" audit --format sarif "$sensors/fused.o"
	[ -z "$stderr" ]
	sarif_holds <<<"$output"
	firmware
	run --separate-stderr -0 "$elfbind" audit --format sarif firmware.elf
	sarif_holds <<<"$output"
	jq -e '.runs[0].results == [] and .runs[0].invocations[0].executionSuccessful' <<<"$output"
	flip firmware.elf .berth.regions 544 0x01
	run --separate-stderr -1 "$elfbind" audit --format sarif firmware.elf
	sarif_holds <<<"$output"
	jq -e '.runs[0].results[] | select(.ruleId == "R03" or .ruleId == "R05" or .ruleId == "R04") |
		.locations[0].logicalLocations | map(.kind) | index("region") != null' <<<"$output"
	run ! jq -e '.runs[0].results[0].baselineState' <<<"$output"
}

@test "names that are not UTF-8 or hold quotes are strings in json and sarif" {
	need_jq
	need arm-none-eabi-as
	printf '.text\n.thumb\nbl "a-b\\"c"\nbl "x-y\\377"\n' >odd.s
	arm-none-eabi-as -mcpu=cortex-m3 odd.s -o 'o d"d%.o' 2>/dev/null || skip "this assembler does not take the names"
	for format in json sarif; do
		"$elfbind" audit --format $format 'o d"d%.o' >out.json || true
		jq -e . out.json >/dev/null
	done
	jq -e '.runs[0].results | all(.[]; .locations[0].physicalLocation.artifactLocation.uri == "o%20d%22d%25.o")' out.json
}

@test "two runs write the same bytes, and no path but those given" {
	for format in json sarif; do
		cp "$sensors/fused.o" .
		"$elfbind" audit --format $format fused.o >one || true
		"$elfbind" audit --format $format fused.o >two || true
		cmp one two
		run ! grep -F "$PWD" one
	done
}

@test "each member of an archive is looked at, and several files in one call" {
	need arm-none-eabi-ar
	cp "$sensors/fused.o" "$sensors/gps.o" .
	arm-none-eabi-ar rcD lib.a fused.o gps.o
	run -1 "$elfbind" audit lib.a
	[[ $output == *"lib.a(fused.o): A001: a WebAssembly import is left unbound [symbol '\$2']"* ]]
	[[ $output == *"lib.a(fused.o): 11 findings"* ]]
	[[ $output == *"lib.a(gps.o): "*" findings"* ]]
	arm-none-eabi-ar rcDT thin.a fused.o gps.o
	run -1 "$elfbind" audit thin.a
	[[ $output == *"thin.a(fused.o): 11 findings"* ]]
	[[ $output == *"thin.a(gps.o): "*" findings"* ]]
	mv gps.o elsewhere.o
	run -1 "$elfbind" audit thin.a
	[[ $output == *"elfbind: thin.a: is a thin archive, and its member gps.o is no file: make both again"* ]]
	mv elsewhere.o gps.o
	run -1 "$elfbind" audit lib.a
	# What is never visible is said once, at the end.
	[ "$(grep -c 'never visible here' <<<"$output")" -eq 1 ]
	[[ ${lines[-2]} == "  never visible here: "* ]]
	firmware
	run -1 "$elfbind" audit firmware.elf gps.o
	[[ $output == *"firmware.elf: 0 findings"* ]]
	[[ $output == *"gps.o: "*" findings"* ]]
	need_jq
	run --separate-stderr -1 "$elfbind" audit --format sarif lib.a
	sarif_holds <<<"$output"
	jq -e '.runs[0].results[0].locations[0] |
		.physicalLocation.artifactLocation.uri == "lib.a" and
		.logicalLocations[0].name == "lib.a(fused.o)"' <<<"$output"
}

@test "a member or file that is no ELF file fails the call, and the others are looked at" {
	need arm-none-eabi-ar
	cp "$sensors/gps.o" .
	echo text >note.txt
	arm-none-eabi-ar rcD mixed.a note.txt gps.o
	run --separate-stderr -1 "$elfbind" audit mixed.a
	[[ $stderr == *"mixed.a(note.txt)"* ]]
	[[ $output == "mixed.a(gps.o): "* ]]
	head -c 200 mixed.a >cut.a
	run -1 "$elfbind" audit cut.a
	[[ $output == *"damaged archive"* ]]
	need_jq
	run --separate-stderr -1 "$elfbind" audit --format sarif missing.o gps.o
	[[ $stderr == *"missing.o"* ]]
	jq -e '.runs[0].invocations[0].executionSuccessful == false' <<<"$output"
}

@test "core modules may be those of any of several files, and each is reported once" {
	need arm-none-eabi-gcc
	printf 'unsigned tick_now(void) { return 7; }\nint read_fix(int axis) { return axis; }\n' >plain.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -ffreestanding -c plain.c -o plain.o
	"$elfbind" bind "$sensors/gps.o" -o gps.bound.o --core "$sensors/gps.wasm" \
		--import-map "$sensors/gps.imports.json" --component gps --arena gps --against plain.o
	run "$elfbind" audit gps.bound.o "$sensors/fused.o" --core "$sensors/gps.wasm"
	[[ $output != *"A009"* ]]
	run "$elfbind" audit gps.bound.o "$sensors/gps.o" --core "$sensors/fused.wasm"
	[ "$(grep -c 'A009: is none of the core modules that the files were made from' <<<"$output")" -eq 1 ]
}

@test "every identifier in the sources is explained in a man page, and the other way around" {
	cd "$BERTH_ROOT"
	ids() { grep -hoE '"[AR][0-9]{2,3}[":]' "$@" | tr -d '":' | sort -u; }
	ids elfbind/*.c | grep '^A' >"$BATS_TEST_TMPDIR/audit"
	ids mpu-table/*.c | grep '^R' >"$BATS_TEST_TMPDIR/table"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/audit")" -ge 9 ]
	[ "$(wc -l <"$BATS_TEST_TMPDIR/table")" -ge 17 ]
	grep -oE '^\.It A[0-9]+' man/elfbind.1 | cut -c5- | sort -u | diff - "$BATS_TEST_TMPDIR/audit"
	grep -oE '^\.It R[0-9]+$' man/mpu-table.1 | cut -c5- | sort -u | diff - "$BATS_TEST_TMPDIR/table"
	# What the formats carry along is the same list.
	need_jq
	"$elfbind" audit --format sarif "$sensors/gps.o" >"$BATS_TEST_TMPDIR/log" || true
	jq -r '.runs[0].tool.driver.rules[].id' "$BATS_TEST_TMPDIR/log" | sort |
		diff - <(sort "$BATS_TEST_TMPDIR/audit" "$BATS_TEST_TMPDIR/table")
}

@test "a full disk behind the output changes the status" {
	[ -e /dev/full ] || skip "/dev/full is not here"
	firmware
	for format in text json sarif; do
		run -1 bash -c '"$0" audit --format "$1" firmware.elf >/dev/full' "$elfbind" $format
	done
}
