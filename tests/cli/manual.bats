#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The man pages and --help name the same commands and options, and no others are taken.

bats_require_minimum_version 1.5.0

# The commands that TOOL --help lists; an empty line for a tool without any.
commands() { # tool
	if [ "$1" = ldgen ]; then
		echo
	else
		"$BERTH_BIN/$1" --help | sed -nE 's/^  ([a-z]+)  .*/\1/p'
	fi
}

help_of() { # tool, command
	# shellcheck disable=SC2086 # no word where there is no command
	"$BERTH_BIN/$1" $2 --help
}

# The options of one command in the page's SYNOPSIS, one a line, as they are typed.
synopsis() { # tool, command
	awk -v command="$2" '
		/^\.Sh/ { inside = ($2 == "SYNOPSIS") }
		/^\.Nm/ { ours = (command == "" || $3 == command) }
		inside && ours {
			for (i = 1; i < NF; i++)
				if ($i == "Fl" || $i == ".Fl")
					print "-" $(i + 1)
		}' "$BERTH_ROOT/man/$1.1" | grep -vx -e -- | sort -u
}

# The names of options in --help, where the list of them has them.
listed() { # tool, command
	help_of "$1" "$2" | grep -E '^ +-' | sed -E 's/   *[^ -].*//' |
		grep -oE -- '(^|[ ,])-(-[a-z][a-z0-9-]*|MD|MF|[a-zA-Z])\>' | tr -d ' ,' | sort -u
}

for_each_command() { # function
	good=true
	for tool in symmap elfbind ldgen mpu-table; do
		commands "$tool" >"$BATS_TEST_TMPDIR/commands"
		[ -s "$BATS_TEST_TMPDIR/commands" ] || return 1
		while read -r command; do
			"$1" "$tool" "$command" || good=false
		done <"$BATS_TEST_TMPDIR/commands"
	done
	$good
}

page_has_command() {
	[ -z "$2" ] || grep -qx "\.Nm $1 $2" "$BERTH_ROOT/man/$1.1" ||
		{ echo "man/$1.1 has no synopsis of $1 $2"; return 1; }
}

help_has_synopsis() {
	listed "$1" "$2" >"$BATS_TEST_TMPDIR/listed"
	while read -r option; do
		grep -qx -e "$option" "$BATS_TEST_TMPDIR/listed" ||
			{ echo "$1 $2 --help does not list $option"; return 1; }
	done < <(synopsis "$1" "$2")
}

# An option that has a short name stands in the synopsis under one of them.
synopsis_has_help() {
	synopsis "$1" "$2" >"$BATS_TEST_TMPDIR/synopsis"
	while read -r option; do
		short=$(help_of "$1" "$2" | sed -nE "s/^ *(-[a-zA-Z]), $option( .*)?$/\1/p")
		[ "$option" = --help ] || [ "$option" = -h ] || [ "$option" = --version ] ||
			grep -qx -e "$option" -e "${short:-$option}" "$BATS_TEST_TMPDIR/synopsis" ||
			{ echo "the synopsis of $1 $2 does not have $option"; return 1; }
	done < <(listed "$1" "$2")
}

page_describes_help() {
	while read -r option; do
		grep -qE "Fl ${option#-}( |\$)" "$BERTH_ROOT/man/$1.1" ||
			{ echo "man/$1.1 does not have $option of $1 $2"; return 1; }
	done < <(listed "$1" "$2" | grep -vx -e -h)
}

@test "every command that --help lists has a synopsis" {
	for_each_command page_has_command
}

@test "every command of a synopsis is one that --help lists" {
	for tool in symmap elfbind mpu-table; do
		while read -r command; do
			commands "$tool" | grep -qx "$command"
		done < <(sed -nE "s/^\.Nm $tool ([a-z]+)\$/\1/p" "$BERTH_ROOT/man/$tool.1")
	done
}

@test "every option of a synopsis is in --help" {
	for_each_command help_has_synopsis
}

@test "every option of --help is in the synopsis" {
	for_each_command synopsis_has_help
}

@test "every option of --help is on the page" {
	for_each_command page_describes_help
}

@test "an option that is not there is named, also one of a cluster" {
	for call in "symmap resolve" "symmap kebab" "elfbind inject" "elfbind audit" "mpu-table check" \
		"mpu-table show" "mpu-table diff" "mpu-table emit" "mpu-table decode" "mpu-table encode"; do
		tool=${call% *}
		for option in -z --frobnicate; do
			run -2 "$BERTH_BIN/$tool" "${call#* }" $option
			[ "$output" = "$tool: ${call#* }: there is no option $option: see $call --help" ]
		done
		run -2 "$BERTH_BIN/$tool" "${call#* }" -zx
		[ "$output" = "$tool: ${call#* }: there is no option -z: see $call --help" ]
	done
}
