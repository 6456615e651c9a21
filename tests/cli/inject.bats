#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind inject, as a user calls it.

bats_require_minimum_version 1.5.0

# The chain up to inject, once: nothing here needs a compiler.
setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	cp "$BERTH_ROOT"/tests/fixtures/sensors/* .
	printf '"%s" "%s" -> %s\n' tick-now '' tick_now read-pressure '' read_pressure \
		tick-now '$2' tick_now read-rate '' read_rate >fused.map
	printf '"%s" "%s" -> %s\n' tick-now '' tick_now read-fix '' read_fix >gps.map
	"$BERTH_BIN/ldgen" "$BERTH_ROOT/examples/sensors/layout.yaml" -C . -o layout.ld \
		--json layout.json
	"$BERTH_BIN/elfbind" bind fused.o -o fused.bound.o --core fused.wasm --map fused.map \
		--import-map fused.imports.json --component 0=baro --component 2=imu \
		--arena baro --arena imu
	"$BERTH_BIN/elfbind" bind gps.o -o gps.bound.o --core gps.wasm --map gps.map \
		--import-map gps.imports.json --component gps --arena gps
}

setup() {
	elfbind=$BERTH_BIN/elfbind
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

inject_fused() { # options...
	"$elfbind" inject fused.bound.o -o out.o --layout layout.json --core fused.wasm \
		--import-map fused.imports.json --component baro --component imu "$@"
}

inject_gps() { # options...
	"$elfbind" inject gps.bound.o -o out.o --layout layout.json --core gps.wasm \
		--component gps "$@"
}

refused() { # status, text: the last run said so and left nothing
	[ "$status" -eq "$1" ]
	[[ "$output" == *"$2"* ]]
	[ ! -e out.o ]
	[ -z "$(find . -name '.berth-*')" ]
}

symbol() { # name: type, size, section
	arm-none-eabi-readelf -sW out.o | awk -v name="$1" '$8 == name { print $4, $3, $7 }'
}

section() { # name: type, size, flags
	arm-none-eabi-readelf -SW out.o | sed 's/^ *\[ *[0-9]*\] *//' |
		awk -v name="$1" '$1 == name { print $2, $5, $7 }'
}

@test "every memory becomes NOBITS with a symbol of its size" {
	need arm-none-eabi-readelf
	inject_fused
	[ "$(section .berth.mem.baro.1)" = "NOBITS 010000 WA" ]
	[ "$(section .berth.mem.imu.0)" = "NOBITS 010000 WA" ]
	[[ "$(symbol baro_mem_1)" == "OBJECT 65536 "* ]]
	[[ "$(symbol imu_mem_0)" == "OBJECT 65536 "* ]]
}

@test "a component that is alone gets its memory, too" {
	need arm-none-eabi-readelf
	inject_gps
	[ "$(section .berth.mem.gps.0)" = "NOBITS 010000 WA" ]
	[[ "$(symbol gps_mem_0)" == "OBJECT 65536 "* ]]
}

@test "the arena's veneer is a function that names its own arena" {
	need arm-none-eabi-readelf
	inject_fused
	for component in baro imu; do
		[[ "$(symbol "${component}___cabi_arena_realloc")" == "FUNC "* ]]
		arm-none-eabi-readelf -rW out.o | sed -n "/rel.text.berth.unit.baro.$component/,/^\$/p" >fixups
		[ "$(grep -c "berth_arena_$component\$" fixups)" -eq 2 ]
		[ "$(grep -c 'berth_arena_realloc$' fixups)" -eq 1 ]
	done
}

@test "an object's code and constants are named for the first component of the layout in it" {
	need arm-none-eabi-readelf
	inject_fused
	[[ "$(section .text.berth.unit.baro)" == "PROGBITS 002f60 AX" ]]
	[[ "$(section .rel.text.berth.unit.baro)" == "REL 000720 "* ]]
	[[ "$(section .text)$(section .rel.text)" == "" ]]
	# In this layout imu comes first.
	sed '/^  baro:/,/^  imu:/ { /^  imu:/!{ H; d; } }; /^  gps:/ { x; s/^\n//; G; }' \
		"$BERTH_ROOT/examples/sensors/layout.yaml" >imu-first.yaml
	"$BERTH_BIN/ldgen" imu-first.yaml -C . -o other.ld --json other.json
	"$elfbind" inject fused.bound.o -o out.o --layout other.json --core fused.wasm
	[[ "$(section .text.berth.unit.imu)" == "PROGBITS 002f60 AX" ]]
	[[ "$(section .text.berth.unit.imu.baro)" == "PROGBITS "*" AX" ]]
}

# An object as other compilers write it: code in several sections, constants,
# strings that linkers merge, unwinding tables, a group.
many_sections() {
	cat >more.s <<-'EOF'
		.syntax unified
		.thumb
		.section .text.hot,"ax",%progbits
		.global hot
		.type hot,%function
		hot:
		.fnstart
		ldr r0, =text
		bl grouped
		.fnend
		.pool
		.size hot,.-hot
		.section .text.grouped,"axG",%progbits,grouped,comdat
		.weak grouped
		.type grouped,%function
		grouped: bx lr
		.size grouped,.-grouped
		.section .rodata.str1.1,"aMS",%progbits,1
		text: .asciz "text"
		.section .rodata,"a"
		.word grouped
	EOF
	arm-none-eabi-as -mcpu=cortex-m3 more.s -o more.o
	arm-none-eabi-ld -r gps.bound.o more.o -o more.bound.o
	"$elfbind" inject more.bound.o -o out.o --layout layout.json --core gps.wasm
}

@test "sections that linkers know by their names keep them, the others follow their unit" {
	need arm-none-eabi-as
	many_sections
	arm-none-eabi-readelf -SW out.o | sed 's/^ *\[ *[0-9]*\] *//' |
		awk '$2 ~ /PROGBITS|REL|ARM_EXIDX|GROUP/ { print $1 }' | sort >found
	printf '%s\n' .ARM.exidx.text.hot .ARM.extab.text.hot .berth.bind .berth.init \
		.data .group .meld_import_table .rel.ARM.exidx.text.hot \
		.rel.rodata.berth.unit.gps .rel.rodata.berth.unit.gps.gps .rel.text.berth.unit.gps \
		.rel.text.berth.unit.gps.gps .rel.text.berth.unit.gps.hot .rodata.berth.unit.gps \
		.rodata.berth.unit.gps.gps .rodata.berth.unit.gps.gps.arena .rodata.berth.unit.gps.str1.1 \
		.text.berth.unit.gps .text.berth.unit.gps.gps .text.berth.unit.gps.grouped \
		.text.berth.unit.gps.hot >wanted
	diff wanted found
}

@test "what a linker would give to the native program is refused" {
	need arm-none-eabi-as
	for section in '.init_array,"aw",%init_array' '.vectors,"a"' '.vectors,"a",%note' '.init,"ax"' '.berth.regions,"a"' \
		'.berth.code.baro,"ax"' '.berth.mem.baro.1,"aw"' '.berth.data.gps,"aw"' '.data,"aw"' '.data.rel.ro,"aw"' '.constdata,"a"' \
		'.rodatabase,"a"' '.textual,"ax"' '.text.own,"awx"' '.wasm_data,"a"' '.note.run,"ax"' '.noteworthy,"a"' \
		'.vectors,""' '.berth.names,""' '.boot,"",%note'; do
		printf '.section %s\n.word 0\n' "$section" | arm-none-eabi-as -mcpu=cortex-m3 - -o more.o
		arm-none-eabi-ld -r gps.bound.o more.o -o more.bound.o
		run "$elfbind" inject more.bound.o -o out.o --layout layout.json --core gps.wasm
		refused 1 "elfbind: more.bound.o: has [section ${section%%,*}], which is neither code, nor constants, nor memory of its components"
	done
	arm-none-eabi-as -mcpu=cortex-m3 - -o more.o <<<'.comm shared, 4'
	arm-none-eabi-ld -r gps.bound.o more.o -o more.bound.o
	run "$elfbind" inject more.bound.o -o out.o --layout layout.json --core gps.wasm
	refused 1 "has data that belongs to no component and cannot be placed [symbol shared]"
	# What is empty is nobody's.
	printf '.section .init_array,"aw"\n.bss\n' | arm-none-eabi-as -mcpu=cortex-m3 - -o more.o
	arm-none-eabi-ld -r gps.bound.o more.o -o more.bound.o
	"$elfbind" inject more.bound.o -o out.o --layout layout.json --core gps.wasm
}

@test "GNU ld and ld.lld take the renamed sections, with unused ones taken out or not" {
	need arm-none-eabi-as
	many_sections
	sed 's/\bhot\b/cold/g' more.s >other.s
	arm-none-eabi-as -mcpu=cortex-m3 other.s -o other.o
	for linker in arm-none-eabi-ld ld.lld; do
		command -v "$linker" >/dev/null || continue
		for options in "" "--gc-sections -u hot"; do
			# shellcheck disable=SC2086 # none or several
			"$linker" -e 0 --defsym tick_now=1 --defsym read_fix=1 --defsym berth_arena_gps=0 \
				--defsym berth_arena_realloc=1 --defsym __aeabi_unwind_cpp_pr0=1 \
				$options out.o other.o -o linked
			arm-none-eabi-readelf -sW linked >symbols
			[ "$(grep -c ' grouped$' symbols)" -eq 1 ]
			grep -q 'FUNC .* hot$' symbols
			if [ -z "$options" ]; then
				grep -q 'gps___cabi_arena_realloc$' symbols
				# One for each function with .fnstart, and the end.
				arm-none-eabi-readelf -SW linked | grep -q '\.ARM\.exidx'
			else
				run ! grep 'gps___cabi_arena_realloc$' symbols
			fi
		done
	done
}

@test "the function table's slots are relocated to the functions of the element segment" {
	need arm-none-eabi-readelf
	inject_fused
	arm-none-eabi-readelf -rW out.o | sed -n '/rel.berth.init/,$p' >fixups
	[ "$(grep -c R_ARM_ABS32 fixups)" -eq 3 ]
	need wasm-objdump
	wasm-objdump -x -j Elem fused.wasm | sed -nE 's/.*elem\[[0-9]+\] = (ref\.)?func[:\[]?([0-9]+).*/func_\2/p' >wanted
	awk '/R_ARM_ABS32/ { print $NF }' fixups >found
	[ -s wanted ]
	diff wanted found
}

# A component whose table holds an import, which run calls too when CALLS is "call 0".
table_of_imports() { # calls
	need wat2wasm
	need arm-none-eabi-as
	wat2wasm - -o table.wasm <<-EOW
		(module
		  (import "tick-now" "\$2" (func (result i32)))
		  (memory 1) (table 2 funcref) (elem (i32.const 0) 0 1)
		  (func (export "run") (result i32) $1)
		  (func (export "by") (param i32) (result i32) (call_indirect (result i32) (local.get 0))))
	EOW
	cat >table.s <<-EOS
		.syntax unified
		.thumb
		.globl run, by
		.type func_1, %function
		.type run, %function
		func_1:
		run: $([ "$1" != "call 0" ] || echo 'bl "$2"')
		bx lr
		.size func_1, . - func_1
		.type func_2, %function
		.type by, %function
		func_2:
		by: bx lr
		.size func_2, . - func_2
	EOS
	arm-none-eabi-as -mcpu=cortex-m3 table.s -o table.o
	cat >table.yaml <<-'EOY'
		berth: 1
		target: {cpu: cortex-m3, mpu_regions: 8}
		banks:
		  flash: {origin: 0x00000000, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 512K, access: rw, reserve: 16K}
		components:
		  one: {object: table.o, core: table.wasm, stack: 2K}
	EOY
	"$BERTH_BIN/ldgen" table.yaml --json table.json -o table.ld
	"$elfbind" bind table.o -o table.bound.o --core table.wasm --component one \
		--map <(echo tick-now tick_now)
}

@test "a slot of the function table that holds an import gets its native" {
	table_of_imports "call 0"
	"$elfbind" inject table.bound.o -o out.o --layout table.json --core table.wasm
	arm-none-eabi-objdump -r -j .berth.init out.o >fixups
	[ "$(grep -o 'R_ARM_ABS32.*' fixups)" = "R_ARM_ABS32       tick_now
R_ARM_ABS32       func_1" ]
	# Nothing but the table names the import: its native gets a symbol.
	table_of_imports "i32.const 7"
	[ -z "$(arm-none-eabi-nm -u table.bound.o)" ]
	"$elfbind" inject table.bound.o -o out.o --layout table.json --core table.wasm
	arm-none-eabi-objdump -r -j .berth.init out.o >fixups
	[ "$(grep -o 'R_ARM_ABS32.*' fixups)" = "R_ARM_ABS32       tick_now
R_ARM_ABS32       func_1" ]
	[ "$(arm-none-eabi-nm -u out.o | grep -c tick_now)" -eq 1 ]
}

@test "an import that is in a table only is in the seam, and is none of the object's own" {
	table_of_imports "i32.const 7"
	bind() { "$elfbind" bind table.o -o seam.o --core table.wasm --component one --map <(echo tick-now tick_now) "$@"; }
	run bind --seam <(:)
	[ "$status" -eq 1 ]
	[[ $output == *tick_now* ]]
	[ ! -e seam.o ]
	bind --seam <(echo tick_now)
	cp table.s own.s
	printf '.globl tick_now\n.type tick_now,%%function\ntick_now: bx lr\n' >>own.s
	arm-none-eabi-as -mcpu=cortex-m3 own.s -o table.o
	bind
	run "$elfbind" inject seam.o -o refused.o --layout table.json --core table.wasm
	[ "$status" -eq 1 ]
	[[ $output == *"defines [symbol tick_now] itself"* ]]
	[ ! -e refused.o ]
}

@test "an object whose names are all right already can be injected once it was bound" {
	table_of_imports "i32.const 7"
	# Nothing is imported here: bind changes no name.
	wat2wasm - -o table.wasm <<<'(module (memory 1) (func (export "run") (result i32) i32.const 7))'
	printf '.syntax unified\n.thumb\n.globl run\n.type func_0,%%function\n.type run,%%function\nfunc_0:\nrun: bx lr\n.size func_0,.-func_0\n' |
		arm-none-eabi-as -mcpu=cortex-m3 -o table.o
	"$BERTH_BIN/ldgen" table.yaml --json table.json -o table.ld
	"$elfbind" bind table.o -o table.bound.o --core table.wasm --component one
	"$elfbind" inject table.bound.o -o out.o --layout table.json --core table.wasm
	[[ "$(symbol berth_entry_run)" == "OBJECT 8 "* ]]
}

@test "only bytes that are not zero go to flash" {
	need arm-none-eabi-readelf
	inject_fused
	size=$(section .berth.init | cut -d' ' -f2)
	[ $((0x$size)) -lt 512 ]
}

@test "the region table is an object of constants" {
	need arm-none-eabi-readelf
	"$elfbind" inject --table -o out.o --layout layout.json
	[[ "$(section .berth.regions)" == "PROGBITS "*" A" ]]
	[[ "$(section .berth.names)" == "PROGBITS "* ]]
	[ -z "$(arm-none-eabi-readelf -rW out.o | grep R_ARM)" ]
	[[ "$(symbol berth_regions)" == "OBJECT "* ]]
	[ -z "$(symbol berth_arena_baro)" ]
}

@test "a component reads of its arena what the region table says" {
	need arm-none-eabi-readelf arm-none-eabi-objcopy
	inject_fused
	mv out.o fused.berth.o
	"$elfbind" inject --table -o out.o --layout layout.json
	arm-none-eabi-objcopy -O binary -j .berth.regions out.o table
	arenas=$(od -An -tu4 -j40 -N4 table)
	for of in baro:0 imu:1; do
		component=${of%:*}
		cp fused.berth.o out.o
		[[ "$(symbol "berth_arena_$component")" == "OBJECT 24 "* ]]
		[[ "$(section ".rodata.berth.unit.baro.$component.arena")" == "PROGBITS 000018 A" ]]
		arm-none-eabi-objcopy -O binary -j ".rodata.berth.unit.baro.$component.arena" out.o constant
		cmp constant <(tail -c +$((arenas + ${of#*:} * 24 + 1)) table | head -c 24)
	done
}

@test "the same input gives the same bytes" {
	inject_fused
	mv out.o first.o
	inject_fused
	cmp first.o out.o
	"$elfbind" inject --table -o a.o --layout layout.json
	"$elfbind" inject --table -o b.o --layout layout.json
	cmp a.o b.o
}

@test "an object is injected once" {
	inject_gps
	mv out.o once.o
	run "$elfbind" inject once.o -o out.o --layout layout.json --core gps.wasm --component gps
	refused 1 "takes an object once"
}

@test "an object that bind has not written is refused" {
	run "$elfbind" inject fused.o -o out.o --layout layout.json --core fused.wasm \
		--import-map fused.imports.json --component baro --component imu
	refused 1 "has no [section .berth.bind]"
}

@test "the wrong core module is refused" {
	run "$elfbind" inject fused.bound.o -o out.o --layout layout.json --core gps.wasm \
		--component baro
	refused 1 "gps.wasm: is not the core module that fused.bound.o was bound with"
	# Same sizes, other data: nothing but the record tells them apart.
	run "$elfbind" inject gps.bound.o -o out.o --layout layout.json --core baro.core.wasm \
		--component gps
	refused 1 "baro.core.wasm: is not the core module that gps.bound.o was bound with"
}

@test "data that differs between object and module is refused" {
	# One byte of memory 1 in the object: the letters of a string of the guest.
	offset=$(grep -abo 'baro, asked' fused.bound.o | head -n1 | cut -d: -f1)
	[ -n "$offset" ]
	cp --remove-destination "$(readlink -f fused.bound.o)" changed.o
	printf 'X' | dd of=changed.o bs=1 seek="$offset" conv=notrunc status=none
	run "$elfbind" inject changed.o -o out.o --layout layout.json --core fused.wasm \
		--import-map fused.imports.json --component baro --component imu
	refused 1 "was not made from this module"
}

@test "a stale layout is refused" {
	sed 's/"table": {"base": \([0-9]*\), "count": 4}/"table": {"base": \1, "count": 5}/' \
		layout.json >stale.json
	run ! cmp -s layout.json stale.json
	run "$elfbind" inject fused.bound.o -o out.o --layout stale.json --core fused.wasm \
		--import-map fused.imports.json --component baro --component imu
	refused 1 "run ldgen again"
}

@test "an unknown or repeated component is refused" {
	run inject_gps --component wing
	refused 1 "gps.bound.o: was not bound with a component called wing"
	run inject_gps --component gps
	refused 1 "is named twice"
}

@test "components and import map need not be said again" {
	inject_fused
	mv out.o said.o
	"$elfbind" inject fused.bound.o -o out.o --layout layout.json --core fused.wasm
	cmp said.o out.o
}

@test "one of two fused components alone is refused" {
	run "$elfbind" inject fused.bound.o -o out.o --layout layout.json --core fused.wasm \
		--component imu
	refused 1 "fused.bound.o: was bound with component baro too, which would get no memory"
}

@test "the name of another component of equal sizes is refused" {
	sed 's/"gps/"sonar/g; s/\.gps/.sonar/g' layout.json >sonar.json
	run "$elfbind" inject gps.bound.o -o out.o --layout sonar.json --core gps.wasm --component sonar
	refused 1 "gps.bound.o: was not bound with a component called sonar"
	run "$elfbind" inject gps.bound.o -o out.o --layout sonar.json --core gps.wasm
	refused 1 "gps.bound.o: holds component gps, which the layout does not have"
}

@test "other numbers of the components in the layout are refused" {
	sed 's/"fused": 2/"fused": 7/; s/"fused": 0/"fused": 2/; s/"fused": 7/"fused": 0/' \
		layout.json >swapped.json
	run ! cmp -s layout.json swapped.json
	run "$elfbind" inject fused.bound.o -o out.o --layout swapped.json --core fused.wasm
	refused 1 "was bound with baro as component 0 of its module, and the layout takes it for component 2"
}

@test "an import map that is not the module's is refused" {
	sed 's/"component": 2/"component": 7/; s/"component": 0/"component": 2/; s/"component": 7/"component": 0/' \
		fused.imports.json >swapped.imports.json
	run "$elfbind" inject fused.bound.o -o out.o --layout layout.json --core fused.wasm \
		--import-map swapped.imports.json
	refused 1 "take module and import map of one meld run"
}

@test "an object that was bound without names takes one from the command line" {
	"$elfbind" bind gps.o -o unnamed.o --core gps.wasm --import-map gps.imports.json \
		--map <(cat gps.map; echo '"cabi-arena-realloc" "" -> gps___cabi_arena_realloc')
	run "$elfbind" inject unnamed.o -o out.o --layout layout.json --core gps.wasm
	refused 1 "was bound without a name for its component: give --component NAME once"
	run "$elfbind" inject unnamed.o -o out.o --layout layout.json --core gps.wasm \
		--component gps --component baro
	refused 1 "was bound without a name for its component"
	"$elfbind" inject unnamed.o -o out.o --layout layout.json --core gps.wasm --component gps
	need arm-none-eabi-readelf
	[ "$(symbol gps_data)" = "OBJECT 2020 $(symbol gps_data | cut -d' ' -f3)" ]
}

@test "a damaged record, and two objects joined, are refused" {
	need arm-none-eabi-objcopy
	head -c 40 /dev/zero >zeros
	arm-none-eabi-objcopy --update-section .berth.bind=zeros gps.bound.o damaged.o
	run "$elfbind" inject damaged.o -o out.o --layout layout.json --core gps.wasm
	refused 1 "damaged.o: has a damaged [section .berth.bind]"
	# Both components get the name and the number of the first.
	arm-none-eabi-objcopy --dump-section .berth.bind=record fused.bound.o scratch.o
	dd if=record of=record bs=1 skip=32 seek=44 count=8 conv=notrunc status=none
	arm-none-eabi-objcopy --update-section .berth.bind=record fused.bound.o damaged.o
	run "$elfbind" inject damaged.o -o out.o --layout layout.json --core fused.wasm
	refused 1 "damaged.o: records component baro twice [section .berth.bind]"
	# The first export is said to be function 0.
	arm-none-eabi-objcopy --dump-section .berth.bind=record gps.bound.o scratch.o
	printf '\0' | dd of=record bs=1 seek=56 conv=notrunc status=none
	arm-none-eabi-objcopy --update-section .berth.bind=record gps.bound.o damaged.o
	run "$elfbind" inject damaged.o -o out.o --layout layout.json --core gps.wasm
	refused 1 "damaged.o: records function 0 as the export" "which its core module does not have there"
	arm-none-eabi-ld -r gps.bound.o fused.bound.o -o joined.o
	run "$elfbind" inject joined.o -o out.o --layout layout.json --core gps.wasm
	refused 1 "joined.o: was joined of 2 bound objects [section .berth.bind]: inject each of them"
}

@test "an export that was renamed behind bind is refused" {
	need arm-none-eabi-objcopy
	arm-none-eabi-objcopy --redefine-sym berth_sensors_gps_peek=peek gps.bound.o renamed.o
	run "$elfbind" inject renamed.o -o out.o --layout layout.json --core gps.wasm
	refused 1 "renamed.o: does not define [symbol berth_sensors_gps_peek], the export of its record"
}

@test "every export has an entry point: the context of its component, and its function" {
	need arm-none-eabi-objdump
	inject_fused
	[[ "$(section .rodata.berth.unit.baro.baro)" == "PROGBITS "*" A" ]]
	[[ "$(symbol berth_entry_berth_sensors_baro_describe)" == "OBJECT 8 "* ]]
	# baro is context 0 of the layout, imu 1.
	for of in baro:00000000 imu:01000000; do
		arm-none-eabi-objdump -s -j ".rodata.berth.unit.baro.${of%:*}" out.o >words
		grep -q "^ 0000 ${of#*:} 00000000 " words
		arm-none-eabi-objdump -r -j ".rodata.berth.unit.baro.${of%:*}" out.o >fixups
		grep -q "^00000004 R_ARM_ABS32 " fixups
		grep -q "R_ARM_ABS32 *berth_sensors_${of%:*}_describe$" fixups
		run ! grep "ABS32 *berth_sensors_$([ "${of%:*}" = baro ] && echo imu || echo baro)" fixups
	done
}

@test "with swapped names of components every export still enters the context with its memory" {
	need arm-none-eabi-objdump
	sed 's/^  baro:/  x:/; s/^  imu:/  baro:/; s/^  x:/  imu:/' \
		"$BERTH_ROOT/examples/sensors/layout.yaml" >swapped.yaml
	"$BERTH_BIN/ldgen" swapped.yaml -C . -o swapped.ld --json swapped.json
	"$elfbind" bind fused.o -o swapped.o --core fused.wasm --map fused.map \
		--import-map fused.imports.json --component 0=imu --component 2=baro \
		--arena baro --arena imu
	"$elfbind" inject swapped.o -o out.o --layout swapped.json --core fused.wasm
	# In this layout imu is context 0, and has memory 1: that of the module's component 0.
	grep -q '"memory": "imu.mem1"' swapped.json
	arm-none-eabi-objdump -s -j .rodata.berth.unit.imu.imu out.o >words
	grep -q "^ 0000 00000000 00000000 " words
	arm-none-eabi-objdump -r -j .rodata.berth.unit.imu.imu out.o >fixups
	grep -q "R_ARM_ABS32 *berth_sensors_baro_describe$" fixups
	run ! grep "berth_sensors_imu" fixups
}

@test "truncated, foreign and missing inputs are refused" {
	head -c 1000 gps.bound.o >cut.o
	run "$elfbind" inject cut.o -o out.o --layout layout.json --core gps.wasm --component gps
	refused 1 "cut.o"
	run "$elfbind" inject gps.wasm -o out.o --layout layout.json --core gps.wasm --component gps
	refused 1 "gps.wasm"
	cp --remove-destination "$(readlink -f gps.bound.o)" foreign.o
	printf '\267\000' | dd of=foreign.o bs=1 seek=18 conv=notrunc status=none # EM_AARCH64
	run "$elfbind" inject foreign.o -o out.o --layout layout.json --core gps.wasm --component gps
	refused 1 "AArch64"
	run "$elfbind" inject none.o -o out.o --layout layout.json --core gps.wasm --component gps
	refused 1 "none.o"
	head -c 200 layout.json >cut.json
	run "$elfbind" inject gps.bound.o -o out.o --layout cut.json --core gps.wasm --component gps
	refused 1 "cut.json"
}

@test "wrong usage exits with 2 and says what is missing" {
	run "$elfbind" inject gps.bound.o --layout layout.json --core gps.wasm --component gps
	refused 2 "-o is missing"
	run "$elfbind" inject gps.bound.o -o out.o --core gps.wasm --component gps
	refused 2 "--layout is missing"
	run "$elfbind" inject gps.bound.o -o out.o --layout layout.json --component gps
	refused 2 "--core is missing"
	run "$elfbind" inject --table gps.bound.o -o out.o --layout layout.json
	refused 2 "--table takes only"
	run "$elfbind" inject --tabel -o out.o --layout layout.json
	refused 2 "there is no option --tabel"
	run "$elfbind" inject --help
	[ "$status" -eq 0 ]
}

# layout.json with the arena of gps changed by a sed command.
other_arena() { # command
	sed "/\"name\": \"gps\",/,/\"arena\"/ { /\"arena\"/ $1 }" "$BATS_FILE_TMPDIR/layout.json" >arena.json
}

@test "a module whose data or stack reaches into the layout's arena is refused" {
	other_arena 's/"offset": 61440, "size": 4096/"offset": 1024, "size": 64512/'
	run inject_gps --layout arena.json
	refused 1 "the end of initial data at byte 1072 of memory 0, beyond byte 1024, where the layout lets the arena of component gps start: run ldgen again"
	other_arena 's/"offset": 61440, "size": 4096/"offset": 4096, "size": 61440/'
	run inject_gps --layout arena.json
	refused 1 "top of its stack, a mutable global, at byte 5184"
	other_arena 's/"offset": 61440, "size": 4096/"offset": 5184, "size": 60352/'
	inject_gps --layout arena.json
}

@test "an object that calls an arena is refused with a layout that has none" {
	other_arena d
	run inject_gps --layout arena.json
	refused 1 "calls [symbol gps___cabi_arena_realloc], and the layout gives component gps no arena"
}

@test "what is only read is not written over" {
	cp --remove-destination "$BATS_FILE_TMPDIR"/{layout.json,gps.wasm} .
	run "$elfbind" inject --table -o layout.json --layout layout.json
	refused 1 "layout.json: is read in this run, too, and would be lost"
	run "$elfbind" inject gps.bound.o -o ./gps.wasm --layout layout.json --core gps.wasm \
		--component gps
	refused 1 "./gps.wasm: is read in this run"
	cmp layout.json "$BATS_FILE_TMPDIR/layout.json"
	cmp gps.wasm "$BATS_FILE_TMPDIR/gps.wasm"
}

@test "a component is refused whose module is not the one that the layout was made with" {
	# Another module of the same sizes: names swapped between components, or a module built anew.
	mkdir other
	cp -L gps.o gps.wasm fused.o fused.wasm other/
	printf '\0\2\1x' >>other/gps.wasm
	"$BERTH_BIN/ldgen" "$BERTH_ROOT/examples/sensors/layout.yaml" -C other -o other.ld --json other.json
	run "$elfbind" inject gps.bound.o -o out.o --layout other.json --core gps.wasm
	refused 1 "gps.bound.o: was bound as component gps with another core module than the layout was made with for it, gps.wasm: bind it with the name"
	# A layout that does not say which module it was made with is believed.
	sed 's/"core_checksum": *[0-9]*, *//' other.json >silent.json
	run ! cmp -s silent.json other.json
	"$elfbind" inject gps.bound.o -o out.o --layout silent.json --core gps.wasm
}
