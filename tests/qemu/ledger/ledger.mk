# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The ledger guest behind its arena, once for each policy: what tests/qemu/ledger.bats runs.

LEDGER := $(BUILD)/qemu/ledger
LEDGER_IN := tests/fixtures/ledger
LEDGER_TEST := tests/qemu/ledger
LEDGER_POLICIES := free-list bump call
# What the manifest says of the arena.
LEDGER_SAYS_free-list := policy: free-list
LEDGER_SAYS_bump := policy: bump
LEDGER_SAYS_call := reset: call
LEDGER_NAMES := --import-map $(LEDGER_IN)/ledger.imports.json --component ledger --arena ledger

$(LEDGER)/ledger.bound.o: $(BUILD)/bin/elfbind $(wildcard $(LEDGER_IN)/*)
	@mkdir -p $(@D)
	$(BUILD)/bin/elfbind bind $(LEDGER_IN)/ledger.o -o $@ --core $(LEDGER_IN)/ledger.wasm \
		$(LEDGER_NAMES)

$(LEDGER)/ledger.h: $(BUILD)/bin/symmap $(wildcard $(LEDGER_IN)/*)
	@mkdir -p $(@D)
	$(BUILD)/bin/symmap header $(LEDGER_IN)/ledger.wasm -o $@ $(LEDGER_NAMES)

$(LEDGER)/%/layout.yaml: $(LEDGER_TEST)/layout.yaml
	@mkdir -p $(@D)
	sed 's/policy: [a-z-]*/$(LEDGER_SAYS_$*)/' $< >$@

$(LEDGER)/%/layout.ld $(LEDGER)/%/layout.json $(LEDGER)/%/regions.h: $(LEDGER)/%/layout.yaml \
		$(BUILD)/bin/ldgen
	$(BUILD)/bin/ldgen -C $(LEDGER_IN) $< -o $(@D)/layout.ld --json $(@D)/layout.json \
		--header $(@D)/regions.h

$(LEDGER)/%/ledger.berth.o: $(LEDGER)/ledger.bound.o $(LEDGER)/%/layout.json
	$(BUILD)/bin/elfbind inject $< -o $@ --layout $(@D)/layout.json \
		--core $(LEDGER_IN)/ledger.wasm

$(LEDGER)/%/regions.o: $(LEDGER)/%/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

$(LEDGER)/%/firmware.o: $(LEDGER_TEST)/firmware.c $(LEDGER)/%/regions.h $(LEDGER)/ledger.h
	$(call say,CC)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) -Iexamples/sensors/native -I$(LEDGER) -I$(@D) $(ARM_CFLAGS) \
		-MMD -MP -c $< -o $@

$(LEDGER)/%/firmware.elf: $(LEDGER)/%/layout.ld $(LEDGER)/%/firmware.o $(LEDGER)/%/ledger.berth.o \
		$(LEDGER)/%/regions.o $(RUNTIME) \
		$(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o)
	arm-none-eabi-ld --gc-sections -T $< -o $@ $(filter %.o %.a,$^)

# Nobody asks for what the table says of the arena.  name, policy, what the table's object refers to
define LEDGER_WITHOUT
$(LEDGER)/$(1).elf: $(LEDGER)/$(2)/firmware.elf $(LEDGER)/$(2)/regions.o
	arm-none-eabi-objcopy --strip-symbol=$(3) $(LEDGER)/$(2)/regions.o $$@.o
	arm-none-eabi-ld --gc-sections -T $(LEDGER)/$(2)/layout.ld -o $$@ $$@.o \
		$(addprefix $(LEDGER)/$(2)/,firmware.o ledger.berth.o) \
		$(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o) $(RUNTIME)
firmware: $(LEDGER)/$(1).elf
endef
$(eval $(call LEDGER_WITHOUT,unlisted,free-list,berth_list_allocate))
$(eval $(call LEDGER_WITHOUT,endless,call,berth_arena_call_ended))

.PRECIOUS: $(LEDGER)/%.yaml $(LEDGER)/%.ld $(LEDGER)/%.json $(LEDGER)/%.h $(LEDGER)/%.o

firmware: $(LEDGER_POLICIES:%=$(LEDGER)/%/firmware.elf)
