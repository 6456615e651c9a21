# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The attack matrix on machines of other architectures.  On Armv8-M the guests are
# the same objects; on RISC-V, for which the compiler has no calls by index, they
# are written by hand (attackers_riscv.S), and the layout is that of a plan.

# The manifest for another machine: cpu or arch, origin of flash, the upper half of
# that of RAM, and the two peripherals.
define MATRIX_MANIFEST
sed -E -e 's/cpu: cortex-m3/$(2)/' -e 's/0x00000000/$(3)/' -e 's/0x2000([0-9a-f]{4})/$(4)\1/' \
	-e 's/0x40000000/$(5)/' -e 's/0x40001000/$(6)/' -e 's/ mps2-an385/ $(1)/' $< >$@
endef

# machine, compiler, its define, library
define MATRIX_ON
MATRIX_$(1)_OWN := $(addprefix $(MATRIX)/$(1)/,$(addsuffix .o,main targets gates))
MATRIX_$(1)_BOARD := $(addprefix $(MATRIX)/$(1)/,board.o $(5).o)
$(MATRIX)/$(1)/%.o: $(MATRIX_SOURCES)/%.c $(MATRIX)/$(1)/regions.h
	$$($(2)) $$(ARM_CPPFLAGS) -D$(3) -Iexamples/sensors/native -I$(MATRIX_SOURCES) -I$(MATRIX)/$(1) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/%.o: $(MATRIX_SOURCES)/%.S $(MATRIX)/$(1)/regions.h
	$$($(2)) $$(ARM_CPPFLAGS) -D$(3) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/%.o: examples/sensors/native/%.c $(MATRIX)/$(1)/regions.h
	$$($(2)) $$(ARM_CPPFLAGS) -D$(3) -Iexamples/sensors/native -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/regions.o: $(MATRIX)/$(1)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $$@ --layout $$<
endef

# --- Armv8-M ----------------------------------------------------------------------------

define MATRIX_ON_ARMV8M
$(call MATRIX_ON,$(1),ARMV8M_CC,$(2),armv8m,board_mps)
$(addprefix $(MATRIX)/$(1)/,layout.json layout.ld regions.h) &: $(MATRIX)/$(1)/layout.yaml $(BUILD)/bin/ldgen \
		$(MATRIX_NAMES:%=$(MATRIX)/%.o) $(MATRIX_NAMES:%=$(MATRIX)/%.wasm)
	$(BUILD)/bin/ldgen -C $(MATRIX) $$< -o $(MATRIX)/$(1)/layout.ld --json $(MATRIX)/$(1)/layout.json \
		--header $(MATRIX)/$(1)/regions.h
$(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.berth.o): $(MATRIX)/$(1)/%.berth.o: $(MATRIX)/%.bound.o $(MATRIX)/$(1)/layout.json
	$(BUILD)/bin/elfbind inject $$< -o $$@ --layout $(MATRIX)/$(1)/layout.json --core $(MATRIX)/$$*.wasm --component $$*
$(MATRIX)/$(1)/%.elf: $$(MATRIX_$(1)_BOARD) $$(MATRIX_$(1)_OWN) $(MATRIX_NAMES:%=$(MATRIX)/$(1)/%.berth.o) \
		$(MATRIX)/$(1)/regions.o $(BUILD)/runtime/libberth-armv8m.a
	arm-none-eabi-ld -T $(MATRIX)/$(1)/layout.ld -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
matrix: $(MATRIX)/$(1)/matrix.elf
endef

$(MATRIX)/mps2-an505/layout.yaml: $(MATRIX_SOURCES)/layout.yaml $(MATRIX_SOURCES)/machines.mk
	@mkdir -p $(@D)
	$(call MATRIX_MANIFEST,mps2-an505,cpu: cortex-m33,0x10000000,0x3800,0x50000000,0x50001000)
$(MATRIX)/mps3-an547/layout.yaml: $(MATRIX_SOURCES)/layout.yaml $(MATRIX_SOURCES)/machines.mk
	@mkdir -p $(@D)
	$(call MATRIX_MANIFEST,mps3-an547,cpu: cortex-m55,0x10000000,0x3100,0x58000000,0x58001000)

$(eval $(call MATRIX_ON_ARMV8M,mps2-an505,MACHINE_AN505))
$(eval $(call MATRIX_ON_ARMV8M,mps3-an547,MACHINE_AN547))

# --- RISC-V -------------------------------------------------------------------------------

ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
$(eval $(call MATRIX_ON,virt,RV32_CC,MACHINE_VIRT,rv32,board_virt))

# The components are planned: their code is that of attackers_riscv.S.
$(MATRIX)/virt/layout.yaml: $(MATRIX_SOURCES)/layout.yaml $(MATRIX_SOURCES)/machines.mk
	@mkdir -p $(@D)
	$(call MATRIX_MANIFEST,virt,arch: riscv,0x80000000,0x8020,0x10001000,0x10002000)
	sed -i -e '/object:/d' -e '/core:/d' -e 's/trim: 4K/size: 4K/' \
		-e 's/mpu_regions: 8/mpu_regions: 16/' -e 's/length: 512K, access: rx/length: 256K, access: rx/' $@
$(addprefix $(MATRIX)/virt/,layout.json regions.h) &: $(MATRIX)/virt/layout.yaml $(BUILD)/bin/ldgen
	$(BUILD)/bin/ldgen $< --json $(MATRIX)/virt/layout.json --header $(MATRIX)/virt/regions.h
$(MATRIX)/virt/%.elf: $(MATRIX_virt_BOARD) $(MATRIX_virt_OWN) $(MATRIX)/virt/attackers_riscv.o \
		$(MATRIX)/virt/regions.o $(BUILD)/runtime/libberth-rv32.a $(MATRIX_SOURCES)/virt.ld
	ld.lld -T $(MATRIX_SOURCES)/virt.ld -o $@ $(filter %.o,$^) $(filter %.a,$^)
matrix: $(MATRIX)/virt/matrix.elf
endif

# --- with one protection left off, as in matrix.mk ------------------------------------------

# machine, compiler, name, file, variable with what sed does to it
define MATRIX_WEAKEN_ON
$(MATRIX)/$(1)/weak/$(3)/source$(suffix $(4)): $(4) $(MATRIX_SOURCES)/matrix.mk $(MATRIX_SOURCES)/machines.mk
	@mkdir -p $$(@D)
	sed -E '$$($(5))' $$< >$$@.new
	! cmp -s $$< $$@.new
	mv $$@.new $$@
$(MATRIX)/$(1)/weak/$(3)/object.o: $(MATRIX)/$(1)/weak/$(3)/source$(suffix $(4))
	$$($(2)) $$(ARM_CPPFLAGS) -MMD -MP -c $$< -o $$@
$(MATRIX)/$(1)/$(3).elf: $(MATRIX)/$(1)/weak/$(3)/object.o
matrix: $(MATRIX)/$(1)/$(3).elf
endef

# Rows are read back at boot, and other ones refused: that is left off, too.
V8 := runtime/cortexm/mpu_v8.c
V8_BLIND := s/(good = takes_rows\(.*\));/\1 || true;/
V8_SED_unfenced := $(SED_unfenced)
V8_SED_wide := $(V8_BLIND); s/(row\[i\][.]rlar)\)/i == 1 ? \1 + 0x1000 : \1)/
V8_SED_executable := $(V8_BLIND); s/(row\[i\][.]rbar),/\1 \& ~1u,/
PMP := runtime/riscv/pmp.c
PMP_BLIND := s/(\|\| !)(takes_rows\(rows, context->row_count\))/|| (\2, false)/
PMP_SED_unfenced := $(PMP_BLIND); s/loaded.count = count;/\0 write_address(0, UINT32_MAX); write_config(0, 0x1f);/
PMP_SED_wide := $(PMP_BLIND); s/write_address\(i, (rows\[i\].pmpaddr)\);/write_address(i, (rows[i].pmpcfg \& 0x18) == 8 ? \1 + 0x400 : \1);/
PMP_SED_executable := s/\(rows\[i\].pmpcfg \& 0xff\)/((rows[i].pmpcfg \& 0xff) | 4)/

$(foreach name,unfenced wide executable,$(eval $(call MATRIX_WEAKEN_ON,mps2-an505,ARMV8M_CC,$(name),$(V8),V8_SED_$(name))))
$(foreach name,privileged unchecked anybody kept unstacked,$(eval \
	$(call MATRIX_WEAKEN_ON,mps2-an505,ARMV8M_CC,$(name),$(WEAK_$(name)),SED_$(name))))
ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
$(foreach name,unfenced wide executable,$(eval $(call MATRIX_WEAKEN_ON,virt,RV32_CC,$(name),$(PMP),PMP_SED_$(name))))
$(foreach name,unchecked anybody kept,$(eval $(call MATRIX_WEAKEN_ON,virt,RV32_CC,$(name),$(WEAK_$(name)),SED_$(name))))
endif
