#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The attack matrix: six components try everything, and with any one protection
# left off the matrix shows the hole.

load qemu
load matrix

matrix=$BERTH_BUILD/qemu/matrix

weak() { # name
	weak_on mps2-an385 "$matrix/$1.elf"
}

@test "nothing that is not granted works, on three cores, and every refusal names who, where and why" {
	for machine in mps2-an385 mps2-an386 mps2-an500; do
		boot "$matrix/matrix.elf" "$machine"
		diff <(steady "$BERTH_ROOT/tests/qemu/matrix/expected.log") <(steady <<<"$output")
		[ "$status" -eq 0 ]
	done
	has "holes: 0"
	has "other faults: 0"
	has "rows after which a victim had changed: 0"
	has "components with leftovers after a restart: 0"
	[ "$(number "forbidden, and stopped with the right record")" -gt 3000 ]
	[ "$(number "granted, and done")" -gt 700 ]
	is DDD "read," alpha "bravo's memory"
	is ... "read," bravo "bravo's memory"
	is BBB "write," echo MPU_CTRL
	is ... "write," alpha "timer 0, alpha's"
	is GGG "pointer for a gate that writes" charlie "native data"
	is X "jump" delta "own memory, first bytes"
	is D "read by the next component" alpha "alpha's memory"
	is . "read by the next component" alpha "bravo's memory"
	is G "request by the gate of that component" foxtrot "echo's memory"
}

@test "with the MPU off everything in RAM is open" {
	weak unfenced
	# Who runs what lies in native memory may end up anywhere, at the start for one.
	output=$(awk '/column 1:/ && started++ { sub(/column 1:.*/, ""); print; exit } { print }' \
		<<<"$output")
	for title in "read," "write," "read by" "write by"; do
		is +++ "$title" alpha "bravo's memory"
		is +++ "$title" foxtrot "native data"
		is +++ "$title" charlie "timer 0, alpha's"
	done
	is BBB "read," alpha MPU_CTRL
	is + "jump" alpha "bravo's memory"
}

@test "a component that runs privileged has everything" {
	weak privileged
	is +++ "write," alpha MPU_CTRL
	is +++ "write," foxtrot "the runtime's state"
	[ "$(number holes)" -gt 1000 ]
}

@test "a row that is too wide opens what lies beside it" {
	weak wide
	[ "$(number holes)" -gt 100 ]
	is DDD "read," alpha "foxtrot's memory"
	is X "jump" alpha "bravo's memory"
}

@test "memory that can be executed is" {
	weak executable
	is + "jump" charlie "own memory, last bytes"
	is DDD "read," charlie "bravo's memory"
}

@test "a gate that believes pointers reads and writes for whoever asks" {
	weak unchecked
	is +++ "pointer for a gate that reads" alpha "bravo's memory"
	is +++ "pointer for a gate that reads" alpha "native data"
	is DDD "read," alpha "bravo's memory"
}

@test "a gate that does not look who asks calls for anybody" {
	weak anybody
	is + "request by the gate of that component" charlie "alpha's memory"
	is . "request by the gate of that component" charlie "charlie's memory"
	is GGG "pointer for a gate that reads" alpha "bravo's memory"
}

@test "memory that is not zeroed keeps what the last call left" {
	weak kept
	[ "$(number "components with leftovers after a restart")" -eq 6 ]
	[ "$(number holes)" -eq 0 ]
}

@test "a handler that does not look at the stack pointer serves a request from anywhere" {
	weak unstacked
	is + "request with the stack pointer there" bravo "own memory, last bytes"
	is DDD "read," bravo "alpha's memory"
	[ "$(number holes)" -gt 0 ]
}

@test "on a Cortex-M33 and an M55 the matrix is the same" {
	for machine in mps2-an505 mps3-an547; do
		boot "$matrix/$machine/matrix.elf" "$machine"
		diff <(steady "$BERTH_ROOT/tests/qemu/matrix/expected.log") <(steady <<<"$output")
		[ "$status" -eq 0 ]
	done
}

@test "on RISC-V nothing that is not granted works, and the PMP's registers are refused" {
	boot "$matrix/virt/matrix.elf" virt
	diff <(steady "$BERTH_ROOT/tests/qemu/matrix/expected-virt.log") <(steady <<<"$output")
	[ "$status" -eq 0 ]
	[ "$(number "forbidden, and stopped with the right record")" -gt 3000 ]
	[ "$(grep -c '^[a-z]* *IIII$' <<<"$output")" -eq 6 ]
}

@test "each protection that is left off shows on a Cortex-M33" {
	on() { weak_on mps2-an505 "$matrix/mps2-an505/$1.elf"; }
	on unfenced
	is +++ "write," foxtrot "native data"
	is + "jump" alpha "bravo's memory"
	on privileged
	is +++ "write," alpha MPU_CTRL
	on wide
	is +++ "read," alpha "bravo's memory"
	is X "jump" alpha "bravo's memory"
	on executable
	is + "jump" charlie "own memory, last bytes"
	is DDD "read," charlie "bravo's memory"
	on unchecked
	is +++ "pointer for a gate that reads" alpha "native data"
	on anybody
	is + "request by the gate of that component" charlie "alpha's memory"
	on kept
	[ "$(number "components with leftovers after a restart")" -eq 6 ]
	# PSPLIM stands in the way of most; what is left is refused for another reason.
	on unstacked
	[ "$(number "other faults")" -gt 0 ]
}

@test "each protection that is left off shows on RISC-V" {
	on() { weak_on virt "$matrix/virt/$1.elf"; }
	on unfenced
	is +++ "write," foxtrot "native data"
	is + "jump" alpha "bravo's memory"
	on wide
	is +++ "read," alpha "bravo's memory"
	is X "jump" alpha "bravo's memory"
	on executable
	is + "jump" charlie "own memory, last bytes"
	is DDD "read," charlie "bravo's memory"
	on unchecked
	is +++ "pointer for a gate that reads" alpha "native data"
	on anybody
	is + "request by the gate of that component" charlie "alpha's memory"
	on kept
	[ "$(number "components with leftovers after a restart")" -eq 6 ]
}

@test "the tools find nothing in these firmwares either" {
	local cores=()
	for name in alpha bravo charlie delta echo foxtrot; do
		cores+=(--core "$matrix/$name.wasm")
	done
	for folder in . mps2-an505 mps3-an547; do
		"$BERTH_BIN/mpu-table" check "$matrix/$folder/matrix.elf"
		run "$BERTH_BIN/elfbind" audit "$matrix/$folder/matrix.elf" \
			--layout "$matrix/$folder/layout.json" "${cores[@]}"
		[ "$status" -eq 0 ]
		grep -Eq '^  grants beyond need +none +6 contexts' <<<"$output"
	done
}
