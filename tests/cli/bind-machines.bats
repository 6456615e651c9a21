#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind bind: objects of other machines than ARM, of either class and byte order.

bats_require_minimum_version 1.5.0

setup() {
	elfbind=$BERTH_BIN/elfbind
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	calls=$BERTH_ROOT/tests/fixtures/calls
	cd "$BATS_TEST_TMPDIR" || return 1
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

native_objects() { # target, functions...: natives.o
	need clang
	local target=$1
	shift
	printf 'int %s(void) { return 0; }\n' "$@" >natives.c
	clang --target="$target" -ffreestanding -c natives.c -o natives.o
}

# "at function call symbol" of each call, from --explain.
explained() {
	sed -E 's/^(func_[0-9]+) call ([0-9]+) at .*-> ([^ ]+).*/\1 \2 \3/'
}

# The relocations of calls: type and symbol, in order.
calls_of() { # object
	readelf -rW "$1" | awk '$3 ~ /^R_(RISCV_CALL|AARCH64_CALL|X86_64_PLT)/ { print $3, $5 }'
}

refused() { # words...
	[ "$status" -eq 1 ]
	for words in "$@"; do
		[[ "$output" == *"$words"* ]]
	done
	[ ! -e out.o ]
}

# --- RISC-V -----------------------------------------------------------------------------

@test "RISC-V: the imports of a real object get their natives" {
	native_objects riscv32 tick_now read_fix cabi_arena_realloc
	"$elfbind" bind "$sensors/gps.rv32.o" -o out.o --core "$sensors/gps.wasm" --component gps \
		--against natives.o --explain >evidence
	explained <evidence >callees
	grep -x 'func_9 1 cabi_arena_realloc' callees
	grep -x 'func_10 1 tick_now' callees
	grep -x 'func_11 1 read_fix' callees
	grep -x 'func_17 15 gps_func_7' callees
	[ "$(wc -l <callees)" -eq 26 ]
	readelf -sW out.o >symbols
	grep -E ' UND tick_now$' symbols
	grep -E ' berth_sensors_gps_peek$' symbols
	grep -E ' gps___synth_globals$' symbols
	run ! grep -E ' UND *$' <(tail -n +5 symbols)
	need ld.lld
	# The linker joins them, and every call ends at its native.
	ld.lld -m elf32lriscv -r out.o natives.o -o joined.o
	run ! grep -E ' UND [a-z]' <(readelf -sW joined.o)
}

@test "RISC-V: calls that the compiler left out do not move the others" {
	native_objects riscv32 tick_now read_rate read_fix
	"$elfbind" bind "$calls/dropped.rv32.o" -o out.o --core "$calls/dropped.wasm" \
		--against natives.o --explain >evidence
	explained <evidence | diff - <(printf '%s\n' 'func_3 1 tick_now' 'func_3 2 read_rate' \
		'func_4 1 read_rate' 'func_4 2 func_3' 'func_5 1 tick_now' 'func_5 2 func_3')
	calls_of out.o | diff - <(printf 'R_RISCV_CALL_PLT %s\n' tick_now read_rate read_rate func_3 \
		tick_now func_3)
}

@test "RISC-V: where two imports could be meant the object is refused, and both shown" {
	native_objects riscv32 tick_now read_rate
	run "$elfbind" bind "$calls/ambiguous.rv32.o" -o out.o --core "$calls/ambiguous.wasm" \
		--against natives.o
	refused "call 1 of [symbol func_2] could be one of two imports" \
		"the module calls: import 0 'tick-now' '', import 1 'read-rate' ''" \
		"the object calls: '' at 0x8"
}

@test "RISC-V: the object of another module is refused" {
	native_objects riscv32 tick_now read_rate read_fix
	run "$elfbind" bind "$calls/merged.rv32.o" -o out.o --core "$calls/dropped.wasm" \
		--against natives.o
	refused "give the core module that this object was compiled from"
}

# --- one symbol for two imports, on each machine ------------------------------------------

merged_map() {
	printf '"clock" "now" -> clock_now\n"rtc" "now" -> rtc_now\n"env" "rate" -> rate\n' >some.map
}

@test "RISC-V and AArch64: two imports that are one symbol are taken apart" {
	merged_map
	for machine in rv32:riscv32 a64:aarch64; do
		native_objects "${machine#*:}" clock_now rtc_now rate
		"$elfbind" bind "$calls/merged.${machine%:*}.o" -o out.o --core "$calls/merged.wasm" \
			--map some.map --against natives.o
		calls_of out.o | sed 's/.* //' | tr '\n' ' ' >found
		[ "$(cat found)" = "clock_now rtc_now rate func_3 rtc_now clock_now " ]
	done
}

# merged.wat in C, as a compiler for x86-64 would have it.
standin() { # options...
	need clang
	cat >merged.c <<-'EOS'
		int now(void);
		int rate(void);
		int get(void) __asm__("ns:pkg/iface@1.0.0#get");
		__attribute__((noinline)) static int func_3(int x)
		{
			x += now();
			x += now();
			return x + rate();
		}
		int get(void)
		{
			int x = func_3(3);
			x += now();
			return x + now();
		}
	EOS
	clang "$@" -ffreestanding -fno-pic -c merged.c -o merged.o
}

@test "x86-64: two imports that are one symbol are taken apart, and the program runs" {
	[ "$(uname -m)" = x86_64 ] || skip "this is no x86-64"
	merged_map
	cat >main.c <<-'EOS'
		#include <stdio.h>
		int clock_now(void) { return puts("clock_now"), 0; }
		int rtc_now(void) { return puts("rtc_now"), 0; }
		int rate(void) { return puts("rate"), 0; }
		int ns_pkg_iface_get(void);
		int main(void) { return ns_pkg_iface_get() - 3; }
	EOS
	need clang
	clang -fno-pic -c main.c -o main.o
	for options in -O0 -O1 "-O0 -ffunction-sections"; do
		# shellcheck disable=SC2086 # words
		standin --target=x86_64-linux-gnu $options
		"$elfbind" bind merged.o -o out.o --core "$calls/merged.wasm" --map some.map \
			--against main.o
		clang -no-pie main.o out.o -o program
		./program | diff - <(printf '%s\n' clock_now rtc_now rate rtc_now clock_now)
	done
}

@test "x86-64: calls in another order, one more, or of another symbol are refused" {
	merged_map
	native_objects x86_64 clock_now rtc_now rate
	standin --target=x86_64
	for change in 's/x += now();/x += rate();/' 's/return x + now();/return x + now() + rate();/' \
		's/int x = func_3(3);/int x = now() + func_3(3);/'; do
		sed -i.kept "$change" merged.c
		clang --target=x86_64 -ffreestanding -c merged.c -o merged.o
		mv merged.c.kept merged.c
		run "$elfbind" bind merged.o -o out.o --core "$calls/merged.wasm" --map some.map \
			--against natives.o
		refused "give the core module that this object was compiled from"
	done
}

@test "x86-64: the address of a merged import is no call" {
	merged_map
	native_objects x86_64 clock_now rtc_now rate
	cat >address.s <<-'EOS'
		.globl "ns:pkg/iface@1.0.0#get"
		.type func_3, @function
		.type "ns:pkg/iface@1.0.0#get", @function
		func_3:
		lea now(%rip), %rax
		call now
		call now
		call rate
		.size func_3, . - func_3
		"ns:pkg/iface@1.0.0#get":
		ret
		.size "ns:pkg/iface@1.0.0#get", . - "ns:pkg/iface@1.0.0#get"
	EOS
	clang --target=x86_64 -c address.s -o merged.o
	run "$elfbind" bind merged.o -o out.o --core "$calls/merged.wasm" --map some.map \
		--against natives.o
	refused "takes the address of an import through a symbol that stands for several"
	# Old assemblers have PC32 at calls too: the opcode tells.
	sed -i '/lea/d; s/call now/.byte 0xe8; .long now - . - 4/' address.s
	clang --target=x86_64 -c address.s -o merged.o
	readelf -rW merged.o | grep R_X86_64_PC32
	"$elfbind" bind merged.o -o out.o --core "$calls/merged.wasm" --map some.map --against natives.o
	readelf -rW out.o | awk '/R_X86_64/ { print $5 }' | diff - <(printf '%s\n' clock_now rtc_now rate)
}

# --- classes and byte orders -----------------------------------------------------------------

@test "plain renames work in ELF32 and ELF64, of either byte order, with REL and RELA" {
	need clang
	cat >user.c <<-'EOS'
		int poll(void);
		int count;
		int user(void) { return poll() + poll() + count; }
	EOS
	printf 'poll poll_task\nuser user_task\n' >some.map
	tried=0
	for target in aarch64 aarch64_be powerpc powerpc64 powerpc64le mips mipsel mips64 riscv32 riscv64 \
		x86_64 i386 armeb sparc sparcv9 s390x; do
		clang --target=$target-linux-gnu -ffreestanding -c user.c -o user.o || continue
		"$elfbind" bind user.o -o out.o --map some.map
		grep -q poll_task <(llvm-readelf -sW out.o)
		run ! grep -E '\b(poll|user)$' <(llvm-readelf -sW out.o)
		# Nothing but the names has changed: the other way round gives the same tables.
		printf 'poll_task poll\nuser_task user\n' >back.map
		"$elfbind" bind out.o -o back.o --map back.map
		diff <(llvm-readelf -rsW user.o | grep -v '^File\|at offset') \
			<(llvm-readelf -rsW back.o | grep -v '^File\|at offset')
		tried=$((tried + 1))
	done
	[ "$tried" -ge 8 ]
}

# Takes the names of the symbol table and of the string tables away (ELF64, little-endian).
take_names() { # object
	local headers count at type
	headers=$(od -An -tu8 -j40 -N8 "$1")
	count=$(od -An -tu2 -j60 -N2 "$1")
	for ((i = 0; i < count; i++)); do
		at=$((headers + 64 * i))
		type=$(od -An -tu4 -j$((at + 4)) -N4 "$1")
		[ "$((type))" -eq 2 ] || [ "$((type))" -eq 3 ] || continue
		printf '\0\0\0\0' | dd of="$1" bs=1 seek=$at conv=notrunc status=none
	done
}

@test "tables without names, and one table for all names, are bound as others are" {
	need clang
	need gcc
	printf '.globl poll,user\n.text\nuser: call poll\nret\n.globl other\nother: ret\n' >user.s
	[ "$(uname -m)" = x86_64 ] || skip "this machine is no x86-64"
	gcc -c user.s -o apart.o
	clang --target=x86_64-linux-gnu -c user.s -o one.o
	run ! grep -q shstrtab <(readelf -SW one.o)
	cp apart.o unnamed.o
	take_names unnamed.o
	run ! grep -qE 'symtab|strtab' <(readelf -SW unnamed.o)
	for object in apart one unnamed; do
		"$elfbind" bind $object.o -o out.o --map <(printf 'poll a_name_that_is_much_longer\nuser u\n') --keep u
		readelf -sW out.o | awk '$5 != "" { print $5, $8 }' | grep -E 'poll|longer|u$|other' | sort >$object.names
	done
	[ "$(cat apart.names)" = "GLOBAL a_name_that_is_much_longer
GLOBAL u
LOCAL other" ]
	diff apart.names one.names
	diff apart.names unnamed.names
}

@test "definitions become local in objects of either class and byte order" {
	need clang
	cat >user.c <<-'EOS'
		int poll(void);
		int helper(void) { return poll(); }
		int user(void) { return helper() + poll(); }
	EOS
	for target in aarch64 aarch64_be powerpc64 powerpc riscv32 riscv64 x86_64 sparcv9; do
		clang --target=$target-linux-gnu -ffreestanding -c user.c -o user.o || continue
		"$elfbind" bind user.o -o out.o --keep user
		llvm-readelf -sW out.o | grep -E ' LOCAL +DEFAULT .* helper$'
		diff <(llvm-readobj -r user.o | grep 0x) <(llvm-readobj -r out.o | grep 0x)
	done
	clang --target=mips-linux-gnu -ffreestanding -c user.c -o user.o
	rm out.o
	run "$elfbind" bind user.o -o out.o --keep user
	refused "is for MIPS"
}

# --- more sections than the header can count --------------------------------------------

# Assembler whose code and calls are in sections behind the first 65,279 (gABI, chapter 4: e_shnum).
many_sections() {
	seq -f '.section .text.e%.0f,"ax",%%progbits' 1 66000
	cat <<-'EOF'
		.section .text.first,"ax",%progbits
		.globl first
		.type func_2,%function
		.type first,%function
		func_2:
		first:
		call_1
		.size func_2, . - func_2
		.section .text.second,"ax",%progbits
		.globl second
		.type func_3,%function
		.type second,%function
		func_3:
		second:
		call_2
		call_1
		.size func_3, . - func_3
	EOF
}

many_module() {
	need wat2wasm
	wat2wasm - -o many.wasm <<-'EOF'
		(module
		  (import "tick-now" "$2" (func (result i32)))
		  (import "read-fix" "$2" (func (param i32) (result i32)))
		  (func (export "first") (result i32) call 0)
		  (func (export "second") (result i32) call 2 call 1 drop call 0))
	EOF
	printf '"tick-now" "$2" -> tick_now\n"read-fix" "$2" -> read_fix\n' >many.map
}

# The section that SYMBOL of OBJECT is in, by name.
home_of() { # object, symbol
	local index
	index=$(readelf -sW "$1" | awk -v name="$2" '$8 == name { print $7; exit }')
	readelf -SW "$1" | sed -nE "s/^ *\[ *$index\] ([^ ]+) .*/\1/p"
}

@test "ARM: an object of more than 65,279 sections is bound as a whole" {
	many_module
	need arm-none-eabi-as
	{
		printf '.syntax unified\n.thumb\n'
		many_sections | sed 's/call_1/bl "$2"/; s/call_2/bl func_2\nbl "$2"/'
	} >many.s
	arm-none-eabi-as -mcpu=cortex-m3 many.s -o many.o
	[ "$(readelf -hW many.o 2>&1 | sed -nE 's/.*Number of section headers: +[0-9]+ \(([0-9]+)\)/\1/p')" -gt 66000 ]
	"$elfbind" bind many.o -o out.o --core many.wasm --map many.map --component gps --explain >explained
	[ "$(explained <explained)" = "func_2 1 tick_now
func_3 1 func_2
func_3 2 read_fix
func_3 3 tick_now" ]
	[ "$(home_of out.o first)" = .text.first ]
	[ "$(home_of out.o second)" = .text.second ]
	arm-none-eabi-ld -r out.o -o again.o
	arm-none-eabi-objdump -dr -j .text.second out.o | grep -o 'R_ARM_THM_CALL.*' >calls
	[ "$(cat calls)" = "R_ARM_THM_CALL	func_2
R_ARM_THM_CALL	read_fix
R_ARM_THM_CALL	tick_now" ]
	# Names, definitions that become local, and nothing at all.
	"$elfbind" bind out.o -o names.o --map <(echo first_ other) --keep second
	"$elfbind" bind out.o -o local.o --localize first
	[ "$(home_of local.o first)" = .text.first ]
	[ "$(readelf -sW local.o | awk '$8 == "first" { print $5 }')" = LOCAL ]
	"$elfbind" bind out.o -o same.o --map <(echo nobody else)
	cmp out.o same.o
	"$elfbind" audit out.o
}
