# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The firmware runtime: a static library for the target, and its files once more
# for the host, where the unit tests run them.

# --- for the target: Armv7-M ---------------------------------------------------

ARM_CC := arm-none-eabi-gcc
ARM_AR := arm-none-eabi-ar
# The loops that copy and zero must not become calls of the memcpy and memset
# that a freestanding program does not have.
ARM_CFLAGS := -mcpu=cortex-m3 -mthumb -std=c11 -ffreestanding -fno-tree-loop-distribute-patterns \
	-Os -g -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror \
	-ffunction-sections -fdata-sections -fno-common -ffile-prefix-map=$(CURDIR)=.
ARM_CPPFLAGS := -I. -Iruntime/include

RUNTIME_PORTABLE := runtime/arena.c runtime/bytes.c runtime/init.c runtime/table.c
RUNTIME_CORE := $(RUNTIME_PORTABLE) $(addprefix runtime/,boot.c call.c gate.c reason.c)
RUNTIME_SOURCES := $(RUNTIME_CORE) $(addprefix runtime/cortexm/,enter.S handlers.c mpu_v7.c port.c)
RUNTIME := $(BUILD)/runtime/libberth-armv7m.a

$(BUILD)/armv7m/%.o: %.c
	@mkdir -p $(@D)
	$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/armv7m/%.o: %.S
	@mkdir -p $(@D)
	$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -MMD -MP -c $< -o $@

$(RUNTIME): $(patsubst %,$(BUILD)/armv7m/%.o,$(basename $(RUNTIME_SOURCES)))
	@mkdir -p $(@D)
	@rm -f $@
	$(ARM_AR) rcD $@ $^

.PHONY: runtime
runtime: $(RUNTIME)

# --- firmware that exercises it, with a table written by hand ------------------

RUNTIME_TEST := tests/qemu/runtime
RUNTIME_TEST_OBJECTS := \
	$(addprefix $(BUILD)/armv7m/$(RUNTIME_TEST)/,firmware.o machine_arm.o table.o guest.o) \
	$(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o)
$(BUILD)/armv7m/$(RUNTIME_TEST)/%: ARM_CPPFLAGS += -Iexamples/sensors/native -I$(RUNTIME_TEST)
$(BUILD)/armv7m/$(RUNTIME_TEST)/firmware-fatal.o: ARM_CPPFLAGS += -DNATIVE_FAULT

$(BUILD)/armv7m/$(RUNTIME_TEST)/firmware-fatal.o: $(RUNTIME_TEST)/firmware.c
	@mkdir -p $(@D)
	$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -MMD -MP -c $< -o $@

define ARM_LINK
@mkdir -p $(@D)
arm-none-eabi-ld --gc-sections --defsym=FIRMWARE_CODE=0 --defsym=FIRMWARE_RAM=0x20000000 \
	-T $(RUNTIME_TEST)/firmware.ld -o $@ $(filter %.o %.a,$^)
endef

# As it should be; with the MPU left off; with a fault of the native code at the end.
$(BUILD)/qemu/runtime.elf: $(RUNTIME_TEST_OBJECTS) $(RUNTIME) $(RUNTIME_TEST)/firmware.ld
	$(ARM_LINK)
$(BUILD)/qemu/runtime-open.elf: $(RUNTIME_TEST_OBJECTS) \
		$(BUILD)/armv7m/$(RUNTIME_TEST)/open.o $(RUNTIME) $(RUNTIME_TEST)/firmware.ld
	$(ARM_LINK)
$(BUILD)/qemu/runtime-fatal.elf: $(subst /firmware.o,/firmware-fatal.o,$(RUNTIME_TEST_OBJECTS)) \
		$(RUNTIME) $(RUNTIME_TEST)/firmware.ld
	$(ARM_LINK)

.PHONY: firmware
firmware: $(addprefix $(BUILD)/qemu/,runtime.elf runtime-open.elf runtime-fatal.elf)

# --- on the host: the parts that only compute ------------------------------------

# An archive, so that a test can put its own in the place of what it does not test.
HOST_RUNTIME := $(BUILD)/host-runtime.a
$(HOST_RUNTIME): $(patsubst %.c,$(BUILD)/host-%.o,$(RUNTIME_PORTABLE) runtime/gate.c)
	@rm -f $@
	$(AR) rcD $@ $^
$(BUILD)/host-runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(CC) -DBERTH_HOST $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/tests/unit/runtime/%.o: CPPFLAGS += -DBERTH_HOST
RUNTIME_UNIT_TESTS := $(patsubst tests/unit/runtime/%.c,$(BUILD)/unit/runtime/%,\
	$(wildcard tests/unit/runtime/test_*.c))
UNIT_TESTS += $(RUNTIME_UNIT_TESTS)
$(BUILD)/unit/runtime/%: $(BUILD)/tests/unit/runtime/%.o $(HOST_RUNTIME)
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(CHECK_LIBS) -o $@
