#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""Does the operations on standard input in wasmtime and compares their outcomes.

usage: compare.py TWO_MEMORIES.wat < OPERATIONS

Each line is what operations.c prints.  Exit status 1 when one comes out otherwise.
"""
import sys
import zlib

import wasmtime


def as_i32(word):
    """The word's bits as the signed number that wasmtime takes."""
    return word - 2**32 if word >= 2**31 else word


def main():
    store = wasmtime.Store()
    with open(sys.argv[1], encoding="utf-8") as text:
        module = wasmtime.Module(store.engine, wasmtime.wat2wasm(text.read()))
    exports = wasmtime.Instance(store, module, []).exports(store)
    memories = [exports["memory 0"], exports["memory 1"]]
    counts = {"done": 0, "trap": 0}
    for number, line in enumerate(sys.stdin, 1):
        words = line.split()
        split = 3 if words[0] == "copy" else 2
        function = exports[" ".join(words[:split])]
        try:
            function(store, *(as_i32(int(word)) for word in words[split:split + 3]))
            outcome = "done"
        except wasmtime.Trap as trap:
            if trap.trap_code != wasmtime.TrapCode.MEMORY_OUT_OF_BOUNDS:
                raise
            outcome = "trap"
        counts[outcome] += 1
        answer = words[:split + 3] + [outcome]
        if len(words) > len(answer):
            answer += ["%08x" % zlib.crc32(bytes(memory.read(store, 0, 65536)))
                       for memory in memories]
        if answer != words:
            sys.exit("operation %d: %s: wasmtime: %s" % (number, line.strip(), " ".join(answer)))
    print("%d operations, %d done and %d trapped in both" %
          (sum(counts.values()), counts["done"], counts["trap"]))


main()
