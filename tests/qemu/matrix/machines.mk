# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The machines of the attack matrix: for each the manifest, and what it is built with.

MATRIX_MACHINES := mps2-an385 mps2-an505 mps3-an547 virt open

# open is mps2-an385 once more, but that one row opens the whole flash.

# The manifest for another machine: cpu or arch, origin of flash, the upper half of
# that of RAM, and the two peripherals.
define MATRIX_MANIFEST
@mkdir -p $(@D)
sed -E -e 's/cpu: cortex-m3/$(1)/' -e 's/0x00000000/$(2)/' -e 's/0x2000([0-9a-f]{4})/$(3)\1/' \
	-e 's/0x40000000/$(4)/' -e 's/0x40001000/$(5)/' -e 's/ mps2-an385/ $(notdir $(@D))/' $< >$@
endef
$(MATRIX_MACHINES:%=$(MATRIX)/%/layout.yaml): $(MATRIX_SOURCES)/layout.yaml $(MATRIX_SOURCES)/machines.mk

$(MATRIX)/mps2-an385/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m3,0x00000000,0x2000,0x40000000,0x40001000)
$(MATRIX)/open/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m3,0x00000000,0x2000,0x40000000,0x40001000)
	sed -i -e '/^code:/d' -e 's/rx, reserve: 64K/rx/' $@
$(MATRIX)/mps2-an505/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m33,0x10000000,0x3800,0x50000000,0x50001000)
$(MATRIX)/mps3-an547/layout.yaml:
	$(call MATRIX_MANIFEST,cpu: cortex-m55,0x10000000,0x3100,0x58000000,0x58001000)
$(MATRIX)/virt/layout.yaml:
	$(call MATRIX_MANIFEST,arch: riscv,0x80000000,0x8020,0x10001000,0x10002000)
	sed -i 's/mpu_regions: 8/mpu_regions: 16/' $@

ARMV7M_CC = $(ARM_CC) $(ARM_CFLAGS)
$(eval $(call MATRIX_ON,mps2-an385,ARMV7M_CC,MACHINE_AN385,armv7m,board_mps,arm-none-eabi-ld,arm))
$(eval $(call MATRIX_ON,open,ARMV7M_CC,MACHINE_AN385,armv7m,board_mps,arm-none-eabi-ld,arm))
# For a test: common code that lacks what a call ends with.
$(MATRIX)/mps2-an385/unreturned.ld: $(MATRIX)/mps2-an385/layout.ld
	sed 's/\.text\.berth\.common\.\*/.text.berth.common.[!r]*/' $< >$@.new
	! cmp -s $< $@.new
	mv $@.new $@
$(MATRIX)/mps2-an385/unreturned.elf: $(MATRIX)/mps2-an385/unreturned.ld
matrix: $(MATRIX)/mps2-an385/unreturned.elf
$(eval $(call MATRIX_ON,mps2-an505,ARMV8M_CC,MACHINE_AN505,armv8m,board_mps,arm-none-eabi-ld,arm))
$(eval $(call MATRIX_ON,mps3-an547,ARMV8M_CC,MACHINE_AN547,armv8m,board_mps,arm-none-eabi-ld,arm))
ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
$(eval $(call MATRIX_ON,virt,RV32_CC,MACHINE_VIRT,rv32,board_virt,ld.lld,rv32))
endif
