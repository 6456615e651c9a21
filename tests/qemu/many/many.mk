# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# More components than any hardware has slots for: 64 of the matrix' guest behind
# eight regions, each with its own object, context and gate.

MANY := $(BUILD)/qemu/many
MANY_IN := tests/fixtures/matrix
MANY_TEST := tests/qemu/many
MANY_NAMES := $(foreach tens,0 1 2 3 4 5 6,$(foreach ones,0 1 2 3 4 5 6 7 8 9,c$(tens)$(ones)))
MANY_NAMES := $(wordlist 1,64,$(MANY_NAMES))

MANY_INPUTS := $(MANY_NAMES:%=$(MANY)/%.o) $(MANY_NAMES:%=$(MANY)/%.wasm)

$(MANY_NAMES:%=$(MANY)/%.o): $(MANY_IN)/attacker.o
	@mkdir -p $(MANY)
	@cp $< $@
$(MANY_NAMES:%=$(MANY)/%.wasm): $(MANY_IN)/attacker.wasm
	@mkdir -p $(MANY)
	@cp $< $@
$(MANY_NAMES:%=$(MANY)/%.exports): $(MANY)/%.exports: $(MANY_TEST)/generate
	@mkdir -p $(MANY)
	@$(MANY_TEST)/generate exports $* >$@
$(MANY_NAMES:%=$(MANY)/%.map): $(MANY)/%.map: $(MANY_TEST)/generate
	@mkdir -p $(MANY)
	@$(MANY_TEST)/generate imports $* >$@

$(MANY_NAMES:%=$(MANY)/%.bound.o): $(MANY)/%.bound.o: $(MANY)/%.o $(MANY)/%.wasm $(MANY)/%.exports \
		$(MANY)/%.map $(MANY)/gates.o $(BUILD)/bin/elfbind
	@$(BUILD)/bin/elfbind bind $< -o $@ --core $(MANY)/$*.wasm --component $* \
		--export-map $(MANY)/$*.exports --map $(MANY)/$*.map --against $(MANY)/gates.o

$(MANY_NAMES:%=$(MANY)/%.berth.o): $(MANY)/%.berth.o: $(MANY)/%.bound.o $(MANY)/layout.json
	@$(BUILD)/bin/elfbind inject $< -o $@ --layout $(MANY)/layout.json --core $(MANY)/$*.wasm

$(MANY)/layout.yaml $(MANY)/every.h &: $(MANY_TEST)/generate $(MANY_TEST)/many.mk
	@mkdir -p $(MANY)
	$(MANY_TEST)/generate manifest $(MANY_NAMES) >$(MANY)/layout.yaml
	$(MANY_TEST)/generate header $(MANY_NAMES) >$(MANY)/every.h

$(MANY)/layout.ld $(MANY)/layout.json $(MANY)/regions.h &: $(MANY)/layout.yaml $(BUILD)/bin/ldgen \
		$(MANY_INPUTS)
	$(BUILD)/bin/ldgen -C $(MANY) $< -o $(MANY)/layout.ld --json $(MANY)/layout.json \
		--header $(MANY)/regions.h

$(MANY)/regions.o: $(MANY)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

$(MANY)/main.o $(MANY)/gates.o: $(MANY)/%.o: $(MANY_TEST)/%.c $(MANY)/every.h
	$(call say,CC)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) -Iexamples/sensors/native -I$(MANY) $(ARM_CFLAGS) -MMD -MP -c $< -o $@

$(MANY)/firmware.elf: $(MANY)/layout.ld $(MANY)/main.o $(MANY)/gates.o $(MANY_NAMES:%=$(MANY)/%.berth.o) \
		$(MANY)/regions.o $(RUNTIME) \
		$(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o)
	arm-none-eabi-ld -T $< -o $@ $(filter %.o %.a,$^)

firmware: $(MANY)/firmware.elf
