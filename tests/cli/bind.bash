# SPDX-License-Identifier: Apache-2.0 OR MIT
# What the tests of elfbind bind share.

setup() {
	elfbind=$BERTH_BIN/elfbind
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$sensors"/fused.o "$sensors"/fused.wasm "$sensors"/fused.imports.json .
	cp "$sensors"/gps.o "$sensors"/gps.wasm "$sensors"/gps.imports.json .
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

# The native side: what the imports of all three guests need.
natives() {
	need arm-none-eabi-gcc
	cat >natives.c <<-'EOF'
		unsigned tick_now(void) { return 7; }
		unsigned read_pressure(void) { return 1013; }
		int read_rate(int axis) { return axis; }
		int read_fix(int axis) { return axis; }
		unsigned baro___cabi_arena_realloc(unsigned a) { return a; }
		unsigned imu___cabi_arena_realloc(unsigned a) { return a; }
		unsigned gps___cabi_arena_realloc(unsigned a) { return a; }
		int main(void) { return 0; }
	EOF
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -ffreestanding -c natives.c -o natives.o
	# What bind sees: the arenas are not there yet.
	sed '/arena/d' natives.c >plain.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -ffreestanding -c plain.c -o plain.o
}

bind_fused() { # options...
	"$elfbind" bind fused.o -o fused.bound.o --core fused.wasm --import-map fused.imports.json \
		--component 0=baro --component 2=imu --arena baro --arena imu --against plain.o "$@"
}

bind_gps() { # options...
	"$elfbind" bind gps.o -o gps.bound.o --core gps.wasm --import-map gps.imports.json \
		--component gps --arena gps --against plain.o "$@"
}

both() {
	natives
	bind_fused
	bind_gps
}

undefined_in() { # object: the names of its undefined symbols, each in brackets
	arm-none-eabi-readelf -sW "$1" | awk '$7 == "UND" && $1 != "0:" { print "[" $8 "]" }' | sort
}

# Checks that the last run refused with STATUS, said WORDS, and left nothing.
refused() { # status, words...
	[ "$status" -eq "$1" ]
	shift
	for words in "$@"; do
		[[ "$output" == *"$words"* ]]
	done
	[[ "$output" == elfbind* ]]
	[ -z "$(find . -name 'fused.bound.o' -o -name 'gps.bound.o' -o -name 'out.o' -o -name '.berth-*')" ]
}

# Two imports of one name, called, called as the last thing, and once with a
# call of the compiler's own run-time library between.
small() {
	natives
	need wat2wasm
	cat >small.wat <<-'EOF'
		(module
		  (import "tick-now" "$2" (func (result i32)))
		  (import "tick-now" "$4" (func (result i32)))
		  (func (export "first") (result i32) call 0)
		  (func (export "second") (result i32) call 2 drop return_call 1)
		  (func (export "third") (result i32) call 1 drop call 3))
	EOF
	wat2wasm --enable-tail-call small.wat -o small.wasm
	cat >small.s <<-'EOF'
		.syntax unified
		.thumb
		.macro function n, name
		.section .text.\name, "ax", %progbits
		.globl \name
		.type func_\n, %function
		.type \name, %function
		func_\n:
		\name:
		.endm
		function 2, first
		bl "$2"
		.size func_2, . - func_2
		function 3, second
		bl func_2
		b.w "$4"
		.size func_3, . - func_3
		function 4, third
		bl __aeabi_l2f
		bl "$4"
		bl func_3
		.size func_4, . - func_4
	EOF
	arm-none-eabi-as -mcpu=cortex-m3 small.s -o small.o
}

bind_small() {
	"$elfbind" bind small.o -o out.o --core small.wasm "$@"
}
