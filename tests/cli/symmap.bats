#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# symmap at the command line, over the modules of the sensors example.

bats_require_minimum_version 1.5.0

setup() {
	symmap=$BERTH_BIN/symmap
	fixtures=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR"
}

# Makes an object that defines the names given as global functions.
natives() { # file, names...
	command -v arm-none-eabi-as >/dev/null || skip "arm-none-eabi-as is not here"
	out=$1
	shift
	{
		echo '.syntax unified; .thumb; .text'
		for name in "$@"; do
			echo ".global \"$name\"; .thumb_func; .type \"$name\",%function"
			echo "\"$name\": bx lr"
		done
	} | arm-none-eabi-as -mcpu=cortex-m3 -o "$out" -
}

sensors() {
	natives tcb.o tick_now read_pressure read_rate read_fix
}

arenas="--arena baro --arena imu"

resolve_fused() {
	run "$symmap" resolve "$fixtures/fused.wasm" --import-map "$fixtures/fused.imports.json" \
		--component 0=baro --component 2=imu "$@"
}

# --- help and usage -------------------------------------------------------------

@test "--help and --version go to standard output" {
	run --separate-stderr "$symmap" --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: symmap COMMAND"* ]]
	[ -z "$stderr" ]
	run --separate-stderr "$symmap" --version
	[ "$status" -eq 0 ]
	[ "$output" = "symmap (berth) 0.1.0" ]
	for command in resolve check kebab; do
		run --separate-stderr "$symmap" $command --help
		[ "$status" -eq 0 ]
		[[ $output == "usage: symmap $command"* ]]
	done
}

@test "wrong usage ends with status 2 and says what is wrong" {
	run "$symmap"
	[ "$status" -eq 2 ]
	run "$symmap" frobnicate
	[ "$status" -eq 2 ]
	[[ $output == *"there is no command 'frobnicate'"* ]]
	run "$symmap" resolve
	[ "$status" -eq 2 ]
	run "$symmap" resolve a.wasm b.wasm
	[ "$status" -eq 2 ]
	run "$symmap" resolve --frobnicate a.wasm
	[ "$status" -eq 2 ]
	[[ $output == *"there is no option --frobnicate"* ]]
	run "$symmap" resolve -x a.wasm
	[ "$status" -eq 2 ]
	[[ $output == *"there is no option -x"* ]]
	run "$symmap" resolve a.wasm --map
	[ "$status" -eq 2 ]
	[[ $output == *"--map needs an argument"* ]]
	run "$symmap" check
	[ "$status" -eq 2 ]
	run "$symmap" kebab
	[ "$status" -eq 2 ]
}

@test "components on the command line must make sense" {
	for wrong in 'x=baro' '=baro' '4294967295=baro' '-1=baro' '0=2fast' '0=' '0=a-b'; do
		run "$symmap" resolve a.wasm --component "$wrong"
		[ "$status" -eq 2 ]
	done
	run "$symmap" resolve a.wasm --component 0=a --component 0=b
	[ "$status" -eq 2 ]
	run "$symmap" resolve a.wasm --component 0=a --component 1=a
	[ "$status" -eq 2 ]
	run "$symmap" resolve a.wasm --component a --component b
	[ "$status" -eq 2 ]
	run "$symmap" resolve a.wasm --component a --arena b
	[ "$status" -eq 2 ]
	[[ $output == *"--arena b: no --component has that name"* ]]
}

# --- kebab -----------------------------------------------------------------------

@test "kebab prints one name a line" {
	run "$symmap" kebab __cabi_arena_realloc XMLHttpRequest -- --two
	[ "$status" -eq 0 ]
	[ "$output" = "cabi-arena-realloc
xml-http-request
two" ]
}

# --- resolve ----------------------------------------------------------------------

@test "every import of the fused module gets its native, and arenas their component" {
	sensors
	resolve_fused --against tcb.o --arena baro --arena imu
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat <<'END'
IMPORT  COMPONENT  MODULE FIELD               KEBAB               NATIVE                     REASON                     CHECKED      SOURCE
0       baro       "cabi-arena-realloc" ""    cabi-arena-realloc  baro___cabi_arena_realloc  arena of the component     not checked  arena of baro
1       baro       "tick-now" ""              tick-now            tick_now                   native of that kebab-case  not checked  tcb.o
2       baro       "read-pressure" ""         read-pressure       read_pressure              native of that kebab-case  not checked  tcb.o
3       imu        "cabi-arena-realloc" "$2"  cabi-arena-realloc  imu___cabi_arena_realloc   arena of the component     not checked  arena of imu
4       imu        "tick-now" "$2"            tick-now            tick_now                   native of that kebab-case  not checked  tcb.o
5       imu        "read-rate" ""             read-rate           read_rate                  native of that kebab-case  not checked  tcb.o
END
)" ]
}

@test "the import map is not needed where the callers say the component" {
	sensors
	resolve_fused --against tcb.o --arena baro --arena imu
	with=$output
	run "$symmap" resolve "$fixtures/fused.wasm" --component 0=baro --component 2=imu \
		--against tcb.o --arena baro --arena imu
	[ "$status" -eq 0 ]
	[ "$output" = "$with" ]
}

@test "a single component needs no number" {
	sensors
	run "$symmap" resolve "$fixtures/gps.wasm" --component gps --arena gps --against tcb.o
	[ "$status" -eq 0 ]
	[[ $output == *"gps___cabi_arena_realloc"* ]]
	run "$symmap" resolve "$fixtures/fused.wasm" --component gps --against tcb.o
	[ "$status" -eq 1 ]
	[[ $output == *"has 2 components: say which one of 0, 2 is gps"* ]]
	run "$symmap" resolve "$fixtures/gps.wasm" --component 3=gps --against tcb.o
	[ "$status" -eq 1 ]
	[[ $output == *"has no component 3 [gps]: it is fused from 0"* ]]
}

@test "members of an archive are named as the source" {
	sensors
	arm-none-eabi-ar rcD libtcb.a tcb.o
	run "$symmap" resolve "$fixtures/gps.wasm" --component gps --arena gps --against libtcb.a
	[ "$status" -eq 0 ]
	[[ $output == *"libtcb.a(tcb.o)"* ]]
}

@test "--json prints the same facts" {
	sensors
	resolve_fused --against tcb.o --arena baro --arena imu --json
	[ "$status" -eq 0 ]
	[ "$(grep -c '"index"' <<<"$output")" -eq 6 ]
	[[ $output == *'"berth_resolution": 1'* ]]
	[[ $output == *'"native": "imu___cabi_arena_realloc"'* ]]
	[[ $output == *'"field": "$2"'* ]]
	[[ $output == *'"reason": "kebab"'* ]]
}

@test "output is the same every time" {
	sensors
	resolve_fused --against tcb.o --arena baro --arena imu --json
	first=$output
	resolve_fused --against tcb.o --arena baro --arena imu --json
	[ "$output" = "$first" ]
}

@test "a missing native is named with its import, component and remedy, all of them at once" {
	natives tcb.o tick_now read_presure
	run --separate-stderr "$symmap" resolve "$fixtures/fused.wasm" --component 0=baro \
		--component 2=imu --arena baro --arena imu --against tcb.o
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[[ ${stderr_lines[0]} == *'no native serves import 2 "read-pressure" "" of component baro'* ]]
	[[ ${stderr_lines[0]} == *'near it: read_presure in tcb.o' ]]
	[[ ${stderr_lines[1]} == *'no native serves import 5 "read-rate" "" of component imu'* ]]
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "two candidates are refused and both named" {
	sensors
	natives other.o TickNow
	resolve_fused --against tcb.o --against other.o --arena baro --arena imu
	[ "$status" -eq 1 ]
	[[ $output == *"2 candidates [tick-now]: tick_now in tcb.o, TickNow in other.o"* ]]
}

@test "an arena and a native of its name are two candidates" {
	natives tcb.o tick_now read_pressure read_rate __cabi_arena_realloc
	resolve_fused --against tcb.o --arena baro
	[ "$status" -eq 1 ]
	[[ $output == *"the arena of baro, __cabi_arena_realloc in tcb.o"* ]]
}

@test "without --against the map is believed, and symmap says so" {
	printf '%s\n' 'cabi-arena-realloc my_realloc' '"tick-now" "" -> tick' \
		'"tick-now" "$2" -> tick' 'read-pressure p' 'read-rate r' >app.map
	run --separate-stderr "$symmap" resolve "$fixtures/fused.wasm" --map app.map
	[ "$status" -eq 0 ]
	[[ $stderr == *"note: nothing to resolve against: the natives of the map are believed" ]]
	[[ $output == *"named in the map  not checked  app.map:3"* ]]
}

@test "names that are hostile to a terminal are escaped in the table" {
	natives tcb.o "tick_now" "read_fix" "$(printf '__cabi\033arena_realloc')"
	run "$symmap" resolve "$fixtures/gps.wasm" --against tcb.o
	[ "$status" -eq 0 ]
	[[ $output == *'__cabi\x1barena_realloc'* ]]
	[[ $output != *$'\033'* ]]
}

# --- bad input ----------------------------------------------------------------------

@test "files of the wrong kind are refused with what they are" {
	run "$symmap" header "$fixtures/fused.o"
	[ "$status" -eq 1 ]
	[[ $output == *"fused.o: is not WebAssembly"* ]]
	run "$symmap" resolve "$fixtures/gps.wasm" --against "$fixtures/gps.wasm"
	[ "$status" -eq 1 ]
	[[ $output == *"gps.wasm: is a WebAssembly module"* ]]
	run "$symmap" resolve nothing.wasm
	[ "$status" -eq 1 ]
	[[ $output == *"nothing.wasm: cannot be opened"* ]]
	run "$symmap" resolve "$fixtures/gps.wasm" --import-map "$fixtures/fused.imports.json"
	[ "$status" -eq 1 ]
	[[ $output == *"fused.imports.json: import map entry"* ]]
}

@test "a truncated module is refused with the offset" {
	head -c 5000 "$fixtures/fused.wasm" >cut.wasm
	run "$symmap" resolve cut.wasm
	[ "$status" -eq 1 ]
	[[ $output == *"cut.wasm: is no valid core module: at offset 0x"* ]]
}

# --- other sources of names ---------------------------------------------------------------

@test "an object that lists its imports resolves without the core module" {
	sensors
	# shellcheck disable=SC2086 # words
	run --separate-stderr "$symmap" resolve "$fixtures/fused.o" --against tcb.o \
		--import-map "$fixtures/fused.imports.json" --component 0=baro --component 2=imu $arenas
	[ "$status" -eq 0 ]
	[[ $stderr == *"fused.o: note: the list in an object says no types: "* ]]
	# shellcheck disable=SC2086 # words
	[ "$output" = "$("$symmap" resolve "$fixtures/fused.wasm" --against tcb.o \
		--import-map "$fixtures/fused.imports.json" --component 0=baro --component 2=imu $arenas)" ]
}

@test "without an import map the component of an object's import is not known" {
	natives tcb.o tick_now read_pressure read_rate cabi_arena_realloc
	run --separate-stderr "$symmap" resolve "$fixtures/fused.o" --against tcb.o
	[ "$status" -eq 0 ]
	[[ $stderr == *"says no types and no components"* ]]
	[ "$(grep -c '^[0-5]  *-  ' <<<"$output")" -eq 6 ]
	run --separate-stderr "$symmap" resolve "$fixtures/fused.o" --against tcb.o --json
	[ "$(jq -c '[([.imports[].component] | unique), .exports]' <<<"$output")" = "[[null],null]" ]
	run "$symmap" resolve "$fixtures/fused.o" --component 0=baro --against tcb.o
	[ "$status" -eq 1 ]
	[[ $output == *"does not say which component an import is of: give --import-map"* ]]
}

@test "the types of an object's imports are not guessed" {
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	printf 'int tick_now(long long a) { return 0; } int read_fix(void) { return 0; } int cabi_arena_realloc(void) { return 0; }\n' >n.c
	arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -g -c n.c -o n.o
	run --separate-stderr "$symmap" resolve "$fixtures/gps.o" --against n.o
	[ "$status" -eq 0 ]
	! grep -q dwarf <<<"$output"
	run "$symmap" resolve "$fixtures/gps.wasm" --against n.o
	[ "$status" -eq 1 ]
}

@test "an object without a list of imports, or with a damaged one, is refused" {
	sensors
	run "$symmap" resolve tcb.o
	[ "$status" -eq 1 ]
	[[ $output == *"has no list of its imports [section .meld_import_table]: give the core module"* ]]
	command -v arm-none-eabi-objcopy >/dev/null || skip "arm-none-eabi-objcopy is not here"
	table() { # bytes
		printf '%b' "$1" >table
		arm-none-eabi-objcopy --add-section .meld_import_table=table tcb.o bad.o
		run "$symmap" resolve bad.o
		[ "$status" -eq 1 ]
	}
	table '\x02\0'
	[[ $output == *"lists more imports than there is room for"* ]]
	table '\xff\xff\xff\xff\0\0\0\0\0\0\0\0'
	[[ $output == *"lists more imports than there is room for"* ]]
	table '\x01\0\0\0\0\0\0\0\x09\0a\0\0'
	[[ $output == *"import 0 is cut off"* ]]
	table '\x01\0\0\0\0\0\0\0\x01\0a\x02\0b'
	[[ $output == *"import 0 is cut off"* ]]
	table '\x01\0\0\0\x01\0\0\0\x01\0a\x01\0b'
	[[ $output == *"import 0 has the index of another"* ]]
	table '\x01\0\0\0\0\0\0\0\x02\0a\0\x01\0b'
	[[ $output == *"import 0 has a name with a byte 0"* ]]
	table '\x01\0\0\0\0\0\0\0\x01\0a\x01\0bc'
	[[ $output == *"import 1 is not counted, but there"* ]]
}

@test "header needs the types, which an object does not list" {
	run "$symmap" header "$fixtures/fused.o"
	[ "$status" -eq 1 ]
}

@test "the JSON names memory and allocator of every export, as the manifest says them" {
	sensors
	# shellcheck disable=SC2086 # words
	run --separate-stderr "$symmap" resolve "$fixtures/fused.wasm" --component 0=baro \
		--component 2=imu $arenas --against tcb.o --json
	[ "$status" -eq 0 ]
	[ "$(jq -c '.exports[] | select(.export | endswith("baro@1.0.0#describe")) | [.wit, .memory, .realloc, .post_return]' <<<"$output")" = \
		'["func(request: string) -> string","memory$0","meld:realloc/0","cabi_post_berth:sensors/baro@1.0.0#describe"]' ]
	[ "$(jq '.exports | length' <<<"$output")" -eq 6 ]
	natives core.o cabi_arena_realloc tick_now read_fix
	run --separate-stderr "$symmap" resolve "$fixtures/gps.core.wasm" --against core.o --json
	[ "$status" -eq 0 ]
	[ "$(jq .exports <<<"$output")" = null ]
}

# --- archives, versions, weak and hidden -------------------------------------------------

@test "a thin archive defines what its members do, which lie relative to it" {
	natives tick.o tick_now
	natives pressure.o read_pressure
	natives rate.o read_rate
	mkdir -p lib/sub
	mv tick.o lib/sub
	mv pressure.o lib/a-member-with-a-name-that-is-long.o
	for ar in arm-none-eabi-ar llvm-ar; do
		command -v $ar >/dev/null || continue
		rm -f lib/libtcb.a
		(cd lib && $ar rcT libtcb.a sub/tick.o a-member-with-a-name-that-is-long.o ../rate.o)
		for place in lib/libtcb.a "$PWD/lib/libtcb.a"; do
			# shellcheck disable=SC2086 # words
			resolve_fused --against "$place" $arenas
			[ "$status" -eq 0 ]
			grep -q ' tick_now .*libtcb.a(.*tick.o)$' <<<"$output"
			grep -q ' read_rate .*libtcb.a(.*rate.o)$' <<<"$output"
		done
	done
	rm lib/sub/tick.o
	# shellcheck disable=SC2086 # words
	resolve_fused --against lib/libtcb.a $arenas
	[ "$status" -eq 1 ]
	[[ $output == *"symmap: lib/libtcb.a: is a thin archive, and its member "*"tick.o is not there"* ]]
}

@test "a thin archive of an archive is refused, and says what to give" {
	sensors
	arm-none-eabi-ar rc in.a tcb.o
	arm-none-eabi-ar rcT out.a in.a
	run "$symmap" resolve "$fixtures/fused.wasm" --against out.a
	[ "$status" -eq 1 ]
	[[ $output == *"has a member that lies in another archive"*"give that archive"* ]]
	command -v llvm-ar >/dev/null || return 0
	rm out.a
	llvm-ar rcT out.a in.a
	run "$symmap" resolve "$fixtures/fused.wasm" --against out.a
	[ "$status" -eq 1 ]
	[[ $output == *"is an archive in an archive"* ]]
}

@test "a member without symbols defines nothing, and is no reason to refuse its archive" {
	sensors
	printf '' | arm-none-eabi-as -o empty.o -
	arm-none-eabi-strip empty.o
	arm-none-eabi-ar rc tcb.a empty.o tcb.o
	# shellcheck disable=SC2086 # words
	resolve_fused --against tcb.a $arenas
	[ "$status" -eq 0 ]
}

@test "imports are found in a real libc" {
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	command -v wat2wasm >/dev/null || skip "wat2wasm is not here"
	libc=$(arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -print-file-name=libc.a)
	[ -f "$libc" ] || skip "newlib is not here"
	wat2wasm - -o m.wasm <<'END'
(module (import "env" "memcpy" (func (param i32 i32 i32) (result i32)))
  (import "env" "strlen" (func (param i32) (result i32)))
  (import "env" "str-to-l" (func (param i32 i32 i32) (result i32))))
END
	run "$symmap" resolve m.wasm --against "$libc"
	[ "$status" -eq 1 ]
	[[ $output == *"no native serves import 2"* ]]
	printf 'str-to-l strtol\n' >app.map
	run "$symmap" resolve m.wasm --against "$libc" --map app.map
	[ "$status" -eq 0 ]
	grep -q ' memcpy  *memcpy  *native of that name .*libc.a(.*memcpy.*)$' <<<"$output"
	grep -q ' strtol  *named in the map .*libc.a(.*strtol.*) (app.map:1)$' <<<"$output"
}

@test "of versions the default one serves, as both linkers join them" {
	command -v arm-none-eabi-as >/dev/null || skip "arm-none-eabi-as is not here"
	for name in tick_one tick_two read_pressure read_rate; do
		printf '.syntax unified\n.thumb\n.global %s\n.type %s,%%function\n.thumb_func\n%s: bx lr\n' \
			$name $name $name
	done >v.s
	printf '.symver tick_one, tick_now@VERS_1\n.symver tick_two, tick_now@@VERS_2\n' >>v.s
	arm-none-eabi-as -mcpu=cortex-m3 v.s -o v.o
	# shellcheck disable=SC2086 # words
	resolve_fused --against v.o $arenas
	[ "$status" -eq 0 ]
	[ "$(grep -c ' tick_now  *native of that kebab-case ' <<<"$output")" -eq 2 ]
	printf 'tick-now tick_now@VERS_1\n' >app.map
	# shellcheck disable=SC2086 # words
	resolve_fused --against v.o $arenas --map app.map
	[ "$status" -eq 0 ]
	grep -q ' tick_now@VERS_1  *named in the map ' <<<"$output"
	# What the linkers make of the name that resolve gave.
	printf '.syntax unified\n.thumb\n.global _start\n.thumb_func\n_start: bl tick_now\n' >s.s
	arm-none-eabi-as -mcpu=cortex-m3 s.s -o s.o
	for linker in arm-none-eabi-ld ld.lld; do
		command -v $linker >/dev/null || continue
		$linker s.o v.o -o s.elf
		called=$(arm-none-eabi-objdump -d s.elf | sed -n 's/.*bl\t0*\([0-9a-f]*\) .*/\1/p' | head -n 1)
		two=$(arm-none-eabi-nm s.elf | sed -n 's/^0*\([0-9a-f]*\) T tick_two$/\1/p')
		[ "$((0x$called))" -eq "$((0x$two & ~1))" ]
	done
}

@test "a version alone serves no plain name" {
	command -v arm-none-eabi-as >/dev/null || skip "arm-none-eabi-as is not here"
	printf '.thumb\n.global one\n.type one,%%function\none: bx lr\n.symver one, tick_now@VERS_1, remove\n' >v.s
	arm-none-eabi-as -mcpu=cortex-m3 v.s -o v.o
	natives rest.o read_pressure read_rate
	# shellcheck disable=SC2086 # words
	resolve_fused --against v.o --against rest.o $arenas
	[ "$status" -eq 1 ]
	[[ $output == *"no native serves import 1"* ]]
}

@test "a strong native comes before a weak one, and hidden ones serve nothing" {
	sensors
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	printf '__attribute__((weak)) int tick_now(void) { return 0; }\n' >weak.c
	arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -c weak.c -o weak.o
	for order in "--against weak.o --against tcb.o" "--against tcb.o --against weak.o"; do
		# shellcheck disable=SC2086 # words
		resolve_fused $order $arenas
		[ "$status" -eq 0 ]
		[ "$(grep -c ' tick_now .* tcb.o$' <<<"$output")" -eq 2 ]
	done
	natives rest.o read_pressure read_rate
	# shellcheck disable=SC2086 # words
	resolve_fused --against weak.o --against rest.o $arenas
	[ "$status" -eq 0 ]
	[ "$(grep -c ' tick_now .* weak.o, weak$' <<<"$output")" -eq 2 ]
	for visibility in hidden internal; do
		printf '__attribute__((visibility("%s"))) int tick_now(void) { return 0; }\n' $visibility >h.c
		arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -c h.c -o hidden.o
		# shellcheck disable=SC2086 # words
		resolve_fused --against hidden.o --against rest.o $arenas
		[ "$status" -eq 1 ]
		[[ $output == *"no native serves import 1"* ]]
	done
}

# --- DWARF --------------------------------------------------------------------------------

# An object whose DWARF says what the natives of the fused module take and return.
described() { # file, definition of read_rate, compiler options...
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	out=$1 definition=$2
	shift 2
	cat >described.c <<END
typedef unsigned int word;
enum axis { ROLL };
struct state { int a, b; };
word tick_now(void) { return 0; }
unsigned char read_pressure(void) { return 0; }
$definition
END
	arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 -c "$@" described.c -o "$out"
}

@test "natives whose DWARF says the types of the import are checked" {
	for options in "-g -O0" "-gdwarf-4 -O2" "-gdwarf-2" "-g -gz"; do
		# shellcheck disable=SC2086 # words
		described n.o "const volatile int read_rate(enum axis a) { return a; }" $options
		# shellcheck disable=SC2086 # words
		resolve_fused --against n.o $arenas
		[ "$status" -eq 0 ]
		[ "$(grep -c ' dwarf  *n.o$' <<<"$output")" -eq 4 ]
		[ "$(grep -c ' not checked  *arena of' <<<"$output")" -eq 2 ]
	done
	# shellcheck disable=SC2086 # words
	described n.o "int read_rate(enum axis a) { return a; }" -g
	run --separate-stderr "$symmap" resolve "$fixtures/fused.wasm" --component 0=baro \
		--component 2=imu $arenas --against n.o --json
	[ "$status" -eq 0 ]
	[ "$(jq -r '[.imports[].checked] | unique | join("+")' <<<"$output")" = "dwarf+not checked" ]
}

@test "natives without DWARF, and what DWARF cannot say, are not checked" {
	for definition in "int read_rate(struct state s) { return s.a; }" \
		"int read_rate(int a, ...) { return a; }" \
		"int read_rate_2(int a) { return a; } int read_rate(int) __attribute__((alias(\"read_rate_2\")));" \
		"__asm__(\".global read_rate; .thumb_func; read_rate: bx lr\");"; do
		described n.o "$definition" -g
		# shellcheck disable=SC2086 # words
		resolve_fused --against n.o $arenas
		[ "$status" -eq 0 ]
		grep -q 'read_rate .* not checked  *n.o$' <<<"$output"
		grep -q 'tick_now .* dwarf  *n.o$' <<<"$output"
	done
	described n.o "int read_rate(int a, int b) { return a + b; }"
	# shellcheck disable=SC2086 # words
	resolve_fused --against n.o $arenas
	[ "$status" -eq 0 ]
	! grep -q dwarf <<<"$output"
}

@test "the assembler's own DWARF says no types" {
	command -v arm-none-eabi-as >/dev/null || skip "arm-none-eabi-as is not here"
	for name in tick_now read_pressure read_rate; do
		printf '.text\n.syntax unified\n.thumb\n.global %s\n.type %s,%%function\n.thumb_func\n%s: bx lr\n.size %s, .-%s\n' \
			$name $name $name $name $name
	done >n.s
	arm-none-eabi-as -g -mcpu=cortex-m3 n.s -o n.o
	# shellcheck disable=SC2086 # words
	resolve_fused --against n.o $arenas
	[ "$status" -eq 0 ]
	[ "$(grep -c ' not checked  *n.o$' <<<"$output")" -eq 4 ]
}

@test "a native that takes or returns something else is refused, and both are shown" {
	while IFS='|' read -r definition native; do
		described n.o "$definition" -g -w
		# shellcheck disable=SC2086 # words
		resolve_fused --against n.o $arenas
		[ "$status" -eq 1 ]
		[[ $output == *"import 5 \"read-rate\" \"\" of component imu is (i32) -> i32, but by its DWARF read_rate in n.o is $native: "* ]]
		[ "$(wc -l <<<"$output")" -eq 1 ]
	done <<'END'
int read_rate(void) { return 0; }|() -> i32
int read_rate(int a, int b) { return a; }|(i32, i32) -> i32
int read_rate(long long a) { return a; }|(i64) -> i32
int read_rate(float a) { return a; }|(f32) -> i32
double read_rate(char *a) { return *a; }|(i32) -> f64
void read_rate(short a) {}|(i32)
END
}

@test "every import that a native does not fit is reported, in their order, in archives and images too" {
	described n.o "int read_rate(long long a) { return a; } int tick(int a) { return a; }" -g
	printf 'tick-now tick\n' >app.map
	arm-none-eabi-ar rc n.a n.o
	arm-none-eabi-ld -e tick n.o -o n.elf
	for file in n.o n.a n.elf; do
		# shellcheck disable=SC2086 # words
		resolve_fused --against $file $arenas --map app.map
		[ "$status" -eq 1 ]
		[ "$(grep -o 'import [0-9]' <<<"$output" | tr '\n' ' ')" = "import 1 import 4 import 5 " ]
	done
}

# --- check ------------------------------------------------------------------------------

@test "check counts what a good map holds" {
	printf 'read-rate b\n"tick-now" "$2" -> tick_now\n' >app.map
	run "$symmap" check app.map --core "$fixtures/fused.wasm"
	[ "$status" -eq 0 ]
	[ "$output" = "1 symbols, 1 imports" ]
}

@test "check refuses a plain name that is nothing of the module, by line and column" {
	printf 'tick-now tick\nberth:sensors/imu@1.0.0#peek peek\n  tick-nwo tock\nfunc_9 nine\n' >app.map
	run -1 "$symmap" check app.map --core "$fixtures/fused.wasm"
	[[ ${lines[0]} == "symmap: app.map:3:3: [symbol 'tick-nwo'] is no import and no export of "*": correct the name, or give the object that has it with --object" ]]
	[[ ${lines[1]} == "symmap: app.map:4:1: [symbol 'func_9'] is no import "* ]]
	[ "${#lines[@]}" -eq 2 ]
	# With the object its symbols may be meant.
	run -1 "$symmap" check app.map --core "$fixtures/fused.wasm" --object "$fixtures/fused.o"
	[[ ${lines[0]} == "symmap: app.map:3:3: [symbol 'tick-nwo'] is no import and no export of "*" and no symbol of "*": correct the name, or take the line out" ]]
	[ "${#lines[@]}" -eq 1 ]
	sed -i 3d app.map
	run -0 "$symmap" check app.map --core "$fixtures/fused.wasm" --object "$fixtures/fused.o"
	[ "$output" = "3 symbols, 0 imports" ]
	run -2 "$symmap" check app.map --object "$fixtures/fused.o"
	run -1 "$symmap" check app.map --core "$fixtures/fused.wasm" --object missing.o
	run -0 "$symmap" check app.map
	[[ $output == *"note: its names were not compared with a module"* ]]
}

@test "check refuses a pair that the module does not import, by line and column" {
	printf '\n  "tick-now" "$3" -> tick_now\n' >app.map
	run "$symmap" check app.map --core "$fixtures/fused.wasm"
	[ "$status" -eq 1 ]
	[[ $output == "symmap: app.map:2:3: "*'imports no function "tick-now" "$3"'* ]]
}

@test "check reports every fault of a map" {
	printf 'a b\na c\nx\nd "e\n' >app.map
	run "$symmap" check app.map
	[ "$status" -eq 1 ]
	[[ $output == *"app.map:3:1:"* ]]
	[[ $output == *"app.map:4:3:"* ]]
}

@test "a full disk behind standard output is not success" {
	[ -w /dev/full ] || skip "/dev/full is not here"
	run bash -c "'$symmap' kebab a >/dev/full"
	[ "$status" -eq 1 ]
}
