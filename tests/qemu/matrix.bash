# SPDX-License-Identifier: Apache-2.0 OR MIT
# Reading the log of the attack matrix.

# The cell of the row WHO and the column with this NAME in the table TITLE of $output.
cell() { # title, who, name
	awk -v title="$1" -v who="$2" -v name="$3" '
		/^column / { number = $2 + 0; sub(/^[^:]*: /, ""); if ($0 == name) column = number; next }
		/^(read|write|pointer|jump|request)/ { inside = $0 ~ "^" title; next }
		inside && $1 == who { cell = substr($0, 10 + 4 * (column - 1), 3); sub(/ +$/, "", cell); print cell }
	' <<<"$output"
}

is() { # cell, title, who, column name
	local found
	found=$(cell "$2" "$3" "$4")
	[ "$found" = "$1" ] || {
		echo "$3, $2, $4: '$found' and not '$1'"
		return 1
	}
}

# The log without what lies beside the memories (columns 4 to 7), which is up to the placement.
steady() {
	sed 's/ *$//; /^granted, /d; /^forbidden, /d' "$@" |
		awk '/^(alpha|bravo|charlie|delta|echo|foxtrot) / { $0 = substr($0, 1, 21) substr($0, 38) } 1'
}

# The number behind the words.
number() { # words
	sed -n "s/^$1: //p" <<<"$output"
}

# Runs a firmware with a protection left off on MACHINE, which must notice.
weak_on() { # machine, file
	boot "$2" "$1"
	case $2 in
	*/unfenced.elf) [ "$status" -ne 0 ] ;; # it may end anywhere: in a lockup, for one
	*) [ "$status" -eq 1 ] ;;
	esac
	# Only the end: without a fence a component may print what it finds.
	[[ ${lines[-1]} != *"verdict: PASS"* ]]
}
