# SPDX-License-Identifier: Apache-2.0 OR MIT
# Running a firmware: what the bats files of this folder share.

# Runs the firmware FILE on MACHINE (mps2-an385), with CPU where one is named; bats' status
# and output are those of the firmware.  A firmware that never ends is stopped.
boot() { # file, machine, cpu
	local machine=${2-mps2-an385} emulator=qemu-system-arm
	local options="-semihosting-config enable=on,target=native"
	[ "$machine" != virt ] || emulator=qemu-system-riscv32 options="-bios none"
	command -v "$emulator" >/dev/null || skip "$emulator is not here"
	[ -e "$1" ] || {
		echo "$1 is not there: make firmware"
		return 1
	}
	# shellcheck disable=SC2086 # words
	run timeout 60 "$emulator" -M "$machine" ${3:+-cpu "$3"} -nographic -monitor none -serial stdio $options \
		-kernel "$1" </dev/null
}

# Whether the log has exactly this line.
has() { # line
	grep -Fxq -- "$1" <<<"$output" || {
		echo "no such line: $1"
		echo "$output"
		return 1
	}
}
