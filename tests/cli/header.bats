#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# symmap header: what the compilers make of it, and that it says what bind does.

bats_require_minimum_version 1.5.0

setup() {
	symmap=$BERTH_BIN/symmap
	elfbind=$BERTH_BIN/elfbind
	fixtures=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR"
}

names="--component 0=baro --component 2=imu --arena baro --arena imu"

header_fused() {
	# shellcheck disable=SC2086 # words
	"$symmap" header "$fixtures/fused.wasm" --import-map "$fixtures/fused.imports.json" $names "$@"
}

wat() { # file; the module on standard input
	command -v wat2wasm >/dev/null || skip "wat2wasm is not here"
	wat2wasm --enable-all - -o "$1"
}

wasm_exports() { # the names that the header's comments give
	header_fused | sed -n 's#^/\* export \([^ ]*\).*#\1#p'
}

refused() { # part of the message
	[ "$status" -eq 1 ]
	[[ $output == *"$1"* ]]
	[ ! -e out.h ]
}

# In C and C++, twice in one unit, without a warning.
compiles() { # header
	printf '#include "%s"\n#include "%s"\n' "$1" "$1" >twice.c
	cp twice.c twice.cpp
	gcc -std=c11 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -c twice.c -o twice.o
	! command -v clang >/dev/null ||
		clang -std=c11 -Wall -Wextra -Wpedantic -Werror -c twice.c -o twice.o
	! command -v clang++ >/dev/null ||
		clang++ -Wall -Wextra -Werror -fsyntax-only twice.cpp
	! command -v g++ >/dev/null || g++ -Wall -Wextra -Werror -fsyntax-only twice.cpp
}

@test "the header of a real module compiles as C and as C++" {
	header_fused -o out.h
	compiles out.h
	grep -qF 'uint32_t berth_sensors_baro_describe(uint32_t, uint32_t);' out.h
	grep -qF 'void cabi_post_berth_sensors_baro_describe(uint32_t);' out.h
	grep -qF 'WIT: func(request: string) -> string' out.h
	grep -qF 'uint32_t read_rate(uint32_t);' out.h
	grep -qF 'uint32_t baro___cabi_arena_realloc(uint32_t, uint32_t, uint32_t, uint32_t);' out.h
}

@test "the symbols in the header are those that bind gives the exports" {
	command -v arm-none-eabi-nm >/dev/null || skip "arm-none-eabi-nm is not here"
	printf 'tick-now tick\nread-pressure pressure\nread-rate rate\n' >app.map
	# shellcheck disable=SC2086 # words
	"$elfbind" bind "$fixtures/fused.o" -o bound.o --core "$fixtures/fused.wasm" \
		--import-map "$fixtures/fused.imports.json" --map app.map $names
	header_fused --map app.map >out.h
	sed -n 's/^[a-z0-9_]* \([A-Za-z0-9_]*\)(.*/\1/p' out.h | sort >declared
	arm-none-eabi-nm -g bound.o | awk '$(NF-1) ~ /[TU]/ {print $NF}' | sort >there
	# Natives that a component imports and never calls are not in the object.
	[ "$(comm -23 declared there)" = "" ] || {
		comm -23 declared there
		false
	}
	[ "$(wc -l <declared)" -eq 16 ]
}

@test "names of exports given by hand are in the header as in what bind writes" {
	command -v arm-none-eabi-nm >/dev/null || skip "arm-none-eabi-nm is not here"
	printf 'tick-now tick\nread-pressure pressure\nread-rate rate\n"berth:sensors/imu@0.1.0#describe" by_map\n' >app.map
	printf '"berth:sensors/baro@0.1.0#describe" by_export_map\n' >export.map
	exports=$(wasm_exports)
	for export in baro imu; do
		name=$(grep -o "berth:sensors/$export[^ ]*#describe" <<<"$exports" | head -1)
		[ -n "$name" ]
		sed -i "s|\"berth:sensors/$export.*\"|\"$name\"|" app.map export.map
	done
	# shellcheck disable=SC2086 # words
	"$elfbind" bind "$fixtures/fused.o" -o bound.o --core "$fixtures/fused.wasm" \
		--import-map "$fixtures/fused.imports.json" --map app.map --export-map export.map $names
	header_fused --map app.map --export-map export.map >out.h
	for symbol in by_map by_export_map; do
		grep -qF "uint32_t $symbol(uint32_t, uint32_t);" out.h
		grep -qF "extern const struct berth_entry berth_entry_$symbol;" out.h
		arm-none-eabi-nm -g bound.o | grep -q " T $symbol\$"
	done
	sed -n 's/^[a-z0-9_]* \([A-Za-z0-9_]*\)(.*/\1/p' out.h | sort >declared
	arm-none-eabi-nm -g bound.o | awk '$(NF-1) ~ /[TU]/ {print $NF}' | sort >there
	[ "$(comm -23 declared there)" = "" ]
	rm out.h
	run header_fused --export-map <(echo no-such other) -o out.h
	refused "[symbol 'no-such']: give the name of one"
	run header_fused --export-map <(echo '"a" "b" -> c') -o out.h
	refused "names an import, and this map is for exports"
	sed 's/by_export_map/other/' export.map >contrary.map
	run header_fused --map contrary.map --export-map export.map -o out.h
	refused "becomes by_export_map here and other in contrary.map: take one out"
	cp export.map keep.map
	run header_fused --export-map export.map -o export.map
	[ "$status" -eq 1 ]
	cmp export.map keep.map
}

@test "the entry points in the header are those that inject makes" {
	command -v arm-none-eabi-nm >/dev/null || skip "arm-none-eabi-nm is not here"
	# shellcheck disable=SC2086 # words
	"$elfbind" bind "$fixtures/fused.o" -o bound.o --core "$fixtures/fused.wasm" \
		--import-map "$fixtures/fused.imports.json" $names --map <(
			printf 'tick-now tick\nread-pressure pressure\nread-rate rate\n')
	"$BERTH_BIN/ldgen" "$BERTH_ROOT/examples/sensors/layout.yaml" -C "$fixtures" \
		-o layout.ld --json layout.json
	"$elfbind" inject bound.o -o out.o --layout layout.json --core "$fixtures/fused.wasm"
	header_fused >out.h
	sed -n 's/^extern const struct berth_entry \(.*\);/\1/p' out.h | sort >declared
	arm-none-eabi-nm -g out.o | awk '$NF ~ /^berth_entry_/ {print $NF}' | sort >there
	diff declared there
	[ "$(wc -l <declared)" -ge 10 ]
}

@test "the same on standard output as in a file, and every time" {
	header_fused -o out.h
	header_fused >again.h
	cmp out.h again.h
	[[ $(cat out.h) != *"$fixtures"* ]]
}

@test "natives have the names of the map, of --against, or by rule" {
	printf '"read-rate" "" -> gyro_rate\n' >app.map
	header_fused --map app.map -o out.h
	grep -qF 'uint32_t gyro_rate(uint32_t);' out.h
	grep -qF 'uint32_t tick_now(void);' out.h
	printf 'int Tick_Now(void) { return 0; }\nint readPressure(void) { return 0; }\nint read_rate(int a) { return a; }\n' >n.c
	gcc -c n.c -o n.o
	header_fused --against n.o -o out.h
	grep -qF 'uint32_t Tick_Now(void);' out.h
	grep -qF 'uint32_t readPressure(void);' out.h
}

@test "with --against, an import that no native serves is refused" {
	printf 'int tick_now(void) { return 0; }\n' >n.c
	gcc -c n.c -o n.o
	run header_fused --against n.o -o out.h
	refused "no native serves"
}

@test "every wasm type that C knows is declared, and what it does not know is said" {
	wat m.wasm <<'END'
(module
  (import "env" "mix" (func (param i32 i64 f32 f64) (result f64)))
  (import "env" "two" (func (result i32 i32)))
  (func (export "wide") (param i64) (result i64) local.get 0)
  (func (export "single") (param f32) (result f32) local.get 0)
  (func (export "pair") (result i32 i32) i32.const 1 i32.const 2)
  (func (export "vector") (param v128))
  (func (export "reference") (result externref) ref.null extern)
  (func (export "double"))
  (func (export "main") (result i32) i32.const 0)
  (func (export "plain")))
END
	"$symmap" header m.wasm -o out.h
	compiles out.h
	grep -qF 'double mix(uint32_t, uint64_t, float, double);' out.h
	grep -qF 'uint64_t wide(uint64_t);' out.h
	grep -qF 'float single(float);' out.h
	grep -qF 'not declared as pair: it returns several values' out.h
	grep -qF 'not declared as two: it returns several values' out.h
	grep -qF 'not declared as vector: it takes a vector or a reference' out.h
	grep -qF 'not declared as reference: it returns a vector or a reference' out.h
	grep -qF 'not declared as main' out.h
	grep -qF 'void double_(void);' out.h
	grep -qF 'void plain(void);' out.h
}

@test "no name from a module leaves its comment" {
	wat m.wasm <<'END'
(module
  (import "a */ int x; /*" "b\0a\0d\1b[2Jc" (func))
  (func (export "e*/ int y; /* \\\0a*/ ??/ \e2\80\ae") (param i32)))
END
	printf '"a */ int x; /*" "b\\n\\x0d\\x1b[2Jc" -> odd\n' >app.map
	"$symmap" header m.wasm --map app.map -o out.h
	compiles out.h
	! LC_ALL=C grep -q '[^ -~]' out.h
	gcc -fpreprocessed -dD -E -P out.h >bare.h
	! grep -q 'int [xy];' bare.h
	grep -q 'void e_int_y_' bare.h
}

@test "two exports of one symbol are refused, and an export like a native" {
	wat m.wasm <<'END'
(module (func (export "a-b")) (func (export "a.b")))
END
	run "$symmap" header m.wasm -o out.h
	refused "export a-b and export a.b would both be the symbol a_b"
	wat m.wasm <<'END'
(module (import "env" "go" (func)) (func (export "go")))
END
	run "$symmap" header m.wasm -o out.h
	refused "export go and import go would both be the symbol go"
}

@test "imports that differ and would share a native are refused" {
	wat m.wasm <<'END'
(module (import "a" "go" (func)) (import "b" "go" (func (param i32))))
END
	run "$symmap" header m.wasm -o out.h
	refused "but go would serve both"
}

@test "components all have names, or none" {
	run "$symmap" header "$fixtures/fused.wasm" --component 0=baro -o out.h
	refused "has a component 2 without a name"
	"$symmap" header "$fixtures/fused.wasm" -o out.h
	compiles out.h
	grep -qF 'uint32_t meld_realloc_0(' out.h
}

@test "a refused header leaves the old one, and no usage is wrong silently" {
	echo old >out.h
	run "$symmap" header "$fixtures/fused.o" -o out.h
	[ "$status" -eq 1 ]
	[ "$(cat out.h)" = old ]
	run "$symmap" header
	[ "$status" -eq 2 ]
	run "$symmap" header a.wasm b.wasm
	[ "$status" -eq 2 ]
	run "$symmap" header a.wasm -o
	[ "$status" -eq 2 ]
	[[ $output == *"-o needs an argument"* ]]
	run "$symmap" header a.wasm --json
	[ "$status" -eq 2 ]
	run --separate-stderr "$symmap" header --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: symmap header"* ]]
}
