# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# make cost: what the runtime costs, counted in instructions on an emulated board.
# make bench does it, too.

COST := $(BUILD)/bench/target
COST_OBJECTS := $(addprefix $(BUILD)/armv7m/bench/target/,cost.o guest.o) $(COST)/regions.o \
	$(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o) $(COST)/memcpy.o
$(BUILD)/armv7m/bench/target/cost.o: $(COST)/regions.h
$(BUILD)/armv7m/bench/target/cost.o: ARM_CPPFLAGS += -Iexamples/sensors/native -I$(COST)
COST_LIBC = $(shell $(ARM_CC) -mcpu=cortex-m3 -mthumb -print-file-name=libc.a)

$(COST)/layout.json $(COST)/regions.h &: bench/target/layout.yaml $(BUILD)/bin/ldgen
	@mkdir -p $(COST)
	$(BUILD)/bin/ldgen $< --json $(COST)/layout.json --header $(COST)/regions.h

$(COST)/regions.o: $(COST)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

# newlib's, under a name that the board's own does not have.
$(COST)/memcpy.o:
	@mkdir -p $(COST)
	cd $(COST) && arm-none-eabi-ar x $(COST_LIBC) lib_a-memcpy.o
	arm-none-eabi-objcopy --redefine-sym memcpy=newlib_memcpy $(COST)/lib_a-memcpy.o $@

$(COST)/cost.elf: $(COST_OBJECTS) $(RUNTIME) $(RUNTIME_TEST)/firmware.ld
	arm-none-eabi-ld --gc-sections --defsym=FIRMWARE_CODE=0 --defsym=FIRMWARE_RAM=0x20000000 \
		-T $(RUNTIME_TEST)/firmware.ld -Map $(COST)/cost.map -o $@ $(filter %.o %.a,$^) $(COST_LIBC)

.PHONY: cost
cost: $(COST)/cost.elf
	@bench/target/run $(COST)

bench: cost
