# SPDX-License-Identifier: Apache-2.0 OR MIT
# Manifests that several tests start from. load it with bats.

# The sensors' without the key code: one row opens the whole flash.
plain_manifest() {
	sed -e '/^# Each component sees/,/^code:/d' -e '/^    code: 3K/d' -e 's/, reserve: 64K//' \
		"$BERTH_ROOT/examples/sensors/layout.yaml"
}
