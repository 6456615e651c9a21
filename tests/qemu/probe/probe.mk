# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The probe: rows made by mpu-table, tried on every machine that QEMU has.  One
# firmware for each machine, with contexts of its own.

PROBE := tests/qemu/probe
PROBE_CONTEXTS := 240

$(BUILD)/probe/contexts: $(BUILD)/$(PROBE)/contexts.o $(BUILD)/lib/libmpu-table.a $(BUILD)/lib/liblib.a
	@mkdir -p $(@D)
	$(call say,LD)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

# machine, architecture, memory to open: base and size, slots, seed, where it
# starts, where its own memory is
define PROBE_ARM
$(BUILD)/probe/$(1).c: $(BUILD)/probe/contexts
	$$(call say,GEN)
	$$(Q)$$< $(2) $(3) $(4) $(5) $(PROBE_CONTEXTS) $(6) > $$@.new && mv $$@.new $$@
$(BUILD)/qemu/probe-$(1).elf: $(PROBE)/probe.c $(PROBE)/arm.c $(BUILD)/probe/$(1).c $(PROBE)/probe.ld $(PROBE)/probe.h
	@mkdir -p $$(@D)
	$$(call say,ARM)
	$$(Q)$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) $(9) -nostdlib -static -Wl,--build-id=none \
		-Wl,--defsym=PROBE_CODE=$(7),--defsym=PROBE_RAM=$(8) -T $(PROBE)/probe.ld \
		$$(filter %.c,$$^) -o $$@
PROBES += $(BUILD)/qemu/probe-$(1).elf
endef

$(eval $(call PROBE_ARM,mps2-an385,armv7-m,0x21000000,0x100000,8,385,0,0x20000000))
$(eval $(call PROBE_ARM,mps2-an386,armv7-m,0x21000000,0x100000,8,386,0,0x20000000))
$(eval $(call PROBE_ARM,mps2-an500,armv7-m,0x60000000,0x100000,8,500,0,0x20000000))

$(eval $(call PROBE_ARM,lm3s6965evb,armv7-m,0x20008000,0x8000,8,6965,0,0x20000000))
$(eval $(call PROBE_ARM,mps2-an505,armv8-m,0x38000000,0x100000,8,505,0x10000000,0x30000000,-DPROBE_MAIR0=0x4404aaff))
$(eval $(call PROBE_ARM,mps3-an547,armv8.1-m,0x31000000,0x100000,8,547,0x10000000,0x30000000,-DPROBE_MAIR0=0x4404aaff))

# RISC-V, by the compiler that has it without another package.
RISCV_CC := clang --target=riscv32-unknown-elf -march=rv32ima -mabi=ilp32 -mcmodel=medany
RISCV_CFLAGS := -std=c11 -ffreestanding -fno-builtin -Os -g -Wall -Wextra -Wconversion -Wshadow \
	-Wstrict-prototypes -Wmissing-prototypes -Werror -ffile-prefix-map=$(CURDIR)=.
# firmware, slots, seed, and for Smepmp: a word for contexts, a definition for the compiler
define PROBE_RISCV
$(BUILD)/probe/$(1).c: $(BUILD)/probe/contexts
	$$(call say,GEN)
	$$(Q)$$< riscv 0x81000000 0x100000 $(2) $(PROBE_CONTEXTS) $(3) $(4) > $$@.new && mv $$@.new $$@
$(BUILD)/qemu/probe-$(1).elf: $(PROBE)/probe.c $(PROBE)/riscv.c $(BUILD)/probe/$(1).c $(PROBE)/probe.ld $(PROBE)/probe.h
	@mkdir -p $$(@D)
	$$(call say,RISCV)
	$$(Q)$(RISCV_CC) -I. $(RISCV_CFLAGS) $(5) -nostdlib -static -fuse-ld=lld \
		-Wl,--defsym=PROBE_CODE=0x80000000,--defsym=PROBE_RAM=0x80200000,-e,probe_reset \
		-T $(PROBE)/probe.ld $$(filter %.c,$$^) -o $$@
PROBES += $(if $(shell command -v clang),$(BUILD)/qemu/probe-$(1).elf)
endef

$(eval $(call PROBE_RISCV,virt,16,32))
$(eval $(call PROBE_RISCV,virt-mml,14,33,mml,-DPROBE_MML))

# One bit of one row is loaded other than it was decoded: the probe must see it.
$(BUILD)/qemu/probe-broken.elf: $(PROBE)/probe.c $(PROBE)/arm.c $(BUILD)/probe/mps2-an385.c $(PROBE)/probe.ld $(PROBE)/probe.h
	@mkdir -p $(@D)
	$(call say,ARM)
	$(Q)$(ARM_CC) $(ARM_CPPFLAGS) $(ARM_CFLAGS) -DPROBE_BROKEN -nostdlib -static \
		-Wl,--build-id=none -Wl,--defsym=PROBE_CODE=0,--defsym=PROBE_RAM=0x20000000 \
		-T $(PROBE)/probe.ld $(filter %.c,$^) -o $@
PROBES += $(BUILD)/qemu/probe-broken.elf

firmware: $(PROBES)
