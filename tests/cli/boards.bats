#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The boards of examples/boards: each solves, and shows what its part needs.

bats_require_minimum_version 1.5.0

setup() {
	ldgen=$BERTH_BIN/ldgen
	boards=$BERTH_ROOT/examples/boards
	command -v jq >/dev/null || skip "jq is not here"
	cd "$BATS_TEST_TMPDIR" || return 1
}

solve() { # board
	"$ldgen" -C "$BERTH_ROOT/tests/fixtures/sensors" "$boards/$1.yaml" --json "$1.json" \
		--header regions.h --html map.html --svg map.svg
}

# Whether jq's EXPRESSION holds for the layout of BOARD.
holds() { # board, expression
	[ "$(jq "def region(\$name): .regions[] | select(.name == \$name);
		def rows(\$name): [.contexts[] | select(.name == \$name) | .rows[]];
		$2" "$1.json")" = true ] || {
		echo "$1: not so: $2"
		jq -c '.regions[] | [.name, .bank, .base, .size, .reserved]' "$1.json"
		return 1
	}
}

@test "every board is solved, within its banks and its rows, and none is left out" {
	count=0
	for file in "$boards"/*.yaml; do
		board=$(basename "$file" .yaml)
		run -0 solve "$board"
		holds "$board" '. as $all | [.contexts[] | .rows | length <= $all.target.mpu_regions] | all'
		holds "$board" '. as $all | [.regions[] | select(.bank != null) | . as $r
			| $all.banks[] | select(.name == $r.bank)
			| $r.base >= .origin and $r.base + $r.reserved <= .origin + .length] | all'
		holds "$board" '.cost.need <= .cost.lower_bound and .cost.lower_bound <= .cost.used'
		if command -v cc >/dev/null; then
			echo '#include "regions.h"' | cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -I. -xc -
		fi
		# It says where its memory map is from.
		grep -q '^# Memory map: ' "$file"
		count=$((count + 1))
	done
	[ "$count" -eq 12 ]
}

@test "STM32F100: five memories and their data fit what is left of 8 KiB, but not by powers of two" {
	solve stm32f100
	holds stm32f100 '.cost.used <= 6656'
	{
		cat "$boards/stm32f100.yaml"
		echo 'strategy: pow2'
	} >pow2.yaml
	run -1 "$ldgen" pow2.yaml --json pow2.json
}

@test "STM32G474: a module of 64 KiB is trimmed, the CCM is filled first, the rest goes to the SRAM" {
	solve stm32g474
	holds stm32g474 'region("gps.mem0") | .size == 20480 and .declared == 65536 and .bank == "sram"'
	holds stm32g474 '[region("motor.mem0", "hall.mem0", "limits.mem0") | .bank == "ccm"] | all'
	holds stm32g474 'region("log.mem0").bank == "sram"'
}

@test "nRF52840: code behind the radio stack takes two rows, the buffer is two components'" {
	solve nrf52840
	holds nrf52840 '[rows("parser")[] | select(.region == "flash")] | length == 2'
	holds nrf52840 '[.contexts[] | select([.rows[].region] | index("received")) | .name] == ["gateway", "parser"]'
	# From where the radio stack ends, it would be more.
	sed 's/origin: 0x00028000, length: 864K/origin: 0x00027000, length: 868K/' "$boards/nrf52840.yaml" >early.yaml
	"$ldgen" early.yaml --json early.json
	holds early '[rows("parser")[] | select(.region == "flash")] | length > 2'
}

@test "STM32H743: preferences, fallback, uncached banks and a guard" {
	solve stm32h743
	holds stm32h743 'region("control.mem0").bank == "dtcm"'
	holds stm32h743 'region("vision.mem0").bank == "axi"'
	holds stm32h743 '[region("network.mem0", "journal.mem0").bank] | unique | length > 0 and (. - ["axi", "sram1"] == [])'
	holds stm32h743 'region("frames").bank == "sram3" and region("samples").bank == "sram4"'
	# No row of its context opens the 32 bytes below the stack.
	holds stm32h743 'region("control.data").base as $stack
		| [rows("control")[].covers[] | .base >= $stack or .base + .size <= $stack - 32] | all'
}

@test "i.MX RT1176: 16 regions, two of them for code, and at most three for a memory" {
	solve imxrt1176
	holds imxrt1176 '.target.mpu_regions == 16'
	holds imxrt1176 '[.contexts[] | [.rows[] | select(.region == "flash")] | length == 2] | all'
	holds imxrt1176 '.banks[] | select(.name == "ocram") | .used <= 540672'
}

@test "RP2350 and LPC55S69: base and limit set nothing aside but a granule, fixed places are kept" {
	solve rp2350
	holds rp2350 '[.regions[] | select(.kind == "memory") | .reserved - .size < 32] | all'
	# Code is apart: of the flash a context opens its own and the common one, one row each.
	holds rp2350 '[.contexts[] | [.rows[] | select(.execute) | .region]] ==
		[["flash.common", "audio.code"], ["flash.common", "console.code"], ["flash.common", "rules.code"]]'
	holds rp2350 '[.regions[] | select(.kind == "code") | .base >= 268959744 and .reserved - .size < 32] | all' # 0x10080000
	holds rp2350 'region("audio.data") | .base == 537400320 and .bank == "sram9"' # 0x20081400
	solve lpc55s69
	holds lpc55s69 '[rows("usb")[] | select(.region == "flash")] | length == 1'
	holds lpc55s69 'region("endpoints").base == 1074790400' # 0x40100000
	holds lpc55s69 'region("modbus.mem0").bank == "sramx"'
}

@test "ESP32-C3 and QEMU's virt: PMP entries open sizes of any granule, and nothing lies in the hole" {
	solve esp32c3
	holds esp32c3 '[.regions[] | select(.bank == "dram") | .base + .reserved <= 1070458640] | all' # 0x3fcde710
	holds esp32c3 '[.regions[] | select(.kind == "memory") | .reserved - .size < 16] | all'
	solve riscv32-virt
	holds riscv32-virt 'region("odd.mem0") | .size == 12345 and .reserved < 12361'
	holds riscv32-virt '.target.machine == "riscv"'
}

@test "MPS2 and MPS3: what the inner RAM does not hold goes to the external one" {
	solve mps2-an385
	holds mps2-an385 '[.regions[] | select(.kind == "memory") | .bank] | sort == ["psram", "ram", "ram"]'
	solve mps2-an505
	holds mps2-an505 'region("filter.mem0").reserved == 65568'
	solve mps3-an547
	holds mps3-an547 'region("model.mem0").bank == "ddr" and region("loop.mem0").bank == "dtcm"'
	holds mps3-an547 '[.contexts[] | select([.rows[].region] | index("mailbox")) | .name] == ["loop", "model"]'
}
