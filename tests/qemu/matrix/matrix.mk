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
#
# For Arm it is the compiler's; for RISC-V, where the compiler has no calls by index, it is
# compiled from C.

MATRIX_GUEST_arm := $(MATRIX_IN)/attacker.o
MATRIX_GUEST_rv32 := $(MATRIX)/rv32/guest_riscv.o
$(MATRIX)/rv32/guest_riscv.o: $(MATRIX_SOURCES)/guest_riscv.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(RV32_CC) -fno-function-sections -MMD -MP -c $< -o $@

# kind of guests, object that defines the natives
define MATRIX_GUESTS
$(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.wasm): $(MATRIX_IN)/attacker.wasm
	@mkdir -p $$(@D)
	cp $$< $$@
$(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.o): $(MATRIX_GUEST_$(1))
	@mkdir -p $$(@D)
	cp $$< $$@
$(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.exports): $(MATRIX)/$(1)/%.exports: $(MATRIX_SOURCES)/matrix.mk
	@mkdir -p $$(@D)
	for name in $(MATRIX_EXPORTS); do echo "$$$$name $$*_$$$$(echo $$$$name | tr - _)"; done >$$@
$(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.bound.o): $(MATRIX)/$(1)/%.bound.o: $(MATRIX)/$(1)/%.o $(MATRIX)/$(1)/%.wasm \
		$(MATRIX)/$(1)/%.exports $(2) $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind bind $$< -o $$@ --core $(MATRIX)/$(1)/$$*.wasm --component $$* --arena $$* \
		--export-map $(MATRIX)/$(1)/$$*.exports --against $(2)
endef
$(eval $(call MATRIX_GUESTS,arm,$(MATRIX)/mps2-an385/gates.o))
$(eval $(call MATRIX_GUESTS,rv32,$(MATRIX)/virt/gates.o))

# --- a machine's firmware, but for its guests -----------------------------------------

# machine, compiler (a variable), its define for board.h, library, board's file, linker, folder of guests
define MATRIX_ON
MATRIX_GUESTS_$(1) := $(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.berth.o)
MATRIX_PARTS_$(1) := $(addprefix $(MATRIX)/$(1)/,board.o $(5).o main.o attempt.o judge.o astray.o targets.o gates.o $(if $(filter virt,$(1)),registers_riscv.o) regions.o)
MATRIX_CC_$(1) = $$($(2)) $$(ARM_CPPFLAGS) -D$(3) -Iexamples/sensors/native -I$(MATRIX_SOURCES) -I$(MATRIX)/$(1)
$(MATRIX)/$(1)/%.o: $(MATRIX_SOURCES)/%.c $(MATRIX)/$(1)/regions.h
	$$(MATRIX_CC_$(1)) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/%.o: $(MATRIX_SOURCES)/%.S $(MATRIX)/$(1)/regions.h
	$$(MATRIX_CC_$(1)) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/%.o: examples/sensors/native/%.c $(MATRIX)/$(1)/regions.h
	$$(MATRIX_CC_$(1)) -MMD -MP -c $$< -o $$@
$(addprefix $(MATRIX)/$(1)/,layout.json layout.ld regions.h) &: $(MATRIX)/$(1)/layout.yaml $(BUILD)/bin/ldgen \
		$(MATRIX_NAMES:%=$(MATRIX)/$(7)/%.o) $(MATRIX_NAMES:%=$(MATRIX)/$(7)/%.wasm)
	$(BUILD)/bin/ldgen -C $(MATRIX)/$(7) $$< -o $(MATRIX)/$(1)/layout.ld --json $(MATRIX)/$(1)/layout.json \
		--header $(MATRIX)/$(1)/regions.h
$$(MATRIX_GUESTS_$(1)): $(MATRIX)/$(1)/%.berth.o: $(MATRIX)/$(7)/%.bound.o $(MATRIX)/$(1)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject $$< -o $$@ --layout $(MATRIX)/$(1)/layout.json --core $(MATRIX)/$(7)/$$*.wasm --component $$*
$(MATRIX)/$(1)/regions.o: $(MATRIX)/$(1)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $$@ --layout $$<
$(MATRIX)/$(1)/%.elf: $$(MATRIX_PARTS_$(1)) $$(MATRIX_GUESTS_$(1)) $(BUILD)/runtime/libberth-$(4).a $(MATRIX)/$(1)/layout.ld
	$(6) -T $$(lastword $$(filter %.ld,$$^)) -o $$@ $$(MATRIX_WRAPS) $$(filter %.o,$$^) $$(filter %.a,$$^)
matrix: $(MATRIX)/$(1)/matrix.elf
endef

include tests/qemu/matrix/machines.mk
include tests/qemu/matrix/weak/weak.mk
