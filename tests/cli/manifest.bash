# SPDX-License-Identifier: Apache-2.0 OR MIT
# Manifests that several tests start from, and what refusals of them say. load it with bats.

# The sensors' without the key code: one row opens the whole flash.
plain_manifest() {
	sed -e '/^# Each component sees/,/^code:/d' -e '/^    code: 3K/d' -e 's/, reserve: 64K//' \
		"$BERTH_ROOT/examples/sensors/layout.yaml"
}

# What was run has refused a manifest there, in these words.
told() { # file:line, words...
	[ "$status" -eq 1 ] || {
		echo "taken, not refused at $1"
		return 1
	}
	grep -q "^ldgen: $1" <<<"$output" || {
		echo "not at $1: $output"
		return 1
	}
	shift
	for words in "$@"; do
		[[ "$output" == *"$words"* ]] || {
			echo "no '$words' in: $output"
			return 1
		}
	done
}

# In assembler: what elfbind inject defines for layout.json and layout.ld, the memories and data
# of components and the marks of the layout.
injected_symbols() {
	jq -r '.regions[] | select(.kind == "memory" or .kind == "data")
		| (.component + (if .kind == "data" then "_data" else "_mem_\(.index)" end)) as $name
		| ".section \(.section), \"aw\", %nobits; .global \($name); .type \($name), %object
		   .size \($name), \(.size); \($name): .space \(.size)"' layout.json
	sed -nE 's/^ASSERT\(DEFINED\((\w+_layout)\).* == (0x[0-9a-f]+) :.*/.global \1; \1 = \2/p' layout.ld
}
