# SPDX-License-Identifier: Apache-2.0 OR MIT
#
# The sensors example: from the checked-in objects of three guests to a firmware.
#
#   make firmware    the example's firmware, and those that tests run
#   make demo        the same with every step shown, run in QEMU, and audited
#
# On other boards: boards.mk.

SENSORS := $(BUILD)/examples/sensors
SENSORS_IN := tests/fixtures/sensors
SENSORS_NATIVE := $(addprefix $(BUILD)/armv7m/examples/sensors/native/,board.o board_mps.o natives.o)
SENSORS_MAIN := $(BUILD)/armv7m/examples/sensors/native/main.o
SENSORS_MODEL := $(addprefix $(SENSORS)/,layout.json layout.ld regions.h layout.svg layout.html \
	layout.d)
SENSORS_OBJECTS := $(addprefix $(SENSORS)/,fused.berth.o gps.berth.o regions.o)

# What symmap and elfbind need to know of each module.
FUSED_MODULE := --import-map $(SENSORS_IN)/fused.imports.json
FUSED_NAMES := --component 0=baro --component 2=imu --arena baro --arena imu
GPS_MODULE := --import-map $(SENSORS_IN)/gps.imports.json
GPS_NAMES := --component gps --arena gps
SERVERS := $(BUILD)/armv7m/examples/sensors/native/natives.o
AGAINST := --against $(SERVERS)

# --- names: which native serves each import ----------------------------------------

.PHONY: sensors-resolve
sensors-resolve: $(BUILD)/bin/symmap $(SERVERS)
	$(BUILD)/bin/symmap resolve $(SENSORS_IN)/fused.wasm $(FUSED_MODULE) $(AGAINST) $(FUSED_NAMES)
	$(BUILD)/bin/symmap resolve $(SENSORS_IN)/gps.wasm $(GPS_MODULE) $(AGAINST) $(GPS_NAMES)

$(SENSORS)/fused.bound.o: $(BUILD)/bin/elfbind $(addprefix $(SENSORS_IN)/,fused.o fused.wasm \
		fused.imports.json) $(SERVERS)
	@mkdir -p $(@D)
	$(BUILD)/bin/elfbind bind $(SENSORS_IN)/fused.o -o $@ --core $(SENSORS_IN)/fused.wasm \
		$(FUSED_MODULE) $(AGAINST) $(FUSED_NAMES)

$(SENSORS)/gps.bound.o: $(BUILD)/bin/elfbind $(addprefix $(SENSORS_IN)/,gps.o gps.wasm \
		gps.imports.json) $(SERVERS)
	@mkdir -p $(@D)
	$(BUILD)/bin/elfbind bind $(SENSORS_IN)/gps.o -o $@ --core $(SENSORS_IN)/gps.wasm \
		$(GPS_MODULE) $(AGAINST) $(GPS_NAMES)

# The prototypes of the exports, for the native program.
SENSORS_HEADERS := $(SENSORS)/fused.h $(SENSORS)/gps.h

$(SENSORS)/fused.h: $(BUILD)/bin/symmap $(addprefix $(SENSORS_IN)/,fused.wasm fused.imports.json) $(SERVERS)
	@mkdir -p $(@D)
	$(BUILD)/bin/symmap header $(SENSORS_IN)/fused.wasm -o $@ $(FUSED_MODULE) $(AGAINST) $(FUSED_NAMES)

$(SENSORS)/gps.h: $(BUILD)/bin/symmap $(addprefix $(SENSORS_IN)/,gps.wasm gps.imports.json) $(SERVERS)
	@mkdir -p $(@D)
	$(BUILD)/bin/symmap header $(SENSORS_IN)/gps.wasm -o $@ $(GPS_MODULE) $(AGAINST) $(GPS_NAMES)

# --- space: where everything lies ----------------------------------------------------

# The inputs beside the manifest are in layout.d, from the first run on.
$(SENSORS_MODEL) &: examples/sensors/layout.yaml $(BUILD)/bin/ldgen
	@mkdir -p $(SENSORS)
	$(BUILD)/bin/ldgen -C $(SENSORS_IN) $< -o $(SENSORS)/layout.ld --json $(SENSORS)/layout.json \
		--header $(SENSORS)/regions.h --svg $(SENSORS)/layout.svg --html $(SENSORS)/layout.html \
		-MD -MF $(SENSORS)/layout.d

# --- objects: what the compiler left to the embedder ---------------------------------

$(SENSORS)/fused.berth.o: $(SENSORS)/fused.bound.o $(SENSORS)/layout.json
	$(BUILD)/bin/elfbind inject $< -o $@ --layout $(SENSORS)/layout.json \
		--core $(SENSORS_IN)/fused.wasm

$(SENSORS)/gps.berth.o: $(SENSORS)/gps.bound.o $(SENSORS)/layout.json
	$(BUILD)/bin/elfbind inject $< -o $@ --layout $(SENSORS)/layout.json \
		--core $(SENSORS_IN)/gps.wasm

$(SENSORS)/regions.o: $(SENSORS)/layout.json $(BUILD)/bin/elfbind
	$(BUILD)/bin/elfbind inject --table -o $@ --layout $<

# --- the firmware, with either linker --------------------------------------------------

$(SENSORS_MAIN): ARM_CPPFLAGS += -I$(SENSORS)
$(SENSORS_MAIN): $(SENSORS)/regions.h $(SENSORS_HEADERS)

SENSORS_LINKED := $(SENSORS_NATIVE) $(SENSORS_MAIN) $(SENSORS_OBJECTS)

$(SENSORS)/firmware.elf: $(SENSORS)/layout.ld $(SENSORS_LINKED) $(RUNTIME)
	arm-none-eabi-ld -T $< -Map $(@:.elf=.map) -o $@ $(filter %.o %.a,$^)

$(SENSORS)/firmware-lld.elf: $(SENSORS)/layout.ld $(SENSORS_LINKED) $(RUNTIME)
	ld.lld -T $< -Map $(@:.elf=.map) -o $@ $(filter %.o %.a,$^)

# For a test: the same with the MPU left off, which the firmware must notice.
$(SENSORS)/firmware-open.elf: $(SENSORS)/layout.ld $(SENSORS_LINKED) \
		$(BUILD)/armv7m/$(RUNTIME_TEST)/open.o $(RUNTIME)
	arm-none-eabi-ld -T $< -o $@ $(filter %.o %.a,$^)

.PHONY: sensors
sensors: $(SENSORS)/firmware.elf $(SENSORS)/firmware-lld.elf

firmware: sensors $(SENSORS)/firmware-open.elf

# --- proof ------------------------------------------------------------------------------

define SENSORS_PROOF
$(BUILD)/bin/elfbind audit $(1) --layout $(SENSORS)/layout.json \
	--core $(SENSORS_IN)/fused.wasm --core $(SENSORS_IN)/gps.wasm \
	--seam examples/sensors/natives.seam
$(BUILD)/bin/mpu-table check $(1)
endef

.PHONY: sensors-audit
sensors-audit: sensors $(BUILD)/bin/elfbind $(BUILD)/bin/mpu-table
	$(call SENSORS_PROOF,$(SENSORS)/firmware.elf)
	$(call SENSORS_PROOF,$(SENSORS)/firmware-lld.elf)

.PHONY: demo demo-tools
demo:
	@scripts/deps
	@MAKE="$(MAKE)" scripts/demo $(BUILD) $(BOARD)

# What the steps of the demo are made with.
demo-tools: $(PROGRAMS) $(RUNTIME) $(SENSORS_NATIVE)
