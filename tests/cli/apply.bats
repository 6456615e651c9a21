#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# symmap apply, against the objcopies that shall read what it prints.

bats_require_minimum_version 1.5.0

setup() {
	symmap=$BERTH_BIN/symmap
	cd "$BATS_TEST_TMPDIR"
}

objcopies="arm-none-eabi-objcopy llvm-objcopy"

need() {
	for tool in "$@"; do
		command -v "$tool" >/dev/null || skip "$tool is not here"
	done
}

# An object that defines the names on standard input, one a line.
object() { # file
	LC_ALL=C sed 's/.*/.global "&"\n"&": .word 0/' >names.s
	clang --target=thumbv7m-none-eabi -c names.s -o "$1"
}

names() { # file
	llvm-nm -j "$1" | LC_ALL=C sort
}

@test "what apply prints does in both objcopies what the map says" {
	# shellcheck disable=SC2086 # words
	need clang llvm-nm $objcopies
	printf '%s\n' plain a-b 'dollar$x' at@V 'foo@@V2' 'star*' '[x]' -dash --redefine =eq a=b \
		@file '!not' "'q'" 'ünï' $'\377' >old
	object n.o <old
	{
		echo '# comment'
		n=0
		while read -r name; do
			printf '  "%s"\t%s # behind\n' "$name" "new-$n"
			n=$((n + 1))
		done <old
	} >app.map
	"$symmap" apply app.map >app.syms
	[ "$(wc -l <app.syms)" -eq 16 ]
	seq 0 15 | sed 's/^/new-/' | LC_ALL=C sort >expected
	for tool in $objcopies; do
		$tool --redefine-syms=app.syms n.o out.o
		names out.o | diff - expected
	done
	# And the other way round: the same names as new ones.
	LC_ALL=C sed 's/\(.*\) \(.*\)/"\2" "\1"/' app.syms >back.map
	"$symmap" apply back.map >back.syms
	for tool in $objcopies; do
		$tool --redefine-syms=app.syms n.o out.o
		$tool --redefine-syms=back.syms out.o again.o
		names again.o | diff - <(LC_ALL=C sort old)
	done
}

@test "every name that objcopy cannot be told is refused by line and column" {
	while IFS='|' read -r line column what; do
		printf 'good fine\n%b\n' "$line" >app.map
		run --separate-stderr "$symmap" apply app.map
		[ "$status" -eq 1 ]
		[ -z "$output" ]
		[[ $stderr == "symmap: app.map:2:$column: objcopy "*"$what"* ]]
	done <<'END'
"" b|1|is empty
"a b" c|1|holds a blank
a "b c"|3|holds a blank
"a\\tb" c|1|holds a blank
"a\\x0d" c|1|holds a blank
"a\\n" c|1|holds a blank
"#a" c|1|holds a #
a#b c|1|holds a #
  a "b#c"|5|holds a #
"tick-now" "$2" -> tick_now|1|knows no imports
END
}

@test "the refused names do go wrong in objcopy" {
	# shellcheck disable=SC2086 # words
	need clang llvm-nm $objcopies
	printf 'plain\nha#sh\nsp ace\n#first\n' >old
	object n.o <old
	for tool in $objcopies; do
		printf 'plain new#name\n' >syms
		$tool --redefine-syms=syms n.o out.o
		names out.o | grep -qx new
		for name in 'ha#sh' 'sp ace' '#first'; do
			printf '%s new\n' "$name" >syms
			$tool --redefine-syms=syms n.o out.o || continue
			names out.o | grep -qxF "$name"
		done
	done
}

@test "every fault of the map is reported, and nothing is printed" {
	printf '"" b\nc d\n"e f" "g#"\n' >app.map
	run --separate-stderr "$symmap" apply app.map
	[ "$status" -eq 1 ]
	[ -z "$output" ]
	[ "$(grep -c '^symmap: app.map:' <<<"$stderr")" -eq 3 ]
	printf 'a b\na c\n' >app.map
	run "$symmap" apply app.map
	[ "$status" -eq 1 ]
	run "$symmap" apply missing.map
	[ "$status" -eq 1 ]
}

@test "wrong usage of apply is status 2" {
	for arguments in "" "a b" "--core x a" "-x"; do
		# shellcheck disable=SC2086 # words
		run "$symmap" apply $arguments
		[ "$status" -eq 2 ]
	done
	run --separate-stderr "$symmap" apply --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: symmap apply"* ]]
}
