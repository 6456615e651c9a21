# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# One module as a firmware for mps2-an385, once for each of several manifests:
#
#   FOLDER/MODULE.bound.o  FOLDER/MODULE.h        of the module, for all
#   FOLDER/KIND/layout.yaml                       the including file makes it
#   FOLDER/KIND/{layout.ld,layout.json,regions.h} -> MODULE.berth.o, regions.o, main.o -> firmware.elf

BOARD_AN385 := $(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o)

# folder, kinds, folder of the fixtures, module, names for symmap and elfbind, object of the natives
# that serve its imports or nothing, main program, folders of its headers
define FIRMWARE_KINDS
$(1)/$(4).bound.o: $(BUILD)/bin/elfbind $(6) $(wildcard $(3)/*)
	@mkdir -p $$(@D)
	$(BUILD)/bin/elfbind bind $(3)/$(4).o -o $$@ --core $(3)/$(4).wasm \
		--import-map $(3)/$(4).imports.json $(6:%=--against %) $(5)

$(1)/$(4).h: $(BUILD)/bin/symmap $(6) $(wildcard $(3)/*)
	@mkdir -p $$(@D)
	$(BUILD)/bin/symmap header $(3)/$(4).wasm -o $$@ \
		--import-map $(3)/$(4).imports.json $(6:%=--against %) $(5)

$(1)/%/layout.ld $(1)/%/layout.json $(1)/%/regions.h: $(1)/%/layout.yaml $(BUILD)/bin/ldgen
	$(BUILD)/bin/ldgen -C $(3) $$< -o $$(@D)/layout.ld --json $$(@D)/layout.json \
		--header $$(@D)/regions.h

$(1)/%/$(4).berth.o: $(1)/$(4).bound.o $(1)/%/layout.json
	$(BUILD)/bin/elfbind inject $$< -o $$@ --layout $$(@D)/layout.json --core $(3)/$(4).wasm

$(1)/%/regions.o: $(1)/%/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $$@ --layout $$<

$(1)/%/main.o: $(7) $(1)/%/regions.h $(1)/$(4).h
	$$(call say,CC)
	$$(Q)$$(ARM_CC) $$(ARM_CPPFLAGS) $(8:%=-I%) -Iexamples/sensors/native -I$(1) -I$$(@D) $$(ARM_CFLAGS) \
		-MMD -MP -c $$< -o $$@

$(1)/%/firmware.elf: $(1)/%/layout.ld $(1)/%/main.o $(1)/%/$(4).berth.o $(1)/%/regions.o $(6) \
		$(RUNTIME) $(BOARD_AN385)
	arm-none-eabi-ld --gc-sections -T $$< -o $$@ $$(filter %.o %.a,$$^)

.PRECIOUS: $(1)/%.yaml $(1)/%.ld $(1)/%.json $(1)/%.h $(1)/%.o

firmware: $(2:%=$(1)/%/firmware.elf)
endef
