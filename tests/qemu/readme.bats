#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# What README shows of the demo is what the demo shows.

bats_require_minimum_version 1.5.0
load qemu

# Where code and the table behind it lie in flash differs from build to build, and
# so does how many symbols and calls there are.
plain() {
	sed -E -e 's/pc 0x000[0-9a-f]{5}/pc CODE/' \
		-e "s/((the region table|native code|'s code): .* at) 0x000[0-9a-f]{5}/\1 FLASH/" \
		-e "s/ [0-9]+ (symbols|calls in Thumb code|calls out of components' code)\$/ N \1/"
}

setup() {
	cd "$BERTH_ROOT" || return 1
	build=${BERTH_BUILD#"$BERTH_ROOT"/}
	firmware=$build/examples/sensors/firmware.elf
	[ -e "$firmware" ] || skip "the firmware is not built: make firmware"
	excerpt=$BATS_TEST_TMPDIR/excerpt
	sed -n '/^What `make demo` shows/,/^The memory map is drawn/p' README.md |
		sed -n 's/^    //p' | grep -vFx '  ...' | plain >"$excerpt"
	[ "$(wc -l <"$excerpt")" -gt 30 ]
}

@test "every line of README's excerpt stands in the log, in that order" {
	boot "$firmware"
	[ "$status" -eq 0 ]
	{
		echo "qemu-system-arm -M mps2-an385 -nographic -kernel $firmware"
		echo "$output"
		"$BERTH_BIN/elfbind" audit "$firmware" --layout "$build/examples/sensors/layout.json" \
			--core tests/fixtures/sensors/fused.wasm --component 0=baro --component 2=imu \
			--core tests/fixtures/sensors/gps.wasm --component gps \
			--seam examples/sensors/natives.seam
		"$BERTH_BIN/mpu-table" check "$firmware"
	} | plain >"$BATS_TEST_TMPDIR/log"
	# Walks through the log once; a line that does not come any more is shown.
	awk 'FNR == NR { log_line[FNR] = $0; count = FNR; next }
	     { while (at < count && log_line[at + 1] != $0) at++
	       if (at == count) { print "not in the log, or not there: " $0; exit 1 }
	       at++ }' "$BATS_TEST_TMPDIR/log" "$excerpt"
}
