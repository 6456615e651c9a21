#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# docs/guest.md, followed to the letter.

bats_require_minimum_version 1.5.0

setup() {
	tools=${BERTH_UPSTREAM:-$HOME/.cache/berth-upstream}
	PATH=$PATH:$tools/bin:$tools/venv/bin
	for tool in wit-bindgen synth clang wasm-ld arm-none-eabi-nm; do
		command -v "$tool" >/dev/null || skip "$tool is not here"
	done
	cd "$BATS_TEST_TMPDIR" || return 1
}

# The page's Nth block of LANGUAGE.
block() { # language, N
	awk -v start="\`\`\`$1" -v n="$2" '$0 == "```" { in_it = 0 } in_it { print }
		$0 == start && ++count == n { in_it = 1 }' "$BERTH_ROOT/docs/guest.md"
}

@test "its files and commands make an object that binds, gets a layout and is injected" {
	block wit 1 >filter.wit
	block c 1 >filter.c
	BERTH=$BERTH_ROOT bash -e -c "$(block sh 1)"
	cat >natives.c <<-'EOF'
		unsigned tick_now(void);
		unsigned tick_now(void) { return 5; }
	EOF
	clang --target=thumbv7em-none-eabi -ffreestanding -c natives.c
	PATH=$BERTH_BIN:$PATH bash -e -c "$(block sh 2)"
	cat >layout.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m4}
		banks:
		  flash: {origin: 0x08000000, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 32K, access: rw, reserve: 8K}
		components:
		  filter: {object: filter.obj.o, core: filter.wasm, memories: {0: {trim: 8K}}, stack: 1K}
	EOF
	"$BERTH_BIN/ldgen" layout.yaml -o layout.ld --json layout.json
	"$BERTH_BIN/elfbind" inject filter.bound.o -o filter.berth.o --layout layout.json --core filter.wasm
	PATH=$BERTH_BIN:$PATH bash -e -c "$(block sh 4)"
	arm-none-eabi-nm second.bound.o | grep -q " T second_step"
}

# gauge calls filter's code directly, and a native with a string, for which the fuser makes a shim
# that calls it through a table.
@test "two fused guests get a layout with grants: auto, and a string may go to a native" {
	for tool in meld wasm-tools; do
		command -v "$tool" >/dev/null || skip "$tool is not here"
	done
	block wit 1 >filter.wit
	block c 1 >filter.c
	{
		sed -n '/^package/,/^}/p' filter.wit
		cat <<-'EOF'
			interface gauge {
			  show: func(value: s32) -> s32;
			}
			world gauge-guest {
			  import log: func(level: u32, text: string);
			  import filter;
			  export gauge;
			}
		EOF
	} >gauge.wit
	{
		cat <<-'EOF'
			#include "gauge_guest.h"

			static const uint8_t text[] = {'h', 'i', 'g', 'h'};

			int32_t exports_acme_plant_gauge_show(int32_t value)
			{
				gauge_guest_string_t line;
				line.ptr = (uint8_t *)text;
				line.len = sizeof(text);
				gauge_guest_log(1, &line);
				return acme_plant_filter_step(value);
			}
		EOF
		sed -n '/^void abort/,$p' filter.c
	} >gauge.c
	BERTH=$BERTH_ROOT bash -e -c "$(block sh 1)"
	BERTH=$BERTH_ROOT bash -e -c "$(block sh 1 | sed 's/filter/gauge/g')"
	bash -e -c "$(block sh 3)"
	synth compile fused.wasm --relocatable -t cortex-m4 --safety-bounds mpu --embedder-mpu \
		--embedder-data-init --embedder-global-init -o fused.o
	cat >layout.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m4}
		banks:
		  flash: {origin: 0x08000000, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 256K, access: rw, reserve: 8K}
		components:
		  filter: {object: fused.o, core: fused.wasm, fused: 0, stack: 1K, grants: [auto]}
		  gauge: {object: fused.o, core: fused.wasm, fused: 2, stack: 1K, grants: [auto]}
	EOF
	"$BERTH_BIN/ldgen" layout.yaml -o layout.ld --json layout.json
	printf 'unsigned tick_now(void) { return 5; }\nvoid log(unsigned l, unsigned t, unsigned n) { (void)(l + t + n); }\n' |
		clang --target=thumbv7em-none-eabi -ffreestanding -x c -c - -o natives.o
	"$BERTH_BIN/elfbind" bind fused.o -o fused.bound.o --core fused.wasm --against natives.o \
		--component 0=filter --component 2=gauge
	"$BERTH_BIN/elfbind" inject fused.bound.o -o fused.berth.o --layout layout.json --core fused.wasm
	# Whose the native is, nothing but the calls says: there is no import map here.
	run "$BERTH_BIN/symmap" resolve fused.wasm --against natives.o --component 0=filter \
		--component 2=gauge
	[ "$status" -eq 0 ]
	[[ $output == *gauge*'"log" ""'* ]]
}
