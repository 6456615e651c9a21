#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# What the runtime may cost; `make cost` prints all of it.

bats_require_minimum_version 1.5.0

setup() {
	cost=$BERTH_BUILD/bench/target
	[ -e "$cost/cost.elf" ] || skip "the firmware is not built: make firmware"
}

# The figure of the line TITLE.
figure() { # title
	sed -n "s/^$1: \([0-9]*\).*/\1/p" <<<"$output"
}

@test "entering and leaving a component takes at most 150 instructions (Cortex-M3, four rows)" {
	command -v qemu-system-arm >/dev/null || skip "qemu-system-arm is not here"
	run -0 "$BERTH_ROOT/bench/target/run" "$cost"
	for arguments in no four; do
		taken=$(figure "enter and leave, $arguments arguments")
		echo "$taken"
		[ "$taken" -gt 50 ]
		[ "$taken" -le 150 ]
	done
	[[ $output != *"no room"* ]]
}

@test "a new block of a bump arena takes at most a quarter of newlib's malloc, both beyond an empty call" {
	command -v qemu-system-arm >/dev/null || skip "qemu-system-arm is not here"
	run -0 "$BERTH_ROOT/bench/target/run" "$cost"
	taken=$(figure "arena, bump, the same without what an empty call costs")
	for count in 64 500; do
		libc=$(figure "$count blocks of 24 bytes by newlib malloc, without what an empty call costs")
		echo "$taken of $libc"
		[ "$taken" -gt 8 ]
		[ $((4 * taken)) -le "$libc" ]
	done
}

# Core, gates and bump arena are at most so many bytes of the library, and all of it is counted.
holds() { # library, bytes, prefix of the tools
	run -0 "$BERTH_ROOT/bench/target/sizes" "$cost" "$1"
	echo "$output"
	size=$(sed -n 's/^these three *//p' <<<"$output")
	[ "$size" -gt 3000 ]
	[ "$size" -le "$2" ]
	# What the linker took of the library; between sections a few bytes lie.
	counted=$(awk '/^(these|free|memory op)/ { sum += $3 } END { print sum }' <<<"$output")
	linked=$("$3size" -A "$cost/$1.elf" | awk '/^\.(text|rodata)/ { sum += $2 } END { print sum }')
	echo "$counted of $linked"
	[ "$counted" -le "$linked" ]
	[ $((linked - counted)) -lt 32 ]
}

@test "core, gates and bump arena take at most 4 KiB of code (Armv7-M)" {
	holds armv7m 4096 arm-none-eabi-
}

@test "core, gates and bump arena take at most 4 KiB of code (Armv8-M)" {
	holds armv8m 4096 arm-none-eabi-
}

@test "core, gates and bump arena take at most 6 KiB of code, shortened by the linker (RV32)" {
	[ -e "$cost/rv32.elf" ] || skip "riscv64-unknown-elf-gcc is not here"
	holds rv32 6144 riscv64-unknown-elf-
}

# A cargo that says where the crate is.
fake_cargo() { # folder
	mkdir -p bin
	cat >bin/cargo <<-END
		#!/bin/sh
		echo '{"packages":[{"name":"x","manifest_path":"$1/Cargo.toml","y":1}]}'
	END
	chmod +x bin/cargo
}

# bench/target/tlsf, with the cargo of bin/ or none.
tlsf() {
	run -0 env TLSF_FETCH="$1" PATH="$PWD/bin:/usr/bin:/bin" "$BERTH_ROOT/bench/target/tlsf" "$PWD/out" \
		arm-none-eabi-gcc -mthumb -mcpu=cortex-m3
}

@test "a TLSF of others that cannot be had is skipped with the reason" {
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	cd "$BATS_TEST_TMPDIR"
	[ ! -e /usr/bin/cargo ] || skip "cargo is where nothing can hide it"
	mkdir out
	tlsf ""
	[ "$(cat out/tlsf.skipped)" = "make cost fetches it" ]
	tlsf yes
	[ "$(cat out/tlsf.skipped)" = "cargo is not here" ]
	arm-none-eabi-size out/tlsf.o | tail -n 1 | grep -qE '^ *0[[:space:]]'
	fake_cargo "$PWD/nowhere/lvgl-sys-0.6.2"
	tlsf yes
	[ "$(cat out/tlsf.skipped)" = "cargo could not fetch lvgl-sys 0.6.2" ]
	mkdir -p crate/lvgl-sys-0.6.2/vendor/lvgl/src/misc
	echo "int x;" | tee crate/lvgl-sys-0.6.2/vendor/lvgl/src/misc/lv_tlsf.{c,h}
	fake_cargo "$PWD/crate/lvgl-sys-0.6.2"
	tlsf yes
	[ "$(cat out/tlsf.skipped)" = "lvgl-sys 0.6.2 holds another TLSF than the one that was measured" ]
	arm-none-eabi-size out/tlsf.o | tail -n 1 | grep -qE '^ *0[[:space:]]'
}
