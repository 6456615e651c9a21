#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind bind: the seam, names of exports, what stays global, and the dry run.

bats_require_minimum_version 1.5.0
load bind

# --- --seam -------------------------------------------------------------------------

fused_seam() {
	cat <<-'EOS'
		# whose, and what
		baro: baro___cabi_arena_realloc
		baro: tick_now        # the clock
		baro: read_pressure
		imu: imu___cabi_arena_realloc
		imu: tick_now
		imu: read_rate
	EOS
}

@test "seam: the exact set of each component passes" {
	natives
	fused_seam >seam
	bind_fused --seam seam
	[ -s fused.bound.o ]
	printf 'tick_now\nread_fix\ngps___cabi_arena_realloc\n' >seam
	bind_gps --seam seam
	sed -i 's/^/gps: /' seam
	bind_gps --seam seam
}

@test "seam: one native more than listed fails, named with its component" {
	natives
	fused_seam | sed '/imu: tick_now/d' >seam
	run bind_fused --seam seam
	refused 1 "fused.o: imports what seam does not list [component imu, symbol tick_now]"
	[ "${#lines[@]}" -eq 1 ]
}

@test "seam: one native fewer than listed fails, with its line" {
	natives
	{ fused_seam; echo 'imu: read_pressure'; } >seam
	run bind_fused --seam seam
	refused 1 "seam:8:1: imu does not import [symbol read_pressure]"
	[ "${#lines[@]}" -eq 1 ]
	printf 'tick_now\nread_fix\ngps___cabi_arena_realloc\nread_fox\n' >seam
	run bind_gps --seam seam
	refused 1 "seam:4:1: gps.o does not import [symbol read_fox]"
}

@test "seam: an empty result fails, also against an empty seam" {
	need arm-none-eabi-gcc
	echo 'int poll(void) { return 1; }' >poll.c
	arm-none-eabi-gcc -c poll.c
	: >seam
	run "$elfbind" bind poll.o -o out.o --seam seam
	refused 1 "poll.o: imports nothing, so that its seam proves nothing"
	echo 'int poll(void); int go(void) { return poll(); }' >go.c
	arm-none-eabi-gcc -c go.c
	run "$elfbind" bind go.o -o out.o --seam seam
	refused 1 "[symbol poll]"
	echo poll >seam
	"$elfbind" bind go.o -o out.o --seam seam
}

@test "seam: what the compiler calls on its own counts, and is no component's" {
	small
	printf 'tick_now\n' >seam
	run bind_small --against plain.o --seam seam
	refused 1 "[symbol __aeabi_l2f]"
	printf '__aeabi_l2f\n' >>seam
	bind_small --against plain.o --seam seam
}

@test "seam: faults of the file have line and column" {
	natives
	printf 'tick_now\n  a b\nimu:\n"x\n' >seam
	run bind_gps --seam seam
	refused 1 "seam:2:5: more than one word" "seam:3:1: the native is missing" "seam:4:1:"
	printf 'tick_now\ntick_now\nimu: x\n' >seam
	run bind_gps --seam seam
	refused 1 "seam:2:1: [symbol tick_now] is listed twice" "seam:3:1: no component is called imu"
	run bind_gps --seam no-such-file
	refused 1 "no-such-file: cannot be opened"
}

# --- --export-map ---------------------------------------------------------------------

@test "export-map: its name wins over the rule and over the component's prefix" {
	natives
	cat >exports <<-'EOS'
		"berth:sensors/imu@1.0.0#peek" imu_peek
		cabi_realloc                   my_realloc
	EOS
	bind_fused --export-map exports
	arm-none-eabi-nm -g --defined-only --format=posix fused.bound.o >names
	grep '^imu_peek T ' names
	grep '^my_realloc T ' names
	run ! grep -E '^(berth_sensors_imu_peek|imu_cabi_realloc) ' names
	grep '^berth_sensors_imu_describe T ' names
}

@test "export-map: names no import and no plain symbol that the module does not export" {
	natives
	echo 'tick-now other' >exports
	run bind_fused --export-map exports
	refused 1 "exports:1:1: no export of fused.o is [symbol 'tick-now']"
	echo '__synth_mem_count count' >exports
	run bind_fused --export-map exports
	refused 1 "exports:1:1: no export of fused.o is [symbol '__synth_mem_count']"
	echo '"tick-now" "$2" -> other' >exports
	run bind_fused --export-map exports
	refused 1 "exports:1:1: names an import"
}

@test "export-map: collisions, contradictions and names that C cannot write are refused" {
	natives
	echo '"berth:sensors/imu@1.0.0#peek" berth_sensors_imu_poke' >exports
	run bind_fused --export-map exports
	refused 1 "would have two symbols called berth_sensors_imu_poke"
	echo '"berth:sensors/imu@1.0.0#peek" read_rate' >exports
	run bind_fused --export-map exports
	refused 1 "would have two symbols called read_rate"
	echo '"berth:sensors/imu@1.0.0#peek" imu-peek' >exports
	run bind_fused --export-map exports
	refused 1 "exports:1:1:" "no C identifier"
	echo '"berth:sensors/imu@1.0.0#peek" imu_peek' >exports
	echo '"berth:sensors/imu@1.0.0#peek" peek_imu' >some.map
	run bind_fused --export-map exports --map some.map
	refused 1 "exports:1:1:" "becomes imu_peek here and peek_imu in some.map"
	bind_fused --export-map exports --map exports
}

@test "export-map: works on definitions without the core module" {
	natives
	echo 'read_fix fix' >exports
	"$elfbind" bind plain.o -o out.o --export-map exports
	arm-none-eabi-nm out.o | grep ' T fix$'
	echo 'read_fax fix' >exports
	rm out.o
	run "$elfbind" bind plain.o -o out.o --export-map exports
	refused 1 "exports:1:1: no export of plain.o is [symbol 'read_fax']"
}

# --- --keep, --localize ------------------------------------------------------------------

globals_of() { # object
	readelf -sW "$1" | awk '$5 != "LOCAL" && $7 != "UND" && $1 ~ /^[1-9][0-9]*:/ { print $8 }' | sort
}

# name+addend of each relocation, in order: what it means whatever the symbols' numbers.
relocations_of() { # object
	readelf -rW "$1" | awk '$1 ~ /^[0-9a-f]+$/ { $2 = ""; print }'
}

@test "keep: all other definitions become local, what is undefined stays" {
	natives
	bind_fused
	relocations_of fused.bound.o >before
	undefined_in fused.bound.o >undefined
	bind_fused --keep 'berth_sensors_*' --keep cabi_post_berth_sensors_imu_describe
	globals_of fused.bound.o >globals
	grep -x berth_sensors_imu_peek globals
	grep -x cabi_post_berth_sensors_imu_describe globals
	run ! grep -vE '^(berth_sensors_|cabi_post_berth_sensors_imu_describe$)' globals
	relocations_of fused.bound.o | diff before -
	undefined_in fused.bound.o | diff undefined -
}

@test "keep: a name or pattern may also be that of the input" {
	natives
	bind_fused --keep 'berth:sensors/imu@*'
	globals_of fused.bound.o >globals
	grep -x berth_sensors_imu_peek globals
	run ! grep baro globals
}

@test "keep: what is local links and cannot be reached from outside" {
	natives
	need arm-none-eabi-ld
	bind_gps --keep 'berth_sensors_*'
	arm-none-eabi-ld -e main natives.o gps.bound.o -o gnu.elf
	if command -v ld.lld; then ld.lld -e main natives.o gps.bound.o -o lld.elf; fi
	echo 'void gps_cabi_realloc(void); int main2(void) { gps_cabi_realloc(); return 0; }' >user.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c user.c
	run arm-none-eabi-ld -e main natives.o user.o gps.bound.o -o gnu.elf
	[ "$status" -ne 0 ]
	[[ "$output" == *"undefined reference to \`gps_cabi_realloc'"* ]]
}

@test "localize: one definition, and no other" {
	natives
	bind_gps
	globals_of gps.bound.o >before
	bind_gps --localize gps_cabi_realloc
	globals_of gps.bound.o >after
	diff <(grep -vx gps_cabi_realloc before) after
	readelf -sW gps.bound.o | grep -E 'FUNC +LOCAL +DEFAULT .* gps_cabi_realloc$'
}

@test "keep and localize: a name that stands for nothing is refused" {
	natives
	run bind_gps --keep berth_sensors_gps_pek
	refused 1 "gps.o: has no global definition that --keep berth_sensors_gps_pek stands for"
	run bind_gps --localize tick_now
	refused 1 "gps.o: has no global definition that --localize tick_now stands for"
	run bind_gps --keep gps_cabi_realloc --localize cabi_realloc --keep '*'
	refused 1 "shall keep [symbol gps_cabi_realloc] and make it local"
	bind_gps --keep '*' --localize gps_cabi_realloc
}

@test "localize: what a linker would then get wrong is refused" {
	need arm-none-eabi-as
	printf '.section .text.f,"axG",%%progbits,f,comdat\n.globl f\nf: .word 0\n' >group.s
	arm-none-eabi-as group.s -o group.o
	run "$elfbind" bind group.o -o out.o --localize f
	refused 1 "COMDAT group" "[section .text.f, symbol f]"
	printf '.comm c,4\n' >common.s
	arm-none-eabi-as common.s -o common.o
	run "$elfbind" bind common.o -o out.o --localize c
	refused 1 "common symbol local [symbol c]" "-fno-common"
	need clang
	printf '.globl f\n.type f,@function\nf: jr $31\nnop\n' >mips.s
	clang --target=mips-linux-gnu -c mips.s -o mips.o || skip "this clang does not know MIPS"
	run "$elfbind" bind mips.o -o out.o --localize f
	refused 1 "is for MIPS" "[symbol f]" "-fvisibility=hidden"
}

@test "localize: group signatures and lists of symbols follow their symbols" {
	need clang
	cat >two.c <<-'EOS'
		int zero(void) { return 0; }
		int one(void);
		int (*table[])(void) = {one, zero};
		int two(void) { return one() + zero(); }
	EOS
	clang --target=aarch64-none-elf -O1 -ffreestanding -c two.c -o two.o
	readelf -SW two.o | grep -E 'llvm_addrsig|LOOS\+0xfff4c03'
	relocations_of two.o >before
	"$elfbind" bind two.o -o out.o --localize zero
	relocations_of out.o | diff before -
	[ "$(globals_of out.o | tr '\n' ' ')" = "table two " ]
	need llvm-readelf
	diff <(llvm-readelf --addrsig two.o | sed -n 's/.*Sym: \(.*\) (.*/\1/p;s/^ *[0-9]*: *//p') \
		<(llvm-readelf --addrsig out.o | sed -n 's/.*Sym: \(.*\) (.*/\1/p;s/^ *[0-9]*: *//p')
	printf '.globl a\na: .word 0\n.section .text.f,"axG",%%progbits,f,comdat\n.globl f\nf: .word 0\n' >group.s
	need arm-none-eabi-as
	arm-none-eabi-as group.s -o group.o
	"$elfbind" bind group.o -o out.o --localize a
	arm-none-eabi-readelf -gW out.o | grep '`.group. \[f\]'
}

# --- --dry-run -----------------------------------------------------------------------------

@test "dry-run: prints every change and writes nothing" {
	natives
	bind_fused --dry-run --localize imu_cabi_realloc >plan
	[ ! -e fused.bound.o ]
	grep -x "fused.o: rename section [0-9]* '.synth.wasm_mem_1' to '.berth.mem.baro.1'" plan
	grep -x "fused.o: rename undefined symbol [0-9]* '\$2' to '.*'" plan
	grep -x "fused.o: add undefined symbol '.*'" plan
	grep -Ex "fused.o: let \.text\+0x[0-9a-f]+ refer to '[a-z_]+' instead of '(\\\$2)?'" plan
	grep -x "fused.o: make symbol [0-9]* 'imu_cabi_realloc' local" plan
	before=$(ls)
	"$elfbind" bind fused.o --core fused.wasm --import-map fused.imports.json --component 0=baro \
		--component 2=imu --arena baro --arena imu --against plain.o --dry-run >other
	[ "$before
other" = "$(ls | grep -vx other; echo other)" ]
}

@test "dry-run: says when there is nothing to do, and refuses what the run would" {
	natives
	echo 'no-such other' >some.map
	run "$elfbind" bind plain.o --dry-run --map some.map --against natives.o
	[ "$status" -eq 0 ]
	[ "$output" = "plain.o: nothing to change" ]
	echo 'read_fix tick_now' >some.map
	run "$elfbind" bind plain.o --dry-run --map some.map
	refused 1 "would have two symbols called tick_now"
}
