# SPDX-License-Identifier: Apache-2.0 OR MIT
# Running the attack matrix and reading its log.

# The firmware NAME for MACHINE.
firmware() { # machine, name
	local folder=$1
	case $1 in
	mps2-an386 | mps2-an500) folder=mps2-an385 ;; # the same memory map and instructions
	esac
	echo "$BERTH_BUILD/qemu/matrix/$folder/$2.elf"
}

# Runs the firmware NAME on each machine, an Arm one, all at once, and then "$CHECK $MACHINE" on each log.
on_each() { # name, check, machine...
	local name=$1 check=$2 machine
	shift 2
	command -v qemu-system-arm >/dev/null || skip "qemu-system-arm is not here"
	for machine in "$@"; do
		{
			boot "$(firmware "$machine" "$name")" "$machine"
			echo "$status" >"$BATS_TEST_TMPDIR/$machine.status"
			echo "$output" >"$BATS_TEST_TMPDIR/$machine.log"
		} 3>&- &
	done
	wait
	for machine in "$@"; do
		output=$(<"$BATS_TEST_TMPDIR/$machine.log")
		status=$(<"$BATS_TEST_TMPDIR/$machine.status")
		"$check" "$machine" || {
			echo "$name on $machine, status $status"
			return 1
		}
	done
}

# The cell of the row WHO and the column with this NAME in the table TITLE of $output.
cell() { # title, who, name
	awk -v title="$1" -v who="$2" -v name="$3" '
		/^column / { number = $2 + 0; sub(/^[^:]*: /, ""); if ($0 == name) column = number; next }
		/^(read|write|pointer|jump|request|execution)/ { inside = $0 ~ "^" title; next }
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

# --- what must be there with one protection left off -------------------------------------

# The firmware has noticed. Without a fence a component may print what it finds: only the end counts.
noticed() {
	[ "$status" -ne 0 ] && [[ $(tail -n 1 <<<"$output") != *"verdict: PASS"* ]]
}

shows_unfenced() { # machine
	local title
	noticed || return 1
	for title in "read," "write," "read by a function" "write by a function"; do
		is +++ "$title" alpha "bravo's memory" && is +++ "$title" foxtrot "native data" &&
			is +++ "$title" charlie "timer 0, alpha's" || return 1
	done
	is + "jump" alpha "bravo's memory" && registers_are_shut "$1"
}

# What only privileged code may touch stays shut without rows, too.
registers_are_shut() { # machine
	[ "$1" = virt ] && { grep -Eq '^alpha *IIII$' <<<"$output"; return; }
	is BBB "read," alpha MPU_CTRL
}

shows_privileged() { # machine
	noticed && is +++ "write," foxtrot "the runtime's state" && is +++ "read," echo "region table" &&
		[ "$(grep -o +++ <<<"$output" | wc -l)" -gt 500 ] || return 1
	[ "$1" = virt ] && { grep -Eq '^alpha *\+\+\+\+$' <<<"$output"; return; }
	is +++ "write," alpha MPU_CTRL
}

# One granule: what lies directly behind alpha's memory is bravo's stack, and bravo's memory does not.
shows_wide() {
	noticed && is +++ "read," alpha "one byte above own memory" &&
		is +++ "write," alpha "bravo's stack" && is DDD "write," alpha "bravo's memory" &&
		is DDD "read," alpha "foxtrot's memory" && is X "jump" alpha "bravo's stack"
}

shows_executable() {
	noticed && is + "jump" charlie "own memory, last bytes" && is + "jump" charlie "own memory, first bytes" &&
		is X "jump" charlie "bravo's memory" && is DDD "read," charlie "bravo's memory"
}

# What the one before has more rows for.
shows_unclosed() { # machine
	noticed && is DDD "read," charlie "timer 0, alpha's" && is DDD "read," charlie "bravo's memory" || return 1
	[ "$1" = virt ] && { is +++ "read," echo "delta's memory"; return; }
	is +++ "read," charlie "timer 1, bravo's"
}

# Not even its own code is open to the component that is called.
shows_stale() {
	noticed && is - "read by the next component" alpha "bravo's memory" &&
		is - "request by the gate" alpha "alpha's memory" && is DDD "read," alpha "bravo's memory"
}

# Native code and code of others run, and nothing but flash is open.
shows_bank() {
	noticed && is +++ "read," alpha "region table" && is +++ "read," bravo "native constant" &&
		is +++ "read," charlie "initial data" && is + "jump" delta "native code" &&
		is + "jump" echo "alpha's code" && is DDD "write," alpha "region table" &&
		is DDD "read," alpha "bravo's memory" && [ "$(number holes)" -eq 462 ]
}

shows_unchecked() {
	noticed && is +++ "pointer for a gate that reads" alpha "bravo's memory" &&
		is +++ "pointer for a gate that reads" alpha "native data" &&
		is DDD "read," alpha "bravo's memory"
}

# The component that is called so is none that may change: its stack does.
shows_anybody() { # machine
	[ "$1" = virt ] || [ "$(number "rows after which a victim had changed")" -gt 0 ] || return 1
	noticed && is + "request by the gate of that component" charlie "alpha's memory" &&
		is . "request by the gate of that component" charlie "charlie's memory" &&
		is GGG "pointer for a gate that reads" alpha "bravo's memory"
}

shows_kept() {
	noticed && [ "$(number "components with leftovers after a restart")" -eq 6 ] &&
		[ "$(number holes)" -eq 0 ]
}

# On Armv8-M the stack limit refuses stacks below the component's own.
shows_unstacked() {
	noticed && is + "request with the stack pointer there" bravo "own memory, last bytes" &&
		is S "request with the stack pointer there" bravo "alpha's memory" &&
		is DDD "read," bravo "alpha's memory"
}
