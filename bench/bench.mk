# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# make bench: elfbind and its peers side by side, on inputs made here.
#
# make bench-placement and make cost, which are parts of it: how tightly memories are packed, and
# what the runtime costs on the target (target/cost.mk).
#
# Twice: in memory, where the programs themselves are compared, and on the disk,
# where elfbind alone waits until its output is safe.

.PHONY: bench bench-placement

BENCH_MEMORY ?= /dev/shm

$(BUILD)/bench/%: $(BUILD)/bench/%.o
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@

$(BUILD)/bench/floor: $(call archive,lib)

$(BUILD)/bench/placement: $(call archive,ldgen)

$(BUILD)/bench/inputs: $(BUILD)/bench/generate
	$(call say,MAKE)
	$(Q)$< $@ && touch $@

bench: $(BUILD)/bench/measure $(BUILD)/bench/floor $(BUILD)/bench/inputs $(BUILD)/bin/elfbind
	@bench/run $(abspath $(BUILD)) $(BENCH_MEMORY)
	@$(MAKE) --no-print-directory bench-placement
	@$(MAKE) --no-print-directory cost

bench-placement: $(BUILD)/bench/placement
	@$<
