#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# elfbind bind: several objects and whole archives in one run.

bats_require_minimum_version 1.5.0

setup() {
	elfbind=$BERTH_BIN/elfbind
	command -v arm-none-eabi-gcc >/dev/null || skip "arm-none-eabi-gcc is not here"
	command -v arm-none-eabi-ar >/dev/null || skip "arm-none-eabi-ar is not here"
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir out
	cat >spi.c <<-'EOS'
		int poll(void);
		int spi_helper(void) { return poll(); }
		int spi_send(void) { return spi_helper(); }
	EOS
	cat >uart.c <<-'EOS'
		int poll(void);
		int spi_send(void);
		int uart_send(void) { return poll() + spi_send(); }
	EOS
	echo 'int poll(void) { return 1; }' >poll.c
	for name in spi uart poll; do arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -c $name.c; done
	cp uart.o a_driver_with_a_long_name.o
	arm-none-eabi-ar rcD lib.a spi.o a_driver_with_a_long_name.o poll.o
	echo 'poll poll_task' >some.map
}

index_of() { # archive
	arm-none-eabi-nm -s "$1" 2>/dev/null | sed -n '/^Archive index/,/^$/p'
}

# Checks that the last run refused with STATUS, said WORDS, and left nothing.
refused() { # status, words...
	[ "$status" -eq "$1" ]
	shift
	for words in "$@"; do
		[[ "$output" == *"$words"* ]]
	done
	[ -z "$(find . -name '.berth-*' -o -path './out/*' -o -name 'out.*')" ]
}

@test "many: every object is bound, as it would be alone" {
	"$elfbind" bind spi.o uart.o poll.o -d out --map some.map
	for name in spi uart poll; do
		"$elfbind" bind $name.o -o alone.o --map some.map 2>/dev/null
		cmp alone.o out/$name.o
	done
	[ "$(find out | wc -l)" -eq 4 ]
}

@test "many: an archive keeps its members, their order, their dates and long names" {
	"$elfbind" bind lib.a -d out --map some.map
	diff <(arm-none-eabi-ar t lib.a) <(arm-none-eabi-ar t out/lib.a)
	diff <(arm-none-eabi-ar tvO lib.a | awk '{ print $1, $2, $4, $5, $6, $7, $8 }') \
		<(arm-none-eabi-ar tvO out/lib.a | awk '{ print $1, $2, $4, $5, $6, $7, $8 }')
	mkdir members
	(cd members && arm-none-eabi-ar x ../out/lib.a)
	for name in spi a_driver_with_a_long_name poll; do
		"$elfbind" bind $name.o -o alone.o --map some.map 2>/dev/null
		cmp alone.o members/$name.o
	done
	"$elfbind" bind lib.a -o lib2.a --map some.map
	cmp out/lib.a lib2.a
}

@test "many: the index of an archive is that of the new names" {
	# The names of the index may have an odd or an even number of bytes.
	for new in poll_tasks poll_task; do
		echo "poll $new" >some.map
		"$elfbind" bind lib.a -d out --map some.map
		cp out/lib.a fresh.a
		arm-none-eabi-ranlib -D fresh.a
		cmp out/lib.a fresh.a
	done
	[ "$(index_of out/lib.a | grep -c ' in ')" -eq 4 ]
	index_of out/lib.a | grep '^poll_task in poll.o'
	cat >main.c <<-'EOS'
		int uart_send(void);
		int main(void) { return uart_send(); }
	EOS
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c main.c
	arm-none-eabi-ld -e main main.o out/lib.a -o gnu.elf
	arm-none-eabi-nm gnu.elf | grep ' T poll_task'
	if command -v ld.lld; then ld.lld -e main main.o out/lib.a -o lld.elf; fi
}

@test "many: an archive in which nothing changes stays byte for byte" {
	echo 'no_such other' >none.map
	"$elfbind" bind lib.a -d out --map none.map
	cmp lib.a out/lib.a
	libc=$(arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -print-file-name=libc.a)
	if [ -e "$libc" ]; then
		"$elfbind" bind "$libc" -o libc.a --map none.map
		cmp "$libc" libc.a
	fi
	touch -d 2001-01-01 lib.a
	"$elfbind" bind lib.a -d . --map none.map
	[ "$(stat -c %Y lib.a)" -eq "$(date -d 2001-01-01 +%s)" ]
}

@test "many: a rename in a whole library and back gives its members again" {
	libc=$(arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -print-file-name=libc.a)
	[ -e "$libc" ] || skip "newlib is not here"
	echo 'memcpy my_memcpy' >there.map
	echo 'my_memcpy memcpy' >back.map
	"$elfbind" bind "$libc" -o there.a --map there.map
	index_of there.a >index
	grep '^my_memcpy in ' index
	run ! grep '^memcpy in ' index
	"$elfbind" bind there.a -o back.a --map back.map
	diff <(arm-none-eabi-nm -A "$libc" 2>/dev/null | sed 's/^[^ ]*libc.a://') \
		<(arm-none-eabi-nm -A back.a 2>/dev/null | sed 's/^back.a://')
}

@test "many: two runs, and runs on one core, give the same" {
	"$elfbind" bind lib.a spi.o uart.o -d out --map some.map
	mkdir again
	if command -v taskset; then
		taskset -c 0 "$elfbind" bind lib.a spi.o uart.o -d again --map some.map
	else
		"$elfbind" bind lib.a spi.o uart.o -d again --map some.map
	fi
	diff -r out again
}

@test "many: where one is refused no output of any appears" {
	echo hello >bad.o
	run "$elfbind" bind spi.o bad.o uart.o lib.a -d out --map some.map
	refused 1 "bad.o: is not an ELF file"
	echo precious >out/spi.o
	run "$elfbind" bind spi.o bad.o -d out --map some.map
	[ "$status" -eq 1 ]
	[ "$(cat out/spi.o)" = precious ]
	[ "$(find out -type f | wc -l)" -eq 1 ]
}

@test "many: messages come in the order of the inputs" {
	for name in b a d c e f g h; do echo "no object" >$name.o; done
	run "$elfbind" bind b.o a.o spi.o d.o c.o e.o f.o g.o h.o -d out --keep spi_send
	refused 1
	[ "$(sed -n 's/^elfbind: \(.\)\.o: .*/\1/p' <<<"$output" | tr -d '\n')" = badcefgh ]
}

@test "many: a damaged member is named with its archive" {
	cp lib.a broken.a
	offset=$(grep -abo $'\x7fELF' broken.a | sed -n '2s/:.*//p')
	printf '\xff' | dd of=broken.a bs=1 seek=$((offset + 4)) conv=notrunc status=none
	run "$elfbind" bind broken.a -d out --map some.map
	refused 1 "broken.a(a_driver_with_a_long_name.o): is damaged: ELF class 255"
	head -c $(($(stat -c %s lib.a) - 9)) lib.a >broken.a
	run "$elfbind" bind broken.a -d out --map some.map
	refused 1 "broken.a: is a damaged archive"
}

@test "many: what is no object in an archive stays, bytecode and thin archives are refused" {
	echo 'read me' >README
	arm-none-eabi-ar rcD notes.a spi.o README
	run "$elfbind" bind notes.a -d out --map some.map
	[ "$status" -eq 0 ]
	[[ "$output" == *"notes.a(README): note: is no object, and stays as it is"* ]]
	[ "$(arm-none-eabi-ar p out/notes.a README)" = "read me" ]
	rm out/notes.a
	printf 'BC\xc0\xde....' >code.o
	arm-none-eabi-ar rcSD code.a spi.o code.o
	run "$elfbind" bind code.a -d out --map some.map
	refused 1 "code.a(code.o): is LLVM bitcode"
	arm-none-eabi-ar rcTD thin.a spi.o uart.o
	run "$elfbind" bind thin.a -d out --map some.map
	refused 1 "thin.a: is a thin archive"
}

@test "many: a native may be defined by one of the objects" {
	echo 'int other(void) { return 1; }' >other.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c other.c
	"$elfbind" bind spi.o poll.o -d out --map some.map --against other.o
	arm-none-eabi-nm out/spi.o | grep ' U poll_task'
	rm out/*
	run "$elfbind" bind spi.o -d out --map some.map --against other.o
	refused 1 "no native defines poll_task"
}

@test "many: names to keep must stand for something in one of them, not in each" {
	"$elfbind" bind spi.o poll.o -d out --keep spi_send --keep poll
	[ "$(arm-none-eabi-nm out/spi.o | awk '$2 == "T" { print $3 }')" = spi_send ]
	rm out/*
	run "$elfbind" bind spi.o poll.o -d out --keep spi_send --keep pall
	refused 1 "--keep pall stands for"
}

@test "many: a definition that another object refers to does not become local" {
	run "$elfbind" bind lib.a -d out --keep uart_send --keep poll
	refused 1 "lib.a(spi.o): would make [symbol spi_send] local, which lib.a(a_driver_with_a_long_name.o) refers to"
	"$elfbind" bind lib.a -d out --localize spi_helper
	run ! grep spi_helper <(index_of out/lib.a)
}

@test "many: a definition does not take the name of one in another object" {
	echo 'poll spi_send' >some.map
	run "$elfbind" bind poll.o spi.o -d out --map some.map
	refused 1 "would" "spi_send"
	echo 'poll uart_send' >some.map
	run "$elfbind" bind poll.o uart.o -d out --map some.map
	refused 1
	echo 'poll spi_helper' >some.map
	cp poll.o first.o
	run "$elfbind" bind first.o lib.a -d out --map some.map
	refused 1
	echo 'int idle(void) { return 0; }' >idle.c
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -c idle.c
	echo 'idle spi_send' >some.map
	run "$elfbind" bind idle.o spi.o -d out --map some.map
	refused 1 "idle.o: would define [symbol spi_send], which spi.o defines already"
}

@test "many: the dry run prints all plans and writes nothing" {
	run "$elfbind" bind lib.a spi.o --dry-run --map some.map
	[ "$status" -eq 0 ]
	[[ "$output" == *"lib.a(spi.o): rename undefined symbol "*" 'poll' to 'poll_task'"* ]]
	[[ "$output" == *"lib.a(poll.o): rename defined symbol "*" 'poll' to 'poll_task'"* ]]
	[ -z "$(find out -type f)" ]
}

@test "many: a folder that is not there or cannot be written is a refusal" {
	run "$elfbind" bind spi.o uart.o -d no/such --map some.map
	refused 1 "no/such/spi.o: cannot be written"
	run "$elfbind" bind spi.o some.map -d . --map some.map
	[ "$status" -eq 1 ]
	[ "$(cat some.map)" = 'poll poll_task' ]
}

@test "many: more files than may be open at once" {
	for i in $(seq 100); do cp spi.o many$i.o; done
	# shellcheck disable=SC2086 # words
	(ulimit -n 40 && "$elfbind" bind many*.o -d out --map some.map)
	[ "$(find out -name 'many*.o' | wc -l)" -eq 100 ]
}

@test "many: wrong usage ends with 2" {
	for arguments in "-d out --map some.map" "spi.o uart.o -o out.o --map some.map" \
		"spi.o -d out -o out.o --map some.map" "spi.o ./spi.o -d out --map some.map" \
		"spi.o uart.o -d out --component a" "spi.o uart.o -d out --map some.map --seam x"; do
		echo "arguments: $arguments"
		# shellcheck disable=SC2086 # words
		run "$elfbind" bind $arguments
		refused 2
	done
	echo poll >x
	run "$elfbind" bind lib.a -o out.a --map some.map --seam x
	refused 1 "lib.a: is one of several objects, whose seam is by component"
}

# --- objects of components ---------------------------------------------------------------

# The example's two objects, their natives and a seam, in a run with a driver.
components() {
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	cp "$sensors"/{fused,gps}.{o,wasm,imports.json} .
	cat >natives.c <<-'EOS'
		unsigned tick_now(void) { return 7; }
		unsigned read_pressure(void) { return 1013; }
		int read_rate(int axis) { return axis; }
		int read_fix(int axis) { return axis; }
	EOS
	arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -O1 -ffreestanding -c natives.c
	of_fused=(--core fused.wasm --import-map fused.imports.json --component 0=baro
		--component 2=imu --arena baro --arena imu)
	of_gps=(--core gps.wasm --import-map gps.imports.json --component gps --arena gps)
	cat >seam <<-'EOS'
		baro: tick_now
		baro: read_pressure
		baro: baro___cabi_arena_realloc
		imu: tick_now
		imu: read_rate
		imu: imu___cabi_arena_realloc
		gps: tick_now
		gps: read_fix
		gps: gps___cabi_arena_realloc
	EOS
}

bind_components() { # options...
	"$elfbind" bind fused.o spi.o gps.o -d out --against natives.o "$@"
}

@test "many: each object finds its own core module and is bound as it would be alone" {
	components
	for order in 1 2; do
		[ $order = 1 ] && of=("${of_gps[@]}" "${of_fused[@]}") ||
			of=("${of_fused[@]}" "${of_gps[@]}")
		bind_components "${of[@]}" --seam seam --explain >explained
		"$elfbind" bind fused.o -o fused.alone.o --against natives.o "${of_fused[@]}" --explain >alone
		"$elfbind" bind gps.o -o gps.alone.o --against natives.o "${of_gps[@]}" --explain >>alone
		cmp out/fused.o fused.alone.o
		cmp out/gps.o gps.alone.o
		cmp out/spi.o spi.o
		cmp explained alone
		rm out/*
	done
	# One object may be given several modules, too, and an archive of components.
	"$elfbind" bind gps.o -o out/gps.o --against natives.o "${of_fused[@]}" "${of_gps[@]}"
	cmp out/gps.o gps.alone.o
	arm-none-eabi-ar rcD both.a fused.o spi.o gps.o
	"$elfbind" bind both.a -o out/both.a --against natives.o "${of_gps[@]}" "${of_fused[@]}" --seam seam
	arm-none-eabi-ar p out/both.a gps.o | cmp - gps.alone.o
}

@test "many: a module of no object, an object of no module, and one of two are refused" {
	components
	run bind_components "${of_fused[@]}"
	refused 1 "gps.o: was made from none of the 1 core modules given"
	run "$elfbind" bind spi.o gps.o -d out --against natives.o "${of_fused[@]}" "${of_gps[@]}"
	refused 1 "fused.wasm: is the core module of none of the objects"
	cp gps.o other.o
	run bind_components other.o "${of_fused[@]}" "${of_gps[@]}"
	refused 1 "other.o: was made from gps.wasm, and so was gps.o: give one of them"
	cp gps.wasm same.wasm
	run bind_components "${of_fused[@]}" "${of_gps[@]}" --core same.wasm --component other
	refused 1 "gps.o: may have been made from gps.wasm and from same.wasm"
	run bind_components "${of_fused[@]}" "${of_gps[@]}" --core same.wasm --component imu
	refused 1 "same.wasm: has a component that is called imu like one of another module"
	run bind_components "${of_fused[@]}" --core missing.wasm
	refused 1 "missing.wasm"
}

@test "many: an object is bound once, and a line of the map that names nothing is told" {
	components
	printf 'tick-now tick_now\nspi_send send\ntick-nwo tock\n' >lines.map
	run -0 bind_components "${of_fused[@]}" "${of_gps[@]}" --map lines.map
	[[ $output == *"lines.map: note: line 3 says nothing of any of the objects"* ]]
	[ "$(grep -c 'says nothing' <<<"$output")" -eq 1 ]
	mv out/gps.o gps.o
	rm out/*
	run bind_components "${of_fused[@]}" "${of_gps[@]}"
	refused 1 "gps.o: was bound already [section .berth.bind]"
}

@test "many: the seam of all components is exact" {
	components
	sed -i '/gps: read_fix/d' seam
	run bind_components "${of_fused[@]}" "${of_gps[@]}" --seam seam
	refused 1 "gps.o: imports what seam does not list [component gps, symbol read_fix]"
	echo 'gps: read_fix' >>seam
	echo 'imu: read_fix' >>seam
	run bind_components "${of_fused[@]}" "${of_gps[@]}" --seam seam
	refused 1 "seam:10:1: imu does not import [symbol read_fix]"
	sed -i '$d' seam
	echo 'sonar: read_fix' >>seam
	run bind_components "${of_fused[@]}" "${of_gps[@]}" --seam seam
	refused 1 "seam:10:1: no component is called sonar"
	sed -i '$d' seam
	echo __aeabi_uldivmod >>seam
	run bind_components "${of_fused[@]}" "${of_gps[@]}" --seam seam
	refused 1 "seam:10:1: any object does not import [symbol __aeabi_uldivmod]"
}
