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
		"encode --arch armv7-m --base 0 --size 32 --access r --rows 0"; do
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
  memory type   Normal, cached, shared" ]
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
  memory type   Normal, cached, shared" ]
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
   0  0x20010000  0x20014fff       20480  rw-     rw-   Normal, cached, shared    0x20010010  0x1306e01d" ]
	run -0 "$mpu" encode --arch armv7-m --base 0x40004000 --size 0x1000 --access wr \
		--kind peripheral --slot 3
	[[ ${lines[1]} == *"Device, shared            0x40004013  0x13050017" ]]
	run -0 "$mpu" encode --arch armv7-m --base 0 --size 512K --access rx --kind code
	[[ ${lines[1]} == *"r-x     r-x   Normal, cached            0x00000010  0x06020025" ]]
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
		'[536936480,20480,"Normal, cached, shared"]' ]
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
