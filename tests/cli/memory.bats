#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The runtime's copies and fills across memories against wasmtime's.

# A Python with the module wasmtime: that of scripts/upstream, or the system's.
python() {
	for candidate in "${BERTH_UPSTREAM:-$HOME/.cache/berth-upstream}/venv/bin/python" python3; do
		"$candidate" -c 'import wasmtime' 2>/dev/null || continue
		echo "$candidate"
		return
	done
	skip "there is no Python with the module wasmtime: scripts/upstream install"
}

compare() {
	run "$interpreter" "$BERTH_ROOT/tests/wasmtime/compare.py" \
		"$BERTH_ROOT/tests/wasmtime/two_memories.wat" <operations
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	python >interpreter
	interpreter=$(cat interpreter)
	"${BERTH_BIN%/bin}/tests/wasmtime/operations" >operations
}

@test "ten thousand random copies and fills come out as in wasmtime" {
	compare
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(wc -l <operations)" -eq 10000 ]
	[[ $output =~ ^10000\ operations,\ ([0-9]+)\ done\ and\ ([0-9]+)\ trapped\ in\ both$ ]]
	[ "${BASH_REMATCH[1]}" -gt 2000 ]
	[ "${BASH_REMATCH[2]}" -gt 2000 ]
}

@test "an outcome or a checksum that differs is seen" {
	sed -i '0,/trap/s/trap/done/' operations
	compare
	[ "$status" -eq 1 ]
	"${BERTH_BIN%/bin}/tests/wasmtime/operations" | awk 'NR == 3000 { sub(/.$/, "x") } 1' >operations
	compare
	[ "$status" -eq 1 ]
}
