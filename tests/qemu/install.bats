#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# make install: everything that is for use from elsewhere, and nothing else.

bats_require_minimum_version 1.5.0

setup() {
	command -v riscv64-unknown-elf-gcc >/dev/null || skip "riscv64-unknown-elf-gcc is not here"
	root=$BATS_TEST_TMPDIR/root
	make -C "$BERTH_ROOT" --no-print-directory BUILD="$BERTH_BUILD" \
		DESTDIR="$root" PREFIX=/prefix install >/dev/null
	prefix=$root/prefix
}

# What must be there, from what the sources have.
expected() {
	for tool in symmap elfbind ldgen mpu-table; do
		echo "bin/$tool"
	done
	for runtime in armv7m armv8m rv32; do
		echo "lib/berth/libberth-$runtime.a"
	done
	cd "$BERTH_ROOT" || return 1
	for header in runtime/include/berth/*.h; do
		echo "include/berth/${header##*/}"
	done
	for page in man/*.[0-9]; do
		echo "share/man/man${page##*.}/${page##*/}"
	done
	for schema in share/*.schema.json; do
		echo "share/berth/${schema##*/}"
	done
	for header in stdlib string; do # what bindings need of libc
		echo "share/berth/guest/$header.h"
	done
	for page in guest flow runtime limits; do
		echo "share/doc/berth/$page.md"
	done
}

@test "tools, runtimes, headers, pages, schema and documents are installed below the prefix, and no other file" {
	diff <(expected | sort) <(cd "$prefix" && find . -type f | sed 's,^\./,,' | sort)
	[ "$(find "$root" -type f | wc -l)" -eq "$(expected | wc -l)" ]
}

@test "installed headers need no others" {
	for header in "$prefix"/include/berth/*.h; do
		echo "#include <berth/${header##*/}>" |
			arm-none-eabi-gcc -ffreestanding -std=c11 -Wall -Wextra -Werror -fsyntax-only \
				-I"$prefix/include" -x c -
	done
}

# A name that C++ mangles would be found by no linker.
@test "native code may be C++: headers compile, and what they declare has C's names" {
	cat >"$BATS_TEST_TMPDIR/native.cpp" <<-'EOF'
		#include <berth/berth.h>
		#include <berth/memory.h>
		BERTH_GATE(tick_now, 0);
		static bool serve(uint32_t, uint32_t words[])
		{
			return berth_memory_fill(0, words[0], 0, 1);
		}
		const berth_gate berth_gates[] = {
			{serve, BERTH_ALL_CONTEXTS, nullptr, nullptr, 1, BERTH_FAULT_ENDS, 0}};
		const uint32_t berth_gate_count = 1;
		extern "C" [[noreturn]] void berth_fatal(const berth_fault *)
		{
			for (;;)
				berth_arena_reset(berth_arena_of(0));
		}
		extern "C" int start()
		{
			return berth_boot();
		}
	EOF
	for compiler in arm-none-eabi-g++ "clang++ --target=thumbv7m-none-eabi"; do
		command -v "${compiler%% *}" >/dev/null || continue
		$compiler -ffreestanding -mcpu=cortex-m3 -mthumb -std=c++17 -Wall -Wextra -Werror \
			-fno-exceptions -fno-asynchronous-unwind-tables \
			-I"$prefix/include" -c "$BATS_TEST_TMPDIR/native.cpp" -o "$BATS_TEST_TMPDIR/native.o"
		[ "$(arm-none-eabi-nm "$BATS_TEST_TMPDIR/native.o" | sed -nE 's/.* [A-TV-Z] //p; s/.* U (berth_)/\1/p' | grep -v '^\$' |
			sort | tr '\n' ' ')" = "berth_arena_of berth_arena_reset berth_boot berth_fatal berth_gate_count berth_gates berth_memory_fill start tick_now " ]
	done
}

@test "installed tools run from there" {
	for tool in "$prefix"/bin/*; do
		"$tool" --version | grep -q "^${tool##*/} (berth) "
	done
}
