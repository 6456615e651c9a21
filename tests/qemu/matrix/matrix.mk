# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The attack matrix: one firmware with six components of the same guest, on each of
# the machines of machines.mk, and the same once more for each protection that can
# be left off (weak/weak.mk).

MATRIX := $(BUILD)/qemu/matrix
MATRIX_IN := tests/fixtures/matrix
MATRIX_SOURCES := tests/qemu/matrix
MATRIX_NAMES := alpha bravo charlie delta echo foxtrot
MATRIX_EXPORTS := read8 read16 read32 write8 write16 write32 jump by-index give-to-sum give-to-fill

.PHONY: matrix
firmware: matrix

# --- six objects from one --------------------------------------------------------

$(MATRIX_NAMES:%=$(MATRIX)/%.wasm): $(MATRIX_IN)/attacker.wasm
	@mkdir -p $(@D)
	cp $< $@
$(MATRIX_NAMES:%=$(MATRIX)/%.o): $(MATRIX_IN)/attacker.o
	@mkdir -p $(@D)
	cp $< $@

$(MATRIX_NAMES:%=$(MATRIX)/%.exports): $(MATRIX)/%.exports: $(MATRIX_SOURCES)/matrix.mk
	@mkdir -p $(@D)
	for name in $(MATRIX_EXPORTS); do echo "$$name $*_$$(echo $$name | tr - _)"; done >$@

MATRIX_NATIVES := $(MATRIX)/mps2-an385/gates.o
$(MATRIX_NAMES:%=$(MATRIX)/%.bound.o): $(MATRIX)/%.bound.o: $(MATRIX)/%.o $(MATRIX)/%.wasm $(MATRIX)/%.exports $(MATRIX_NATIVES) $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind bind $< -o $@ --core $(MATRIX)/$*.wasm --component $* --arena $* \
		--export-map $(MATRIX)/$*.exports --against $(MATRIX_NATIVES)

# --- a machine's firmware, but for its guests -----------------------------------------

# machine, compiler (a variable), its define for board.h, library, board's file, linker with script
define MATRIX_ON
MATRIX_PARTS_$(1) := $(addprefix $(MATRIX)/$(1)/,board.o $(5).o main.o targets.o gates.o regions.o)
MATRIX_CC_$(1) = $$($(2)) $$(ARM_CPPFLAGS) -D$(3) -Iexamples/sensors/native -I$(MATRIX_SOURCES) -I$(MATRIX)/$(1)
$(MATRIX)/$(1)/%.o: $(MATRIX_SOURCES)/%.c $(MATRIX)/$(1)/regions.h
	$$(MATRIX_CC_$(1)) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/%.o: $(MATRIX_SOURCES)/%.S $(MATRIX)/$(1)/regions.h
	$$(MATRIX_CC_$(1)) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/%.o: examples/sensors/native/%.c $(MATRIX)/$(1)/regions.h
	$$(MATRIX_CC_$(1)) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/regions.o: $(MATRIX)/$(1)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $$@ --layout $$<
$(MATRIX)/$(1)/%.elf: $$(MATRIX_PARTS_$(1)) $$(MATRIX_GUESTS_$(1)) $(BUILD)/runtime/libberth-$(4).a $(lastword $(6))
	$(6) -o $$@ $$(MATRIX_WRAPS) $$(filter %.o,$$^) $$(filter %.a,$$^)
matrix: $(MATRIX)/$(1)/matrix.elf
endef

include tests/qemu/matrix/machines.mk
include tests/qemu/matrix/weak/weak.mk
