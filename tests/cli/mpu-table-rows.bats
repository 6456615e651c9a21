#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# mpu-table encode and decode, as somebody at a debugger calls them.

bats_require_minimum_version 1.5.0

setup() {
	mpu=$BERTH_BIN/mpu-table
	cd "$BATS_TEST_TMPDIR" || return 1
}

@test "encode and decode: help goes to standard output with status 0" {
	for words in "encode --help" "decode -h"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr -0 "$mpu" $words
		[[ $output == usage:* ]]
		[ -z "$stderr" ]
	done
}

@test "encode and decode: wrong usage is status 2 and points to the help" {
	for words in "decode" "decode --arch" "decode --arch pdp11 1 2" "decode 1 2" \
		"decode --arch armv7-m" "decode --arch armv7-m 1" "decode --arch armv7-m 1 2 3" \
		"decode --arch armv7-m 0x100000000 1" "decode --arch armv7-m 1 x" \
		"decode --arch armv7-m 1 017" "decode --arch armv7-m -- -1 2" \
		"decode --arch armv7-m 1 0x" "decode --frob 1 2" \
		"encode" "encode --arch" "encode --frob" "encode --arch armv7-m" \
		"encode --arch armv7-m --base 0 --size 32" \
		"encode --arch armv7-m --base 0 --access r" \
		"encode --base 0 --size 32 --access r" \
		"encode --arch pdp11 --base 0 --size 32 --access r" \
		"encode --arch armv7-m --base 0 --size 32 --access r left" \
		"encode --arch armv7-m --base 0K --size 32 --access r" \
		"encode --arch armv7-m --base 0 --size 1T --access r" \
		"encode --arch armv7-m --base 0 --size 20KB --access r" \
		"encode --arch armv7-m --base 0 --size 18446744073709551615K --access r" \
		"encode --arch armv7-m --base 0 --size 18446744073709551616 --access r" \
		"encode --arch armv7-m --base 0 --size 32 --access q" \
		"encode --arch armv7-m --base 0 --size 32 --access rr" \
		"encode --arch armv7-m --base 0 --size 32 --access r --kind heap" \
		"encode --arch armv7-m --base 0 --size 32 --access r --slot 16" \
		"encode --arch armv7-m --base 0 --size 32 --access r --rows 0" \
		"encode --arch riscv --base 0 --size 32 --access r --granularity 30" \
		"decode --arch armv8-m --mair0 0x100000000 1 2" "decode --arch riscv 1" \
		"decode --arch armv7-r 1 2" "decode --arch riscv --granularity x 1 2"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$mpu" $words
		[[ $stderr == *"--help" ]] || { echo "$words: $stderr"; return 1; }
		[ -z "$output" ]
	done
	# Seventeen rows: a part has no more than sixteen.
	# shellcheck disable=SC2046 # words
	run -2 "$mpu" decode --arch armv7-m $(yes 0 | head -34)
	[[ $output == *"at most 16 rows, 17 are there"* ]]
}

@test "decode: everything that the registers say" {
	run -0 "$mpu" decode --arch armv7-m 0x20010011 0x1306001f
	[ "$output" = "armv7-m row 0: rbar 0x20010011, rasr 0x1306001f
  slot          1
  base          0x20010000
  end           0x2001ffff
  bytes         65536
  opens         0x20010000 to 0x2001ffff, 65536 bytes
  unprivileged  rw-
  privileged    rw-
  memory type   Normal, write-through, shared" ]
	# Decimal, upper case, no slot named, subregions 4 and 6 off, read only below, executable.
	run -0 "$mpu" decode --arch armv7-m 536936448 0X0206501F
	[ "$output" = "armv7-m row 0: rbar 0x20010000, rasr 0x0206501f
  base          0x20010000
  end           0x2001ffff
  bytes         65536
  subregions    off: 4 6, of 8192 bytes each
  opens         0x20010000 to 0x20017fff, 32768 bytes
                0x2001a000 to 0x2001bfff, 8192 bytes
                0x2001e000 to 0x2001ffff, 8192 bytes
  unprivileged  r-x
  privileged    rwx
  memory type   Normal, write-through, shared" ]
	run -0 "$mpu" decode --arch armv7-m 0x20010011 0x1306001e
	[[ $output == *"  opens         nothing"*"  enabled       no" ]]
}

@test "decode: an illegal row is status 1 and names the rule" {
	run -1 "$mpu" decode --arch armv7-m 0x20012011 0x1306001f
	[[ $output == *"  illegal       RBAR.ADDR is not a multiple of the region's size (B3.5.8)" ]]
	[[ $output != *opens* ]]
	run -1 "$mpu" decode --arch armv7-m 0x20010011 0x1406001f
	[[ $output == *"RASR.AP is 0b100"* ]]
	run -1 "$mpu" decode --arch armv7-m --json 0x20010011 0x13060005
	[[ $output == *'"legal": false'*"RASR.SIZE"* ]]
}

@test "decode: where rows overlap the highest slot decides" {
	# Slot 1 opens 64 KiB for reading, slot 2 4 KiB in them for writing.
	run -0 "$mpu" decode --arch armv7-m 0x20010011 0x1206001f 0x20014012 0x13060017
	[[ $output == *"together, unprivileged code:
  0x20010000 to 0x20013fff  r--  row 0
  0x20014000 to 0x20014fff  rw-  row 1
  0x20015000 to 0x2001ffff  r--  row 0" ]]
	# The slots that the rows name count, not their order.
	run -0 "$mpu" decode --arch armv7-m 0x20014012 0x13060017 0x20010011 0x1206001f
	[[ $output == *"0x20014000 to 0x20014fff  rw-  row 0"* ]]
	run -0 "$mpu" decode --arch armv7-m 0x20014010 0x13060017 0x20010011 0x1206001f
	[[ $output == *"together, unprivileged code:
  0x20010000 to 0x2001ffff  r--  row 1" ]]
	# A slot that is loaded twice holds the second row only.
	run -1 "$mpu" decode --arch armv7-m 0x20010011 0x1206001f 0x20014011 0x13060017
	[[ $output == *"illegal       a later row is loaded into the same slot"* ]]
	[[ $output == *"together, unprivileged code:
  0x20014000 to 0x20014fff  rw-  row 1" ]]
	run -0 "$mpu" decode --arch armv7-m 0 0 0 0
	[[ $output == *"  nothing" ]]
}

@test "encode: the fewest rows, as the decoder reads them" {
	run -0 "$mpu" encode --arch armv7-m --base 0x20010000 --size 20K --access rw
	[ "$output" = "slot  base        end              bytes  rights  priv  memory type               rbar        rasr
   0  0x20010000  0x20014fff       20480  rw-     rw-   Normal, write-back        0x20010010  0x130be01d" ]
	run -0 "$mpu" encode --arch armv7-m --base 0x40004000 --size 0x1000 --access wr \
		--kind peripheral --slot 3
	[[ ${lines[1]} == *"Device, shared            0x40004013  0x13050017" ]]
	run -0 "$mpu" encode --arch armv7-m --base 0 --size 512K --access rx --kind code
	[[ ${lines[1]} == *"r-x     r-x   Normal, write-through     0x00000010  0x06020025" ]]
	run -0 "$mpu" encode --arch armv7-m --base 0 --size 4G --access r --kind data
	[[ ${lines[1]} == *"0x00000000  0xffffffff  4294967296  r--     rw- "* ]]
	run -0 "$mpu" encode --arch armv7-m --base 0x20010020 --size 20K --access rw
	[ "${#lines[@]}" -eq 6 ]
}

@test "encode: what it prints decodes to the range again" {
	[ -n "$(command -v jq)" ] || skip "jq is not here"
	"$mpu" encode --arch armv7-m --base 0x20010020 --size 20K --access rw --json >rows.json
	# shellcheck disable=SC2046 # words
	"$mpu" decode --arch armv7-m --json \
		$(jq -r '.rows[].registers | .rbar, .rasr' rows.json) >again.json
	cmp rows.json again.json
	[ "$(jq -c '[.opens[0].base, ([.opens[].size] | add), .rows[0].memory]' rows.json)" = \
		'[536936480,20480,"Normal, write-back"]' ]
}

@test "encode: a refusal is status 1 and says what to change" {
	local range="--base 0x20010020 --size 20K"
	for case in \
		"--base 0 --size 0 --access r|give --size at least 32" \
		"--base 0x10000650 --size 768 --access rw|set aside 0x10000640 to 0x1000095f, --base 0x10000640 --size 800" \
		"--base 0xfffff000 --size 8K --access rw|goes beyond 0xffffffff: lower --base or --size" \
		"--base 0xffffffffffffffff --size 1 --access rw|goes beyond 0xffffffff" \
		"$range --access rw --rows 4|takes 5 rows, 4 are allowed from slot 0: raise --rows" \
		"$range --access rw --slot 12|takes 5 rows, 4 are allowed from slot 12" \
		"$range --access rx|no row of armv7-m gives r-x to such a range" \
		"$range --access w|gives -w- to such a range" \
		"$range --access rw --kind code|gives rw- to such a range"; do
		# shellcheck disable=SC2086 # words
		run -1 --separate-stderr "$mpu" encode --arch armv7-m ${case%|*}
		[[ $stderr == *"${case#*|}"* ]] || { echo "$case: $stderr"; return 1; }
		[ -z "$output" ]
	done
}

@test "encode and decode: a full disk behind standard output changes the status" {
	[ -e /dev/full ] || skip "/dev/full is not here"
	run -1 bash -c '"$0" decode --arch armv7-m 0 0 >/dev/full' "$mpu"
	run -1 bash -c '"$0" encode --arch armv7-m --base 0 --size 32 --access r --json >/dev/full' "$mpu"
}

# What both sides of an architecture are made of, from the objects of the tools under test.
@test "encoders and decoders share no function and no inline code" {
	local objects=$BERTH_BIN/../mpu-table
	command -v nm >/dev/null || skip "nm is not here"
	for library in "$BERTH_BIN"/../lib/lib*.a; do
		nm -P --defined-only "$library" 2>/dev/null
	done | awk '$2 ~ /^[TRDB]$/ { print $1 }' | sort -u >ours
	[ -s ours ]
	grep -qx subregions_cut ours
	for arch in armv6m armv7m armv7r armv8m riscv; do
		for side in encode decode; do
			[ -s "$objects/${arch}_$side.o" ] && [ -s "$objects/${arch}_$side.d" ]
			nm -P "$objects/${arch}_$side.o" | awk '$2 ~ /^[UTRDB]$/ { print $1 }' |
				sort | comm -12 - ours >"$side.names"
			grep -q "_$side" "$side.names"
			tr ' ' '\n' <"$objects/${arch}_$side.d" | grep -E '^[a-z].*\.h$' | sort -u >"$side.headers"
			grep -qx "mpu-table/${arch}_$side.h" "$side.headers"
		done
		run comm -12 encode.names decode.names
		[ -z "$output" ]
		for header in $(comm -12 encode.headers decode.headers); do
			run ! grep -q 'inline' "$BERTH_ROOT/$header"
		done
	done
}

# One row of each architecture, there and back.
@test "every architecture: encode's rows decode to the range again" {
	[ -n "$(command -v jq)" ] || skip "jq is not here"
	for arch in armv6-m armv7-m armv7-r armv8-m armv8.1-m riscv "riscv --napot-only" \
		"riscv --granularity 3" "riscv --mml"; do
		# shellcheck disable=SC2086,SC2046 # words
		"$mpu" encode --arch $arch --base 0x20010020 --size 20K --access rw --json >rows.json
		# shellcheck disable=SC2086,SC2046 # words
		"$mpu" decode --arch $arch --json \
			$(jq -r '.rows[].registers | to_entries[].value' rows.json) >again.json
		cmp rows.json again.json
		jq -e '(.opens[0].base == 536936480) and ([.opens[].size] | add) == 20480
			and all(.opens[]; .access == "rw-")' rows.json >/dev/null || {
			echo "$arch"
			cat rows.json
			return 1
		}
	done
}

@test "armv8-m: rows that overlap are a finding, and the attributes can be given" {
	run -1 "$mpu" decode --arch armv8-m 0x20000003 0x2000ffe1 0x2000ffe3 0x2001ffe1
	[[ $output == *"0x2000ffe0 to 0x2000ffff  ---  row 0 and row 1: every access faults"* ]]
	run -0 "$mpu" decode --arch armv8-m 0x20000003 0x2000ffe1 0x20010003 0x2001ffe1
	run -0 "$mpu" decode --arch armv8-m --mair0 0x44 0x20000003 0x2000ffe1
	[[ $output == *"memory type   Normal, uncached, shared" ]]
	run -0 "$mpu" decode --arch armv8-m --mair1 0x04 0x20000003 0x2000ffe9
	[[ $output == *"memory type   Device, shared" ]]
	# PXN is there from 8.1 on.
	run -1 "$mpu" decode --arch armv8-m 0x10000006 0x1007fff3
	[[ $output == *"illegal       RLAR bit 4 is set"* ]]
	run -0 "$mpu" encode --arch armv8.1-m --pxn --base 0x10000000 --size 512K --access rx --kind code
	[[ ${lines[1]} == *"r-x     r--   Normal, write-through     0x10000006  0x1007fff3" ]]
}

@test "riscv: entries, locks and parts" {
	run -0 "$mpu" encode --arch riscv --base 0x80010000 --size 20K --access rw --slot 1
	[[ ${lines[1]} == "   1  -           -                    0                off                       0x20004000  0x00000000" ]]
	[[ ${lines[2]} == "   2  0x80010000  0x80014fff       20480  rw-     rwx   TOR                       0x20005400  0x0000000b" ]]
	run -0 "$mpu" decode --arch riscv 0x20004000 0 0x20005400 0x8b
	[[ $output == *"  mode          TOR"*"  privileged    rw-, locked, with the address of the row before"* ]]
	[[ $output == *"  memory type   as the part has it"* ]]
	# The lowest entry decides: 8 bytes closed in what a later one opens.
	run -0 "$mpu" decode --arch riscv 0x20000004 0x18 0x20000007 0x1b
	[[ $output == *"  0x80000000 to 0x8000000f  rw-  row 1
  0x80000010 to 0x80000017  ---  row 0
  0x80000018 to 0x8000003f  rw-  row 1" ]]
	run -1 "$mpu" decode --arch riscv --napot-only 0x20004000 0x0b
	run -1 "$mpu" decode --arch riscv 0x20004000 0x1a
	run -0 "$mpu" decode --arch riscv --mml 0x20004000 0x1a
	[[ $output == *"  unprivileged  r--
  privileged    rw-"* ]]
	run -1 --separate-stderr "$mpu" encode --arch riscv --granularity 10 --base 0x80000800 \
		--size 4K --access rw
	[[ $stderr == *"riscv opens multiples of 4096 bytes only: set aside 0x80000000 to 0x80001fff, --base 0x80000000 --size 8192" ]]
	run -1 --separate-stderr "$mpu" encode --arch riscv --rows 1 --base 0x80010000 --size 20K --access rw
	[[ $stderr == *"takes 2 rows, 1 are allowed from slot 0"* ]]
}

@test "armv6-m and armv7-r: what they have not in common with armv7-m" {
	run -1 "$mpu" decode --arch armv6-m 0x20000010 0x1306000d
	[[ $output == *"RASR.SIZE is below 7"* ]]
	run -0 "$mpu" encode --arch armv6-m --base 0x20000120 --size 32 --access rw
	[[ ${lines[1]} == *"0x20000110  0x1303fd0f" ]]
	run -0 "$mpu" encode --arch armv7-r --base 0x08008000 --size 20K --access rw
	[[ ${lines[1]} == *"Normal, write-back        0x08008000  0x0000e01d  0x0000130b" ]]
	run -1 "$mpu" decode --arch armv7-r 0x08008000 0xe01d 0x170b
	[[ $output == *"DRACR.AP is 0b100 or 0b111"* ]]
}

@test "encode: caching is chosen, and refused where rows cannot say it" {
	local range="--base 0x20004000 --size 1K --access rw"
	# shellcheck disable=SC2086 # words
	{
		run -0 "$mpu" encode --arch armv7-m $range --kind shared --cache none
		[[ ${lines[1]} == *"Normal, uncached, shared  0x20004010  0x130c0013" ]]
		run -0 "$mpu" encode --arch armv8-m $range --cache write-through
		[[ ${lines[1]} == *"Normal, write-through     0x20004003  0x200043e3" ]]
		run -2 "$mpu" encode --arch armv7-m $range --cache usual
		run -1 --separate-stderr "$mpu" encode --arch armv6-m $range --cache none
		[[ $stderr == *"armv6-m: its MPU has no Normal memory without cache: leave --cache out" ]]
		run -1 --separate-stderr "$mpu" encode --arch riscv $range --cache write-back
		[[ $stderr == *"riscv: PMP says nothing about caches, the part's memory map does: leave --cache out" ]]
		run -1 --separate-stderr "$mpu" encode --arch armv7-m $range --kind peripheral --cache none
		[[ $stderr == *"a peripheral is Device memory, which has no cache"* ]]
	}
}
