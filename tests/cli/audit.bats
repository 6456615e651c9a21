#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind audit, as a user calls it.

bats_require_minimum_version 1.5.0
load firmware

setup() {
	elfbind=$BERTH_BIN/elfbind
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return 1
}

# One line of the summary has these words.
verdict() { # subject, verdict
	grep -Eq "^  $1 +$2( |\$)" <<<"$output"
}

@test "help is status 0, wrong usage 2" {
	run --separate-stderr -0 "$elfbind" audit --help
	[[ $output == usage:* ]]
	for words in "" "--format xml a" "--core" "--frob a" "--layout"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$elfbind" audit $words
		[[ $stderr == *"see elfbind audit --help" ]]
	done
}

@test "a firmware without faults, and what was not looked at" {
	firmware
	run --separate-stderr -0 "$elfbind" audit firmware.elf
	[ -z "$stderr" ]
	[ "${lines[0]}" = "firmware.elf: 0 findings" ]
	verdict "unresolved symbols" none
	verdict "calls that go nowhere" none
	verdict "region table faults" none
	verdict "memory.grow" "not visible here  no core module given \(--core\)"
	verdict "missing sections" "not visible here  no layout given \(--layout\)"
	run -0 "$elfbind" audit --layout layout.json --core "$sensors/gps.wasm" firmware.elf
	verdict "memory.grow" none
	verdict "missing sections" none
}

@test "a branch to address 0, which GNU ld leaves for a missing symbol, is found" {
	firmware_sources
	sed -i 's/bl native/&\nbl missing/' program.s
	firmware_link --unresolved-symbols=ignore-all
	run -1 "$elfbind" audit firmware.elf
	[[ $output == *"A003: the call at 0x0000000c goes nowhere, to 0x00000000 [symbol main]"* ]]
	verdict "calls that go nowhere" present
	verdict "unresolved symbols" none
}

@test "a native compiled for the Arm state is found, which no core of the M profile runs" {
	firmware_sources
	sed -i 's/bl native$/bl arm_native/' program.s
	arm-none-eabi-as -mcpu=cortex-m3 program.s -o program.o
	printf '.arm\n.global arm_native\n.type arm_native,%%function\narm_native: bx lr\n.size arm_native,4\n' |
		arm-none-eabi-as -march=armv4t -o arm.o
	arm-none-eabi-ld -T firmware.ld program.o arm.o regions.o -o firmware.elf
	run -1 "$elfbind" audit firmware.elf
	[[ $output == *"A003: is Arm code at 0x"*"[symbol arm_native]: compile it with -mthumb"* ]]
	verdict "calls that go nowhere" present
	# Another architecture in the region table's header: Armv8-M as well, Armv7-R not.
	arm-none-eabi-objcopy -O binary -j .berth.regions firmware.elf table
	for arch in 3 4 5; do
		printf "\\$arch" | dd of=table bs=1 seek=8 conv=notrunc status=none
		arm-none-eabi-objcopy --update-section .berth.regions=table firmware.elf
		run "$elfbind" audit firmware.elf
		if [ "$arch" -eq 5 ]; then
			[[ $output != *"is Arm code at 0x"* ]]
		else
			[[ $output == *"A003: is Arm code at 0x"*"[symbol arm_native]"* ]]
		fi
	done
}

@test "a symbol that lld leaves undefined is found by name, and so is its call" {
	need ld.lld
	firmware_sources
	sed -i 's/bl native/&\nbl missing\n.weak perhaps\nbl perhaps/' program.s
	firmware_link --unresolved-symbols=ignore-all
	ld.lld -T firmware.ld --unresolved-symbols=ignore-all program.o regions.o -o firmware.elf
	run -1 "$elfbind" audit firmware.elf
	[[ $output == *"A001: is not resolved [symbol missing]"* ]]
	[[ $output == *"A002: is weak and defined nowhere, its address is 0 [symbol perhaps]"* ]]
	[[ $output == *"A003: the call at 0x0000000c goes nowhere, to 0x00000010 [symbol main]"* ]]
}

@test "an import left unbound is named from the core module, where GNU ld dropped the name" {
	need arm-none-eabi-ld
	arm-none-eabi-ld -e 0x1000 -Ttext=0x1000 --unresolved-symbols=ignore-all "$sensors/fused.o" -o fused.elf
	run -1 "$elfbind" audit --core "$sensors/gps.wasm" --core "$sensors/fused.wasm" fused.elf
	[[ $output == *"A003: the call of import 'read-pressure' '' at 0x000029e8 goes nowhere [symbol func_33]"* ]]
	[[ $output == *"A003: the call of import 'cabi-arena-realloc' '\$2' at "* ]]
	[[ $output == *"A003: the call of import 'read-rate' '' at "* ]]
	[ "$(grep -c A003: <<<"$output")" -eq 6 ]
	[[ $output == *"A004: a function still has the name that WebAssembly gave it [symbol 'berth:sensors/imu@1.0.0#peek']"* ]]
}

@test "an object as the compiler made it has its unbound imports named" {
	run -1 "$elfbind" audit "$sensors/fused.o"
	[[ $output == *"A001: a WebAssembly import is left unbound [symbol '\$2']"* ]]
	[[ $output == *"A001: a WebAssembly import is left unbound [symbol '']"* ]]
	verdict "region table faults" "not visible here  the object is not linked"
}

@test "natives that an object leaves to the linker are no finding" {
	need arm-none-eabi-as
	printf '.text\n.thumb\nbl tick_now\n' >plain.s
	arm-none-eabi-as -mcpu=cortex-m3 plain.s -o plain.o
	run -0 "$elfbind" audit plain.o
	verdict "unresolved symbols" none
}

@test "a stripped image is not visible here, and not clean" {
	firmware
	arm-none-eabi-strip firmware.elf
	run -1 "$elfbind" audit firmware.elf
	[[ $output == *"A007: has no symbol table"* ]]
	verdict "unresolved symbols" "not visible here"
	verdict "growing allocators" "not visible here"
	verdict "calls that go nowhere" "not visible here"
}

@test "memory.grow in a core module is found, with the export that reaches it" {
	need wat2wasm
	firmware
	cat >grows.wat <<-'EOW'
		(module (import "env" "f" (func)) (memory 1)
		  (func $grow (param i32) (result i32) (memory.grow (local.get 0)))
		  (func $helper (drop (call $grow (i32.const 1))))
		  (func (export "ns:pkg/iface#run") (call $helper))
		  (func (export "quiet")))
	EOW
	wat2wasm grows.wat -o grows.wasm
	run -1 "$elfbind" audit --core "$sensors/gps.wasm" --core grows.wasm firmware.elf
	[[ $output == *"grows.wasm: A005: memory.grow at offset 0x"*", 1 in this function, reached from export ns:pkg/iface#run → function 3 → function 2 → function 1 [function 1]"* ]]
	verdict "memory.grow" present
}

@test "the way to memory.grow has the names of the module and says where it goes by index" {
	need wat2wasm
	firmware
	cat >grows.wat <<-'EOW'
		(module (memory 1) (table 1 funcref) (elem (i32.const 0) $grow)
		  (type $t (func (param i32) (result i32)))
		  (func $grow (type $t) (memory.grow (local.get 0)))
		  (func $helper (drop (call_indirect (type $t) (i32.const 1) (i32.const 0))))
		  (func $run (export "run") (call $helper)))
	EOW
	wat2wasm --debug-names grows.wat -o grows.wasm
	run -1 "$elfbind" audit --core grows.wasm firmware.elf
	[[ $output == *"reached from export run → run → helper → by index: grow [function grow]: it always fails"* ]]
}

@test "memory.grow that no export reaches is a note, and does not fail" {
	need wat2wasm
	firmware
	cat >dead.wat <<-'EOW'
		(module (memory 1) (func $grow (drop (memory.grow (i32.const 1)))) (func (export "run")))
	EOW
	wat2wasm --debug-names dead.wat -o dead.wasm
	run -0 "$elfbind" audit --core dead.wasm firmware.elf
	[[ $output == *"elfbind: dead.wasm: note: A010: memory.grow at offset 0x"*", which nothing that the module exports calls [function grow]"* ]]
	verdict "memory.grow" none
	[[ $output == *"2 functions of 1 core modules; 1 with it that nothing calls"* ]]
}

@test "a growing allocator that a core module names is a note" {
	need wat2wasm
	firmware
	for name in dlmalloc emmalloc wee_alloc sbrk _RNvCs1_4talc5alloc; do
		printf '(module (func $%s) (func $x (export "run") (call $%s)))' $name $name >named.wat
		wat2wasm --debug-names named.wat -o named.wasm
		run -0 "$elfbind" audit --core named.wasm firmware.elf
		[[ $output == *"named.wasm: note: A011: has 1 function of the allocator "*" [function $name]"* ]]
		verdict "growing allocators" present
	done
	run -0 "$elfbind" audit --core "$sensors/gps.wasm" firmware.elf
	verdict "growing allocators" none
}

# What grows a memory in the objects of other compilers, and the allocators that call it.
@test "each compiler's function that grows a memory is found in an object by its name" {
	need arm-none-eabi-as
	for name in wasm_rt_grow_memory wasm_rt_grow_memory_default32 wasm_rt_grow_memory_default64 \
		wasmMemoryGrow aot_enlarge_memory wasm_enlarge_memory memory_grow instruction_memory_grow \
		expand_memory wasmtime_builtin_memory_grow \
		sbrk dlmalloc emmalloc_memalign _ZN9wee_alloc8WeeAlloc5allocE _ZN8dlmalloc6mallocE \
		_ZN4talc4Talc6mallocE __rdl_alloc _RNvCs5_7___rustc11___rdl_alloc; do
		printf '.text\n.thumb\nbl %s\n' $name >calls.s
		arm-none-eabi-as -mcpu=cortex-m3 calls.s -o calls.o
		run -1 "$elfbind" audit calls.o
		[[ $output == *"calls.o: A006: grows a memory, which has a fixed size here [symbol $name]"* ]]
		[ "$(grep -c A006: <<<"$output")" -eq 1 ]
		verdict "growing allocators" present
	done
}

@test "functions that do not grow a memory are no allocators" {
	need arm-none-eabi-as
	for name in malloc my_sbrk_like wasm_rt_memory memory_grown _ZN5talcx1fE grow __rust_alloc; do
		printf '.text\n.thumb\nbl %s\n' $name >calls.s
		arm-none-eabi-as -mcpu=cortex-m3 calls.s -o calls.o
		run -0 "$elfbind" audit calls.o
		verdict "growing allocators" none
	done
}

# gps bound, with natives that a test may change: natives.c is what serves it.
gps_bound() { # bind option...
	need arm-none-eabi-gcc
	"$elfbind" bind "$sensors/gps.o" -o gps.o --core "$sensors/gps.wasm" \
		--import-map "$sensors/gps.imports.json" --component gps --arena gps \
		--map <(printf 'tick-now tick_now\nread-fix read_fix\n') "$@"
	cat >natives.c <<-'EOF'
		unsigned gps___cabi_arena_realloc(unsigned a) { return a; }
		unsigned tick_now(void) { return 7; }
		int read_fix(int axis) { return axis; }
		int main(void) { return 0; }
	EOF
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -ffreestanding -c natives.c -o natives.o
}

@test "an import served by the object's own export is found in the image, by the record of bind" {
	gps_bound
	arm-none-eabi-ld -e main -Ttext=0x1000 gps.o natives.o -o image.elf
	run "$elfbind" audit image.elf
	verdict "imports served by components" "none +[1-9][0-9]* imports"
	arm-none-eabi-objcopy --strip-symbol=read_fix natives.o
	arm-none-eabi-ld -e main -Ttext=0x1000 gps.o natives.o -o image.elf \
		--defsym=read_fix=berth_sensors_gps_peek
	run -1 "$elfbind" audit image.elf
	[[ $output == *"A019: serves import 'read-fix' '' of component gps, and is the export berth:sensors/gps@1.0.0#peek of its own object, component gps [symbol read_fix]: "* ]]
	verdict "imports served by components" present
}

@test "an import served by another component's export is found" {
	gps_bound
	arm-none-eabi-objcopy --strip-symbol=tick_now natives.o
	"$elfbind" bind "$sensors/fused.o" -o fused.o --core "$sensors/fused.wasm" \
		--import-map "$sensors/fused.imports.json" --component 0=baro --component 2=imu \
		--map <(printf 'tick-now tick\nread-pressure p\nread-rate r\ncabi-arena-realloc a\n') \
		--export-map <(echo 'berth:sensors/imu@1.0.0#peek tick_now')
	arm-none-eabi-ld -e main -Ttext=0x1000 gps.o fused.o natives.o -o image.elf \
		--defsym=tick=main --defsym=p=main --defsym=r=main --defsym=a=main
	run -1 "$elfbind" audit image.elf
	[[ $output == *"A019: serves import 'tick-now' '' of component gps, and is the export berth:sensors/imu@1.0.0#peek of another object, component imu [symbol tick_now]: "* ]]
	[ "$(grep -c A019 <<<"$output")" -eq 1 ]
}

@test "without the record such an import is found by the core module's calls" {
	gps_bound
	arm-none-eabi-objcopy --strip-symbol=read_fix natives.o
	arm-none-eabi-ld -e main -Ttext=0x1000 gps.o natives.o -o image.elf \
		--defsym=read_fix=berth_sensors_gps_peek
	arm-none-eabi-objcopy --remove-section=.berth.bind image.elf
	run -1 "$elfbind" audit image.elf
	verdict "imports served by components" "not visible here +no record of bind in the image, and no core module given"
	run -1 "$elfbind" audit image.elf --core "$sensors/gps.wasm"
	[[ $output == *"A019: the call of import 'read-fix' '' at 0x"*" goes to the code of a component [symbol func_"* ]]
}

@test "an object that calls a definition of its own for an import is found before it is linked" {
	need arm-none-eabi-as
	printf '.thumb\n.text\nbl "poll-task"\n.global poll_task\n.type poll_task,%%function\npoll_task: bx lr\n' |
		arm-none-eabi-as -mcpu=cortex-m3 -o own.o
	arm-none-eabi-objcopy --redefine-sym poll-task=poll_task own.o
	run -1 "$elfbind" audit own.o
	[[ $output == *"A019: is undefined and defined in one object, which thus calls itself [symbol poll_task]"* ]]
}

@test "faults of the region table are findings too" {
	firmware
	flip firmware.elf .berth.regions 544 0x01
	run -1 "$elfbind" audit firmware.elf
	[[ $output == *"elfbind: firmware.elf: R02: "*"[context gps, row 3, region uart: rbar]"* ]]
	verdict "region table faults" present
}

@test "an image without a region table, and a section of the layout that is missing, are found" {
	firmware
	arm-none-eabi-objcopy --rename-section .berth.mem.gps.0=.other firmware.elf
	run -1 "$elfbind" audit --layout layout.json firmware.elf
	[[ $output == *"A008: a section of the layout is missing [section .berth.mem.gps.0]"* ]]
	[[ $output == *"R10: there is no section for it"* ]]
	arm-none-eabi-objcopy --rename-section .berth.regions=.other2 firmware.elf
	run -1 "$elfbind" audit firmware.elf
	[[ $output == *"R01: has no region table"* ]]
}

@test "a memory that the layout trims is a note with both sizes" {
	need jq
	firmware
	jq '(.regions[] | select(.name == "gps.mem0")).declared = 131072' layout.json >trimmed.json
	run --separate-stderr -0 "$elfbind" audit --layout trimmed.json firmware.elf
	[ "$stderr" = "elfbind: firmware.elf: note: A015: has 65536 of the 131072 bytes that its module declares [region gps.mem0]: an access beyond faults" ]
}

@test "names cannot forge a line of the output" {
	firmware_sources
	printf '.text\n.global "a-b\\nelfbind: clean"\n.type "a-b\\nelfbind: clean",%%function\n"a-b\\nelfbind: clean": bx lr\n' >>program.s
	firmware_link || skip "this assembler does not take the name"
	run "$elfbind" audit firmware.elf
	run ! grep -q "^elfbind: clean" <<<"$output"
}

@test "what is no ELF file, no module or no layout is refused with status 1" {
	firmware
	run -1 "$elfbind" audit layout.json
	run -1 "$elfbind" audit --core layout.json firmware.elf
	run -1 "$elfbind" audit --layout firmware.elf firmware.elf
	run -1 "$elfbind" audit missing.elf
}
