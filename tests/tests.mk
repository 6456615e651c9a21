# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# Tests: what to build, and the two targets that run them.

.PHONY: check unit-tests print-unit-tests print-build tidy format

check:
	@scripts/deps check
	@scripts/check

unit-tests: $(UNIT_TESTS)

print-unit-tests:
	@echo $(UNIT_TESTS)

print-build:
	@echo $(BUILD)

# --- what reads the sources without running them --------------------------------

TIDY_SOURCES := $(wildcard lib/*.c bench/*.c $(TOOLS:%=%/*.c) tests/unit/*/*.c tests/fuzz/*.c tests/identity/*.c)

$(BUILD)/tidy/%: %
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)clang-tidy --quiet $< -- -std=c11 $(CPPFLAGS) 2>/dev/null
	@touch $@

# What runs on the target is read as the target's compiler reads it.
TIDY_RISCV_SOURCES := $(wildcard runtime/riscv/*.c) examples/sensors/native/board_virt.c
TIDY_TARGET_SOURCES := $(filter-out $(TIDY_RISCV_SOURCES),\
	$(wildcard runtime/*.c runtime/cortexm/*.c examples/sensors/native/*.c))

$(BUILD)/tidy-target/%: % $(SENSORS)/regions.h $(SENSORS_HEADERS)
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)clang-tidy --quiet $< -- --target=thumbv7m-none-eabi -std=c11 -ffreestanding \
		$(ARM_CPPFLAGS) -Iexamples/sensors/native -I$(SENSORS) 2>/dev/null
	@touch $@

$(BUILD)/tidy-riscv/%: %
	@mkdir -p $(@D)
	$(call say,TIDY)
	$(Q)clang-tidy --quiet $< -- --target=riscv32-unknown-elf -std=c11 -ffreestanding \
		$(ARM_CPPFLAGS) -Iexamples/sensors/native 2>/dev/null
	@touch $@

tidy: $(TIDY_SOURCES:%=$(BUILD)/tidy/%) $(TIDY_TARGET_SOURCES:%=$(BUILD)/tidy-target/%) \
	$(TIDY_RISCV_SOURCES:%=$(BUILD)/tidy-riscv/%)

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

# --- programs that the command-line tests run ------------------------------------

.PHONY: test-programs
test-programs: $(BUILD)/tests/identity/identity $(BUILD)/tests/wasmtime/operations

$(BUILD)/tests/identity/identity: $(BUILD)/tests/identity/identity.o $(call archive,symmap lib)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/tests/wasmtime/operations.o: CPPFLAGS += -DBERTH_HOST
$(BUILD)/tests/wasmtime/operations: $(BUILD)/tests/wasmtime/operations.o $(HOST_RUNTIME) $(call archive,lib)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ -o $@
