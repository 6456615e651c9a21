#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The rows that mpu-table makes, tried on every machine that QEMU has: what the
# hardware model opens is what the decoder says, around every edge of a range and
# of a subregion, for both sides and for fetches, and in a quarter of the contexts
# for every byte of a window.

bats_require_minimum_version 1.5.0

probe() { # machine, firmware
	[ -e "$BERTH_BUILD/qemu/$2" ] || skip "$2 is not built: make firmware"
	emulator=qemu-system-arm
	[ "$1" = virt ] && emulator="qemu-system-riscv32 -bios none -cpu rv32,x-epmp=true"
	command -v ${emulator%% *} >/dev/null || skip "${emulator%% *} is not here"
	# shellcheck disable=SC2086 # words
	run timeout 120 $emulator -M "$1" -nographic -monitor none -serial none \
		-semihosting-config enable=on,target=native \
		-kernel "$BERTH_BUILD/qemu/$2" </dev/null
}

# At least 200 contexts; some touches pass, some are stopped, none is wrong.
agrees() { # machine, firmware when it has not the machine's name
	probe "$1" "probe-${2-$1}.elf"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} =~ ^([0-9]+)\ contexts,\ ([0-9]+)\ touches,\ ([0-9]+)\ stopped,\ 0\ wrong$ ]]
	[ "${BASH_REMATCH[1]}" -ge 200 ]
	[ "${BASH_REMATCH[3]}" -gt 50000 ]
	[ $((BASH_REMATCH[2] - BASH_REMATCH[3])) -gt 50000 ]
}

@test "armv7-m rows open on a Cortex-M3 what the decoder says (mps2-an385)" {
	agrees mps2-an385
}

@test "armv7-m rows open on a Cortex-M3 what the decoder says (lm3s6965evb)" {
	agrees lm3s6965evb
}

@test "armv7-m rows open on a Cortex-M4 what the decoder says (mps2-an386)" {
	agrees mps2-an386
}

@test "armv7-m rows open on a Cortex-M7 what the decoder says (mps2-an500)" {
	agrees mps2-an500
}

@test "armv8-m rows open on a Cortex-M33 what the decoder says (mps2-an505)" {
	agrees mps2-an505
}

@test "armv8.1-m rows open on a Cortex-M55 what the decoder says (mps3-an547)" {
	agrees mps3-an547
}

@test "riscv entries open what the decoder says, also where an access lies on both sides (virt)" {
	agrees virt
}

@test "riscv entries with mseccfg.MML set open what the decoder says (virt, Smepmp)" {
	agrees virt virt-mml
}

@test "one bit of a row other than the decoder was given is seen by the probe" {
	probe mps2-an385 probe-broken.elf
	[ "$status" -eq 1 ]
	[[ $output =~ context\ [0-9]+:\ (read|write)\ 0x21[0-9a-f]{6}\ (passed|was\ stopped) ]]
	[[ $output =~ \ ([0-9]+)\ wrong$ ]]
	[ "${BASH_REMATCH[1]}" -gt 200 ]
}
