#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Every file that a tool writes appears whole or not at all, whatever happens.

bats_require_minimum_version 1.5.0

setup() {
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	elfbind=$BERTH_BIN/elfbind
	symmap=$BERTH_BIN/symmap
	ldgen=$BERTH_BIN/ldgen
	cd "$BATS_TEST_TMPDIR" || return 1
	mkdir in out
	cp "$sensors"/gps.o "$sensors"/gps.wasm "$sensors"/gps.imports.json in
	printf '%s %s\n' tick-now tick_now read-fix read_fix >in/gps.map
	cat >in/layout.yaml <<-'END'
		berth: 1
		target: {cpu: cortex-m3, mpu_regions: 8}
		banks:
		  flash: {origin: 0x00000000, length: 512K, access: rx}
		  ram:   {origin: 0x20000000, length: 512K, access: rw, reserve: 16K}
		components:
		  gps: {object: gps.o, core: gps.wasm, arena: {memory: 0, size: 4K}, stack: 2000}
		strategy: pow2
	END
	"$ldgen" in/layout.yaml --json in/layout.json
	write bind in/bound.o
	echo gps_cabi_realloc gps_realloc >in/plain.map
	ar rcD in/lib.a in/bound.o
}

teardown() {
	[ ! -e full/mounted ] || umount full
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

# Everything that writes a file: its name here, and how it writes to FILE.
writers="bind archive inject table baseline header script json macros svg depfile"

command_of() { # writer, file: sets the array command
	case $1 in
	bind) command=("$elfbind" bind in/gps.o -o "$2" --core in/gps.wasm --component gps --arena gps
		--import-map in/gps.imports.json --map in/gps.map) ;;
	archive) command=("$elfbind" bind in/lib.a -o "$2" --map in/plain.map) ;;
	baseline) command=("$elfbind" audit in/gps.o --write-baseline "$2") ;;
	inject) command=("$elfbind" inject in/bound.o -o "$2" --layout in/layout.json
		--core in/gps.wasm --component gps) ;;
	table) command=("$elfbind" inject --table -o "$2" --layout in/layout.json) ;;
	header) command=("$symmap" header in/gps.wasm -o "$2" --component gps --map in/gps.map) ;;
	script) command=("$ldgen" in/layout.yaml -o "$2") ;;
	json) command=("$ldgen" in/layout.yaml --json "$2") ;;
	macros) command=("$ldgen" in/layout.yaml --header "$2") ;;
	svg) command=("$ldgen" in/layout.yaml --svg "$2") ;;
	depfile) command=("$ldgen" in/layout.yaml -o script.ld -MD -MF "$2") ;;
	esac
}

write() { # writer, file
	local command
	command_of "$1" "$2"
	"${command[@]}" 2>errors.txt
}

# Refused, and said so: status 1, a message that names FILE.
refuses() { # writer, file
	local status=0
	write "$1" "$2" || status=$?
	[ "$status" -eq 1 ] || {
		echo "$1 ended with $status:"
		cat errors.txt
		return 1
	}
	grep -F -- "$2" errors.txt
}

no_leftovers() { # folder
	[ -z "$(find "$1" -name '.berth-*')" ]
}

tracer() {
	need gcc
	[ -e "$BATS_FILE_TMPDIR/kill_at" ] ||
		gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -O1 -o "$BATS_FILE_TMPDIR/kill_at" \
			"$BERTH_ROOT/tests/cli/kill_at.c"
	"$BATS_FILE_TMPDIR/kill_at" 100000 true && return 1
	[ $? -eq 3 ] || skip "processes cannot be traced here"
	# The leak checker traces too.
	export ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
}

@test "a tool killed at any system call leaves the old file or the new one" {
	tracer
	local command writer n status
	for writer in $writers; do
		write "$writer" new
		command_of "$writer" out/file
		for ((n = 1, status = 0; status == 0; n++)); do
			echo old >out/file
			"$BATS_FILE_TMPDIR/kill_at" $n "${command[@]}" 2>errors.txt || status=$?
			[ "$(head -c 3 out/file)" = old ] || cmp out/file new
		done
		echo "$writer: $n calls"
		[ "$status" -eq 3 ]
		[ $n -gt 5 ]
		cmp out/file new
		# What may be left is said in the man pages.
		[ "$(find out -type f ! -name '.berth-*')" = out/file ]
		rm -rf out/.berth-*
	done
}

@test "bind -d killed at any system call leaves each of its files old or new" {
	tracer
	local n status file
	cp in/bound.o in/other.o
	command=("$elfbind" bind -d out in/bound.o in/other.o in/lib.a --map in/plain.map)
	"${command[@]}"
	mv out new
	mkdir out
	for ((n = 1, status = 0; status == 0; n++)); do
		for file in bound.o other.o lib.a; do
			echo old >out/$file
		done
		"$BATS_FILE_TMPDIR/kill_at" $n "${command[@]}" || status=$?
		for file in bound.o other.o lib.a; do
			[ "$(head -c 3 out/$file)" = old ] || cmp out/$file new/$file
		done
	done
	[ "$status" -eq 3 ]
	[ $n -gt 5 ]
	for file in bound.o other.o lib.a; do
		cmp out/$file new/$file
	done
}

@test "ldgen killed at any system call leaves each of its files old or new" {
	tracer
	local n status file
	all=(-o script.ld --json layout.json --header regions.h --svg layout.svg -MD)
	mkdir new
	(cd new && "$ldgen" ../in/layout.yaml "${all[@]}")
	cd out
	for ((n = 1, status = 0; status == 0; n++)); do
		for file in ../new/*; do
			echo old >"${file##*/}"
		done
		"$BATS_FILE_TMPDIR/kill_at" $n "$ldgen" ../in/layout.yaml "${all[@]}" || status=$?
		for file in ../new/*; do
			[ "$(cat "${file##*/}")" = old ] || cmp "${file##*/}" "$file"
		done
	done
	[ "$status" -eq 3 ]
	for file in ../new/*; do
		cmp "${file##*/}" "$file"
	done
}

@test "a tool that is killed before the end leaves nothing beside the old file" {
	tracer
	mkdir probe
	local command
	command_of bind out/file
	# The third changing call comes before the file gets its name.
	"$BATS_FILE_TMPDIR/kill_at" 3 "${command[@]}"
	[ -z "$(ls -A out)" ] || skip "this file system has no files without names"
}

# Runs a writer with the old file there, in a shell that has done the rest of the words first.
limited() { # writer, file, command of the shell...
	local command writer=$1 file=$2
	shift 2
	command_of "$writer" "$file"
	echo old >"$file"
	("$@" && exec "${command[@]}") 2>&1 | cat >errors.txt
	status=${PIPESTATUS[0]}
}

@test "a limit of file size is a refusal that leaves the old file" {
	for writer in $writers; do
		limited "$writer" out/file ulimit -f 0
		echo "$writer: $status"
		[ "$status" -eq 1 ]
		grep -F "out/file: cannot be written" errors.txt || grep -F "script.ld: cannot be" errors.txt
		[ "$(cat out/file)" = old ]
		no_leftovers out
	done
}

# A small file system of its own at full, with the words as options.
small_disk() { # options
	[ "$(id -u)" -eq 0 ] || skip "only root may mount"
	mkdir -p full
	mount -t tmpfs -o "$1" tmpfs full 2>/dev/null || skip "nothing can be mounted here"
	touch full/mounted
}

@test "a full disk is a refusal that leaves the old file" {
	small_disk size=16k
	echo old >full/file
	dd if=/dev/zero of=full/rest bs=4096 status=none 2>/dev/null || true
	for writer in $writers; do
		refuses "$writer" full/file
		[ "$(cat full/file)" = old ]
		no_leftovers full
	done
	rm full/rest
	write json full/file
	"$elfbind" inject --table --layout full/file -o table
}

@test "a disk that is full after the first of several files leaves all old ones" {
	small_disk size=24k
	echo old >full/script.ld
	echo old >full/layout.svg
	dd if=/dev/zero of=full/rest bs=4096 count=2 status=none
	run -1 "$ldgen" in/layout.yaml -o full/script.ld --svg full/layout.svg --json full/layout.json
	[[ "$output" == *"cannot be written: No space left on device"* ]]
	[ "$(cat full/script.ld full/layout.svg)" = "old
old" ]
	[ ! -e full/layout.json ]
	no_leftovers full
}

@test "bind -d on a disk that is full after the first of its files leaves all old ones" {
	cp in/bound.o in/other.o
	small_disk size=24k
	echo old >full/bound.o
	echo old >full/other.o
	echo old >full/lib.a
	run -1 "$elfbind" bind -d full in/bound.o in/other.o in/lib.a --map in/plain.map
	[[ "$output" == *"cannot be written: No space left on device"* ]]
	[ "$(cat full/bound.o full/other.o full/lib.a)" = "old
old
old" ]
	no_leftovers full
}

@test "a folder that cannot be written to is a refusal" {
	if [ "$(id -u)" -eq 0 ]; then
		small_disk size=64k
		echo old >full/file
		mount -o remount,ro full
	else
		mkdir full
		echo old >full/file
		chmod a-w full
	fi
	for writer in $writers; do
		refuses "$writer" full/file
		[ "$(cat full/file)" = old ]
		refuses "$writer" full/other
		[ ! -e full/other ]
	done
	[ "$(id -u)" -eq 0 ] || chmod u+w full
}

@test "a folder that is not there and a folder in the place of the file are refusals" {
	mkdir out/folder
	for writer in $writers; do
		refuses "$writer" nowhere/file
		[ ! -e nowhere ]
		refuses "$writer" out/folder
		grep -F "it is a folder" errors.txt
		[ -d out/folder ]
	done
}

@test "an object may be bound in place" {
	write bind expected
	"$elfbind" bind in/gps.o -o in/gps.o --core in/gps.wasm --component gps --arena gps \
		--import-map in/gps.imports.json --map in/gps.map
	cmp in/gps.o expected
	write inject expected
	"$elfbind" inject in/bound.o -o in/bound.o --layout in/layout.json --core in/gps.wasm \
		--component gps
	cmp in/bound.o expected
}

@test "an input is not overwritten, by whatever name" {
	mkdir links
	for input in gps.wasm gps.map gps.imports.json layout.json layout.yaml gps.o; do
		ln -s ../in/$input links/soft-$input
		ln in/$input links/hard-$input
	done
	cp -r in kept
	local form pair input
	for form in ./in/ links/soft- links/hard-; do
		for pair in bind:gps.wasm bind:gps.map bind:gps.imports.json inject:gps.wasm \
			inject:layout.json table:layout.json header:gps.wasm header:gps.map \
			script:layout.yaml json:gps.wasm macros:gps.o svg:layout.yaml depfile:gps.o; do
			input=${pair#*:}
			refuses "${pair%:*}" "$form$input"
			cmp "in/$input" "kept/$input"
		done
	done
}

@test "one file for two outputs is refused, by whatever name" {
	ln -s file out/soft
	for other in out/file ./out/file out/soft; do
		run ! "$ldgen" in/layout.yaml -o out/file --json "$other"
		[ ! -e out/file ]
	done
	echo old >out/file
	ln out/file out/hard
	run -1 "$ldgen" in/layout.yaml -o out/file --json out/hard
	[[ "$output" == *"is the same file as out/file"* ]]
	[ "$(cat out/file)" = old ]
}

@test "a symbolic link stays and its file is replaced" {
	for writer in $writers; do
		write "$writer" expected
		echo old >out/file
		ln -sf file out/link
		write "$writer" out/link
		[ -L out/link ]
		[ ! -L out/file ]
		cmp out/file expected
		rm out/file
		write "$writer" out/link
		cmp out/file expected
	done
}

@test "another hard link keeps the old bytes" {
	for writer in $writers; do
		echo old >out/file
		ln -f out/file out/other
		write "$writer" out/file
		[ "$(cat out/other)" = old ]
		[ "$(head -c 4 out/file)" != old ]
	done
}

@test "a new file has the mode that the umask gives, a replaced one keeps its own" {
	umask 027
	for writer in $writers; do
		rm -f out/file
		write "$writer" out/file
		[ "$(stat -c %a out/file)" = 640 ]
		chmod 604 out/file
		write "$writer" out/file
		[ "$(stat -c %a out/file)" = 604 ]
	done
}

@test "every input is read once, from pipes too, and only its bytes count" {
	for writer in bind inject header; do
		write "$writer" expected
		mkdir pipes
		mkfifo pipes/gps.wasm pipes/gps.o
		cat in/gps.wasm >pipes/gps.wasm &
		case $writer in
		bind)
			cat in/gps.o >pipes/gps.o &
			timeout 60 "$elfbind" bind pipes/gps.o -o out/file --core pipes/gps.wasm --component gps \
				--arena gps --import-map in/gps.imports.json --map in/gps.map
			;;
		inject)
			cat in/bound.o >pipes/gps.o &
			timeout 60 "$elfbind" inject pipes/gps.o -o out/file --layout in/layout.json \
				--core pipes/gps.wasm --component gps
			;;
		header)
			timeout 60 "$symmap" header pipes/gps.wasm -o out/file --component gps --map in/gps.map
			;;
		esac
		wait
		cmp out/file expected
		rm -r pipes
	done
}

@test "an input that is cut off while it is read is a refusal without output" {
	mkfifo pipe.wasm pipe.o
	head -c 3000 in/gps.wasm >pipe.wasm &
	run -1 timeout 60 "$elfbind" bind in/gps.o -o out/file --core pipe.wasm --component gps
	head -c 3000 in/gps.o >pipe.o &
	run -1 timeout 60 "$elfbind" inject pipe.o -o out/file --layout in/layout.json \
		--core in/gps.wasm --component gps
	[ -z "$(ls -A out)" ]
	wait
}

@test "a file that grows while it is read is read to one end, and the output is whole" {
	(for _ in $(seq 200); do echo "# more" >>in/gps.map; done) &
	write bind out/file
	wait
	write bind expected
	cmp out/file expected
}

@test "standard output by its name gets the bytes where it stands" {
	for writer in $writers; do
		[ "$writer" != baseline ] || continue # the report of the audit goes there
		write "$writer" out/file
		mv out/file expected
		command_of "$writer" /dev/stdout
		"${command[@]}" 2>errors.txt | cat >got
		# A depfile names what it is for.
		sed 's,^out/file:,/dev/stdout:,' expected | cmp - got
		{
			echo before
			"${command[@]}" 2>errors.txt
			echo behind
		} >around
		(echo before && cat got && echo behind) | cmp - around
	done
	"$symmap" header in/gps.wasm -o /dev/fd/3 --component gps --map in/gps.map 3>got
	write header expected
	cmp got expected
}

@test "a device is written to, and its error is a refusal" {
	for writer in $writers; do
		refuses "$writer" /dev/full
		[ -c /dev/full ]
		write "$writer" /dev/null
		[ -c /dev/null ]
	done
}

@test "a standard output that is full or closed is a failure" {
	"$elfbind" inject --table --layout in/layout.json -o table.o
	for words in "symmap resolve in/gps.wasm --component gps --arena gps --map in/gps.map" \
		"symmap resolve --json in/gps.wasm --component gps --arena gps --map in/gps.map" \
		"symmap header in/gps.wasm --component gps --map in/gps.map" "symmap kebab a_b" \
		"symmap --help" "symmap --version" "symmap resolve --help" "symmap header --help" \
		"symmap check --help" "symmap kebab --help" \
		"elfbind --help" "elfbind --version" "elfbind bind --help" \
		"elfbind inject --help" "elfbind audit --help" "mpu-table show table.o" \
		"mpu-table --help" "mpu-table --version" "mpu-table show --help" "mpu-table check --help" \
		"ldgen --help" "ldgen --version" \
		"elfbind bind in/gps.o -o out/file --core in/gps.wasm --component gps --arena gps --map in/gps.map --explain"; do
		echo "$words"
		for where in /dev/full '&-'; do
			status=0
			eval "\"\$BERTH_BIN\"/$words >$where 2>errors.txt" || status=$?
			[ "$status" -eq 1 ]
			grep -F "standard output" errors.txt
		done
	done
	# What was printed has not gone into the file that stood in for the stream.
	write bind expected
	cmp out/file expected
}
