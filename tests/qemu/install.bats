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

@test "installed tools run from there" {
	for tool in "$prefix"/bin/*; do
		"$tool" --version | grep -q "^${tool##*/} (berth) "
	done
}
