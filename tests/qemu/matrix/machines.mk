# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The machines of the attack matrix.  On Arm the guests are the same objects; on
# RISC-V, for which the compiler has no calls by index, they are written by hand
# (attackers_riscv.S), and the layout is that of a plan.

MATRIX_MACHINES := mps2-an385 mps2-an505 mps3-an547 virt

# The manifest for another machine: cpu or arch, origin of flash, the upper half of
# that of RAM, and the two peripherals.
define MATRIX_MANIFEST
@mkdir -p $(@D)
sed -E -e 's/cpu: cortex-m3/$(1)/' -e 's/0x00000000/$(2)/' -e 's/0x2000([0-9a-f]{4})/$(3)\1/' \
	-e 's/0x40000000/$(4)/' -e 's/0x40001000/$(5)/' -e 's/ mps2-an385/ $(notdir $(@D))/' $< >$@
endef
$(MATRIX_MACHINES:%=$(MATRIX)/%/layout.yaml): $(MATRIX_SOURCES)/layout.yaml $(MATRIX_SOURCES)/machines.mk

# --- Arm ----------------------------------------------------------------------------------

# machine, compiler, define, library
define MATRIX_ON_ARM
MATRIX_GUESTS_$(1) := $(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.berth.o)
$(addprefix $(MATRIX)/$(1)/,layout.json layout.ld regions.h) &: $(MATRIX)/$(1)/layout.yaml $(BUILD)/bin/ldgen \
		$(MATRIX_NAMES:%=$(MATRIX)/%.o) $(MATRIX_NAMES:%=$(MATRIX)/%.wasm)
	$(BUILD)/bin/ldgen -C $(MATRIX) $$< -o $(MATRIX)/$(1)/layout.ld --json $(MATRIX)/$(1)/layout.json \
		--header $(MATRIX)/$(1)/regions.h
$$(MATRIX_GUESTS_$(1)): $(MATRIX)/$(1)/%.berth.o: $(MATRIX)/%.bound.o $(MATRIX)/$(1)/layout.json
	$(BUILD)/bin/elfbind inject $$< -o $$@ --layout $(MATRIX)/$(1)/layout.json --core $(MATRIX)/$$*.wasm --component $$*
$(call MATRIX_ON,$(1),$(2),$(3),$(4),board_mps,arm-none-eabi-ld -T $(MATRIX)/$(1)/layout.ld)
endef

$(MATRIX)/mps2-an385/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m3,0x00000000,0x2000,0x40000000,0x40001000)
$(MATRIX)/mps2-an505/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m33,0x10000000,0x3800,0x50000000,0x50001000)
$(MATRIX)/mps3-an547/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m55,0x10000000,0x3100,0x58000000,0x58001000)

ARMV7M_CC = $(ARM_CC) $(ARM_CFLAGS)
$(eval $(call MATRIX_ON_ARM,mps2-an385,ARMV7M_CC,MACHINE_AN385,armv7m))
$(eval $(call MATRIX_ON_ARM,mps2-an505,ARMV8M_CC,MACHINE_AN505,armv8m))
$(eval $(call MATRIX_ON_ARM,mps3-an547,ARMV8M_CC,MACHINE_AN547,armv8m))

# --- RISC-V -------------------------------------------------------------------------------

ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
MATRIX_GUESTS_virt := $(MATRIX)/virt/attackers_riscv.o
# The components are planned: their code is that of attackers_riscv.S.
$(MATRIX)/virt/layout.yaml:
	$(call MATRIX_MANIFEST,arch: riscv,0x80000000,0x8020,0x10001000,0x10002000)
	sed -i -e '/object:/d' -e '/core:/d' -e 's/trim: 4K/size: 4K/' \
		-e 's/mpu_regions: 8/mpu_regions: 16/' -e 's/length: 512K, access: rx/length: 256K, access: rx/' $@
$(addprefix $(MATRIX)/virt/,layout.json regions.h) &: $(MATRIX)/virt/layout.yaml $(BUILD)/bin/ldgen
	$(BUILD)/bin/ldgen $< --json $(MATRIX)/virt/layout.json --header $(MATRIX)/virt/regions.h
$(eval $(call MATRIX_ON,virt,RV32_CC,MACHINE_VIRT,rv32,board_virt,ld.lld -T $(MATRIX_SOURCES)/virt.ld))
endif
