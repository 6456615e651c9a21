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
