# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The attack matrix: one firmware with six components of the same guest, and the
# same firmware once more for each protection that can be left off.

MATRIX := $(BUILD)/qemu/matrix
MATRIX_IN := tests/fixtures/matrix
MATRIX_SOURCES := tests/qemu/matrix
MATRIX_NAMES := alpha bravo charlie delta echo foxtrot
MATRIX_EXPORTS := read8 read16 read32 write8 write16 write32 jump by-index give-to-sum give-to-fill

ARM_OBJECTS := $(BUILD)/armv7m
MATRIX_NATIVES := $(ARM_OBJECTS)/$(MATRIX_SOURCES)/gates.o

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

$(MATRIX_NAMES:%=$(MATRIX)/%.bound.o): $(MATRIX)/%.bound.o: $(MATRIX)/%.o $(MATRIX)/%.wasm $(MATRIX)/%.exports $(MATRIX_NATIVES) $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind bind $< -o $@ --core $(MATRIX)/$*.wasm --component $* --arena $* \
		--export-map $(MATRIX)/$*.exports --against $(MATRIX_NATIVES)

$(MATRIX_NAMES:%=$(MATRIX)/%.berth.o): $(MATRIX)/%.berth.o: $(MATRIX)/%.bound.o $(MATRIX)/layout.json
	$(BUILD)/bin/elfbind inject $< -o $@ --layout $(MATRIX)/layout.json \
		--core $(MATRIX)/$*.wasm --component $*

# --- space ---------------------------------------------------------------------------

MATRIX_MODEL := $(addprefix $(MATRIX)/,layout.json layout.ld regions.h)
$(MATRIX_MODEL) &: $(MATRIX_SOURCES)/layout.yaml $(BUILD)/bin/ldgen $(MATRIX_NAMES:%=$(MATRIX)/%.o) \
		$(MATRIX_NAMES:%=$(MATRIX)/%.wasm)
	$(BUILD)/bin/ldgen -C $(MATRIX) $< -o $(MATRIX)/layout.ld --json $(MATRIX)/layout.json \
		--header $(MATRIX)/regions.h

$(MATRIX)/regions.o: $(MATRIX)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

# --- the firmware ----------------------------------------------------------------------

MATRIX_MAIN := $(addprefix $(ARM_OBJECTS)/$(MATRIX_SOURCES)/,main.o targets.o)
$(ARM_OBJECTS)/$(MATRIX_SOURCES)/%: ARM_CPPFLAGS += -Iexamples/sensors/native -I$(MATRIX_SOURCES) -I$(MATRIX)
$(MATRIX_MAIN): $(MATRIX)/regions.h

MATRIX_LINKED := $(addprefix $(ARM_OBJECTS)/examples/sensors/native/,board.o board_mps.o) $(MATRIX_MAIN) $(MATRIX_NATIVES) \
	$(MATRIX_NAMES:%=$(MATRIX)/%.berth.o) $(MATRIX)/regions.o

define MATRIX_LINK
arm-none-eabi-ld -T $(MATRIX)/layout.ld -Map $(@:.elf=.map) -o $@ $(filter %.o %.a,$^)
endef

$(MATRIX)/matrix.elf: $(MATRIX_LINKED) $(RUNTIME) $(MATRIX)/layout.ld
	$(MATRIX_LINK)

# --- with one protection left off --------------------------------------------------------
#
# Each is a file of the runtime with one line changed; sed must have changed it.
# The object comes before the library and takes its member's place.

MATRIX_WEAK := unfenced privileged wide executable unchecked anybody kept unstacked
WEAK_unfenced := runtime/cortexm/mpu_v7.c
SED_unfenced := s/MPU_CTRL = MPU_CTRL_PRIVDEFENA [|] MPU_CTRL_ENABLE;/MPU_CTRL = 0;/
WEAK_privileged := runtime/cortexm/enter.S
SED_privileged := s/(CONTROL_UNPRIVILEGED_PSP), 3/\1, 2/
# The row of the memory opens the 16 KiB around it.
WEAK_wide := runtime/cortexm/mpu_v7.c
SED_wide := s/blo(.*)2f/b\12f/; \
	s/MPU_RBAR = row->rbar;/MPU_RBAR = (row->rbar \& 15) == 1 ? row->rbar \& ~0x3fe0u : row->rbar;/; \
	s/MPU_RASR = row->rasr;/MPU_RASR = (row->rbar \& 15) == 1 ? (row->rasr \& 0xffff00c1u) | 13u << 1 : row->rasr;/
WEAK_executable := runtime/cortexm/mpu_v7.c
SED_executable := s/blo(.*)2f/b\12f/; s/MPU_RASR = row->rasr;/MPU_RASR = row->rasr \& 0xefffffffu;/
WEAK_unchecked := runtime/boot.c
SED_unchecked := s/return \*address >= offset \&\&/return true ||/
WEAK_anybody := runtime/gate.c
SED_anybody := s/return index < 64 \&\& \(half >> index % 32 \& 1\) != 0;/(void)half; return true;/
WEAK_kept := runtime/init.c
SED_kept := s/berth_zero\((berth_bytes\(region->base), region->reserved\), region->reserved\)/berth_zero(\1, 0), 0)/
WEAK_unstacked := runtime/cortexm/handlers.c
SED_unstacked := s/return (psp - context->stack_base <= .*);$$/return true || \1;/

define MATRIX_WEAKEN
$(MATRIX)/weak/$(1)/$(notdir $(WEAK_$(1))): $(WEAK_$(1)) $(MATRIX_SOURCES)/matrix.mk
	@mkdir -p $$(@D)
	sed -E '$$(SED_$(1))' $$< >$$@.new
	! cmp -s $$< $$@.new
	mv $$@.new $$@
$(MATRIX)/weak/$(1)/object.o: $(MATRIX)/weak/$(1)/$(notdir $(WEAK_$(1)))
	$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1).elf: $(MATRIX_LINKED) $(MATRIX)/weak/$(1)/object.o $(RUNTIME) $(MATRIX)/layout.ld
	$$(MATRIX_LINK)
endef
$(foreach name,$(MATRIX_WEAK),$(eval $(call MATRIX_WEAKEN,$(name))))

.PHONY: matrix
matrix: $(MATRIX)/matrix.elf $(MATRIX_WEAK:%=$(MATRIX)/%.elf)
firmware: matrix

include tests/qemu/matrix/machines.mk
