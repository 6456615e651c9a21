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

RUNTIME_PORTABLE := $(addprefix runtime/,arena.c arena_bump.c arena_list.c bytes.c init.c move.c \
	table.c)
# arena_calls.c is the last: the linker takes the first file of a library that has what it looks for,
# and the others have the same weakly.
RUNTIME_CORE := $(RUNTIME_PORTABLE) $(addprefix runtime/,boot.c call.c gate.c memory.c reason.c service.c \
	arena_calls.c)
RUNTIME_SOURCES := $(RUNTIME_CORE) $(addprefix runtime/cortexm/,enter.S handlers.c mpu_v7.c port.c)
RUNTIME := $(BUILD)/runtime/libberth-armv7m.a

$(BUILD)/armv7m/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/armv7m/%.o: %.S
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -MMD -MP -c $< -o $@

# Made for speed where it shows: calls of components, loading rows, allocating.  The rest is made
# for size.
RUNTIME_FAST := $(addprefix runtime/,arena_list.o call.o cortexm/mpu_v7.o)
$(RUNTIME_FAST:%=$(BUILD)/armv7m/%): ARM_CFLAGS := $(subst -Os,-O2,$(ARM_CFLAGS))

# gcc would work out behind each loop how far it went, with a multiplication, instead of counting
# along.  With the preprocessor's flags because all targets have these.
%/runtime/bytes.o: ARM_CPPFLAGS += -fno-ivopts -fno-tree-scev-cprop

$(RUNTIME): $(patsubst %,$(BUILD)/armv7m/%.o,$(basename $(RUNTIME_SOURCES)))
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,AR)
	$(Q)$(ARM_AR) rcD $@ $^

# --- for other targets: the same files, with another port -------------------------

# Armv8-M with the Main Extension: Cortex-M33, and the M55, whose code for it is the same.
ARMV8M_CC := $(ARM_CC) $(subst cortex-m3,cortex-m33,$(ARM_CFLAGS))
ARMV8M_PORT := $(addprefix runtime/cortexm/,enter.S handlers.c mpu_v8.c port.c)

RV32_CC := riscv64-unknown-elf-gcc -march=rv32imac_zicsr -mabi=ilp32 -mcmodel=medany -mno-relax \
	$(filter-out -mcpu=% -mthumb,$(ARM_CFLAGS))
# Calls and addresses in the library may be shortened by a linker that can: nothing in it is aligned
# by more than an instruction, which is what those that cannot (ld.lld 14) would refuse.
$(BUILD)/rv32/runtime/%.o: RV32_CC += -mrelax
RV32_PORT := $(addprefix runtime/riscv/,enter.S memcpy.c pmp.c registers.S trap.c)

# name, variable with the compiler and its flags, variable with the port's files
define RUNTIME_FOR
$(BUILD)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ARM_CPPFLAGS) -MMD -MP -c $$< -o $$@
$(BUILD)/$(1)/%.o: %.S
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ARM_CPPFLAGS) -MMD -MP -c $$< -o $$@
$(BUILD)/runtime/libberth-$(1).a: $(patsubst %,$(BUILD)/$(1)/%.o,$(basename $(RUNTIME_CORE) $($(3))))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR)
	$$(Q)$(ARM_AR) rcD $$@ $$^
RUNTIMES += $(BUILD)/runtime/libberth-$(1).a
endef

RUNTIMES := $(RUNTIME)
$(eval $(call RUNTIME_FOR,armv8m,ARMV8M_CC,ARMV8M_PORT))
ifneq ($(shell command -v riscv64-unknown-elf-gcc),)
$(eval $(call RUNTIME_FOR,rv32,RV32_CC,RV32_PORT))
endif

.PHONY: runtime
runtime: $(RUNTIMES)

# --- on the host: the parts that only compute ------------------------------------

# An archive, so that a test can put its own in the place of what it does not test.
HOST_RUNTIME := $(BUILD)/host-runtime.a
$(HOST_RUNTIME): $(patsubst %.c,$(BUILD)/host-%.o,$(RUNTIME_PORTABLE) runtime/gate.c \
		runtime/riscv/pmp.c)
	@rm -f $@
	$(call say,AR)
	$(Q)$(AR) rcD $@ $^
$(BUILD)/host-runtime/%.o: runtime/%.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) -DBERTH_HOST $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/tests/unit/runtime/%.o: CPPFLAGS += -DBERTH_HOST
RUNTIME_UNIT_TESTS := $(patsubst tests/unit/runtime/%.c,$(BUILD)/unit/runtime/%,\
	$(wildcard tests/unit/runtime/test_*.c))
UNIT_TESTS += $(RUNTIME_UNIT_TESTS)
$(BUILD)/unit/runtime/%: $(BUILD)/tests/unit/runtime/%.o $(HOST_RUNTIME)
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(CHECK_LIBS) -o $@
