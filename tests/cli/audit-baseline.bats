#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind audit with findings that are known and accepted.

bats_require_minimum_version 1.5.0
load firmware

setup() {
	elfbind=$BERTH_BIN/elfbind
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return 1
}

# A firmware with one call that goes nowhere, and FILLER bytes of code in front of it.
broken() { # filler
	firmware_sources
	sed -i 's/bl native/&\nbl missing/; s/^main:/.space '"$1"'\n&/' program.s
	firmware_link --unresolved-symbols=ignore-all
}

@test "what a baseline lists is told as accepted and does not fail" {
	broken 0
	run -0 "$elfbind" audit firmware.elf --write-baseline known.json
	run --separate-stderr -0 "$elfbind" audit firmware.elf --baseline known.json
	[[ $stderr == "elfbind: firmware.elf: note: accepted: A003: the call at "*" goes nowhere, to 0x00000000 [symbol main]" ]]
	[ "${lines[0]}" = "firmware.elf: 0 findings, 1 accepted" ]
	[[ $output == *"calls that go nowhere "*" present "* ]]
}

@test "a finding is known again after a link that moves it, and in another folder" {
	broken 0
	"$elfbind" audit firmware.elf --write-baseline known.json 2>/dev/null
	broken 64
	run --separate-stderr -0 "$elfbind" audit firmware.elf --baseline known.json
	[[ $stderr == *"at 0x0000004c goes nowhere"* ]]
	mkdir -p other/place
	mv firmware.elf other/place
	run -0 "$elfbind" audit other/place/firmware.elf --baseline known.json
}

@test "a new finding fails beside the accepted ones, also one more of the same" {
	broken 0
	"$elfbind" audit firmware.elf --write-baseline known.json 2>/dev/null
	sed -i 's/bl missing/&\nbl missing2/' program.s
	firmware_link --unresolved-symbols=ignore-all
	run -1 "$elfbind" audit firmware.elf --baseline known.json
	[[ $output == *"note: accepted: A003: "* ]]
	[[ $output == *"elfbind: firmware.elf: A003: "* ]]
	[[ $output == *"firmware.elf: 1 finding, 1 accepted"* ]]
	arm-none-eabi-objcopy --rename-section .berth.mem.gps.0=.other firmware.elf
	run -1 "$elfbind" audit firmware.elf --baseline known.json
	[[ $output == *"elfbind: firmware.elf: R10: there is no section for it"* ]]
}

@test "findings of the region table are accepted in the same way" {
	firmware
	flip firmware.elf .berth.regions 480 0x01
	run -0 "$elfbind" audit firmware.elf --write-baseline known.json
	run -0 "$elfbind" audit firmware.elf --baseline known.json
	[[ $output == *"note: accepted: R02: "* ]]
	flip firmware.elf .berth.regions 472 0x01
	run -1 "$elfbind" audit firmware.elf --baseline known.json
}

@test "what a baseline accepts and nothing was found for is a note" {
	broken 0
	"$elfbind" audit firmware.elf --write-baseline known.json 2>/dev/null
	firmware
	run --separate-stderr -0 "$elfbind" audit firmware.elf --baseline known.json
	[[ $stderr == "elfbind: known.json: note: accepts what is not there any more, 1 of A003 in firmware.elf: "*"write it anew with --write-baseline" ]]
	need jq
	run --separate-stderr -0 "$elfbind" audit firmware.elf --baseline known.json --format json
	jq -e '.stale | length == 1 and .[0].id == "A003" and .[0].count == 1' <<<"$output"
}

@test "sarif says of each result whether it is in the baseline" {
	need jq
	broken 0
	"$elfbind" audit firmware.elf --write-baseline known.json 2>/dev/null
	arm-none-eabi-objcopy --rename-section .berth.mem.gps.0=.other firmware.elf
	run --separate-stderr -1 "$elfbind" audit firmware.elf --baseline known.json --format sarif
	jq -e '.runs[0].results | all(.[]; .baselineState ==
		(if .ruleId == "A003" then "unchanged" else "new" end)) and
		any(.[]; .ruleId == "A003" and .suppressions[0].kind == "external")' <<<"$output"
}

@test "a baseline is the same from the same findings, and holds no path" {
	cp "$sensors/fused.o" .
	"$elfbind" audit fused.o --write-baseline one 2>/dev/null
	"$elfbind" audit "$PWD/fused.o" --write-baseline two 2>/dev/null
	cmp one two
	run ! grep -F "$PWD" one two
	run -0 "$elfbind" audit fused.o --baseline one --write-baseline three
	cmp one three
}

@test "nothing is written over a baseline when a file cannot be looked at" {
	echo old >known.json
	run -1 "$elfbind" audit "$sensors/fused.o" missing.o --write-baseline known.json
	[ "$(cat known.json)" = old ]
	run -1 "$elfbind" audit "$sensors/fused.o" --write-baseline no/folder/known.json
	[ -e /dev/full ] || skip "/dev/full is not here"
	run -1 "$elfbind" audit "$sensors/fused.o" --write-baseline /dev/full
}

@test "a baseline that is none is refused with the place and the remedy" {
	refuses() { # text of the file, words
		echo "$1" >bad.json
		run -1 --separate-stderr "$elfbind" audit "$sensors/fused.o" --baseline bad.json
		[ -z "$output" ]
		[[ $stderr == "elfbind: bad.json:"*"$2"*"write it anew with --write-baseline" ]]
	}
	refuses '{' 'is not JSON'
	refuses '[]' 'is no baseline of version 1'
	refuses '{"berth_baseline": 2, "accepted": []}' 'is no baseline of version 1'
	refuses '{"berth_baseline": 1, "accepted": {}}' 'has no list of findings'
	refuses '{"berth_baseline": 1, "accepted": [{"id": "A001", "file": "f", "count": 1}]}' 'needs id, file and key'
	refuses '{"berth_baseline": 1, "accepted": [{"id": "A001", "file": "f", "key": "k", "count": 0}]}' 'a count of at least 1'
	refuses '{"berth_baseline": 1, "accepted": [{"id": "A001", "file": "f", "key": "k", "count": 1},
		{"id": "A001", "file": "a/f", "key": "k", "count": 1}]}' 'is there twice [accepted A001, file a/f]'
	run -1 "$elfbind" audit "$sensors/fused.o" --baseline missing.json
}
