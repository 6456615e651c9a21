#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The code that elfbind inject adds for an arena is its source, tests/arena/veneer_*.S, assembled.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	cp "$BERTH_ROOT"/tests/fixtures/sensors/gps.* .
	cp "$BERTH_ROOT"/tests/fixtures/layout/riscv.json .
	"$BERTH_BIN/ldgen" "$BERTH_ROOT/examples/sensors/layout.yaml" \
		-C "$BERTH_ROOT/tests/fixtures/sensors" -o layout.ld --json arm.json
	printf '"%s" "%s" -> %s\n' tick-now '' tick_now read-fix '' read_fix >gps.map
	for object in gps gps.rv32; do
		"$BERTH_BIN/elfbind" bind $object.o -o $object.bound.o --core gps.wasm --map gps.map \
			--import-map gps.imports.json --component gps --arena gps
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/* .
}

# What belongs to a machine: the tools' prefix, the source, the object, the layout.
on() { # thumb | rv32
	if [ "$1" = thumb ]; then
		prefix=arm-none-eabi- as=(arm-none-eabi-as -march=armv7-m) bound=gps.bound.o layout=arm.json
	else
		prefix=riscv64-unknown-elf- as=(riscv64-unknown-elf-as -march=rv32i -mabi=ilp32)
		bound=gps.rv32.bound.o layout=riscv.json
	fi
	source=$BERTH_ROOT/tests/arena/veneer_$1.S
	command -v "${as[0]}" >/dev/null || skip "${as[0]} is not here"
}

# Injects gps with the layout as the filter FILTER changes the arena in it.
inject() { # filter
	jq "(.components[] | select(.name == \"gps\").arena) |= ($1)" "$layout" >changed.json
	"$BERTH_BIN/elfbind" inject "$bound" -o out.o --layout changed.json --core gps.wasm
}

# The bytes and the relocations of a section.
dump() { # object, section
	"${prefix}objcopy" -O binary -j "$2" "$1" "$1.$2.bin"
	"${prefix}readelf" -rW "$1" | awk -v section="^'.rela?$2'$" '
		/^Relocation section/ { there = $3 ~ section }
		there && /R_(ARM|RISCV)_/ && !/R_RISCV_BRANCH/ { print $1, $3 }'
}

# That the veneer which inject made is the source's PART.
is() { # bump | plain
	state=$(jq '.components[] | select(.name == "gps").arena.state' changed.json)
	end=$(jq '.components[] | select(.name == "gps").arena | .offset + .size' changed.json)
	"${as[@]}" --defsym STATE="$state" --defsym END="$end" "$source" -o source.o
	dump source.o ".text.$1" >wanted
	dump out.o .text.berth.unit.gps.gps >found
	[ -s wanted ]
	diff wanted found
	cmp "source.o..text.$1.bin" out.o..text.berth.unit.gps.gps.bin
	readelf -sW out.o | grep -q " $(stat -c %s "source.o..text.$1.bin") FUNC .* gps___cabi_arena_realloc$"
}

@test "a bump arena gets the short way, with its state and its end" {
	for machine in thumb rv32; do
		on $machine
		inject .
		is bump
	done
}

@test "where the short way would be wrong, the runtime is called for everything" {
	for machine in thumb rv32; do
		on $machine
		# The free list; an end that 8 does not divide.
		for filter in '.policy = "free-list"' '.size -= 4'; do
			inject "$filter"
			is plain
		done
	done
}

@test "inject adds no more bytes to a component than ldgen makes room for" {
	for machine in thumb rv32; do
		on $machine
		inject .
		exports=$(readelf -sW out.o | grep -c ' berth_entry_')
		"$BERTH_BIN/elfbind" inject "$bound" -o out.o --layout "$layout" --core gps.wasm
		added=0
		for size in $(readelf -SW out.o | sed 's/^ *\[ *[0-9]*\] *//' |
			awk '$1 ~ /^\.(text|rodata)\.berth\.unit\.gps\.gps/ { print $5 }'); do
			added=$((added + 0x$size))
		done
		veneer=$(sed -n 's/.*UNIT_CODE_VENEER = \([0-9]*\),.*/\1/p' "$BERTH_ROOT/lib/unit_code.h")
		[ "$added" -le $((veneer + 24 + 8 * exports)) ]
	done
}
