#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The runtime's common code: what runs in components lies in sections of that name.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir objects
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

# The parts that a component enters without a gate.
arm_roots="berth_return berth_port_enter berth_arena_realloc"
riscv_roots="berth_return berth_arena_realloc memcpy memset"

take_library() { # name, prefix of the tools: its objects, into objects/
	local library=$BERTH_BUILD/runtime/libberth-$1.a
	need "$2readelf"
	[ -e "$library" ] || skip "$library was not built"
	(cd objects && "$2ar" x "$library")
}

# Follows the relocations from the sections of ROOTS, through sections of code and of constants,
# in all files of objects/, and says what it comes to that is not common code: "SECTION in OBJECT",
# and "NAME, undefined".
outside() { # prefix of the tools, roots...
	local object
	for object in objects/*.o; do
		echo "object ${object#objects/}"
		"$1readelf" -SW "$object" | sed 's/^ *\[ */section /; s/\]//'
		"$1readelf" -sW "$object" | sed 's/^/symbol /'
		"$1readelf" -rW "$object"
	done | awk -v roots="${*:2}" '
		$1 == "object" { object = $2; delete names; next }
		$1 == "section" && $2 ~ /^[0-9]+$/ { names[$2] = object " " $3; next }
		$1 == "symbol" && $2 ~ /^[0-9]+:$/ {
			home = $8 in names ? names[$8] : ""
			# As a relocation has it: Info is the number of the symbol and the type.
			symbol = object " " sprintf("%06x", $2)
			homes[symbol] = home
			if ($6 != "LOCAL")
				called[symbol] = $9
			if (home != "" && $6 != "LOCAL")
				global[$9] = global[$9] home "\n"
			next
		}
		/^Relocation section/ {
			from = $3
			gsub(/\047/, "", from)
			sub(/^\.rela?/, "", from)
			from = object " " from
			next
		}
		/^[0-9a-f]+ +[0-9a-f]+ +R_/ && substr($2, 1, 6) != "000000" {
			edges[from] = edges[from] object " " substr($2, 1, 6) "\n"
		}
		function reach(section, why) {
			if (section in seen)
				return
			seen[section] = 1
			queue[++last] = section
			split(section, part, " ")
			if (part[2] !~ /^\.(text|rodata)\.berth\.common\./)
				print part[2] " in " part[1] ", from " why
		}
		# A weak definition may give way to another of the name.
		function reach_name(name, why,   lines, count, i) {
			if (!(name in global))
				print name ", undefined, from " why
			count = split(global[name], lines, "\n")
			for (i = 1; i < count; i++)
				reach(lines[i], why)
		}
		END {
			count = split(roots, root, " ")
			for (i = 1; i <= count; i++)
				reach_name(root[i], "the roots")
			for (at = 1; at <= last; at++) {
				targets = split(edges[queue[at]], target, "\n")
				for (k = 1; k < targets; k++)
					if (target[k] in called)
						reach_name(called[target[k]], queue[at])
					else
						reach(homes[target[k]], queue[at])
			}
			print last " sections" >"count"
		}'
}

# All that is reached from the roots is common code, and it is as much as there must be.
holds() { # prefix of the tools, least number of sections, roots...
	run outside "$1" "${@:3}"
	[ "$output" = "" ]
	[ "$(sed 's/ sections//' count)" -ge "$2" ]
}

@test "Armv7-M: all that runs in components is common code" {
	take_library armv7m arm-none-eabi-
	# shellcheck disable=SC2086 # several
	holds arm-none-eabi- 8 $arm_roots
}

@test "Armv8-M: all that runs in components is common code" {
	take_library armv8m arm-none-eabi-
	# shellcheck disable=SC2086 # several
	holds arm-none-eabi- 8 $arm_roots
}

@test "RV32: all that runs in components is common code" {
	take_library rv32 riscv64-unknown-elf-
	# shellcheck disable=SC2086 # several
	holds riscv64-unknown-elf- 9 $riscv_roots
}

@test "RV32: memcpy and memset do not come back to themselves" {
	take_library rv32 riscv64-unknown-elf-
	riscv64-unknown-elf-readelf -rW objects/memcpy.o >calls
	grep -q 'CALL.* berth_copy' calls
	run ! grep -E ' (memcpy|memset)( |$)' calls
	run ! grep -E ' (memcpy|memset)( |$)' <(riscv64-unknown-elf-readelf -rW objects/bytes.o)
}

@test "RV32: a linker that shortens no code takes the library as it is" {
	take_library rv32 riscv64-unknown-elf-
	riscv64-unknown-elf-readelf -rW objects/*.o >relocations
	grep -q R_RISCV_RELAX relocations
	run ! grep R_RISCV_ALIGN relocations
}

@test "a function or a constant without its attribute shows" {
	take_library armv7m arm-none-eabi-
	local flags="-mcpu=cortex-m3 -mthumb -O2 -ffreestanding -ffunction-sections -fdata-sections"
	for change in 'arena.c:s/^static COMMON (__attribute__..noinline.. uint32_t change)/static \1/:.text.change in arena.o, from arena.o .text.berth.common.arena' \
		'bytes.c:s/^BERTH_COMMON.bytes. void berth_copy/void berth_copy/:.text.berth_copy in bytes.o, from arena.o .text.berth.common.arena' \
		'arena_bump.c:s/^COMMON (bool berth_bump_resize)/\1/:.text.berth_bump_resize in arena_bump.o, from arena.o .text.berth.common.arena' \
		'arena_list.c:s/^COMMON (bool berth_list_free)/\1/:.text.berth_list_free in arena_list.o, from arena_list.o .rodata.berth.common.list' \
		'arena_list.c:s/^BERTH_COMMON_DATA.list.//:.rodata.berth_list_policy in arena_list.o, from arena.o .text.berth.common.arena'; do
		IFS=: read -r file script found <<<"$change"
		sed -E "$script" "$BERTH_ROOT/runtime/$file" >"$file"
		run ! cmp -s "$file" "$BERTH_ROOT/runtime/$file"
		# shellcheck disable=SC2086 # several
		arm-none-eabi-gcc $flags -I"$BERTH_ROOT" -I"$BERTH_ROOT/runtime/include" -c "$file" \
			-o "objects/${file%.c}.o"
		# shellcheck disable=SC2086 # several
		outside arm-none-eabi- $arm_roots >found
		grep -qFx "$found" found
		(cd objects && arm-none-eabi-ar x "$BERTH_BUILD/runtime/libberth-armv7m.a" "${file%.c}.o")
	done
}

@test "the section of an instruction that runs in components shows, too" {
	take_library armv7m arm-none-eabi-
	for name in return enter; do
		arm-none-eabi-objcopy --rename-section ".text.berth.common.$name=.text.berth_$name" \
			objects/enter.o
	done
	# shellcheck disable=SC2086 # several
	outside arm-none-eabi- $arm_roots >found
	grep -qFx '.text.berth_return in enter.o, from the roots' found
	grep -qFx '.text.berth_enter in enter.o, from the roots' found
}
