# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The chain example: components of one module that call each other's code directly;
# as its manifest says (auto); with contexts that open too much (wide); with a scale that
# may write its own memory (own); and with code regions (code).  What tests/qemu/chain.bats runs.

CHAIN := $(BUILD)/examples/chain
CHAIN_NAMES := --component 0=panel --component 4=scale --component 6=text --component 2=vault \
	--arena panel --arena text

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

$(eval $(call FIRMWARE_KINDS,$(CHAIN),auto wide own code,tests/fixtures/chain,chain,$(CHAIN_NAMES),\
	$(BUILD)/armv7m/examples/chain/native/natives.o,examples/chain/native/main.c,examples/chain/native))

# A panel that overwrites what it shares.
$(CHAIN)/auto/hostile.o: tests/qemu/chain/hostile.c $(CHAIN)/auto/regions.h $(CHAIN)/chain.h
	$(call say,CC)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) -Iexamples/chain/native -Iexamples/sensors/native -I$(CHAIN) -I$(@D) $(ARM_CFLAGS) \
		-MMD -MP -c $< -o $@
$(CHAIN)/hostile.elf: $(CHAIN)/auto/layout.ld $(addprefix $(CHAIN)/auto/,hostile.o chain.berth.o \
		regions.o) $(BUILD)/armv7m/examples/chain/native/natives.o $(RUNTIME) $(BOARD_AN385)
	arm-none-eabi-ld --gc-sections -T $< -o $@ $(filter %.o %.a,$^)
firmware: $(CHAIN)/hostile.elf
