# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The chain example: components of one module that call each other's code directly;
# as its manifest says (auto); with contexts that open too much (wide); with a scale that
# may write its own memory (own); and with code regions (code).  What tests/qemu/chain.bats runs.

CHAIN := $(BUILD)/examples/chain
CHAIN_IN := tests/fixtures/chain
CHAIN_KINDS := auto wide own code
CHAIN_NAMES := --import-map $(CHAIN_IN)/chain.imports.json --component 0=panel \
	--component 4=scale --component 6=text --component 2=vault --arena panel --arena text
CHAIN_NATIVES := $(BUILD)/armv7m/examples/chain/native/natives.o
CHAIN_BOARD := $(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o)

$(CHAIN)/chain.bound.o: $(BUILD)/bin/elfbind $(CHAIN_NATIVES) $(wildcard $(CHAIN_IN)/*)
	@mkdir -p $(@D)
	$(BUILD)/bin/elfbind bind $(CHAIN_IN)/chain.o -o $@ --core $(CHAIN_IN)/chain.wasm \
		--against $(CHAIN_NATIVES) $(CHAIN_NAMES)

$(CHAIN)/chain.h: $(BUILD)/bin/symmap $(CHAIN_NATIVES) $(wildcard $(CHAIN_IN)/*)
	@mkdir -p $(@D)
	$(BUILD)/bin/symmap header $(CHAIN_IN)/chain.wasm -o $@ \
		--against $(CHAIN_NATIVES) $(CHAIN_NAMES)

$(CHAIN)/auto/layout.yaml: examples/chain/layout.yaml
$(CHAIN)/wide/layout.yaml: tests/qemu/chain/wide.yaml
$(CHAIN)/auto/layout.yaml $(CHAIN)/wide/layout.yaml:
	@mkdir -p $(@D)
	cp $< $@

$(CHAIN)/own/layout.yaml: examples/chain/layout.yaml
	@mkdir -p $(@D)
	sed '/^  scale:/,/^  text:/{/grants:/d;}' $< >$@

$(CHAIN)/code/layout.yaml: examples/chain/layout.yaml
	@mkdir -p $(@D)
	{ sed 's/access: rx}/access: rx, reserve: 64K}/' $< && \
		echo 'code: {common: 4K}' && echo 'strategy: pow2'; } >$@

$(CHAIN)/%/layout.ld $(CHAIN)/%/layout.json $(CHAIN)/%/regions.h: $(CHAIN)/%/layout.yaml \
		$(BUILD)/bin/ldgen
	$(BUILD)/bin/ldgen -C $(CHAIN_IN) $< -o $(@D)/layout.ld --json $(@D)/layout.json \
		--header $(@D)/regions.h

$(CHAIN)/%/chain.berth.o: $(CHAIN)/chain.bound.o $(CHAIN)/%/layout.json
	$(BUILD)/bin/elfbind inject $< -o $@ --layout $(@D)/layout.json --core $(CHAIN_IN)/chain.wasm

$(CHAIN)/%/regions.o: $(CHAIN)/%/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

$(CHAIN)/%/main.o: examples/chain/native/main.c $(CHAIN)/%/regions.h $(CHAIN)/chain.h
	$(call say,CC)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) -Iexamples/chain/native -Iexamples/sensors/native -I$(CHAIN) -I$(@D) $(ARM_CFLAGS) \
		-MMD -MP -c $< -o $@

$(CHAIN)/%/firmware.elf: $(CHAIN)/%/layout.ld $(CHAIN)/%/main.o $(CHAIN)/%/chain.berth.o \
		$(CHAIN)/%/regions.o $(CHAIN_NATIVES) $(RUNTIME) $(CHAIN_BOARD)
	arm-none-eabi-ld --gc-sections -T $< -o $@ $(filter %.o %.a,$^)

.PRECIOUS: $(CHAIN)/%.yaml $(CHAIN)/%.ld $(CHAIN)/%.json $(CHAIN)/%.h $(CHAIN)/%.o

firmware: $(CHAIN_KINDS:%=$(CHAIN)/%/firmware.elf)
