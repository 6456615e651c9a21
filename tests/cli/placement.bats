#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Where ldgen puts regions, and what it says when there is no place.

bats_require_minimum_version 1.5.0
load manifest

setup() {
	ldgen=$BERTH_BIN/ldgen
	cd "$BATS_TEST_TMPDIR" || return 1
	command -v jq >/dev/null || skip "jq is not here"
}

# Three planned components on a part with two banks, with changes by sed.
board() { # sed expressions...
	cat >board.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m4, mpu_regions: 8}
		banks:
		  flash: {origin: 0x08000000, length: 512K, access: rx}
		  tight: {origin: 0x10000000, length: 32K, access: rw}
		  ram: {origin: 0x20000000, length: 96K, access: rw, reserve: 10K}
		peripherals:
		  uart0: {origin: 0x40004000, length: 0x1000}
		components:
		  big:
		    memories: {0: {size: 20K, bank: ram}}
		    stack: 2K
		    data: {bank: ram}
		    grants: [uart0]
		  odd:
		    memories: {0: {size: 9000, bank: ram}}
		    stack: 1000
		    data: {bank: ram}
		  low:
		    memories: {0: {size: 12K, bank: ram}}
		    stack: 1K
		    data: {bank: ram}
	EOF
	for change in "$@"; do
		cp board.yaml before.yaml
		sed -i "$change" board.yaml
		run ! cmp -s board.yaml before.yaml
	done
}

solve() { # sed expressions...
	board "$@"
	"$ldgen" board.yaml --json board.json
	# Whatever was asked: every row of every context opens what its region sets aside.
	holds '[. as $all | .contexts[] | .rows | group_by(.region)[] | . as $rows
		| ($all.regions[] | select(.name == $rows[0].region) | .reserved)
		  == ([$rows[].covers[].size] | add)] | all'
}

holds() { # jq expression
	[ "$(jq "$1" board.json)" = true ] || {
		echo "not so: $1"
		jq -c '.cost, (.regions[] | [.name, .bank, .base, .size, .reserved])' board.json
		return 1
	}
}

base_of() { # region
	jq ".regions[] | select(.name == \"$1\") | .base" board.json
}

refuses() { # position, words... (the manifest is board.yaml)
	rm -f board.json
	run "$ldgen" board.yaml --json board.json
	[[ "$output" == "ldgen: board.yaml:$1"* ]]
	told "board.yaml:$1" "${@:2}"
	[ ! -e board.json ]
}

@test "every architecture places the same board, and says that it is optimal" {
	for target in 'cpu: cortex-m0plus' 'cpu: cortex-m4' 'cpu: cortex-r5' 'cpu: cortex-m33' \
		'cpu: cortex-m55' 'arch: riscv' 'arch: riscv, granularity: 4' \
		'arch: riscv, napot_only: true, mpu_regions: 32'; do
		solve "s/cpu: cortex-m4, mpu_regions: 8/$target/"
		holds '.cost.optimal and .cost.used == .cost.lower_bound and .cost.used < 48 * 1024'
	done
}

@test "several rows for one region save what powers of two waste, within each context's budget" {
	solve
	all=$(jq .cost.used board.json)
	holds '[.contexts[].rows | length <= 8] | all'
	solve 's/size: 9000,/& rows: 1,/' 's/size: 20K,/& rows: 1,/' '/^    data/s/{/{rows: 1, /'
	holds "$all < .cost.used and .cost.optimal"
	holds '[.contexts[].rows | group_by(.region)[] | select(.[0].region != "low.mem0") | length == 1] | all'
	# A part with fewer regions has fewer to give: one for each region, and then none to spare.
	solve 's/mpu_regions: 8/mpu_regions: 4/'
	holds "$all < .cost.used"
	holds '[.contexts[].rows | length <= 4] | all'
}

@test "packed uses no more than pow2, and pow2 says how far it is from the best" {
	solve '$a strategy: pow2'
	cp board.json pow2.json
	solve
	[ "$(jq -s '.[0].cost.used < .[1].cost.used and .[0].cost.used == .[1].cost.lower_bound
		and .[1].cost.optimal == false' board.json pow2.json)" = true ]
}

@test "a region leaves the bank that it prefers only when that is full" {
	solve 's/size: 20K, bank: ram/size: 20K, bank: [tight, ram]/' 's/size: 12K, bank: ram/size: 12K, bank: [tight, ram]/'
	holds '[.regions[] | select(.bank == "tight") | .name] == ["big.mem0", "low.mem0"]'
	# Now 41K for 32K: one has to go, and the rest uses the least.
	solve 's/size: 20K, bank: ram/size: 20K, bank: [tight, ram]/' 's/size: 12K, bank: ram/size: 12K, bank: [tight, ram]/' \
		's/size: 9000, bank: ram/size: 9000, bank: [tight, ram]/'
	holds '[.regions[] | select(.kind == "memory" and .bank == "ram")] | length == 1'
	holds '.cost.optimal'
}

@test "nothing lies in a hole, and a fixed region lies where it must" {
	solve 's/reserve: 10K/&, holes: [{origin: 0x20004000, length: 4K}, {origin: 0x20009000, length: 32}]/' \
		's/size: 9000, bank: ram/size: 9000, at: 0x20010000/'
	# 0x20004000 to 0x20005000 and 0x20009000 to 0x20009020.
	holds '[.regions[] | select(.bank == "ram") | (.base + .reserved <= 536887296 or .base >= 536891392)
		and (.base + .reserved <= 536907776 or .base >= 536907808)] | all'
	[ "$(base_of odd.mem0)" -eq $((0x20010000)) ]
	holds '[.banks[] | select(.name == "ram").free[].size] | length >= 2'
}

@test "no row of its context opens the guard below a stack" {
	for guard in 32 96 4096; do
		solve "s/stack: \([0-9]*K*\)$/stack: {size: \1, guard: $guard}/"
		holds ". as \$all | [.contexts[] | .name as \$name
			| (\$all.regions[] | select(.name == \$name + \".data\").base) as \$stack
			| .rows[].covers[] | .base >= \$stack or .base + .size <= \$stack - $guard] | all"
	done
}

@test "a shared region is in each context that it is granted to, and in no other" {
	solve 's/^components:/shared:\n  mailbox: {size: 1000, bank: ram}\n&/' \
		's/grants: \[uart0\]/grants: [uart0, mailbox]/' '/stack: 1000/a \    grants: [mailbox]'
	holds '[.contexts[] | select(any(.rows[]; .region == "mailbox")) | .name] == ["big", "odd"]'
	holds '.regions[] | select(.name == "mailbox") | .kind == "shared" and .reserved >= 1000'
}

@test "an explicit context opens what it lists, and its component's data" {
	solve '$a contexts:\n  big: [uart0, big.mem0]'
	holds '[.contexts[0].rows[].region] | unique == ["big.data", "big.mem0", "flash", "uart0"]'
	holds '.contexts[0].rows[1].region == "uart0"'
}

@test "carves of one memory are opened each by itself" {
	carved=('s/size: 20K, bank: ram/size: 40K, bank: ram/' 's/size: 9000, bank: ram/size: 40K, bank: ram/'
		's/size: 12K, bank: ram/size: 40K, bank: ram/'
		'/stack: 2K/i \    carve: {offset: 0, size: 10K}' '/stack: 1000/i \    carve: {offset: 10K, size: 18K}'
		'/stack: 1K/i \    carve: {offset: 28K, size: 12K}')
	solve "${carved[@]}"
	holds '[.regions[] | select(.kind == "memory")] | length == 1 and .[0].size == 40960'
	holds '. as $all | (.regions[] | select(.kind == "memory").base) as $base
		| [.regions[] | select(.kind == "carve") | .base - $base] == [0, 10240, 28672]'
	holds '[.contexts[] | [.rows[].region] | any(. == "big.mem0") | not] | all'
	# 10000 bytes end within a row's smallest step: some of the next carve would be open too.
	board "${carved[@]}" 's/size: 10K}/size: 10001}/' 's/offset: 10K, size: 18K/offset: 10001, size: 18K/'
	refuses 12:12: "bytes of its neighbours leak" "at multiples of"
	# The alignment that it names mends it.
	align=$(sed 's/.*at multiples of \([0-9]*\).*/\1/' <<<"$output")
	at=$(((10001 + align - 1) / align * align))
	solve "${carved[@]}" "s/size: 10K}/size: $at}/" "s/offset: 10K, size: 18K/offset: $at, size: 16K/"
	board "${carved[@]}" 's/offset: 28K, size: 12K/offset: 20K, size: 12K/'
	refuses 23:21: "overlaps the carve of odd (line 18)"
	board "${carved[@]}" 's/offset: 28K, size: 12K/offset: 28K, size: 13K/'
	refuses 23:32: "ends behind the 40960 bytes of its memory"
}

@test "what does not fit is told bank by bank, with what would make it fit" {
	board 's/length: 96K/length: 50K/'
	refuses 11:16: "bank ram has no room for big.mem0" "there are 40960" "bytes lack" \
		"add bank tight"
	# What it says mends it.
	most=$(sed 's/.*big.mem0 has at most \([0-9]*\) bytes.*/\1/' <<<"$output")
	lacks=$(sed 's/.*make bank ram \([0-9]*\) bytes larger.*/\1/' <<<"$output")
	solve 's/length: 96K/length: 50K/' "s/size: 20K/size: $most/"
	solve "s/length: 96K/length: $((50 * 1024 + lacks))/"
	board 's/length: 96K/length: 50K/' "s/size: 20K/size: $((most + 32))/"
	refuses 11:16: "no room"
	# It names another bank where that does mend it, and only there.
	solve 's/length: 96K/length: 50K/' 's/size: 20K, bank: ram/size: 20K, bank: [ram, tight]/'
	board 's/length: 96K/length: 20K/' 's/size: 12K/size: 30K/'
	refuses 20:16: "bank ram has no room for low.mem0"
	[[ $output != *"add bank tight"* ]]
	board 's/length: 96K/length: 20K/' 's/size: 12K, bank: ram/size: 30K, bank: [ram, tight]/'
	run "$ldgen" board.yaml --json board.json
	[ "$status" -eq 1 ]
	board 's/size: 20K, bank: ram/size: 40K, bank: tight/'
	refuses 11:16: "bank tight has no room for big.mem0" "there are 32768, 8192 bytes lack"
	# Rows that were forbidden would do.
	board 's/length: 96K/length: 58K/' 's/size: 9000/size: 9000, rows: 1/' '/stack: 1000/,/data/s/data: {/data: {rows: 1, /' \
		's/size: 20K,/size: 20500, rows: 1,/'
	refuses 11:16: "allow more rows"
}

@test "a bank as large as the refusal says is large enough, also where rows are then shared out otherwise" {
	cat >board.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m4, mpu_regions: 8}
		banks:
		  flash: {origin: 0x08000000, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 64K, access: rw, reserve: 16K}
		shared:
		  box: {size: 3000}
		components:
		  first: {memories: {0: {size: 23108}}, stack: 512, grants: [box]}
		  second: {memories: {0: {size: 32K}}, stack: 512, grants: [box]}
	EOF
	refuses 10:23: "second.mem0 has at most" "(size: "
	lacks=$(sed 's/.*make bank ram \([0-9]*\) bytes larger.*/\1/' <<<"$output")
	sed -i "s/length: 64K/length: $((64 * 1024 + lacks))/" board.yaml
	"$ldgen" board.yaml --json board.json
}

@test "where powers of two do not fit, packing is advised only where it does" {
	board 's/length: 96K/length: 64K/' '$a strategy: pow2'
	run -1 "$ldgen" board.yaml --json board.json
	[[ $output == *"bank ram has no room for "*"write 'strategy: packed', with which all fits"* ]]
	solve 's/length: 96K/length: 64K/'
	board 's/length: 96K/length: 50K/' '$a strategy: pow2'
	run -1 "$ldgen" board.yaml --json board.json
	[[ $output == *"bank ram has no room for "*": give it a larger bank or make it smaller" ]]
	board 's/length: 96K/length: 50K/'
	run -1 "$ldgen" board.yaml --json board.json
}

@test "a module that declares more than fits is trimmed as the refusal says" {
	fixtures=$BERTH_ROOT/tests/fixtures/sensors
	cat >board.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m4, mpu_regions: 8}
		banks:
		  flash: {origin: 0x08000000, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 48K, access: rw, reserve: 10K}
		components:
		  gps: {object: gps.o, core: gps.wasm, memories: {0: {bank: ram}}, stack: 1K}
	EOF
	run "$ldgen" -C "$fixtures" board.yaml --json board.json
	[ "$status" -eq 1 ]
	trim=$(sed -n 's/.*it fits when gps.mem0 has at most .* bytes (\(trim: [0-9]*\)).*/\1/p' <<<"$output")
	sed -i "s/bank: ram}/bank: ram, $trim}/" board.yaml
	"$ldgen" -C "$fixtures" board.yaml --json board.json
}

@test "an address that rows cannot open, or that is taken, is refused with one that suits" {
	board 's/size: 20K, bank: ram/size: 20K, rows: 1, at: 0x20003020/'
	refuses 11:44: "1 rows do not open 20480 bytes from there: write 0x2000"
	at=$(sed 's/.*write \(0x[0-9a-f]*\),.*/\1/' <<<"$output")
	solve "s/size: 20K, bank: ram/size: 20K, rows: 1, at: $at/"
	board 's/size: 20K, bank: ram/size: 20K, at: 0x20017000/'
	refuses 11:35: "big.mem0 at 0x20017000" "ends behind its bank"
	board 's/size: 20K, bank: ram/size: 20K, at: 0x20008000/' 's/size: 12K, bank: ram/size: 12K, at: 0x2000c000/'
	refuses 20:35: "another fixed region"
}

@test "a context with too few rows says which region takes how many" {
	board 's/mpu_regions: 8/mpu_regions: 3/'
	refuses 10:3: "context big needs 4 rows, the target has 3, 1 lack" "big.mem0" "uart0"
	board 's/cpu: cortex-m4, mpu_regions: 8/arch: riscv, mpu_regions: 4/' 's/length: 0x1000}/length: 0x1800}/'
	refuses 10:3: "needs 5 rows, the target has 4" "uart0 (2)"
}

@test "rows of a PMP go on from the region before, and need no entry for their base then" {
	solve 's/cpu: cortex-m4/arch: riscv/'
	# Memory and data of odd lie side by side: three entries open both, not four.
	holds '[.contexts[] | select(.name == "odd").rows[] | select(.region != "flash")] | length == 3'
}

@test "the report says need, use, bound and rows, and optimal only where that is proven" {
	board '$a strategy: pow2'
	run -0 --separate-stderr "$ldgen" board.yaml
	[[ "$stderr" == *"nothing was asked to be written"* ]]
	[[ "${lines[-1]}" == "need "*" bytes ("*" %): not proven to be the best" ]]
	solve
	run -0 --separate-stderr "$ldgen" board.yaml --report board.txt --json board.json
	[ -z "$output$stderr" ]
	line=$(tail -n 1 board.txt)
	[ "$line" = "$(jq -r '.cost | "need \(.need), used \(.used), bound \(.used), gap 0 bytes: optimal"' board.json)" ]
	grep -q "^rows, of 8: $(jq -r '[.contexts[] | "\(.name) \(.rows | length)"] | join(", ")' board.json)\$" board.txt
	while read -r name size reserved; do
		grep -q "0x[0-9a-f]* *$size *$reserved *[0-9]* *$name\$" board.txt
	done < <(jq -r '.regions[] | select(.bank == "ram") | "\(.name) \(.size) \(.reserved)"' board.json)
	# What is taken and what is free are all of the bank, with a hole between regions too.
	solve 's/reserve: 10K/reserve: 10K, holes: [{origin: 0x20006000, length: 4K}]/'
	"$ldgen" board.yaml --report board.txt
	read -r room taken free up < <(sed -nE 's/^ram: of ([0-9]+) bytes behind the reserve ([0-9]+) are taken, holes included, ([0-9]+) are free; used up to byte ([0-9]+)$/\1 \2 \3 \4/p' board.txt)
	[ "$room" -eq $((86 * 1024)) ]
	[ $((taken + free)) -eq "$room" ]
	[ "$taken" -eq "$(jq '4096 + ([.regions[] | select(.bank == "ram") | .reserved] | add)' board.json)" ]
	[ "$up" -eq "$(jq '[.regions[] | select(.bank == "ram") | .base + .reserved] | max - 536881152' board.json)" ]
	run -1 "$ldgen" board.yaml --report /dev/full
	run -2 "$ldgen" board.yaml --report one --json one
}

@test "bytes come after preference, in the bound too, and what is not proven of preference is said" {
	cat >board.yaml <<-'EOF'
		berth: 1
		target: {cpu: cortex-m4, mpu_regions: 8}
		banks:
		  flash: {origin: 0x08000000, length: 512K, access: rx}
		  ram: {origin: 0x20000000, length: 128K, access: rw, reserve: 0x420}
		  big: {origin: 0x60000000, length: 128K, access: rw}
		components:
		  a: {memories: {0: {size: 32K, bank: [ram, big], rows: 1}}, stack: 256, data: {bank: big}}
	EOF
	"$ldgen" board.yaml --json board.json
	# A window of 32 KiB in ram begins 7136 bytes behind the reserve; in big it would cost nothing.
	holds '.cost == {need: 33024, used: 40160, lower_bound: 40160, optimal: true}'
	# Powers of two do not fit there, and their bound is not that of what does.
	sed 's/length: 128K, access: rw, reserve/length: 44K, access: rw, reserve/; $a strategy: pow2' board.yaml >pow2.yaml
	"$ldgen" pow2.yaml --json board.json
	holds '.cost == {need: 33024, used: 33024, lower_bound: 33024, optimal: false}'
	sed -i 's/\[ram, big\]/[big, ram]/' board.yaml
	"$ldgen" board.yaml --json board.json
	holds '.cost == {need: 33024, used: 33024, lower_bound: 33024, optimal: true}'
	# Of 20 regions of which some must leave the bank, nobody has tried all ways.
	sed -i '/^  a:/d; s/cortex-m4/cortex-m33/; s/length: 128K, access: rw, reserve: 0x420/length: 64K, access: rw, reserve: 1K/' board.yaml
	for i in $(seq 20); do
		echo "  c$i: {memories: {0: {size: $((i * 512)), bank: [ram, big]}}, stack: 256, data: {bank: big}}"
	done >>board.yaml
	run -0 --separate-stderr "$ldgen" board.yaml
	[[ "${lines[-1]}" == *", gap 0 bytes: no fewer bytes, but not proven that no fewer regions leave"* ]]
}

@test "how a region is cached is its own word, or that of the bank where it lies" {
	solve '/^  ram:/s/rw,/rw, cache: write-through,/' 's/size: 20K, bank: ram/size: 20K, cache: none, bank: tight/' \
		's/size: 9000, bank: ram/size: 9000, cache: write-back, bank: ram/' 's/size: 12K, bank: ram/size: 12K, bank: tight/'
	holds '[.regions[] | select(.kind == "memory") | .cache] == ["none", "write-back", null]'
	holds '[.regions[] | select(.kind == "data") | .cache] | unique == ["write-through"]'
	# The rows say it.
	word() { jq -r ".contexts[] | select(.name == \"$1\").rows[] | select(.region == \"$1.mem0\").registers.rasr" board.json | head -n 1; }
	[ $(($(word big) >> 16 & 7)) -ne $(($(word odd) >> 16 & 7)) ]
	board 's/cpu: cortex-m4/arch: riscv/' '/^  ram:/s/rw,/rw, cache: none,/'
	refuses 6:61: "cannot be cached 'none' on riscv"
	board 's/cpu: cortex-m4/cpu: cortex-m0plus/' 's/size: 9000,/& cache: none,/'
	refuses 16:39: "cannot be cached 'none' on armv6-m"
}
