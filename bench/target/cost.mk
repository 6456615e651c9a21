# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# make cost: what the runtime costs, counted in instructions on an emulated board.
# make bench does it, too.

COST := $(BUILD)/bench/target
COST_OBJECTS := $(addprefix $(BUILD)/armv7m/bench/target/,cost.o guest.o) $(COST)/regions.o \
	$(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o) $(COST)/memcpy.o \
	$(COST)/tlsf.o $(COST)/ledger.o
$(BUILD)/armv7m/bench/target/cost.o: $(COST)/regions.h
$(BUILD)/armv7m/bench/target/cost.o: ARM_CPPFLAGS += -Iexamples/sensors/native -I$(COST)
COST_LIBC = $(shell $(ARM_CC) -mcpu=cortex-m3 -mthumb -print-file-name=libc.a 2>/dev/null)

$(COST)/layout.json $(COST)/regions.h &: bench/target/layout.yaml $(BUILD)/bin/ldgen
	@mkdir -p $(COST)
	$(BUILD)/bin/ldgen $< --json $(COST)/layout.json --header $(COST)/regions.h

$(COST)/regions.o: $(COST)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

# The arena of a real object, without its initial data, which is for another table.
$(COST)/arena.json: bench/target/arena.yaml $(BUILD)/bin/ldgen
	@mkdir -p $(COST)
	$(BUILD)/bin/ldgen -C $(LEDGER_IN) $< --json $@

$(COST)/ledger.o: $(LEDGER)/ledger.bound.o $(COST)/arena.json
	$(BUILD)/bin/elfbind inject $< -o $@ --layout $(COST)/arena.json --core $(LEDGER_IN)/ledger.wasm
	arm-none-eabi-objcopy -R .berth.init -R .rel.berth.init $@

# newlib's, under a name that the board's own does not have.
$(COST)/memcpy.o:
	@mkdir -p $(COST)
	cd $(COST) && arm-none-eabi-ar x $(COST_LIBC) lib_a-memcpy.o
	arm-none-eabi-objcopy --redefine-sym memcpy=newlib_memcpy $(COST)/lib_a-memcpy.o $@

# Of others, for speed like newlib's malloc and our free list; empty where it cannot be had.
$(COST)/tlsf.o: cost-tlsf
	@mkdir -p $(COST)
	@bench/target/tlsf $(COST) $(subst -Os,-O2,$(ARM_CC) $(filter-out -W% -g,$(ARM_CFLAGS)))
.PHONY: cost-tlsf

$(COST)/cost.elf: $(COST_OBJECTS) $(RUNTIME) $(RUNTIME_TEST)/firmware.ld
	arm-none-eabi-ld --gc-sections --defsym=FIRMWARE_CODE=0 --defsym=FIRMWARE_RAM=0x20000000 \
		-T $(RUNTIME_TEST)/firmware.ld -Map $(COST)/cost.map -o $@ $(filter %.o %.a,$^) $(COST_LIBC)

# The libraries with what that firmware uses of them and nothing else, for their sizes.
COST_USED := berth_boot berth_call berth_svcall_handler berth_fault_handler berth_arena_try berth_arena_free \
	berth_arena_reset berth_list_allocate berth_memory_region berth_memory_copy berth_memory_fill
COST_LIBRARIES := $(patsubst $(BUILD)/runtime/libberth-%.a,%,$(RUNTIMES))
COST_MAPS := $(COST_LIBRARIES:%=$(COST)/%.map)
COST_LD_armv7m := arm-none-eabi-ld
COST_LD_armv8m := arm-none-eabi-ld
COST_LD_rv32 := riscv64-unknown-elf-ld -m elf32lriscv
$(COST_MAPS): $(COST)/%.map: $(BUILD)/runtime/libberth-%.a
	@mkdir -p $(COST)
	@$(COST_LD_$*) --gc-sections -e berth_boot $(COST_USED:%=-u %) --unresolved-symbols=ignore-all \
		-Ttext=0x1000 -Map $@ -o $(COST)/$*.elf $<

# For tests/qemu/cost.bats, where there is a newlib.
ifneq ($(wildcard $(COST_LIBC)),)
firmware: $(COST)/cost.elf $(COST_MAPS)
endif

.PHONY: cost
cost: export TLSF_FETCH := yes
cost: $(COST)/cost.elf $(COST_MAPS)
	@bench/target/run $(COST)
	@echo
	@echo "== the runtime in that firmware, in bytes =="
	@echo
	@bench/target/sizes $(COST) $(COST_LIBRARIES)
