# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# Fuzz targets: tests/fuzz/fuzz_NAME.c becomes $(BUILD)/fuzz/NAME.
#
#   make FUZZ=1 fuzzers                       with libFuzzer, by clang
#   make FUZZ=1 CC=afl-clang-fast fuzzers     the same for afl-fuzz
#   make SANITIZE=1 fuzzers                   programs that replay files, by gcc
#   make fuzz                                 runs each for FUZZ_SECONDS

FUZZ_SECONDS ?= 300
FUZZ_TARGETS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZERS := $(FUZZ_TARGETS:%=$(BUILD)/fuzz/%)
FUZZ_PARTS := $(BUILD)/tests/fuzz/fuzz.o $(if $(FUZZ),,$(BUILD)/tests/fuzz/replay.o)

# ldgen is linked with nothing that it does not use: tools may use one name each.
$(BUILD)/fuzz/manifest: FUZZ_LIBRARIES := $(call archive,ldgen $(USES_ldgen))
FUZZ_LIBRARIES := $(call archive,elfbind $(USES_elfbind))

.PHONY: fuzz fuzzers print-fuzz-targets
fuzzers: $(FUZZERS)

$(FUZZERS): $(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_PARTS) \
		$(call archive,lib $(TOOLS))
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) $(filter %.o,$^) \
		$(FUZZ_LIBRARIES) $(LDLIBS) -o $@

fuzz:
	@scripts/deps check
	@$(MAKE) --no-print-directory FUZZ=1 fuzzers
	@FUZZ_SECONDS=$(FUZZ_SECONDS) scripts/fuzz long

print-fuzz-targets:
	@echo $(FUZZ_TARGETS)
