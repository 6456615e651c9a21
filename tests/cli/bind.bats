#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind bind, as a user calls it.

bats_require_minimum_version 1.5.0
load bind

# "func_N callee..." for each function of an object, from the disassembler's relocations.
object_calls() { # object
	arm-none-eabi-readelf -sW "$1" >symbols.txt
	arm-none-eabi-objdump -drw "$1" >code.txt
	awk '
		FNR == NR {
			# Thumb: the value of a function symbol is its address + 1.
			if ($4 == "FUNC" && $8 ~ /^func_/) {
				last = index("13579bdf", substr($2, 8))
				name[substr($2, 1, 7) substr("02468ace", last, 1)] = $8
			}
			next
		}
		/^[0-9a-f]+ <.*>:$/ { if ($1 in name) printf "%s%s", n++ ? "\n" : "", name[$1] }
		/R_ARM_THM_CALL/ { printf " %s", $NF }
		END { print "" }' symbols.txt code.txt
}

# The same from the module, with the natives of the imports 0, 1, … given in order.
module_calls() { # wasm, natives...
	local wasm=$1
	shift
	wasm-objdump -d "$wasm" | awk -v natives="$*" '
		BEGIN { imports = split(natives, native, " ") }
		/ func\[[0-9]+\].*:$/ {
			split($2, part, /[][]/)
			printf "%s%s", n++ ? "\n" : "", "func_" part[2]
		}
		/ \| +call [0-9]+/ {
			sub(/.*\| +call /, "")
			printf " %s", $1 < imports ? native[$1 + 1] : "func_" $1
		}
		END { print "" }'
}

# Keeps the functions that the object has: the compiler drops unreachable ones.
only_those_in() { # list
	awk 'FNR == NR { has[$1]; next } $1 in has' "$1" -
}

# --- what it does ----------------------------------------------------------------

@test "bind: every import of the fused object gets its own native" {
	natives
	bind_fused
	run undefined_in fused.bound.o
	[ "$output" = "[baro___cabi_arena_realloc]
[imu___cabi_arena_realloc]
[read_pressure]
[read_rate]
[tick_now]" ]
}

@test "bind: every call of every function ends at what the module calls" {
	need wasm-objdump
	need arm-none-eabi-objdump
	both
	object_calls fused.bound.o >fused.calls
	module_calls fused.wasm baro___cabi_arena_realloc tick_now read_pressure \
		imu___cabi_arena_realloc tick_now read_rate | only_those_in fused.calls >fused.want
	[ "$(wc -l <fused.want)" -gt 35 ]
	diff fused.want fused.calls
	object_calls gps.bound.o >gps.calls
	module_calls gps.wasm gps___cabi_arena_realloc tick_now read_fix |
		only_those_in gps.calls >gps.want
	[ "$(wc -l <gps.want)" -gt 10 ]
	diff gps.want gps.calls
}

@test "bind: the wrapper of each import calls it" {
	need arm-none-eabi-objdump
	both
	object_calls fused.bound.o >calls
	grep -x 'func_22 imu___cabi_arena_realloc' calls
	grep -x 'func_23 tick_now' calls
	grep -x 'func_24 read_rate' calls
	grep -x 'func_31 baro___cabi_arena_realloc' calls
	grep -x 'func_32 tick_now' calls
	grep -x 'func_33 read_pressure' calls
}

@test "bind: both objects and the natives link with GNU ld" {
	both
	need arm-none-eabi-ld
	arm-none-eabi-ld -e main natives.o fused.bound.o gps.bound.o -o gnu.elf
	run arm-none-eabi-nm -u gnu.elf
	[ -z "$output" ]
	called_natives gnu.elf
}

@test "bind: both objects and the natives link with ld.lld" {
	both
	need ld.lld
	ld.lld -e main natives.o fused.bound.o gps.bound.o -o lld.elf
	run arm-none-eabi-nm -u lld.elf
	[ -z "$output" ]
	called_natives lld.elf
}

# The calls of natives in the image: each guest's bindings call each import once.
called_natives() { # image
	# The compiler writes no mapping symbols: those of other objects would hide its code.
	arm-none-eabi-objcopy -w -N '$*' "$1" plain.elf
	arm-none-eabi-objdump -d plain.elf | awk '/\tbl\t/ && /<(tick_now|read_|[a-z]+___)/ {
		gsub(/[<>]/, "", $NF); count[$NF]++ } END { for (n in count) print count[n], n }' |
		sort -k2 >counted
	cat counted
	diff - counted <<-'EOF'
		1 baro___cabi_arena_realloc
		1 gps___cabi_arena_realloc
		1 imu___cabi_arena_realloc
		1 read_fix
		1 read_pressure
		1 read_rate
		3 tick_now
	EOF
}

@test "bind: the unbound objects do not link" {
	both
	run ! arm-none-eabi-ld -e main natives.o fused.o gps.o -o gnu.elf
}

@test "bind: exports get identifiers, plumbing gets its component's name" {
	natives
	bind_fused
	run arm-none-eabi-nm -g --defined-only --format=posix fused.bound.o
	while read -r name; do
		grep -q "^$name " <<<"$output" || { echo "$name is not there"; false; }
	done <<-'EOF'
		berth_sensors_imu_describe
		berth_sensors_imu_peek
		berth_sensors_baro_poke
		cabi_post_berth_sensors_imu_describe
		cabi_post_berth_sensors_baro_describe
		imu_cabi_realloc
		baro_cabi_realloc_1
		baro_meld_realloc_0
		baro_imu___synth_mem_count
		imu___synth_mem_size_0
		baro___synth_mem_size_1
		baro___synth_mem_base_1
		baro___synth_wasm_data_1
	EOF
	[[ "$output" != *:* ]]
}

@test "bind: the section of a memory is called for its component" {
	natives
	bind_fused
	run arm-none-eabi-readelf -SW fused.bound.o
	[[ "$output" == *" .berth.mem.baro.1 "* ]]
	[[ "$output" != *.synth.wasm_mem* ]]
}

@test "bind: refuses a section name that is there already" {
	natives
	need arm-none-eabi-objcopy
	echo data >data
	arm-none-eabi-objcopy --add-section .berth.mem.baro.1=data fused.o
	run bind_fused
	refused 1 "two sections called .berth.mem.baro.1" "[section .synth.wasm_mem_1]"
}

@test "bind: code and memory keep their bytes and their place" {
	natives
	bind_fused
	for section in .text .ARM.attributes .meld_import_table; do
		arm-none-eabi-objcopy -O binary --only-section=$section --set-section-flags \
			$section=alloc fused.o before.bin
		arm-none-eabi-objcopy -O binary --only-section=$section --set-section-flags \
			$section=alloc fused.bound.o after.bin
		cmp before.bin after.bin
	done
	[ "$(arm-none-eabi-readelf -SW fused.o | awk '/ \.text / { print $5 }')" = \
		"$(arm-none-eabi-readelf -SW fused.bound.o | awk '/ \.text / { print $5 }')" ]
}

@test "bind: two runs give the same object" {
	natives
	bind_fused
	mv fused.bound.o first.o
	bind_fused
	cmp first.o fused.bound.o
}

@test "bind: an object may be bound in place" {
	natives
	bind_gps
	"$elfbind" bind gps.o -o gps.o --core gps.wasm --component gps --arena gps --against plain.o
	cmp gps.o gps.bound.o
}

@test "bind: what is only read is not written over" {
	natives
	for file in gps.wasm plain.o gps.imports.json; do
		cp -L "$file" before
		run "$elfbind" bind gps.o -o "$file" --core gps.wasm --component gps --arena gps \
			--import-map gps.imports.json --against plain.o
		[ "$status" -eq 1 ]
		[[ "$output" == *"$file: is read in this run, too, and would be lost"* ]]
		cmp "$file" before
	done
}

@test "bind: a line of the map that names nothing is told, for it may be misspelt" {
	natives
	printf '%s\n' 'tick-now tick_now' '"read-fix" "" -> read_fix' 'func_10 tenth' \
		'read-fx read_rate' '"read-fx" "" -> read_rate' >some.map
	run -0 bind_gps --map some.map
	[[ "$output" == *"some.map: note: line 4 says nothing of gps.o, which has no such symbol or import"* ]]
	[[ "$output" == *"some.map: note: line 5 says nothing of gps.o"* ]]
	[ "$(grep -c 'says nothing of' <<<"$output")" -eq 2 ]
}

@test "bind: an object is bound once" {
	natives
	bind_gps
	mv gps.bound.o once.o
	run "$elfbind" bind once.o -o out.o --core gps.wasm --component gps --arena gps \
		--against plain.o
	refused 1 "once.o: was bound already [section .berth.bind]" \
		"give the object as the compiler wrote it"
}

@test "bind: who forgot --arena is told of it" {
	natives
	run "$elfbind" bind gps.o -o out.o --core gps.wasm --component gps --against plain.o
	refused 1 'no native serves import 0 "cabi-arena-realloc"' \
		"or let the component's arena serve it: --arena gps"
}

@test "bind: a change of nothing leaves the file alone" {
	natives
	touch -d 2001-01-01 gps.o
	echo 'no-such-symbol other' >some.map
	cp -p plain.o before.o
	touch -d 2001-01-01 plain.o
	"$elfbind" bind plain.o -o plain.o --map some.map
	cmp plain.o before.o
	[ "$(stat -c %Y plain.o)" -eq "$(date -d 2001-01-01 +%s)" ]
	"$elfbind" bind plain.o -o out.o --map some.map
	cmp out.o before.o
}

@test "bind --explain: shows function, call, offset, callee and symbol" {
	natives
	run bind_fused --explain
	[ "$status" -eq 0 ]
	grep -E '^func_22 call 1 at \.text\+0x[0-9a-f]+: import 3 "cabi-arena-realloc" "\$2" of imu -> imu___cabi_arena_realloc \(' <<<"$output"
	grep -E '^func_33 call 1 at .* import 2 "read-pressure" "" of baro -> read_pressure \(' <<<"$output"
	grep -E '^func_25 call [0-9]+ at .*: function [0-9]+ -> func_[0-9]+$' <<<"$output"
}

@test "bind: the map names an import by its pair" {
	natives
	echo 'unsigned imu_ticks(void) { return 8; }' >>plain.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c plain.c -o plain.o
	printf '"tick-now" "$2" -> imu_ticks\n' >some.map
	bind_fused --map some.map
	object_calls fused.bound.o >calls
	grep -x 'func_23 imu_ticks' calls
	grep -x 'func_32 tick_now' calls
	grep -x 'func_33 read_pressure' calls
}

@test "bind: the map names an export" {
	natives
	echo '"berth:sensors/imu@1.0.0#peek" imu_peek' >some.map
	bind_fused --map some.map
	run arm-none-eabi-nm fused.bound.o
	[[ "$output" == *" T imu_peek"* ]]
	[[ "$output" != *berth_sensors_imu_peek* ]]
}

@test "bind: imports that share one native leave no fuser's name" {
	small
	bind_small --against plain.o
	run undefined_in out.o
	[ "$(sort -u <<<"$output")" = "[__aeabi_l2f]
[tick_now]" ]
	echo 'float __aeabi_l2f(long long n) { return 0; }' >>natives.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c natives.c -o natives.o
	need arm-none-eabi-ld
	arm-none-eabi-ld -e main natives.o out.o -o gnu.elf
	if command -v ld.lld; then
		ld.lld -e main natives.o out.o -o lld.elf
	fi
}

@test "bind: tail calls are calls, and those of the run-time library are not" {
	small
	printf '"tick-now" "$2" -> tick_now\n"tick-now" "$4" -> read_pressure\n' >some.map
	bind_small --against plain.o --map some.map
	arm-none-eabi-objdump -drw out.o | awk '/R_ARM_THM/ { print $(NF - 1), $NF }' >calls
	diff calls - <<-'EOF'
		R_ARM_THM_CALL tick_now
		R_ARM_THM_CALL func_2
		R_ARM_THM_JUMP24 read_pressure
		R_ARM_THM_CALL __aeabi_l2f
		R_ARM_THM_CALL read_pressure
		R_ARM_THM_CALL func_3
	EOF
	sed -i 's/b.w "$4"/b.w "$2"/' small.s
	arm-none-eabi-as -mcpu=cortex-m3 small.s -o small.o
	rm out.o
	run bind_small --against plain.o
	refused 1 "call 2 of [symbol func_3]"
}

@test "bind: without --against the map is believed, and that is said" {
	natives
	cat >some.map <<-'EOF'
		cabi-arena-realloc my_alloc
		tick-now my_tick
		read-fix my_fix
	EOF
	run "$elfbind" bind gps.o -o gps.bound.o --core gps.wasm --map some.map
	[ "$status" -eq 0 ]
	[[ "$output" == *"note: nothing to bind against"* ]]
	run undefined_in gps.bound.o
	[ "$output" = "[my_alloc]
[my_fix]
[my_tick]" ]
}

@test "bind: without --core the map renames plain symbols" {
	natives
	echo 'cabi_realloc gps_cabi_realloc' >some.map
	echo 'tick_now now' >>some.map
	run "$elfbind" bind plain.o -o out.o --map some.map
	[ "$status" -eq 0 ]
	run arm-none-eabi-nm out.o
	[[ "$output" == *" T now"* ]]
	[[ "$output" != *tick_now* ]]
}

# --- bad input ------------------------------------------------------------------------

@test "bind: names of sections and source files are not symbols" {
	need arm-none-eabi-gcc
	echo 'int poll(void) { return 1; }' >poll
	arm-none-eabi-gcc -x c -c poll -o poll.o
	printf 'poll poll_task\n.text code\n"" nothing\n' >some.map
	"$elfbind" bind poll.o -o out.o --map some.map
	run arm-none-eabi-readelf -sW out.o
	[[ "$output" == *"FILE    LOCAL  DEFAULT  ABS poll"* ]]
	[[ "$output" == *" poll_task"* ]]
	[[ "$output" != *nothing* ]]
}

@test "bind: refuses a truncated object" {
	natives
	head -c 3000 gps.o >short.o && mv short.o gps.o
	run bind_gps
	refused 1 "gps.o: is damaged" "make it again"
}

@test "bind: refuses what is no ELF object" {
	natives
	cp gps.wasm gps.o
	run bind_gps
	refused 1 "gps.o: is a WebAssembly module"
	echo hello >gps.o
	run bind_gps
	refused 1 "gps.o: is not an ELF file"
}

@test "bind: refuses an object that is not there" {
	natives
	rm gps.o
	run bind_gps
	refused 1 "gps.o: cannot be opened"
}

@test "bind: refuses a linked image" {
	natives
	arm-none-eabi-ld -e main natives.o -o gps.o
	run bind_gps
	refused 1 "not a relocatable object"
}

@test "bind: refuses an object of a machine whose calls are not known" {
	natives
	need clang
	echo 'void func_9(void) {}' >other.c
	clang --target=powerpc64 -c other.c -o gps.o
	run "$elfbind" bind gps.o -o gps.bound.o --core gps.wasm --component gps \
		--map <(printf 'tick-now t\nread-fix f\ncabi-arena-realloc a\n')
	refused 1 "gps.o: is for PowerPC64, whose calls berth does not know: compile for"
}

@test "bind: refuses natives of another machine, class or byte order" {
	natives
	need clang
	for target in powerpc64 armeb-none-eabi aarch64; do
		clang --target=$target -ffreestanding -c plain.c -o plain.o
		run bind_gps
		refused 1 "gps.o: is for 32-bit little-endian ARM, but plain.o is for "
		run "$elfbind" bind gps.o -o gps.bound.o --map <(echo func_8 tick_now) --against plain.o
		refused 1 "gps.o: is for 32-bit little-endian ARM, but plain.o is for "
	done
	[[ $output == *"plain.o is for 64-bit little-endian AArch64"* ]]
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c natives.c -o plain.o
	echo 'void more(void) {}' >more.c
	clang --target=armeb-none-eabi -c more.c -o more.o
	run bind_gps --against more.o
	refused 1 "more.o: is for 32-bit big-endian ARM, but plain.o is for 32-bit little-endian ARM"
}

@test "bind: refuses a native in Arm state for a core that has none" {
	natives
	arm-none-eabi-gcc -march=armv7-a -marm -ffreestanding -c plain.c -o plain.o
	run bind_gps
	refused 1 "plain.o: is Arm code, which the M-profile core of gps.o does not run [symbol " \
		"compile it with -mthumb"
	# Other cores change the state with the call.
	cp gps.o any.o
	arm-none-eabi-objcopy --remove-section .ARM.attributes any.o gps.o
	bind_gps
}

@test "bind: refuses the object of another module" {
	natives
	cp fused.o gps.o
	run bind_gps
	refused 1 "give the core module that this object was compiled from"
}

@test "bind: refuses a module that is damaged" {
	natives
	head -c 600 gps.wasm >short.wasm && mv short.wasm gps.wasm
	run bind_gps
	refused 1 "gps.wasm"
}

@test "bind: refuses an import that no native serves" {
	natives
	sed -i /read_pressure/d plain.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c plain.c -o plain.o
	run bind_fused
	refused 1 "read-pressure"
}

@test "bind: refuses an import that two natives could serve" {
	natives
	echo 'unsigned tickNow(void) { return 1; }' >>plain.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c plain.c -o plain.o
	run bind_fused
	refused 1 "tick-now" "tickNow" "tick_now"
}

@test "bind: refuses a definition in the object itself as native" {
	natives
	run "$elfbind" bind gps.o -o gps.bound.o --core gps.wasm --component gps --arena gps \
		--against plain.o --against gps.o
	refused 1 "is the object that is bound"
}

@test "bind: refuses a native whose name the object defines itself" {
	natives
	echo 'int gps_cabi_realloc(void) { return 1; }' >>plain.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c plain.c -o plain.o
	printf '"read-fix" "" -> gps_cabi_realloc\n' >some.map
	run bind_gps --map some.map
	refused 1 "would have two symbols called gps_cabi_realloc" "undefined" "defined"
}

@test "bind: refuses two exports under one name" {
	natives
	echo '"berth:sensors/imu@1.0.0#peek" berth_sensors_imu_poke' >some.map
	run bind_fused --map some.map
	refused 1 "would have two symbols called berth_sensors_imu_poke" \
		"berth:sensors/imu@1.0.0#peek" "berth:sensors/imu@1.0.0#poke"
}

@test "bind: refuses a new name that a local symbol has" {
	natives
	echo '"berth:sensors/imu@1.0.0#peek" func_7' >some.map
	run bind_fused --map some.map
	refused 1 "would have two symbols called func_7"
}

@test "bind: refuses merged symbols without the core module" {
	natives
	echo 'cabi_realloc other' >some.map
	run "$elfbind" bind fused.o -o fused.bound.o --map some.map
	refused 1 "undefined symbol '\$2'" "--core"
	run "$elfbind" bind gps.o -o gps.bound.o --map some.map
	refused 1 "undefined symbol ''" "--core"
}

@test "bind: refuses to bind a plain symbol to a native that is not there" {
	natives
	echo 'unsigned poll(void); unsigned go(void) { return poll(); }' >user.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c user.c -o user.o
	echo 'poll poll_task' >some.map
	run "$elfbind" bind user.o -o out.o --map some.map --against plain.o
	refused 1 "some.map:1:1: no native defines poll_task"
	echo 'poll tick_now' >some.map
	"$elfbind" bind user.o -o out.o --map some.map --against plain.o
	arm-none-eabi-nm out.o | grep ' U tick_now'
}

@test "bind: refuses a mapping symbol, a group's signature and link-time bytecode" {
	need arm-none-eabi-as
	printf '.syntax unified\n.thumb\n.globl f\nf: bx lr\n' >plain.s
	arm-none-eabi-as plain.s -o plain.o
	echo '"$t" thumb' >some.map
	run "$elfbind" bind plain.o -o out.o --map some.map
	refused 1 "marks code and data with [symbol \$t]"
	printf '.syntax unified\n.thumb\nnop\n.word 1\nnop\n.word 1\n' >many.s
	arm-none-eabi-as many.s -o many.o
	echo '"$d" data' >data.map
	run "$elfbind" bind many.o -o out.o --map data.map
	refused 1 "marks code and data with [symbol \$d]"

	printf '.section .text.f,"axG",%%progbits,f,comdat\n.globl f\nf: .word 0\n' >group.s
	arm-none-eabi-as group.s -o group.o
	echo 'f g' >some.map
	run "$elfbind" bind group.o -o out.o --map some.map
	refused 1 "section group known by [symbol f]"

	printf '.section .gnu.lto_main,"e",%%progbits\n.word 0\n.text\n.globl f\nf: .word 0\n' >lto.s
	arm-none-eabi-as lto.s -o lto.o
	run "$elfbind" bind lto.o -o out.o --map some.map
	refused 1 "link-time bytecode" "-fno-lto"
}

@test "bind: refuses a name that two symbols have" {
	need arm-none-eabi-gcc
	echo 'static int x; int *a(void) { return &x; }' >a.c
	echo 'static int x; int *b(void) { return &x; }' >b.c
	arm-none-eabi-gcc -c a.c && arm-none-eabi-gcc -c b.c
	arm-none-eabi-ld -r a.o b.o -o two.o
	echo 'x y' >some.map
	run "$elfbind" bind two.o -o out.o --map some.map
	refused 1 "some.map:1:1: [symbol 'x'] is two symbols of two.o"
}

@test "bind: refuses components without a name and names without a component" {
	natives
	run "$elfbind" bind fused.o -o fused.bound.o --core fused.wasm --component 0=baro \
		--arena baro --against plain.o
	refused 1 "component 2 without a name: give --component 2=NAME"
	run bind_fused --component 7=gps
	refused 1 "has no component 7" "it is fused from 0, 2"
	run "$elfbind" bind fused.o -o fused.bound.o --core fused.wasm --component baro \
		--against plain.o
	refused 1 "has 2 components"
}

@test "bind: an output that cannot be written is a refusal" {
	natives
	run "$elfbind" bind gps.o -o no/such/out.o --core gps.wasm --component gps --arena gps \
		--against plain.o
	refused 1 "no/such/out.o: cannot be written"
}

@test "bind: an old output stays when the run is refused" {
	natives
	echo precious >kept.o
	cp gps.wasm bad.o
	run "$elfbind" bind bad.o -o kept.o --core gps.wasm --component gps --against plain.o
	[ "$status" -eq 1 ]
	[ "$(cat kept.o)" = precious ]
}

# --- usage --------------------------------------------------------------------------------

@test "bind: --help goes to standard output" {
	run -0 "$elfbind" bind -h
	run "$elfbind" bind --help
	[ "$status" -eq 0 ]
	[[ "$output" == "usage: elfbind bind"* ]]
	[ -z "$("$elfbind" bind --help 2>&1 >/dev/null)" ]
}

@test "bind: wrong usage ends with 2 and leaves nothing" {
	for arguments in "" "gps.o" "gps.o -o out.o" "gps.o gps.o -o out.o --core gps.wasm" \
		"gps.o -o out.o --no-such-option" "gps.o -o" "gps.o -o out.o --map" \
		"gps.o -o out.o --component gps --map m" "gps.o -o out.o --arena gps --map m" \
		"gps.o -o out.o --core gps.wasm --component 9x=gps" \
		"gps.o -o out.o --core gps.wasm --component -1=gps" \
		"gps.o -o out.o --core gps.wasm --component 4294967296=gps" \
		"gps.o -o out.o --core gps.wasm --component a-b" \
		"gps.o -o out.o --core gps.wasm --component 0=" \
		"gps.o -o out.o --core gps.wasm --component 0=a --component 0=b" \
		"gps.o -o out.o --core gps.wasm --component 0=a --component 1=a" \
		"gps.o -o out.o --core gps.wasm --component gps --arena imu"; do
		echo "arguments: $arguments"
		# shellcheck disable=SC2086 # words
		run "$elfbind" bind $arguments
		refused 2
	done
}

@test "elfbind: --help, --version, and unknown commands" {
	run "$elfbind" --help
	[ "$status" -eq 0 ]
	[[ "$output" == *"bind"*"inject"*"audit"* ]]
	run "$elfbind" --version
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^elfbind\ \(berth\)\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	run "$elfbind"
	[ "$status" -eq 2 ]
	run "$elfbind" unbind
	[ "$status" -eq 2 ]
	[[ "$output" == *"no command 'unbind'"* ]]
}
