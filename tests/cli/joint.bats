#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Components that call each other's code directly, before anything is linked: what ldgen and
# the readers of layout.json refuse.

bats_require_minimum_version 1.5.0

setup() {
	fixtures=$BERTH_ROOT/tests/fixtures/chain
	cp "$BERTH_ROOT/examples/chain/layout.yaml" "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return 1
}

layout() { # status, manifest
	run --separate-stderr "-$1" "$BERTH_BIN/ldgen" -C "$fixtures" "${2-layout.yaml}" -o layout.ld --json layout.json
	[ "$1" -eq 0 ] || [ ! -e layout.json ]
}

# The manifest without 'auto' for the panel, and with these contexts.
by_hand() { # context
	sed '/^  panel:/,/^  scale:/{/grants:/d;}' layout.yaml >hand.yaml
	[ -z "$1" ] || printf 'contexts:\n  panel: [%s]\n' "$1" >>hand.yaml
}

@test "a component that calls another's code directly says so, by auto or by its context" {
	by_hand ""
	layout 1 hand.yaml
	[[ ${stderr_lines[0]} == "ldgen: hand.yaml:"*": the exports of component panel call code that touches memory 0 of "*"chain.wasm, which belongs to component text: write 'grants: auto' to let its context open that, or let it call through a gate (symmap reach tells which exports)" ]]
	[[ $stderr == *"memory 1 of "*", which belongs to component scale: "* ]]
	by_hand "panel.mem2, text.mem0"
	layout 1 hand.yaml
	[[ $stderr == "ldgen: hand.yaml:"*": context panel lacks scale.mem1, which code that its exports call touches: add it, or let that call through a gate (symmap reach tells which exports)" ]]
	by_hand "panel.mem2, scale.mem1, text.mem0"
	layout 0 hand.yaml
}

@test "another's data, and the memory of another module, are never in a context" {
	by_hand "panel.mem2, scale.mem1, text.mem0, text.data"
	layout 1 hand.yaml
	[[ $stderr == *": text.data is component text's alone: "* ]]
	by_hand "panel.mem2, scale.mem1, text.mem0, gps.mem0"
	cp "$fixtures"/* "$BERTH_ROOT"/tests/fixtures/sensors/gps.* .
	sed -i 's/^contexts:/  gps: {object: gps.o, core: gps.wasm, stack: 512}\n&/' hand.yaml
	fixtures=.
	layout 1 hand.yaml
	[[ $stderr == *": gps.mem0 is component gps's alone: "* ]]
}

changed() { # filter
	jq "$1" layout.json >changed.json
	run --separate-stderr -1 "$BERTH_BIN/elfbind" inject --table --layout changed.json -o regions.o
	[ ! -e regions.o ]
}

@test "a layout opens to a context only what its component is joined with" {
	layout 0
	"$BERTH_BIN/elfbind" inject --table --layout layout.json -o good.o
	# The scale with globals of its own, in its data region.
	changed '(.components[] | select(.name == "scale")) |= (.globals.base = .stack.base)'
	[[ $stderr == *"opens a region of component scale [context panel]"* ]]
	# Nobody but the panel has its globals there.
	changed '(.components[] | select(.name != "panel")) |= (.globals.base = .stack.base)'
	[[ $stderr == *"is not where the globals of its component and of another begin [region panel.joint]"* ]]
	# A joint region that lies elsewhere, and one of another name.
	changed '(.regions[] | select(.kind == "joint") | .component) = "scale"'
	[[ $stderr == *"must be called scale.joint [region panel.joint]"* ]]
	# The base register for a memory 0 of components that the vault is not joined with.
	changed '(.components[] | select(.name == "vault") | .entry.memory_base) = (.regions[] | select(.name == "text.mem0") | .base)'
	[[ $stderr == *"its entry registers leave its regions [component vault]"* ]]
	# An arena's state in the data region of another.
	changed '(.components[] | select(.name == "text") | .arena.state) = (.components[] | select(.name == "scale") | .stack.base)'
	[[ $stderr == *"its arena's state is not in its data region [component text]"* ]]
	# The data of another: its stack is there.
	changed '(.regions[] | select(.name == "text.data")) as $data | (.contexts[] | select(.name == "panel") | .rows[] |
		select(.region == "panel.data")) |= (.region = "text.data" | .covers = [{base: $data.base, size: $data.size}])'
	[[ $stderr == *"opens a region of component text [context panel]"* ]]
	# What is not a memory has one right for all.
	changed '(.contexts[] | select(.name == "panel") | .rows[] | select(.region == "panel.joint") | .access) = "r"'
	[[ $stderr == *"gives other rights than its region [context panel, region panel.joint]"* ]]
}

@test "a component without globals and arena is joined with nobody, wherever its data lies" {
	cp "$fixtures"/* "$BERTH_ROOT"/tests/fixtures/matrix/attacker.* .
	fixtures=.
	for stack in 512 1K 2K; do
		sed "s/^components:/&\n  plain: {object: attacker.o, core: attacker.wasm, stack: $stack}/" layout.yaml >plain.yaml
		layout 0 plain.yaml
		jq -e '(.components[] | select(.name == "plain").globals) as $globals | $globals.size == 0
			and all(.regions[]; .kind != "joint" or .base != $globals.base)' layout.json
	done
}

@test "inject takes the module that the layout was made for, with its tables" {
	layout 0
	printf '"ask-%s" "" -> ask_%s\n' text text vault vault >natives.map
	"$BERTH_BIN/elfbind" bind "$fixtures/chain.o" -o bound.o --core "$fixtures/chain.wasm" \
		--import-map "$fixtures/chain.imports.json" --map natives.map \
		--component 0=panel --component 4=scale --component 6=text --component 2=vault --arena panel --arena text 2>/dev/null
	"$BERTH_BIN/elfbind" inject bound.o -o good.o --layout layout.json --core "$fixtures/chain.wasm"
	for change in '(.components[] | select(.table.count > 0) | .table.count) = 1' \
		'(.components[] | select(.table.count > 0) | .table.count) = 100'; do
		jq "$change" layout.json >changed.json
		run --separate-stderr -1 "$BERTH_BIN/elfbind" inject bound.o -o bad.o --layout changed.json \
			--core "$fixtures/chain.wasm"
		[[ $stderr == *"run ldgen again" ]]
		[ ! -e bad.o ]
	done
}

@test "the joint region lies in the bank of its first component's data, where that has no address, too" {
	for data in '{bank: fast}' '{at: 0x10000000}'; do
		sed "s/^  ram: .*/&\n  fast: {origin: 0x10000000, length: 8K, access: rw}/; s/    fused: 0/&\n    data: $data/
			s/^  \([a-z]*\):\$/&/; s/^    arena: {memory: \([02]\).*/&\n    memories: {\1: {bank: ram}}/" layout.yaml |
			sed '/^  scale:/s/$/\n    memories: {1: {bank: ram}}\n    data: {bank: ram}/
				/^  vault:/s/$/\n    memories: {3: {bank: ram}}\n    data: {bank: ram}/
				/^  text:/s/$/\n    data: {bank: ram}/' >banks.yaml
		layout 0 banks.yaml
		[ "$(jq -r '.regions[] | select(.bank == "fast") | .name' layout.json | xargs)" = "panel.data panel.joint" ]
	done
}

@test "the same rights on every machine that its object can be for" {
	layout 0
	rights='[.contexts[] | .name + (.rows[] | .region + .access)] | unique'
	jq "$rights" layout.json >expected
	for cpu in cortex-m7 cortex-m33 cortex-m55; do
		sed "s/cpu: cortex-m3/cpu: $cpu/" layout.yaml >other.yaml
		layout 0 other.yaml
		jq "$rights" layout.json | diff expected -
	done
}
