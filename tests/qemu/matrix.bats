#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The attack matrix: six components try everything, and with any one protection
# left off the matrix shows the hole.

load qemu
load matrix

arm=(mps2-an385 mps2-an386 mps2-an500 mps2-an505 mps3-an547)
matrix=$BERTH_BUILD/qemu/matrix

# Nothing that is not granted works, but for OPEN cells, and every refusal names who, where and why.
is_as_expected() { # log, open
	diff <(steady "$BERTH_ROOT/tests/qemu/matrix/$1.log") <(steady <<<"$output") &&
		[ "$status" -eq 0 ] && has "holes: 0" && has "other faults: 0" &&
		has "open, because one row opens the flash: $2" &&
		has "rows after which a victim had changed: 0" &&
		has "components with leftovers after a restart: 0" &&
		[ "$(number "forbidden, and stopped with the right record")" -gt 4000 ] &&
		[ "$(number "granted, and done")" -gt 800 ]
}

is_tight() { # machine
	if [ "$1" = virt ]; then is_as_expected expected-virt 0; else is_as_expected expected 0; fi
}

@test "nothing that is not granted works, on five cores, and every refusal names who, where and why" {
	on_each matrix is_tight "${arm[@]}"
	is DDD "read," alpha "bravo's memory"
	is ... "read," bravo "bravo's memory"
	is BBB "write," echo MPU_CTRL
	is ... "write," alpha "timer 0, alpha's"
	is GGG "pointer for a gate that writes" charlie "native data"
	is GGG "pointer for a gate, with lengths" charlie "own memory, first bytes"
	is X "jump" delta "own memory, first bytes"
	is D "read by the next component" alpha "alpha's memory"
	is . "read by the next component" alpha "bravo's memory"
	is G "request by the gate of that component" foxtrot "echo's memory"
	for native in "region table" "vector table" "initial data" "native constant" "native code" "bravo's code"; do
		is DDD "read," alpha "$native"
	done
	for native in "native constant" "native code" "bravo's code"; do
		is X "jump" alpha "$native"
	done
	is X "execution of what is no code" foxtrot "vector table"
	is ... "read," bravo "bravo's code"
	is . "jump" charlie "common code"
}

@test "where one row opens the flash it is read and executed, and nothing else differs" {
	boot "$matrix/open/matrix.elf" mps2-an385
	is_as_expected expected-open 462
	is ooo "read," alpha "native constant"
	is o "jump" alpha "native code"
	is DDD "write," alpha "native constant"
	# The first form stops all that is open here, and the rest is the same.
	same() {
		steady "$BERTH_ROOT/tests/qemu/matrix/$1.log" | sed -e '/^execution of/,/^$/d' \
			-e '/^attempts/d; /^open/d' | tr "$2" '????'
	}
	diff <(same expected-open oDX) <(same expected oDX)
}

@test "on RISC-V nothing that is not granted works, and the PMP's registers are refused" {
	boot "$(firmware virt matrix)" virt
	is_tight virt
	[ "$(grep -c '^[a-z]* *IIII$' <<<"$output")" -eq 6 ]
}

@test "without a fence everything in RAM is open" {
	on_each unfenced shows_unfenced "${arm[@]}"
}

@test "a component that runs privileged has everything" {
	on_each privileged shows_privileged "${arm[@]}"
}

@test "a row that is one granule too wide opens what lies in it, and no more" {
	on_each wide shows_wide "${arm[@]}"
}

@test "a code row that opens the whole bank shows all that lies in it, and no more" {
	on_each bank shows_bank "${arm[@]}"
}

@test "memory that can be executed is" {
	on_each executable shows_executable "${arm[@]}"
}

@test "a slot that is not closed opens what the component before had in it" {
	on_each unclosed shows_unclosed "${arm[@]}"
}

@test "a component that is called with the rows of its caller has not its own" {
	on_each stale shows_stale "${arm[@]}"
}

@test "a gate that believes pointers reads and writes for whoever asks" {
	on_each unchecked shows_unchecked "${arm[@]}"
}

@test "a gate that does not look who asks calls for anybody" {
	on_each anybody shows_anybody "${arm[@]}"
}

@test "memory that is not zeroed keeps what the last call left" {
	on_each kept shows_kept "${arm[@]}"
}

@test "a handler that does not look at the stack pointer serves a request from anywhere" {
	on_each unstacked shows_unstacked "${arm[@]}"
}

@test "each protection that is left off shows on RISC-V" {
	for name in unfenced privileged wide bank executable unclosed stale unchecked anybody kept; do
		boot "$(firmware virt $name)" virt
		"shows_$name" virt || {
			echo "$name on virt, status $status"
			return 1
		}
	done
}

# Whether a file has symbols of the linker's replacement of functions.
is_weakened() { # file
	nm "$1" | grep -Eq ' (__wrap_|__real_|weak_)'
}

@test "no protection can be left off in the libraries: the linker puts it aside, in these firmwares only" {
	local file
	for file in "$BERTH_BUILD"/runtime/*.a "$matrix"/*/matrix.elf; do
		if is_weakened "$file"; then return 1; fi
	done
	for file in "$matrix"/*/*.elf; do
		[[ $file == */matrix.elf || $file == */unreturned.elf ]] || is_weakened "$file"
	done
}

@test "the tools find nothing in these firmwares either" {
	for machine in mps2-an385 mps2-an505 mps3-an547 virt open; do
		[ -e "$matrix/$machine/matrix.elf" ] || continue
		local guests=arm cores=()
		[ "$machine" != virt ] || guests=rv32
		for name in alpha bravo charlie delta echo foxtrot; do
			cores+=(--core "$matrix/$guests/$name.wasm")
		done
		"$BERTH_BIN/mpu-table" check "$matrix/$machine/matrix.elf"
		run "$BERTH_BIN/elfbind" audit "$matrix/$machine/matrix.elf" \
			--layout "$matrix/$machine/layout.json" "${cores[@]}"
		[ "$status" -eq 0 ]
		[ "$machine" = open ] || grep -Eq '^  calls into closed code +none' <<<"$output"
		grep -Eq '^  grants beyond need +none +6 contexts' <<<"$output"
	done
}

@test "common code without the end of a call is refused by the audit and stops the first call" {
	[ -e "$matrix/mps2-an385/unreturned.elf" ]
	run "$BERTH_BIN/elfbind" audit "$matrix/mps2-an385/unreturned.elf"
	[ "$status" -eq 1 ]
	[[ $output == *"A021: "*"[context alpha, symbol berth_return]"* ]]
	boot "$matrix/mps2-an385/unreturned.elf"
	[ "$status" -eq 1 ]
	[ "$(number "granted, and done")" -eq 0 ]
}
