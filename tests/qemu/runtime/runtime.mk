# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The runtime's own test: firmware with a table written by hand, for every machine.
# Each is built three times: as it should be, with protection left off, and with a
# fault of native code at the end.

RUNTIME_TEST := tests/qemu/runtime

# machine, compiler, its define for places.h, library, linker, files of this folder, board,
# start of code, start of memory
define RUNTIME_TEST_ON
ON_$(1) := $(addprefix $(BUILD)/on-$(1)/$(RUNTIME_TEST)/,$(addsuffix .o,table $(6))) \
	$(addprefix $(BUILD)/on-$(1)/examples/sensors/native/,board.o board_$(7).o)
ON_$(1)_FLAGS := $$(ARM_CPPFLAGS) -Iexamples/sensors/native -I$(RUNTIME_TEST) -D$(3)
$(BUILD)/on-$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ON_$(1)_FLAGS) -MMD -MP -c $$< -o $$@
$(BUILD)/on-$(1)/%.o: %.S
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ON_$(1)_FLAGS) -MMD -MP -c $$< -o $$@
$(BUILD)/on-$(1)/$(RUNTIME_TEST)/firmware-fatal.o: ON_$(1)_FLAGS += -DNATIVE_FAULT
$(BUILD)/on-$(1)/$(RUNTIME_TEST)/firmware-open.o: ON_$(1)_FLAGS += -DPROTECTION_OFF
$(BUILD)/on-$(1)/$(RUNTIME_TEST)/firmware-%.o: $(RUNTIME_TEST)/firmware.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ON_$(1)_FLAGS) -MMD -MP -c $$< -o $$@

$(BUILD)/qemu/runtime-$(1).elf: $(BUILD)/on-$(1)/$(RUNTIME_TEST)/firmware.o
$(BUILD)/qemu/runtime-$(1)-open.elf: $(addprefix $(BUILD)/on-$(1)/$(RUNTIME_TEST)/,firmware-open.o open.o)
$(BUILD)/qemu/runtime-$(1)-fatal.elf: $(BUILD)/on-$(1)/$(RUNTIME_TEST)/firmware-fatal.o
$(addprefix $(BUILD)/qemu/runtime-$(1),.elf -open.elf -fatal.elf): $$(ON_$(1)) \
		$(BUILD)/runtime/libberth-$(4).a $(RUNTIME_TEST)/firmware.ld
	@mkdir -p $$(@D)
	$(5) --gc-sections --defsym=FIRMWARE_CODE=$(8) --defsym=FIRMWARE_RAM=$(9) \
		-T $(RUNTIME_TEST)/firmware.ld -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
# The arena alone, which needs no component.
$(BUILD)/qemu/runtime-$(1)-arena.elf: $(BUILD)/on-$(1)/$(RUNTIME_TEST)/arena.o \
		$$(filter %/table.o %/board.o %/board_$(7).o,$$(ON_$(1))) \
		$(BUILD)/runtime/libberth-$(4).a $(RUNTIME_TEST)/firmware.ld
	@mkdir -p $$(@D)
	$(5) --gc-sections --defsym=FIRMWARE_CODE=$(8) --defsym=FIRMWARE_RAM=$(9) \
		-T $(RUNTIME_TEST)/firmware.ld -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
# And the veneer that allocates in it, whose arenas end at byte 1600 of their memories.
$(BUILD)/qemu/runtime-$(1)-veneer.elf: $(BUILD)/on-$(1)/$(RUNTIME_TEST)/veneer.o \
		$(BUILD)/on-$(1)/tests/arena/veneer_$$(if $$(filter rv32,$(4)),rv32,thumb).o \
		$$(filter %/table.o %/board.o %/board_$(7).o,$$(ON_$(1))) \
		$(BUILD)/runtime/libberth-$(4).a $(RUNTIME_TEST)/firmware.ld
	@mkdir -p $$(@D)
	$(5) --gc-sections --defsym=FIRMWARE_CODE=$(8) --defsym=FIRMWARE_RAM=$(9) --defsym=END=1600 \
		--wrap=berth_arena_realloc \
		-T $(RUNTIME_TEST)/firmware.ld -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
firmware: $(addprefix $(BUILD)/qemu/runtime-$(1),.elf -open.elf -fatal.elf -arena.elf -veneer.elf)
endef

.PHONY: firmware
ARMV7M_CC := $(ARM_CC) $(ARM_CFLAGS)
ON_ARM := machine_arm guest
$(eval $(call RUNTIME_TEST_ON,mps2-an385,ARMV7M_CC,MACHINE_AN385,armv7m,arm-none-eabi-ld,$(ON_ARM),mps,0,0x20000000))
$(eval $(call RUNTIME_TEST_ON,mps2-an505,ARMV8M_CC,MACHINE_AN505,armv8m,arm-none-eabi-ld,$(ON_ARM),mps,0x10000000,0x38000000))
$(eval $(call RUNTIME_TEST_ON,mps3-an547,ARMV8M_CC,MACHINE_AN547,armv8m,arm-none-eabi-ld,$(ON_ARM),mps,0x10000000,0x31000000))
ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
$(eval $(call RUNTIME_TEST_ON,virt,RV32_CC,MACHINE_VIRT,rv32,ld.lld,machine_riscv guest_riscv,virt,0x80000000,0x80200000))
endif
