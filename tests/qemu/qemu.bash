# SPDX-License-Identifier: Apache-2.0 OR MIT
# Running a firmware: what the bats files of this folder share.

# Runs the firmware FILE on MACHINE (mps2-an385); bats' status and output are those of the
# firmware.  A firmware that never ends is stopped.
boot() { # file, machine
	command -v qemu-system-arm >/dev/null || skip "qemu-system-arm is not here"
	[ -e "$1" ] || {
		echo "$1 is not there: make firmware"
		return 1
	}
	run timeout 60 qemu-system-arm -M "${2-mps2-an385}" -nographic -monitor none -serial stdio \
		-semihosting-config enable=on,target=native -kernel "$1" </dev/null
}

# Whether the log has exactly this line.
has() { # line
	grep -Fxq -- "$1" <<<"$output" || {
		echo "no such line: $1"
		echo "$output"
		return 1
	}
}
