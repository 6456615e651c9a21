#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# symmap reach: what each export of a core module may touch.

setup() {
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cd "$BATS_TEST_TMPDIR" || return
}

# Writes m.wasm from the text on standard input.
module() {
	command -v wat2wasm >/dev/null || skip "wat2wasm is not here"
	wat2wasm "${enabled:---enable-all}" - -o m.wasm
}

# What the listing says of export $1, one line.
of() {
	symmap reach m.wasm | awk -v wanted="export $1" '
		/^[^ ]/ { found = ($0 == wanted); next }
		found { $1 = $1; printf "%s%s", separator, $0; separator = "; " }'
}

symmap() { "$BERTH_BIN/symmap" "$@"; }

@test "the components of the example need their own memories and no others" {
	run symmap reach "$sensors/fused.wasm" --import-map "$sensors/fused.imports.json" \
		--component 0=baro --component 2=imu
	[ "$status" -eq 0 ]
	grep -A1 -Fx "component baro" <<<"$output" | grep -Fxq "  memory 1   read and written; natives may get pointers into it"
	grep -A1 -Fx "component imu" <<<"$output" | grep -Fxq "  memory 0   read and written; natives may get pointers into it"
	[ "$(grep -c '^  memory' <<<"$output")" -eq 2 ]
	grep -A5 -Fx 'export berth:sensors/imu@1.0.0#describe' <<<"$output" | grep -Fxq '             "tick-now" "$2"'
}

@test "loads read, stores write, and memory.copy does one on each side" {
	module <<-'END'
		(module (memory 1) (memory 1) (memory 1) (memory 1)
		(data $d "x")
		(func (export "load") (drop (i64.load16_s (i32.const 0))))
		(func (export "store") (f64.store 1 (i32.const 0) (f64.const 0)))
		(func (export "copy") (memory.copy 2 3 (i32.const 0) (i32.const 0) (i32.const 1)))
		(func (export "fill") (memory.fill 3 (i32.const 0) (i32.const 0) (i32.const 1)))
		(func (export "init") (memory.init 2 $d (i32.const 0) (i32.const 0) (i32.const 1)))
		(func (export "size") (drop (memory.size 1)))
		(func (export "grow") (drop (memory.grow 1 (i32.const 1))))
		(func (export "vector") (v128.store (i32.const 0) (v128.load32_zero 1 (i32.const 0))))
		(func (export "lane") (v128.store8_lane 1 0 (i32.const 0) (v128.const i32x4 0 0 0 0)))
		(func (export "add") (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))))
		(func (export "wait") (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 0))))
		(func (export "put") (i32.atomic.store8 (i32.const 0) (i32.const 0))))
	END
	[ "$(of load)" = "component 0; reads memory 0" ]
	[ "$(of store)" = "component 0; writes memory 1" ]
	[ "$(of copy)" = "component 0; reads memory 3; writes memory 2" ]
	[ "$(of fill)" = "component 0; writes memory 3" ]
	[ "$(of init)" = "component 0; writes memory 2" ]
	[ "$(of size)" = "component 0" ]
	[ "$(of grow)" = "component 0; grows memory 1" ]
	[ "$(of vector)" = "component 0; reads memory 1; writes memory 0" ]
	[ "$(of lane)" = "component 0; writes memory 1" ]
	[ "$(of add)" = "component 0; reads memory 0; writes memory 0" ]
	[ "$(of wait)" = "component 0; reads memory 0" ]
	[ "$(of put)" = "component 0; writes memory 0" ]
}

@test "a call by index reaches its signature in its table, and no other" {
	module <<-'END'
		(module (memory 1) (memory 1) (memory 1)
		(type $v (func)) (type $i (func (result i32)))
		(table $t 2 funcref) (table $u 1 funcref)
		(elem (table $t) (i32.const 0) func $read $other)
		(elem (table $u) (i32.const 0) func $write)
		(func $read (drop (i32.load (i32.const 0))))
		(func $other (result i32) (i32.load 1 (i32.const 0)))
		(func $write (i32.store 2 (i32.const 0) (i32.const 0)))
		(func (export "first") (call_indirect $t (type $v) (i32.const 0)))
		(func (export "second") (drop (call_indirect $t (type $i) (i32.const 1))))
		(func (export "third") (call_indirect $u (type $v) (i32.const 0))))
	END
	[ "$(of first)" = "component 0; reads memory 0" ]
	[ "$(of second)" = "component 0; reads memory 1" ]
	[ "$(of third)" = "component 0; writes memory 2" ]
}

@test "a function that code puts into a table is reached by index, whether it was in another or in none" {
	enabled=--enable-multi-memory module <<-'END'
		(module (memory 1) (memory 1) (type $v (func))
		(table $t 1 funcref) (table $u 1 funcref)
		(elem (table $u) (i32.const 0) func $write)
		(func $read (export "read") (drop (i32.load (i32.const 0))))
		(func $write (i32.store 1 (i32.const 0) (i32.const 0)))
		(func (export "put") (table.set $t (i32.const 0) (ref.func $write))
		(table.set $t (i32.const 0) (ref.func $read)))
		(func (export "call") (call_indirect $t (type $v) (i32.const 0))))
	END
	[ "$(of put)" = "component 0" ]
	[ "$(of call)" = "component 0; reads memory 0; writes memory 1" ]
}

@test "imports and tables that others fill lead out of the module" {
	module <<-'END'
		(module (import "host" "give" (func $give (param i32)))
		(import "host" "\1b[2J" (func $clear))
		(memory 1) (memory 1) (table (export "table") 1 funcref)
		(func (export "give") (call $give (i32.load 1 (i32.const 0))))
		(func (export "clear") (call $clear))
		(func (export "by-index") (call_indirect (i32.const 0))))
	END
	[ "$(of give)" = 'component 0; reads memory 1; leaves "host" "give"' ]
	[ "$(of clear)" = 'component 0; leaves "host" "\x1b[2J"' ]
	[ "$(of by-index)" = 'component 0; leaves through a table that others can fill' ]
	symmap reach m.wasm | grep -A2 '^component' | grep -Fx "  memory 1   only read; natives may get pointers into it"
}

@test "the same as JSON" {
	command -v python3 >/dev/null || skip "python3 is not here"
	symmap reach --json "$sensors/fused.wasm" --component 0=baro --component 2=imu >reach.json
	run python3 -c '
import json
all = json.load(open("reach.json"))
assert all["berth_reach"] == 1
one = [e for e in all["exports"] if e["export"] == "berth:sensors/imu@1.0.0#peek"][0]
assert one["component_name"] == "imu" and one["reads"] == [0] and one["leaves"] == []
print([(c["component_name"], [m["memory"] for m in c["memories"]]) for c in all["components"]])'
	[ "$output" = "[('baro', [1]), ('imu', [0])]" ]
}

@test "what cannot be answered is refused" {
	run symmap reach
	[ "$status" -eq 2 ]
	run symmap reach --nonsense x.wasm
	[ "$status" -eq 2 ]
	echo no >m.wasm
	run symmap reach m.wasm
	[ "$status" -eq 1 ]
	[[ "$output" == *"is not WebAssembly"* ]]
	run symmap reach "$sensors/gps.wasm" --component 3=gps
	[ "$status" -eq 1 ]
}

@test "what initial values of globals and tables refer to is reached by index" {
	enabled=--enable-multi-memory # with typed references wat2wasm takes no ref.func
	module <<-'END'
		(module (memory 1) (memory 1)
		(table 4 funcref)
		(global $held funcref (ref.func $store))
		(func $store (i32.store 1 (i32.const 0) (i32.const 1)))
		(func (export "run")
			(table.set 0 (i32.const 0) (global.get $held))
			(call_indirect (i32.const 0))))
	END
	[ "$(of run)" = "component 0; writes memory 1" ]
	# (table 4 funcref (ref.func $store)), which wat2wasm does not know
	printf '%b' \
		'\x00\x61\x73\x6d\x01\x00\x00\x00\x01\x04\x01\x60\x00\x00\x03\x03\x02\x00' \
		'\x00\x04\x09\x01\x40\x00\x70\x00\x04\xd2\x00\x0b\x05\x05\x02\x00\x01\x00' \
		'\x01\x07\x07\x01\x03\x72\x75\x6e\x00\x01\x0a\x14\x02\x0a\x00\x41\x00\x41' \
		'\x01\x36\x42\x01\x00\x0b\x07\x00\x41\x00\x11\x00\x00\x0b' >m.wasm
	[ "$(of run)" = "component 0; writes memory 1" ]
}

@test "a table that is filled from one that is imported leads outside" {
	module <<-'END'
		(module
		(import "h" "t" (table $theirs 4 funcref))
		(table $own 4 funcref)
		(func (export "copied")
			(table.copy $own $theirs (i32.const 0) (i32.const 0) (i32.const 1))
			(call_indirect $own (i32.const 0))))
	END
	[ "$(of copied)" = "component 0; leaves through a table that others can fill" ]
}

@test "where references to functions come from outside, every table leads there" {
	for way in '(import "h" "get" (func (result funcref)))' \
		'(import "h" "g" (global funcref))' \
		'(global (export "g") (mut funcref) (ref.null func))' \
		'(func (export "set") (param funcref))'; do
		module <<<"(module $way (table 4 funcref) (func (export \"run\") (call_indirect (i32.const 0))))"
		[ "$(of run)" = "component 0; leaves through a table that others can fill" ]
	done
}

@test "what a reference that goes outside refers to may be called from there" {
	enabled=--enable-multi-memory # with typed references wat2wasm takes no ref.func
	module <<-'END'
		(module (import "h" "take" (func $take (param funcref))) (memory 1)
		(elem declare func $store)
		(func $store (i32.store (i32.const 0) (i32.const 1)))
		(func (export "run") (call $take (ref.func $store))))
	END
	symmap reach m.wasm | grep -A2 -Fx references | grep -Fxq "  writes     memory 0"
	symmap reach m.wasm | grep -A1 -Fx "component 0" | grep -Fxq "  memory 0   only written"
}

# What the listing says of the only component, one line.
of_component() {
	symmap reach m.wasm | awk '/^component/ { found = 1; next }
		found { $1 = $1; printf "%s%s", separator, $0; separator = "; " }'
}

@test "a table that is exported is no way into a component, for objects have no symbol of it; an imported one is" {
	printf '%s\n' '(module TABLE (memory 1) (memory 1)' '(elem (i32.const 0) func $put)' \
		'(func $put (i32.store 1 (i32.const 0) (i32.const 0)))' \
		'(func (export "load") (drop (i32.load (i32.const 0)))))' >m.wat
	sed 's/TABLE/(table (export "t") 1 funcref)/' m.wat | module
	[ "$(of_component)" = "memory 0 only read" ]
	sed 's/TABLE/(import "m" "t" (table 1 funcref))/' m.wat | module
	[ "$(of_component)" = "memory 0 only read; memory 1 only written" ]
}

@test "natives may get pointers where a function that came as a reference is called" {
	module <<-'END'
		(module (table 1 funcref) (memory 1)
		(func (export "put") (param funcref) (table.set 0 (i32.const 0) (local.get 0)))
		(func (export "call") (drop (i32.load (i32.const 0)))
		(call_indirect 0 (param i32) (i32.const 8) (i32.const 0))))
	END
	[ "$(of_component)" = "memory 0 only read; natives may get pointers into it" ]
}
