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
	PATH=$BERTH_BIN:$PATH bash -e -c "$(block sh 3)"
	arm-none-eabi-nm second.bound.o | grep -q " T second_step"
}
