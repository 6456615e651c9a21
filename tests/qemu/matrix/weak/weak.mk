# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The matrix with one protection left off: the same objects and the same library, with
# one function of the runtime replaced by the linker (weak.h).

# The functions that each replaces, and the files that do, where that is not the one of its name.
WEAK_unfenced := berth_port_protect
WEAK_wide := berth_port_protect
WEAK_PARTS_wide := rows wide
WEAK_executable := berth_port_protect
WEAK_PARTS_executable := rows executable
WEAK_bank := berth_port_protect
WEAK_PARTS_bank := rows bank
WEAK_unclosed := berth_port_protect
WEAK_PARTS_unclosed := rows unclosed
WEAK_stale := berth_port_protect
WEAK_unchecked := berth_reaches
WEAK_anybody := berth_gate_for
WEAK_kept := berth_zero
WEAK_unstacked := berth_on_svcall
WEAK_privileged := berth_port_enter berth_on_svcall
WEAK_rv32_privileged := berth_port_enter berth_on_trap
WEAK_PARTS_rv32_privileged := machine_mode resume

# library, compiler (a variable)
define MATRIX_WEAK_FOR
$(MATRIX)/weak/$(1)/%.o: $(MATRIX_SOURCES)/weak/%.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ARM_CPPFLAGS) -MMD -MP -c $$< -o $$@
$(MATRIX)/weak/$(1)/%.o: $(MATRIX_SOURCES)/weak/%.S
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ARM_CPPFLAGS) -MMD -MP -c $$< -o $$@
endef
$(eval $(call MATRIX_WEAK_FOR,armv7m,ARMV7M_CC))
$(eval $(call MATRIX_WEAK_FOR,armv8m,ARMV8M_CC))
$(eval $(call MATRIX_WEAK_FOR,rv32,RV32_CC))

# machine, library, name
define MATRIX_WEAKEN
$(MATRIX)/$(1)/$(3).elf: MATRIX_WRAPS := $(patsubst %,--wrap=%,$(or $(WEAK_$(2)_$(3)),$(WEAK_$(3))))
$(MATRIX)/$(1)/$(3).elf: $(addprefix $(MATRIX)/weak/$(2)/,$(addsuffix .o,\
	$(or $(WEAK_PARTS_$(2)_$(3)),$(WEAK_PARTS_$(3)),$(3))))
matrix: $(MATRIX)/$(1)/$(3).elf
endef

MATRIX_WEAK := unfenced privileged wide bank executable unclosed stale unchecked anybody kept
# On RISC-V a trap stores nothing on a component's stack.
$(foreach name,$(MATRIX_WEAK) unstacked,\
	$(eval $(call MATRIX_WEAKEN,mps2-an385,armv7m,$(name)))\
	$(eval $(call MATRIX_WEAKEN,mps2-an505,armv8m,$(name)))\
	$(eval $(call MATRIX_WEAKEN,mps3-an547,armv8m,$(name))))
ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
$(foreach name,$(MATRIX_WEAK),$(eval $(call MATRIX_WEAKEN,virt,rv32,$(name))))
endif
