#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind audit --seam: the natives that components call in the linked image.

bats_require_minimum_version 1.5.0
load firmware

setup() {
	elfbind=$BERTH_BIN/elfbind
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return 1
}

natives() {
	need arm-none-eabi-gcc
	cat >natives.c <<-'EOF'
		unsigned tick_now(void) { return 7; }
		unsigned read_pressure(void) { return 1013; }
		int read_rate(int axis) { return axis; }
		int read_fix(int axis) { return axis; }
		int main(void) { return 0; }
	EOF
	cat >arenas.c <<-'EOF'
		unsigned baro___cabi_arena_realloc(unsigned a) { return a; }
		unsigned imu___cabi_arena_realloc(unsigned a) { return a + 1; }
		unsigned gps___cabi_arena_realloc(unsigned a) { return a + 2; }
	EOF
	for file in natives arenas; do
		arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -ffreestanding -c $file.c -o $file.o
	done
}

# The three components bound and linked, and the seam that holds.
linked() { # linker
	natives
	"$elfbind" bind "$sensors/fused.o" -o fused.o --core "$sensors/fused.wasm" \
		--import-map "$sensors/fused.imports.json" --component 0=baro --component 2=imu \
		--arena baro --arena imu --against natives.o
	"$elfbind" bind "$sensors/gps.o" -o gps.o --core "$sensors/gps.wasm" \
		--import-map "$sensors/gps.imports.json" --component gps --arena gps --against natives.o
	"${1:-arm-none-eabi-ld}" -e main -Ttext=0x1000 natives.o arenas.o fused.o gps.o -o image.elf
	cat >seam <<-'EOF'
		# what each driver may call
		baro: tick_now
		baro: read_pressure
		baro: baro___cabi_arena_realloc
		imu: tick_now
		imu: read_rate
		imu: imu___cabi_arena_realloc
		gps: tick_now
		gps: read_fix
		gps: gps___cabi_arena_realloc
	EOF
}

# Only what is said of the seam: the image has no region table.
audit() { # options...
	run --separate-stderr "$elfbind" audit image.elf --core "$sensors/fused.wasm" --component 0=baro \
		--component 2=imu --core "$sensors/gps.wasm" --component gps "$@"
	found=$(grep -oE 'A01[234]: .*' <<<"$stderr") || true
}

@test "a seam that lists exactly what is called holds, with either linker" {
	for linker in arm-none-eabi-ld ld.lld; do
		need $linker
		linked $linker
		audit --seam seam
		[ -z "$found" ]
		grep -Eq '^  natives off the seam +none +[0-9]+ calls of natives by 3 components' <<<"$output"
	done
}

@test "a native more than the seam lists is named with its component and its import" {
	linked
	sed -i '/baro: read_pressure/d; /gps: tick_now/d' seam
	audit --seam seam
	[ "$status" -eq 1 ]
	[ "$(wc -l <<<"$found")" -eq 2 ]
	[[ $found == *"A012: calls what seam does not list, at 0x"*" in func_33, for import 'read-pressure' '' [component baro, symbol read_pressure]: list it there, or take the call out"* ]]
	[[ $found == *"[component gps, symbol tick_now]"* ]]
	grep -Eq '^  natives off the seam +present' <<<"$output"
}

@test "a native fewer than the seam lists is named with its line" {
	linked
	echo "imu: read_fix" >>seam
	audit --seam seam
	[ "$status" -eq 1 ]
	[[ $found == "A013: line 11 of seam lists what is not called [component imu, symbol read_fix]: take the line out, or link the object that calls it" ]]
}

@test "a call that was turned to another native in the image is found" {
	linked
	echo 'unsigned secret(void) { return 1; }' >>natives.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -ffreestanding -c natives.c -o natives.o
	arm-none-eabi-objcopy --redefine-sym read_pressure=secret fused.o
	arm-none-eabi-ld -e main -Ttext=0x1000 natives.o arenas.o fused.o gps.o -o image.elf
	audit --seam seam
	[ "$status" -eq 1 ]
	[[ $found == *"A012: "*"for import 'read-pressure' '' [component baro, symbol secret]"* ]]
	[[ $found == *"A013: "*"[component baro, symbol read_pressure]"* ]]
}

@test "one component alone has a seam of natives only" {
	natives
	"$elfbind" bind "$sensors/gps.o" -o gps.o --core "$sensors/gps.wasm" \
		--import-map "$sensors/gps.imports.json" --component gps --arena gps --against natives.o
	arm-none-eabi-ld -e main -Ttext=0x1000 natives.o arenas.o gps.o -o image.elf
	printf '%s\n' tick_now read_fix gps___cabi_arena_realloc >seam
	run "$elfbind" audit image.elf --core "$sensors/gps.wasm" --seam seam
	[[ $output != *A01[234]:* ]]
	sed -i 1d seam
	run -1 "$elfbind" audit image.elf --core "$sensors/gps.wasm" --seam seam
	[[ $output == *"A012: calls what seam does not list"*"[component gps, symbol tick_now]"* ]]
	: >seam
	run -1 "$elfbind" audit image.elf --core "$sensors/gps.wasm" --seam seam
	[ "$(grep -c A012 <<<"$output")" -eq 3 ]
}

@test "a seam that cannot be compared fails and says why" {
	linked
	# Not every module: the code of the other is nobody's.
	run -1 "$elfbind" audit image.elf --core "$sensors/gps.wasm" --seam <(echo tick_now)
	[[ $output == *"A014: not every core module of the image is given"* ]]
	arm-none-eabi-objcopy --remove-section .berth.bind image.elf other.elf
	run -1 "$elfbind" audit other.elf --core "$sensors/gps.wasm" --seam <(echo tick_now)
	[[ $output == *"A014: the code from 0x"*" on is that of no core module given"*"[symbol func_6]: give every module"* ]]
	# Without the local symbols nobody knows where the functions are.
	arm-none-eabi-strip --discard-all image.elf
	audit --seam seam
	[ "$status" -eq 1 ]
	[[ $found == *"A014: its code is not in the image, or has no symbols func_N, so that the seam cannot be compared"* ]]
	# What is not linked.
	run -1 "$elfbind" audit gps.o --core "$sensors/gps.wasm" --seam <(echo tick_now)
	[[ $output == *"A014: the object is not linked, so that the seam cannot be compared"* ]]
}

@test "a component that calls nothing proves nothing" {
	need wat2wasm
	need arm-none-eabi-as
	wat2wasm - -o empty.wasm <<<'(module (func (export "run")))'
	printf '.syntax unified\n.thumb\n.text\n.type func_0,%%function\nfunc_0: bx lr\n.size func_0,.-func_0\n' >empty.s
	arm-none-eabi-as -mcpu=cortex-m3 empty.s -o empty.o
	arm-none-eabi-ld -e 0 -Ttext=0x1000 empty.o -o image.elf
	: >seam
	run -1 "$elfbind" audit image.elf --core empty.wasm --seam seam
	[[ $output == *"A014: the code of empty.wasm calls no native, so that its seam proves nothing [module]"* ]]
}

# table.wasm: import f is in a table only, and g is called.
table_module() {
	wat2wasm - -o table.wasm <<<'(module (import "m" "f" (func $f)) (import "m" "g" (func $g))
		(table 1 funcref) (elem (i32.const 0) $f) (func (export "run") (call $g)))'
}

@test "an import that is in a table only, and a branch that no wasm function has, are not passed over" {
	need wat2wasm
	need arm-none-eabi-as
	table_module
	cat >table.s <<-'EOF'
		.syntax unified
		.thumb
		.text
		.type func_2,%function
		func_2: bl g
		b.w h
		.size func_2,.-func_2
		.global g, h
		.type g,%function
		g: bx lr
		.type h,%function
		h: bx lr
	EOF
	arm-none-eabi-as -mcpu=cortex-m3 table.s -o table.o
	arm-none-eabi-ld -e 0 -Ttext=0x1000 table.o -o image.elf
	run -1 "$elfbind" audit image.elf --core table.wasm --seam <(echo g)
	[[ $output == *"A014: import 'm' 'f' is in a table and is called by index only"* ]]
	wat2wasm - -o plain.wasm <<<'(module (import "m" "f" (func $f)) (import "m" "g" (func $g))
		(func (export "run") (call $g)))'
	run -1 "$elfbind" audit image.elf --core plain.wasm --seam <(echo g)
	[[ $output == *"A012: "*" in func_2, where the core module calls nothing [symbol h]"* ]]
}

@test "an import that is in a table only has the native that bind recorded" {
	need wat2wasm
	need arm-none-eabi-as
	table_module
	cat >table.s <<-'EOF'
		.syntax unified
		.thumb
		.text
		.global run
		.type func_2,%function
		.type run,%function
		func_2:
		run: bl g
		.size func_2,.-func_2
	EOF
	cat >natives.s <<-'EOF'
		.syntax unified
		.thumb
		.text
		.global f, g
		.type f,%function
		.type g,%function
		f: bx lr
		g: bx lr
	EOF
	arm-none-eabi-as -mcpu=cortex-m3 table.s -o table.o
	arm-none-eabi-as -mcpu=cortex-m3 natives.s -o natives.o
	"$elfbind" bind table.o -o bound.o --core table.wasm --component one --against natives.o \
		--seam <(printf 'f\ng\n')
	arm-none-eabi-ld -e 0 -Ttext=0x1000 natives.o bound.o -o image.elf
	seam() { run --separate-stderr "$elfbind" audit image.elf --core table.wasm --seam "$1"; }
	seam <(printf 'one: f\none: g\n')
	[[ $stderr != *A01[234]* ]]
	seam <(echo one: g)
	[[ $stderr == *"A012: has in a function table what "*" for import 'm' 'f' [component one, symbol f]: "* ]]
	[ "$status" -eq 1 ]
	seam <(echo one: f)
	[[ $stderr == *"A012: calls what "*" for import 'm' 'g' [component one, symbol g]: "* ]]
	seam <(printf 'one: f\none: g\none: h\n')
	[[ $stderr == *"A013: "*"[component one, symbol h]"* ]]
}

@test "components have the names that bind left in the image, and no others" {
	linked
	run --separate-stderr "$elfbind" audit image.elf --core "$sensors/fused.wasm" \
		--core "$sensors/gps.wasm" --seam seam
	[[ $stderr != *A01[234]:* ]]
	[[ $output == *"natives off the seam"*" by 3 components"* ]]
	run -1 --separate-stderr "$elfbind" audit image.elf --core "$sensors/fused.wasm" \
		--component 0=imu --component 2=baro --core "$sensors/gps.wasm" --seam seam
	[[ $stderr == "elfbind: image.elf: was bound with component 0 called baro, not imu: "* ]]
	[ -z "$output" ]
	# Swapped in bind already, the natives give it away.
	"$elfbind" bind "$sensors/fused.o" -o fused.o --core "$sensors/fused.wasm" \
		--import-map "$sensors/fused.imports.json" --component 0=imu --component 2=baro \
		--arena baro --arena imu --against natives.o
	arm-none-eabi-ld -e main -Ttext=0x1000 natives.o arenas.o fused.o gps.o -o image.elf
	run -1 "$elfbind" audit image.elf --core "$sensors/fused.wasm" --core "$sensors/gps.wasm" \
		--seam seam
	[[ $output == *"A012: "*"[component imu, symbol read_pressure]"* ]]
}

# The component for RISC-V, linked.
linked_riscv() {
	need riscv64-unknown-elf-ld
	need clang
	natives
	clang --target=riscv32-none-elf -march=rv32imac -ffreestanding -c natives.c -o natives.o
	clang --target=riscv32-none-elf -march=rv32imac -ffreestanding -c arenas.c -o arenas.o
	"$elfbind" bind "$sensors/gps.rv32.o" -o gps.o --core "$sensors/gps.wasm" \
		--import-map "$sensors/gps.imports.json" --component gps --arena gps --against natives.o
	riscv64-unknown-elf-ld -m elf32lriscv -e main -Ttext=0x1000 natives.o arenas.o gps.o -o image.elf
	printf 'gps: %s\n' tick_now read_fix gps___cabi_arena_realloc >seam
}

@test "where calls are not decoded the seam is that of the records, and that is said" {
	linked_riscv
	audit_riscv() { run "$elfbind" audit image.elf --core "$sensors/gps.wasm" --seam seam; }
	audit_riscv
	[[ $output != *A01[234]:* ]]
	grep -q '^  natives off the seam  *none  *3 natives of 1 components as bound; the calls are not decoded here$' <<<"$output"
	sed -i 2d seam
	audit_riscv
	[ "$status" -eq 1 ]
	[[ $output == *"A012: imports what seam does not list, by the record of elfbind bind [component gps, symbol read_fix]"* ]]
	printf 'gps: %s\n' read_fix read_rate >>seam
	audit_riscv
	[[ $output == *"A013: line 4 of seam lists what is not imported, by the record of elfbind bind [component gps, symbol read_rate]"* ]]
	[ "$(grep -c 'A01[234]:' <<<"$output")" -eq 1 ]
	# Without a component the lines are for the only one.
	printf '%s\n' tick_now read_fix gps___cabi_arena_realloc >seam
	audit_riscv
	[[ $output != *A01[234]:* ]]
	# And without the record nothing is said to be good.
	riscv64-unknown-elf-objcopy --remove-section .berth.bind image.elf
	audit_riscv
	[ "$status" -eq 1 ]
	[[ $output == *"A014: only little-endian Thumb code is looked at, and no record of elfbind bind is there"* ]]
}

@test "by the records, too, a component that imports nothing proves nothing" {
	need wat2wasm
	need riscv64-unknown-elf-as
	wat2wasm - -o empty.wasm <<<'(module (func (export "run")))'
	printf '.globl run\n.type func_0,%%function\n.type run,%%function\nfunc_0:\nrun: ret\n.size func_0,.-func_0\n.size run,.-run\n' |
		riscv64-unknown-elf-as -march=rv32im -mabi=ilp32 - -o empty.o
	"$elfbind" bind empty.o -o bound.o --core empty.wasm --component one
	riscv64-unknown-elf-ld -m elf32lriscv -e run -Ttext=0x1000 bound.o -o image.elf
	: >seam
	run -1 "$elfbind" audit image.elf --core empty.wasm --seam seam
	[[ $output == *"A014: the record of elfbind bind has no native that the component imports, so that its seam proves nothing [component one]"* ]]
}

@test "wrong usage and a seam that names nobody's component are refused" {
	linked
	for words in "--seam seam image.elf" "--seam seam --core x image.elf image.elf" \
		"--component gps --core x image.elf" "--core x --component gps image.elf" \
		"--core x --component 1=a --component 1=b --seam seam image.elf"; do
		# shellcheck disable=SC2086 # words
		run -2 "$elfbind" audit $words
	done
	echo "sonar: tick_now" >>seam
	audit --seam seam
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ $stderr == "elfbind: seam:11:1: no component is called sonar: give its name with --component"* ]]
	audit --seam missing
	[ "$status" -eq 1 ]
}
