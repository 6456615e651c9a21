#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0 OR MIT
# The schema for editors and the reader of manifests say the same.

bats_require_minimum_version 1.5.0

setup() {
	ldgen=$BERTH_BIN/ldgen
	schema=$BERTH_ROOT/share/berth-layout.schema.json
	cd "$BATS_TEST_TMPDIR" || return 1
	command -v jq >/dev/null || skip "jq is not here"
}

# Writes a manifest in which the mapping of KIND (a definition of the schema) is {VALUE}.
manifest_with() { # kind, value
	declare -A text=([.]='berth: 1'
		[target]='{cpu: cortex-m3}' [bank]='{origin: 0x20000000, length: 64K, access: rw, reserve: 1K}'
		[hole]='{origin: 0x20011000, length: 32}' [peripheral]='{origin: 0x40000000, length: 32}'
		[shared]='{size: 32}' [memory]='{size: 1K}' [arena]='{size: 8}'
		[carve]='{offset: 0, size: 32}' [stack]='{size: 64}' [data]='{bank: ram}'
		[component]='{stack: 64}' [code]='{common: 1K}')
	[ "$1" = . ] && {
		echo "{$2}"
		return
	}
	text[$1]="{$2}"
	cat <<-EOF
		berth: 1
		target: ${text[target]}
		banks: {ram: ${text[bank]}, rom: {origin: 0x8000000, length: 64K, access: rx},
		  more: {origin: 0x20010000, length: 64K, access: rw, reserve: 1K, holes: [${text[hole]}]}}
		peripherals: {uart: ${text[peripheral]}}
		shared: {box: ${text[shared]}}
		code: ${text[code]}
		components: {one: ${text[component]}, two: {memories: {0: ${text[memory]}}, arena: ${text[arena]},
		  carve: ${text[carve]}, stack: ${text[stack]}, data: ${text[data]}}}
	EOF
}

kinds=". target bank hole peripheral shared memory arena carve stack data component code"

# Where KIND's mapping is in the schema.
at() { [ "$1" = . ] || echo ".definitions.$1"; }

@test "every key that the reader knows is in the schema, and no other" {
	for kind in $kinds; do
		manifest_with "$kind" 'no_such_key: 1' >m.yaml
		run -1 "$ldgen" m.yaml
		sed -nE "s/.*unknown key 'no_such_key': .* has (.*)/\1/p" <<<"$output" | tr -d ' ' | tr , '\n' | sort >known
		jq -r "$(at "$kind").properties | keys[]" "$schema" | sort >said
		[ -s known ]
		diff known said
		[ "$(jq "$(at "$kind").additionalProperties" "$schema")" = false ]
	done
	# Nothing else in the schema is a mapping of keys.
	diff <(jq -r '.definitions | to_entries[] | select(.value.properties) | .key' "$schema" | sort) \
		<(tr ' ' '\n' <<<"$kinds" | grep -v '^\.$' | sort)
}

@test "every key that the reader needs is required by the schema, and no other" {
	for kind in $kinds; do
		manifest_with "$kind" '' >m.yaml
		run -1 "$ldgen" m.yaml
		sed -nE "s/.*the key '(.*)' is missing: .*/\1/p" <<<"$output" | sort >needed
		jq -r "$(at "$kind").required // [] | .[]" "$schema" | sort >said
		diff needed said
	done
}

@test "words that the schema lists are those that the reader takes" {
	listed() { jq -r "$1 | .[]" "$schema" | sort; }
	manifest_with target 'cpu: x' >m.yaml
	run -1 "$ldgen" m.yaml
	diff <(sed -nE 's/.*write one of (.*), or name.*/\1/p' <<<"$output" | sed 's/, /\n/g' | sort) \
		<(listed .definitions.target.properties.cpu.enum)
	manifest_with target 'arch: x' >m.yaml
	run -1 "$ldgen" m.yaml
	diff <(sed -nE 's/.*write one of (.*)/\1/p' <<<"$output" | sed 's/, /\n/g' | sort) \
		<(listed .definitions.target.properties.arch.enum)
	for word in $(listed .definitions.cache.enum) x; do
		manifest_with memory "size: 1K, cache: $word" >m.yaml
		run -1 "$ldgen" m.yaml # of two banks, none is named
		[ "$(grep -c 'is no way of caching' <<<"$output")" = "$([ "$word" = x ] && echo 1 || echo 0)" ]
	done
	for word in $(listed .definitions.arena.properties.policy.enum) x; do
		manifest_with arena "size: 8, policy: $word" >m.yaml
		run -1 "$ldgen" m.yaml
		[ "$(grep -c 'is not a policy' <<<"$output")" = "$([ "$word" = x ] && echo 1 || echo 0)" ]
	done
	for word in $(listed .definitions.arena.properties.reset.enum) x; do
		manifest_with arena "size: 8, reset: $word" >m.yaml
		run -1 "$ldgen" m.yaml
		[ "$(grep -c 'is not when arenas' <<<"$output")" = "$([ "$word" = x ] && echo 1 || echo 0)" ]
	done
	for word in $(listed .definitions.bank.properties.access.enum) x; do
		manifest_with bank "origin: 0x20000000, length: 64K, access: $word" >m.yaml
		run -1 "$ldgen" m.yaml
		[ "$(grep -c 'is not an access' <<<"$output")" = "$([ "$word" = x ] && echo 1 || echo 0)" ]
	done
	for word in $(listed .properties.strategy.enum) x; do
		{
			manifest_with stack 'size: 64'
			echo "strategy: $word"
		} >m.yaml
		run -1 "$ldgen" m.yaml
		[ "$(grep -c 'is not a known strategy' <<<"$output")" = "$([ "$word" = x ] && echo 1 || echo 0)" ]
	done
}

# Validates manifests with an independent validator; prints "FILE: fault" for what is not valid.
validate() { # files...
	python3 - "$schema" "$@" <<-'EOF'
		import json, sys, yaml
		from jsonschema import Draft7Validator

		def plain(value):  # JSON has no keys but strings
		    if isinstance(value, dict):
		        return {str(key): plain(item) for key, item in value.items()}
		    return [plain(item) for item in value] if isinstance(value, list) else value

		with open(sys.argv[1]) as file:
		    schema = json.load(file)
		Draft7Validator.check_schema(schema)
		validator = Draft7Validator(schema)
		for path in sys.argv[2:]:
		    with open(path) as file:
		        for fault in validator.iter_errors(plain(yaml.safe_load(file))):
		            print(f"{path}: {fault.message}")
	EOF
}

@test "the examples and the man page's manifest are valid by the schema" {
	python3 -c 'import jsonschema, yaml' 2>/dev/null || skip "python3 with jsonschema and yaml is not here"
	find "$BERTH_ROOT/examples" -name '*.yaml' >list
	[ -s list ]
	sed -n '/^\.Bd/,/^\.Ed/p' "$BERTH_ROOT/man/berth-layout.5" | sed '/^\./d' >man.yaml
	grep -q '^berth: 1' man.yaml
	# shellcheck disable=SC2046 # one word a file
	run -0 validate $(cat list) man.yaml "$BERTH_ROOT"/tests/fuzz/corpus/manifest/*
	[ -z "$output" ]
}

@test "what the reader refuses by form is refused by the schema" {
	python3 -c 'import jsonschema, yaml' 2>/dev/null || skip "python3 with jsonschema and yaml is not here"
	number=0
	while IFS='|' read -r kind value; do
		number=$((number + 1))
		manifest_with "$kind" "$value" >"bad$number.yaml"
		run -1 "$ldgen" "bad$number.yaml"
	done <<-'EOF'
		target|cpu: cortex-m99
		target|mpu_regions: 8
		target|arch: riscv, napot_only: perhaps
		bank|origin: 0x20000000, length: 64Q, access: rw
		bank|origin: 0x20000000, length: 64K, access: rwx
		bank|origin: 0x20000000, length: 64K, access: rw, holes: 3
		hole|origin: 0x20001000
		shared|size: -1
		memory|size: 1K, bank: [ram, ram]
		memory|size: 1K, bank: []
		memory|size: 1K, cache: off
		memory|size: 010K
		arena|size: 8, policy: buddy
		arena|size: 8, reset: often
		stack|guard: 32
		component|stack: 64, object: one.o
		component|stack: 64, grants: all
		component|stack: 64, grants: [a.b]
		code|common: 1K, natives: [step]
		code|common: []
		code|natives: .text.step
		component|stack: 64, code: none
		.|berth: 1
	EOF
	[ "$number" -eq 23 ]
	for i in $(seq $number); do
		run validate "bad$i.yaml"
		[[ "$output" == "bad$i.yaml: "* ]] || {
			cat "bad$i.yaml"
			return 1
		}
	done
}
