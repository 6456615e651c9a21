# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The ledger guest behind its arena, once for each policy: what tests/qemu/ledger.bats runs.

LEDGER := $(BUILD)/qemu/ledger
LEDGER_IN := tests/fixtures/ledger
LEDGER_TEST := tests/qemu/ledger
# What the manifest says of the arena.
LEDGER_SAYS_free-list := policy: free-list
LEDGER_SAYS_bump := policy: bump
LEDGER_SAYS_call := reset: call

$(LEDGER)/%/layout.yaml: $(LEDGER_TEST)/layout.yaml
	@mkdir -p $(@D)
	sed 's/policy: [a-z-]*/$(LEDGER_SAYS_$*)/' $< >$@

$(eval $(call FIRMWARE_KINDS,$(LEDGER),free-list bump call,$(LEDGER_IN),ledger,\
	--component ledger --arena ledger,,$(LEDGER_TEST)/firmware.c))

# Nobody asks for what the table says of the arena.  name, policy, what the table's object refers to
define LEDGER_WITHOUT
$(LEDGER)/$(1).elf: $(LEDGER)/$(2)/firmware.elf $(LEDGER)/$(2)/regions.o
	arm-none-eabi-objcopy --strip-symbol=$(3) $(LEDGER)/$(2)/regions.o $$@.o
	arm-none-eabi-ld --gc-sections -T $(LEDGER)/$(2)/layout.ld -o $$@ $$@.o \
		$(addprefix $(LEDGER)/$(2)/,main.o ledger.berth.o) $(BOARD_AN385) $(RUNTIME)
firmware: $(LEDGER)/$(1).elf
endef
$(eval $(call LEDGER_WITHOUT,unlisted,free-list,berth_list_allocate))
$(eval $(call LEDGER_WITHOUT,endless,call,berth_arena_call_ended))
