# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The sensors example on other boards: the same guests, native program and steps as
# sensors.mk, with a manifest and a runtime for each.
#
#   make demo BOARD=mps2-an505    one of them, run and audited

# board, compiler (a variable), its define for board.h, library, linker, board's file, folder of
# headers that main.c needs
define SENSORS_ON
$(BUILD)/examples/$(1)/%.o: examples/sensors/native/%.c
	@mkdir -p $$(@D)
	$$(call say,CC)
	$$(Q)$$($(2)) $$(ARM_CPPFLAGS) -I$(BUILD)/examples/$(1) -D$(3) $(7) -MMD -MP -c $$< -o $$@
$(BUILD)/examples/$(1)/main.o: $(BUILD)/examples/$(1)/regions.h

$(addprefix $(BUILD)/examples/$(1)/,layout.json layout.ld regions.h layout.d) &: \
		examples/sensors/$(1).yaml $(BUILD)/bin/ldgen
	@mkdir -p $$(@D)
	$(BUILD)/bin/ldgen -C $(SENSORS_IN) $$< -o $(BUILD)/examples/$(1)/layout.ld \
		--json $(BUILD)/examples/$(1)/layout.json --header $(BUILD)/examples/$(1)/regions.h \
		-MD -MF $(BUILD)/examples/$(1)/layout.d
$(BUILD)/examples/$(1)/regions.o: $(BUILD)/examples/$(1)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $$@ --layout $$<

SENSORS_PARTS_$(1) := $(addprefix $(BUILD)/examples/$(1)/,board.o board_$(6).o natives.o main.o regions.o)
$(BUILD)/examples/$(1)/firmware.elf $(BUILD)/examples/$(1)/firmware-lld.elf: \
		$(BUILD)/examples/$(1)/layout.ld $$(SENSORS_PARTS_$(1)) $(BUILD)/runtime/libberth-$(4).a
$(BUILD)/examples/$(1)/firmware.elf:
	$(5) -T $$< -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
$(BUILD)/examples/$(1)/firmware-lld.elf:
	ld.lld -T $$< -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
# For a test: with protection left off, which the firmware must notice.
$(BUILD)/examples/$(1)/firmware-open.elf: $(BUILD)/examples/$(1)/layout.ld $$(SENSORS_PARTS_$(1)) \
		$(BUILD)/on-$(1)/$(RUNTIME_TEST)/open.o $(BUILD)/runtime/libberth-$(4).a
	$(5) -T $$< -o $$@ $$(filter %.o,$$^) $$(filter %.a,$$^)
.PHONY: sensors-$(1)
sensors-$(1): $(addprefix $(BUILD)/examples/$(1)/,firmware.elf firmware-lld.elf)
firmware: sensors-$(1) $(BUILD)/examples/$(1)/firmware-open.elf
endef

# board, module, object, names for symmap and elfbind
define SENSORS_MODULE
$(BUILD)/examples/$(1)/$(2).bound.o: $(BUILD)/bin/elfbind $(SENSORS_IN)/$(3).o $(SENSORS_IN)/$(2).wasm \
		$(SENSORS_IN)/$(2).imports.json $(BUILD)/examples/$(1)/natives.o
	$(BUILD)/bin/elfbind bind $(SENSORS_IN)/$(3).o -o $$@ --core $(SENSORS_IN)/$(2).wasm \
		--import-map $(SENSORS_IN)/$(2).imports.json --against $(BUILD)/examples/$(1)/natives.o $(4)
$(BUILD)/examples/$(1)/$(2).berth.o: $(BUILD)/examples/$(1)/$(2).bound.o $(BUILD)/examples/$(1)/layout.json
	$(BUILD)/bin/elfbind inject $$< -o $$@ --layout $(BUILD)/examples/$(1)/layout.json \
		--core $(SENSORS_IN)/$(2).wasm --import-map $(SENSORS_IN)/$(2).imports.json
$(BUILD)/examples/$(1)/$(2).h: $(BUILD)/bin/symmap $(SENSORS_IN)/$(2).wasm $(BUILD)/examples/$(1)/natives.o
	$(BUILD)/bin/symmap header $(SENSORS_IN)/$(2).wasm -o $$@ \
		--import-map $(SENSORS_IN)/$(2).imports.json --against $(BUILD)/examples/$(1)/natives.o $(4)
$(BUILD)/examples/$(1)/main.o: $(BUILD)/examples/$(1)/$(2).h
$(addprefix $(BUILD)/examples/$(1)/,firmware.elf firmware-lld.elf firmware-open.elf): \
		$(BUILD)/examples/$(1)/$(2).berth.o
endef

# board, options of audit
define SENSORS_PROOF_ON
.PHONY: sensors-audit-$(1)
sensors-audit-$(1): sensors-$(1) $(BUILD)/bin/elfbind $(BUILD)/bin/mpu-table
	$(BUILD)/bin/elfbind audit $(BUILD)/examples/$(1)/firmware.elf \
		--layout $(BUILD)/examples/$(1)/layout.json $(2)
	$(BUILD)/bin/mpu-table check $(BUILD)/examples/$(1)/firmware.elf
	$(BUILD)/bin/elfbind audit $(BUILD)/examples/$(1)/firmware-lld.elf \
		--layout $(BUILD)/examples/$(1)/layout.json $(2)
	$(BUILD)/bin/mpu-table check $(BUILD)/examples/$(1)/firmware-lld.elf
endef

SENSORS_BOARDS := mps2-an505 mps3-an547
$(eval $(call SENSORS_ON,mps2-an505,ARMV8M_CC,MACHINE_AN505,armv8m,arm-none-eabi-ld,mps))
$(eval $(call SENSORS_ON,mps3-an547,ARMV8M_CC,MACHINE_AN547,armv8m,arm-none-eabi-ld,mps))
$(foreach board,$(SENSORS_BOARDS),\
	$(eval $(call SENSORS_MODULE,$(board),fused,fused,$(FUSED_NAMES)))\
	$(eval $(call SENSORS_MODULE,$(board),gps,gps,$(GPS_NAMES)))\
	$(eval $(call SENSORS_PROOF_ON,$(board),--core $(SENSORS_IN)/fused.wasm --component 0=baro \
		--component 2=imu --core $(SENSORS_IN)/gps.wasm --component gps \
		--seam examples/sensors/natives.seam)))

ifneq ($(filter %-rv32.a,$(RUNTIMES)),)
SENSORS_BOARDS += virt
$(eval $(call SENSORS_ON,virt,RV32_CC,MACHINE_VIRT,rv32,riscv64-unknown-elf-ld -m elf32lriscv,virt,-DBARO_AND_IMU_APART))
$(eval $(call SENSORS_MODULE,virt,baro,baro.rv32,--component baro --arena baro))
$(eval $(call SENSORS_MODULE,virt,level,level.rv32,--component imu --arena imu))
$(eval $(call SENSORS_MODULE,virt,gps,gps.rv32,--component gps --arena gps))
$(eval $(call SENSORS_PROOF_ON,virt,$(addprefix --core $(SENSORS_IN)/,baro.wasm level.wasm gps.wasm)))
endif
