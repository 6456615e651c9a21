# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# berth: everything is built from here, into $(BUILD).
#
#   make            the four tools and the firmware runtime
#   make check      all tests; the last line counts them
#   make bench      elfbind and its peers, timed side by side
#   make demo       the sensors example, from checked-in objects, in QEMU
#   make install    into PREFIX (/usr/local), below DESTDIR
#
# Switches, which may be combined: DEBUG=1, SANITIZE=1, COVERAGE=1, CC=clang.
# FUZZ=1 is for clang and afl-clang-fast, with sanitizers: tests/fuzz/fuzz.mk.
# V=1 shows the commands that compile and link.
# The folder of a build says what it was made with, so switches never mix.

CC ?= gcc
ifeq ($(origin CC),default)
CC := $(if $(FUZZ),clang,gcc)
endif
BUILD ?= build/$(notdir $(CC))$(if $(DEBUG),-debug)$(if $(SANITIZE),-sanitize)$(if $(COVERAGE),-coverage)$(if $(FUZZ),-fuzz)

# --- how the host is compiled ------------------------------------------------

Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)  $(@:$(BUILD)/%=%)")

WARNINGS := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
CPPFLAGS += -I. -Iruntime/include -D_GNU_SOURCE
CFLAGS ?= $(if $(DEBUG)$(SANITIZE)$(COVERAGE)$(FUZZ),-O1 -g,-O2 -g)
ALL_CFLAGS := -std=c11 $(WARNINGS) $(CFLAGS)
ifdef FUZZ
ALL_CFLAGS += -fsanitize=fuzzer-no-link
endif
ifneq ($(SANITIZE)$(FUZZ),)
ALL_CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=address,undefined
endif
ifdef COVERAGE
ALL_CFLAGS += --coverage
LDFLAGS += --coverage
endif
LDLIBS := -Wl,--as-needed -ldw -lelf -lyaml -ljansson
CHECK_LIBS := -lcheck -lsubunit -lm -lrt -lpthread

TOOLS := symmap elfbind ldgen mpu-table
PROGRAMS := $(TOOLS:%=$(BUILD)/bin/%)

.PHONY: all programs
all:
	@scripts/deps
	@$(MAKE) --no-print-directory programs runtime

programs: $(PROGRAMS)

# --- libraries: one archive a folder, all files but the tool's main ----------

objects = $(patsubst %.c,$(BUILD)/%.o,$(filter-out %/main.c,$(wildcard $(1)/*.c)))
archive = $(1:%=$(BUILD)/lib/lib%.a)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

define ARCHIVE
$(call archive,$(1)): $(call objects,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR)
	$$(Q)$(AR) rcD $$@ $$^
endef
$(foreach folder,lib $(TOOLS),$(eval $(call ARCHIVE,$(folder))))

# What each folder may use; nothing uses a tool but as said here.
USES_lib :=
USES_symmap := lib
USES_mpu-table := lib
USES_ldgen := mpu-table lib
USES_elfbind := symmap mpu-table lib

define TOOL
$(BUILD)/bin/$(1): $(BUILD)/$(1)/main.o $(call archive,$(1) $(USES_$(1)))
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $$^ $(LDLIBS) -o $$@
endef
$(foreach tool,$(TOOLS),$(eval $(call TOOL,$(tool))))

# --- unit tests: tests/unit/FOLDER/test_*.c, each a program of its own --------

UNIT_TESTS :=
define UNIT
UNIT_TESTS += $(patsubst tests/unit/$(1)/%.c,$(BUILD)/unit/$(1)/%,$(wildcard tests/unit/$(1)/test_*.c))
$(BUILD)/unit/$(1)/%: $(BUILD)/tests/unit/$(1)/%.o $(call archive,$(1) $(USES_$(1)))
	@mkdir -p $$(@D)
	$$(call say,LD)
	$$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $$^ $(LDLIBS) $(CHECK_LIBS) -o $$@
endef
$(foreach folder,lib $(TOOLS),$(eval $(call UNIT,$(folder))))

include runtime/runtime.mk
include tests/qemu/runtime/runtime.mk
include examples/sensors/sensors.mk
include examples/sensors/boards.mk
include examples/kinds.mk
include examples/chain/chain.mk
include tests/tests.mk
include tests/qemu/probe/probe.mk
include tests/qemu/matrix/matrix.mk
include tests/qemu/ledger/ledger.mk
include tests/qemu/many/many.mk
include bench/bench.mk
include bench/target/cost.mk
include tests/fuzz/fuzz.mk

# --- for use from elsewhere -------------------------------------------------------

PREFIX ?= /usr/local
DATA := $(DESTDIR)$(PREFIX)

.PHONY: install
install: programs runtime
	install -d $(DATA)/bin $(DATA)/lib/berth $(DATA)/include/berth
	install -d $(DATA)/share/man/man1 $(DATA)/share/man/man5 $(DATA)/share/man/man7
	install $(PROGRAMS) $(DATA)/bin
	install -m 644 $(RUNTIMES) $(DATA)/lib/berth
	install -m 644 runtime/include/berth/*.h $(DATA)/include/berth
	install -m 644 man/*.1 $(DATA)/share/man/man1
	install -m 644 man/*.5 $(DATA)/share/man/man5
	install -m 644 man/*.7 $(DATA)/share/man/man7
	install -d $(DATA)/share/berth/guest $(DATA)/share/doc/berth
	install -m 644 share/*.schema.json $(DATA)/share/berth
	install -m 644 $(addprefix examples/sensors/guests/include/,stdlib.h string.h) $(DATA)/share/berth/guest
	install -m 644 $(addprefix docs/,guest.md flow.md runtime.md limits.md) $(DATA)/share/doc/berth

.PHONY: clean
clean:
	rm -rf build

.SECONDARY:
# The compiler writes them beside its objects; nothing else makes one.
%.d: ;
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
