#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# Names come from files that nobody has checked.  Whatever a name holds, it is
# refused with its place, or every output that it goes into is well-formed and
# means the same.

bats_require_minimum_version 1.5.0

setup() {
	sensors=$BERTH_ROOT/tests/fixtures/sensors
	elfbind=$BERTH_BIN/elfbind
	symmap=$BERTH_BIN/symmap
	ldgen=$BERTH_BIN/ldgen
	table=$BERTH_BIN/mpu-table
	cd "$BATS_TEST_TMPDIR" || return 1
	# What would end a string, a comment, an element, a line, or a word of each output.
	names=('a"b' "a'b" 'a\' 'a\\"b' '*/ int evil; /*' '// x \' ']]></text><script>evil()</script>'
		'<!-- --><evil/>' '&evil;' 'a b' 'a;b' '$(touch evil)' '`touch evil`' '${evil}' '%s%n'
		'??/' '#define evil' 'a:b' '} evil = 1; {' $'a\nb' $'a\n#error evil' $'a\tb' $'\e[31mred'
		$'a\rb' $'\x01' $'\x7f' 'ümlaut' $'\xe2\x80\xaeright' $'\xc2\x9b31m' $'\xff\xfe' '-o' '--help'
		'../../evil' '/evil' 'int' 'NULL' '__LINE__')
}

need() {
	command -v "$1" >/dev/null || skip "$1 is not here"
}

# Messages are lines of UTF-8 text without control characters, each the tool's own.
is_clean() { # file
	iconv -f utf-8 -t utf-8 <"$1" >clean.txt
	if LC_ALL=C grep -n -P '[\x01-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xa8-\xae]' "$1"; then
		return 1
	fi
}

# JSON has nothing but printable ASCII, so that it reorders no terminal either.
is_json() { # file
	if LC_ALL=C grep -n -P '[^\n\x20-\x7f]' "$1"; then
		return 1
	fi
	jq -e . "$1" >clean.txt
}

are_messages() { # tool, file
	is_clean "$2"
	if grep -v "^$1: " "$2"; then
		return 1
	fi
	grep -q "^$1: " "$2"
}

# NAME as bytes in a string of the text format of WebAssembly.
wat_string() { # name
	printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\/g')"
}

# NAME as a quoted word of a map.
map_word() { # name
	printf '"%s"' "$(printf %s "$1" | od -An -v -tx1 | tr -d '\n' | sed 's/ /\\x/g')"
}

no_evil() {
	[ -z "$(find . -name '*evil*')" ]
}

@test "names of imports and exports: table, JSON and header are well-formed" {
	need wat2wasm
	need jq
	for name in "${names[@]}"; do
		printf '(module (import %s %s (func (param i32) (result i64)))
			(memory (export "memory") 1) (func (export %s) (param f32)))' \
			"$(wat_string "$name")" "$(wat_string "$name")" "$(wat_string "$name")" >m.wat
		# Names of WebAssembly are UTF-8, which this assembler sees to.
		wat2wasm --no-check m.wat -o m.wasm 2>wat.txt || continue
		printf '%s %s -> native\n' "$(map_word "$name")" "$(map_word "$name")" >m.map
		if ! "$symmap" resolve m.wasm --component one --map m.map >out.txt 2>err.txt; then
			are_messages symmap err.txt
			continue
		fi
		is_clean out.txt
		is_clean err.txt
		[ "$(grep -c native out.txt)" -eq 1 ]
		"$symmap" resolve m.wasm --component one --map m.map --json >out.json 2>err.txt
		jq -e --arg name "$name" '.. | strings | select(. == $name)' out.json >found.json
		if "$symmap" header m.wasm --component one --map m.map -o m.h 2>err.txt; then
			is_clean m.h
			gcc -std=c11 -Wall -Wextra -Werror -fsyntax-only -x c m.h
			[ "$(gcc -E -P -x c m.h | grep -c 'native(')" -eq 1 ]
			! gcc -E -P -x c m.h | grep 'int evil'
		else
			are_messages symmap err.txt
			[ ! -e m.h ]
		fi
		rm -f m.h
	done
	no_evil
}

@test "names of imports that nothing serves are told in one line" {
	need wat2wasm
	for name in "${names[@]}"; do
		printf '(module (import %s %s (func)))' "$(wat_string "$name")" \
			"$(wat_string "$name")" >m.wat
		wat2wasm --no-check m.wat -o m.wasm 2>wat.txt || continue
		: >m.map
		run -1 --separate-stderr "$symmap" resolve m.wasm --component one --map m.map
		printf '%s\n' "$stderr" >err.txt
		are_messages symmap err.txt
	done
}

@test "natives that a map names: header, objcopy's file and JSON are well-formed" {
	need jq
	cp "$sensors/gps.wasm" .
	for name in "${names[@]}"; do
		printf 'tick-now %s\nread-fix read_fix\n' "$(map_word "$name")" >m.map
		if "$symmap" header gps.wasm --component gps --map m.map -o m.h 2>err.txt; then
			is_clean m.h
			gcc -std=c11 -Wall -Wextra -Werror -fsyntax-only -x c m.h
			! gcc -E -P -x c m.h | grep 'int evil'
		else
			are_messages symmap err.txt
			grep -E '^symmap: m\.map:1:|gps.wasm' err.txt
		fi
		rm -f m.h
		if "$symmap" resolve gps.wasm --component gps --arena gps --map m.map --json >o.json 2>err.txt; then
			is_json o.json
		else
			are_messages symmap err.txt
		fi
		if "$symmap" apply m.map >objcopy.map 2>err.txt; then
			[ "$(wc -l <objcopy.map)" -eq 2 ]
			arm-none-eabi-objcopy --redefine-syms=objcopy.map "$sensors/gps.o" renamed.o
		else
			are_messages symmap err.txt
		fi
		if "$elfbind" bind "$sensors/gps.o" -o b.o --core gps.wasm --component gps --arena gps \
			--map m.map --explain >out.txt 2>err.txt; then
			is_clean out.txt
			arm-none-eabi-readelf -sW b.o >clean.txt 2>&1
			"$elfbind" bind b.o -o again.o 2>again.txt || are_messages elfbind again.txt
		else
			are_messages elfbind err.txt
			[ ! -e b.o ]
		fi
		rm -f b.o
	done
	no_evil
}

# An object whose symbols and section have NAME, and that needs another symbol of it.
hostile_object() { # name
	need arm-none-eabi-as
	local quoted=${1//\\/\\\\}
	quoted=${quoted//\"/\\\"}
	quoted=${quoted//$'\n'/\\n}
	printf '.syntax unified\n.thumb\n.section ".x%s","ax"\n.global "d%s"\n.type "d%s",%%function\n"d%s": bl "u%s"\n' \
		"$quoted" "$quoted" "$quoted" "$quoted" "$quoted" >h.s
	arm-none-eabi-as h.s -o h.o 2>as.txt
}

@test "names of symbols and sections: audit's text, JSON and SARIF are well-formed" {
	need jq
	tried=0
	for name in "${names[@]}"; do
		hostile_object "$name" || continue
		tried=$((tried + 1))
		echo "$name"
		arm-none-eabi-ld -e 0 --noinhibit-exec h.o -o h.elf 2>ld.txt
		run -1 --separate-stderr "$elfbind" audit h.elf h.o
		printf '%s\n' "$stderr" >err.txt
		printf '%s\n' "$output" >out.txt
		are_messages elfbind err.txt
		is_clean out.txt
		for format in json sarif; do
			status=0
			"$elfbind" audit --format $format h.elf h.o >o.json 2>err.txt || status=$?
			[ "$status" -eq 1 ]
			is_json o.json
		done
		status=0
		"$elfbind" audit h.elf --write-baseline base 2>err.txt >out.txt || status=$?
		is_json base
		"$elfbind" audit h.elf --baseline base >out.txt 2>err.txt
		is_clean out.txt
		rm -f base
		"$elfbind" bind h.o -o b.o --map /dev/null 2>err.txt && cmp h.o b.o
	done
	[ "$tried" -gt 25 ]
	no_evil
}

@test "names of natives: an import of that kebab-case is served or refused in one line" {
	need wat2wasm
	need jq
	for name in "${names[@]}"; do
		hostile_object "$name" || continue
		printf '(module (import "native" %s (func)))' "$(wat_string "d$name")" >m.wat
		wat2wasm --no-check m.wat -o m.wasm 2>wat.txt || continue
		if "$symmap" resolve m.wasm --component one --against h.o --json >o.json 2>err.txt; then
			is_json o.json
			"$symmap" header m.wasm --component one --against h.o -o m.h 2>err.txt &&
				gcc -std=c11 -fsyntax-only -x c m.h
			rm -f m.h
		fi
		[ ! -s err.txt ] || are_messages symmap err.txt
	done
	no_evil
}

manifest() { # component, bank, peripheral, object, core
	printf 'berth: 1\ntarget: {cpu: cortex-m3, mpu_regions: 8}\nbanks:\n'
	printf '  flash: {origin: 0x0, length: 512K, access: rx}\n'
	printf '  %s: {origin: 0x20000000, length: 512K, access: rw, reserve: 16K}\n' "$2"
	printf 'peripherals:\n  %s: {origin: 0x40004000, length: 0x1000}\n' "$3"
	printf 'components:\n  %s: {object: %s, core: %s, stack: 2000, grants: [%s]}\n' "$1" "$4" "$5" "$3"
}

# NAME as a quoted scalar of YAML.
yaml_word() { # name
	printf '"%s"' "$(printf %s "$1" | sed -z 's/[\\"]/\\&/g; s/\n/\\n/g; s/\t/\\t/g; s/\r/\\r/g; s/\x1b/\\e/g; s/\x01/\\x01/g; s/\x7f/\\x7f/g')"
}

outputs="-o o.ld --json o.json --header o.h --svg o.svg -MD"

@test "names of components, banks and peripherals: refused with line and column" {
	cp "$sensors"/gps.o "$sensors"/gps.wasm .
	# The quick names are C identifiers, which is what these may be.
	for name in "${names[@]}"; do
		[[ "$name" =~ ^[A-Za-z_]+$ ]] && continue
		word=$(yaml_word "$name")
		for place in "$word ram uart:9:3" "gps $word uart:5:3" "gps ram $word:7:3"; do
			line=${place##*:[0-9]:}
			position=${place: -3}
			# shellcheck disable=SC2086 # three words, of which one may have blanks
			case $place in
			"$word ram"*) manifest "$word" ram uart gps.o gps.wasm ;;
			"gps ram"*) manifest gps ram "$word" gps.o gps.wasm ;;
			*) manifest gps "$word" uart gps.o gps.wasm ;;
			esac >layout.yaml
			# shellcheck disable=SC2086 # options
			run -1 --separate-stderr "$ldgen" layout.yaml $outputs
			printf '%s\n' "$stderr" >err.txt
			are_messages ldgen err.txt
			# A byte that no YAML file may have is found where it stands.
			grep -E "layout.yaml:${position%:*}:[0-9]+:" err.txt
			[ -z "$(ls o.* 2>/dev/null)" ]
		done
	done
	no_evil
}

@test "names that are words of C, of the linker and of make are refused or harmless" {
	need arm-none-eabi-ld
	cp "$sensors"/gps.o "$sensors"/gps.wasm .
	for name in int main NULL SECTIONS MEMORY ASSERT ORIGIN LENGTH text data bss flash berth \
		_start __stack_top all PHONY script svg y yes null true __proto__; do
		manifest "$name" ram uart gps.o gps.wasm >layout.yaml
		# shellcheck disable=SC2086 # options
		if "$ldgen" layout.yaml $outputs 2>err.txt; then
			well_formed
		else
			are_messages ldgen err.txt
		fi
		manifest gps "$name" uart gps.o gps.wasm >layout.yaml
		# shellcheck disable=SC2086 # options
		if "$ldgen" layout.yaml $outputs 2>err.txt; then
			well_formed
		else
			are_messages ldgen err.txt
		fi
		manifest gps ram "$name" gps.o gps.wasm >layout.yaml
		# shellcheck disable=SC2086 # options
		if "$ldgen" layout.yaml $outputs 2>err.txt; then
			well_formed
		else
			are_messages ldgen err.txt
		fi
		rm -f o.*
	done
}

# All that ldgen wrote is read by what it is for.
well_formed() {
	is_json o.json
	xmllint --noout o.svg
	[ "$(xmllint --xpath 'count(//*[local-name()="script" or local-name()="evil"])' o.svg)" = 0 ]
	gcc -std=c11 -Wall -Wextra -Werror -fsyntax-only -x c o.h
	! gcc -E -P -x c o.h | grep evil
	for file in o.svg o.h o.ld; do
		is_clean $file
	done
	"$elfbind" inject --table --layout o.json -o regions.o
	# The linker reads to the end of the script: what it misses are sections, not syntax.
	arm-none-eabi-ld -T o.ld --noinhibit-exec -o linked.elf regions.o 2>ld.txt || true
	! grep -i 'syntax error' ld.txt
	"$table" show --layout o.json >clean.txt 2>err.txt
	is_clean clean.txt
}

@test "paths of objects and modules: all files that ldgen writes are well-formed" {
	need jq
	need xmllint
	need arm-none-eabi-ld
	mkdir evils
	for name in "${names[@]}"; do
		[[ "$name" == */* ]] && name=${name//\//_}
		iconv -f utf-8 -t utf-8 <<<"$name" >clean.txt 2>&1 || continue
		cp "$sensors/gps.o" "evils/$name.o"
		cp "$sensors/gps.wasm" "evils/$name.wasm"
		manifest gps ram uart "$(yaml_word "evils/$name.o")" "$(yaml_word "evils/$name.wasm")" >layout.yaml
		# shellcheck disable=SC2086 # options
		if "$ldgen" layout.yaml ${outputs% -MD} 2>err.txt; then
			well_formed
			[ "$(jq -r '.components[0].object' o.json)" = "evils/$name.o" ]
		else
			are_messages ldgen err.txt
			grep -E 'layout.yaml:[0-9]+:[0-9]+:' err.txt
		fi
		rm -f o.*
		# shellcheck disable=SC2086 # options
		if "$ldgen" layout.yaml $outputs 2>err.txt; then
			# make finds the files by these names: nothing is missing, nothing else is there.
			make -f - -n o.ld <<-'END' >make.txt 2>&1 || cat o.d make.txt
				o.ld: ; @:
				include o.d
			END
			cat o.d make.txt
			! grep -i 'no rule\|separator\|\*\*\*' make.txt
		else
			are_messages ldgen err.txt
		fi
		rm -rf o.* evils/*
	done
}

@test "every string of layout.json: refused, or all that is made of it is well-formed" {
	need jq
	cp "$BERTH_ROOT/tests/fixtures/mpu-table/layout.json" good.json
	"$elfbind" inject --table --layout good.json -o good.o
	jq -c 'paths(strings)' good.json | sed -E 's/\[("[a-z]+"),[0-9]+/[\1,0/' | sort -u >paths.txt
	[ "$(wc -l <paths.txt)" -gt 5 ]
	while read -r path; do
		for name in 'a"b' '*/ int evil; /*' ']]><evil/>' $'a\nb' $'\e[31m' '../../evil' ''; do
			jq --argjson path "$path" --arg name "$name" 'setpath($path; $name)' good.json >l.json
			if "$elfbind" inject --table --layout l.json -o t.o 2>err.txt; then
				"$table" show t.o >out.txt 2>err.txt
				is_clean out.txt
				"$table" show --json t.o >o.json
				is_json o.json
			else
				are_messages elfbind err.txt
				[ ! -e t.o ]
			fi
			"$table" show --layout l.json >out.txt 2>err.txt || are_messages mpu-table err.txt
			is_clean out.txt
			"$table" check good.o --layout l.json >out.txt 2>err.txt || true
			is_clean out.txt
			is_clean err.txt
			rm -f t.o
		done
	done <paths.txt
	no_evil
}

@test "names on the command line: refused, or escaped in the message" {
	cp "$sensors"/gps.o "$sensors"/gps.wasm "$BERTH_ROOT/tests/fixtures/mpu-table/layout.json" .
	for name in "${names[@]}"; do
		[[ "$name" =~ ^[A-Za-z_]+$ ]] && continue
		run --separate-stderr -2 "$elfbind" bind gps.o -o b.o --core gps.wasm --component "x=$name"
		printf '%s\n' "$stderr" >err.txt
		are_messages elfbind err.txt
		run --separate-stderr ! "$elfbind" inject gps.o -o b.o --core gps.wasm --layout layout.json \
			--component "x$name"
		printf '%s\n' "$stderr" >err.txt
		are_messages elfbind err.txt
		run --separate-stderr -2 "$symmap" "x$name"
		printf '%s\n' "$stderr" >err.txt
		are_messages symmap err.txt
		run --separate-stderr -1 "$symmap" resolve "no/x$name.wasm"
		printf '%s\n' "$stderr" >err.txt
		are_messages symmap err.txt
		run --separate-stderr -2 "$ldgen" a "x$name"
		printf '%s\n' "$stderr" >err.txt
		are_messages ldgen err.txt
		"$symmap" kebab -- "$name" >out.txt 2>err.txt || are_messages symmap err.txt
		is_clean out.txt
		[ ! -e b.o ]
	done
	no_evil
}
