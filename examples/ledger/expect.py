#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 OR MIT
"""What the ledger guest answers under wasmtime, which lowers and lifts by itself.

usage: expect.py COMPONENT.wasm

The questions are those of tests/qemu/ledger/firmware.c, made by the same
generator; both print the same lines if both move the same values.
"""

import sys

import wasmtime
from wasmtime import component

ROUNDS = 60


class Numbers:
    """xorshift, Marsaglia 2003, with a fixed seed."""

    def __init__(self):
        self.state = 0x2545F491

    def below(self, limit):
        self.state ^= self.state << 13 & 0xFFFFFFFF
        self.state ^= self.state >> 17
        self.state ^= self.state << 5 & 0xFFFFFFFF
        return self.state % limit

    def text(self, most):
        length = self.below(most)
        return "".join(chr(ord("a") + self.below(26)) for _ in range(length))


def ask(call, numbers):
    values = [numbers.below(1000000) for _ in range(numbers.below(12))]
    print("sort:", *call("sort", values))

    text = numbers.text(12)
    print("repeat:", *call("repeat", text, numbers.below(5)))

    words = [numbers.below(0x10000) for _ in range(6)]
    mixed = call("mix", *words)
    print("mix:", f"0x{mixed >> 32:08x} 0x{mixed & 0xFFFFFFFF:08x}")

    title = numbers.text(20)
    entries = []
    for _ in range(numbers.below(5)):
        entry = component.Record()
        entry.name = numbers.text(9)
        entry.amounts = [numbers.below(2000) - 1000 for _ in range(numbers.below(6))]
        entry.weight = numbers.below(0x10000)
        entries.append(entry)
    summary = call("summarize", title, entries)
    widest = "none" if summary.widest is None else summary.widest
    print("summarize:", summary.title, summary.total, widest, *summary.names)


def main():
    engine = wasmtime.Engine()
    store = wasmtime.Store(engine)
    guest = component.Linker(engine).instantiate(
        store, component.Component.from_file(engine, sys.argv[1])
    )
    books = guest.get_export_index(store, "berth:ledger/books@1.0.0")

    def call(name, *arguments):
        function = guest.get_func(store, guest.get_export_index(store, name, books))
        result = function(store, *arguments)
        function.post_return(store)
        return result

    numbers = Numbers()
    for _ in range(ROUNDS):
        ask(call, numbers)


main()
