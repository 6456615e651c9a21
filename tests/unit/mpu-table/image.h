/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * An image that agrees with a sample, for tests to break in one place at a time:
 *
 *     0x00000000  .text            0x20000000  .data (native)
 *     0x00000100  arenas
 *     0x00000400  .berth.regions   and a section where the sample has a region
 */
#ifndef BERTH_TEST_IMAGE_H
#define BERTH_TEST_IMAGE_H

#include <elf.h>

#include "tests/unit/mpu-table/sample.h"

enum { ARENA_ADDRESS = 0x100, TABLE_ADDRESS = 0x400 };

struct image_section {
	char name[32];
	uint32_t type;
	uint32_t flags;
	uint32_t address;
	uint32_t size;
	const uint8_t *bytes; /* zeros when NULL */
};

struct image_symbol {
	const char *name;
	uint32_t value;
	uint32_t size;
	uint8_t type;
	uint16_t section; /* ELF index: that of the image's section plus one */
};

struct image {
	struct image_section sections[16];
	uint16_t section_count;
	struct image_symbol symbols[24];
	uint16_t symbol_count;
	uint32_t segment_load;	/* where it is loaded, which is where it runs: at 0 */
	uint32_t segment_flags; /* of the one segment, for what lies below 0x10000 */
	bool stripped;
	uint16_t type;
	uint16_t machine;
	char region_symbols[SAMPLE_REGIONS][32];
	struct blob table;
	struct blob names;
	struct berth_arena arenas[SAMPLE_COMPONENTS]; /* as inject puts them beside the code */
	uint8_t code[SAMPLE_COMPONENTS][256];	      /* where that is apart */
};

static inline uint16_t image_add(struct image *image, const char *name, uint32_t type,
	uint32_t flags, uint32_t address, uint32_t size)
{
	struct image_section *section = &image->sections[image->section_count++];
	*section = (struct image_section){
		.type = type, .flags = flags, .address = address, .size = size};
	snprintf(section->name, sizeof(section->name), "%s", name);
	return image->section_count;
}

static inline struct image_section *image_section(struct image *image, const char *name)
{
	for (uint16_t i = 0; i < image->section_count; i++)
		if (strcmp(image->sections[i].name, name) == 0)
			return &image->sections[i];
	ck_abort_msg("no section %s", name);
	return NULL;
}

static inline struct image_symbol *image_symbol(struct image *image, const char *name)
{
	for (uint16_t i = 0; i < image->symbol_count; i++)
		if (strcmp(image->symbols[i].name, name) == 0)
			return &image->symbols[i];
	ck_abort_msg("no symbol %s", name);
	return NULL;
}

static inline void image_name(struct image *image, const char *name, uint32_t value, uint32_t size,
	uint8_t type, uint16_t section)
{
	image->symbols[image->symbol_count++] =
		(struct image_symbol){name, value, size, type, section};
}

/* What elfbind inject puts beside the code of component INDEX, which has an arena. */
static inline void image_arena(struct image *image, const struct sample *sample, size_t index)
{
	const uint32_t size = sizeof(struct berth_arena);
	const uint32_t address = ARENA_ADDRESS + (uint32_t)index * size;
	static const char *const constants[] = {"berth_arena_imu", "berth_arena_gps"};
	static const char *const veneers[] = {
		"imu___cabi_arena_realloc", "gps___cabi_arena_realloc"};
	size_t code = layout_code_of(&sample->layout, index);
	image->arenas[index] = table_arena(&sample->layout, index);
	image_name(image, veneers[index], 0x41 + 32 * (uint32_t)index, 32, STT_FUNC, 1);
	if (code != LAYOUT_NONE) {
		struct image_section *own = image_section(image, sample->regions[code].section);
		uint32_t offset = (uint32_t)index * size;
		size_t unit = layout_unit_of(&sample->layout, index);
		memcpy(image->code[unit] + offset, &image->arenas[index], size);
		own->bytes = image->code[unit];
		image_name(image, constants[index], own->address + offset, size, STT_OBJECT,
			(uint16_t)(own - image->sections + 1));
		return;
	}
	uint16_t section = image_add(image, index == 0 ? ".rodata.imu" : ".rodata.gps",
		SHT_PROGBITS, SHF_ALLOC, address, size);
	image->sections[section - 1].bytes = (const uint8_t *)&image->arenas[index];
	image_name(image, constants[index], address, size, STT_OBJECT, section);
}

/* Makes what a link of SAMPLE gives; image_free releases it. */
static inline void image_make(struct image *image, const struct sample *sample, struct diag *diag)
{
	const uint32_t wa = SHF_WRITE | SHF_ALLOC;
	memset(image, 0, sizeof(*image));
	image->type = ET_EXEC;
	image->machine = arch_find(sample->layout.arch)->elf;
	image->segment_flags = PF_R | PF_X;
	ck_assert(table_make(diag, &sample->layout, &image->table, &image->names));
	uint16_t text =
		image_add(image, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 0, 0x100);
	uint16_t table = image_add(image, TABLE_SECTION, SHT_PROGBITS, SHF_ALLOC, TABLE_ADDRESS,
		(uint32_t)image->table.size);
	image->sections[table - 1].bytes = image->table.bytes;
	uint16_t names = image_add(
		image, TABLE_NAMES_SECTION, SHT_PROGBITS, 0, 0, (uint32_t)image->names.size);
	image->sections[names - 1].bytes = image->names.bytes;
	uint16_t data = image_add(image, ".data", SHT_PROGBITS, wa, 0x20000000, 64);
	image_name(image, "native_state", 0x20000010, 16, STT_OBJECT, data);
	image_name(image, "main", 0x21, 8, STT_FUNC, text);
	image_name(image, "berth_regions", TABLE_ADDRESS, (uint32_t)image->table.size, STT_OBJECT,
		table);
	for (size_t i = 0; i < sample->layout.region_count; i++) {
		const struct layout_region *region = &sample->regions[i];
		char *symbol = image->region_symbols[i];
		if (region->section != NULL && region->kind == LAYOUT_CODE)
			image_add(image, region->section, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR,
				(uint32_t)region->base, (uint32_t)region->size);
		if (region->section == NULL || region->kind == LAYOUT_CODE)
			continue;
		snprintf(symbol, sizeof(image->region_symbols[i]),
			region->kind == LAYOUT_MEMORY ? "%.*s_mem_0"
			: region->kind == LAYOUT_DATA ? "%.*s_data"
						      : "%.*s_shared",
			(int)strcspn(region->name, "."), region->name);
		uint16_t index = image_add(image, region->section, SHT_NOBITS, wa,
			(uint32_t)region->base, (uint32_t)region->size);
		image_name(image, symbol, (uint32_t)region->base, (uint32_t)region->size,
			STT_OBJECT, index);
	}
	for (size_t i = 0; i < SAMPLE_COMPONENTS; i++)
		image_arena(image, sample, i);
	for (size_t i = 0; i < SAMPLE_COMPONENTS; i++)
		image_name(image, i == 0 ? "imu_layout" : "gps_layout",
			layout_mark(i, sample->regions[sample->components[i].memory].base,
				sample->components[i].globals, &sample->components[i].arena),
			0, STT_NOTYPE, SHN_ABS);
}

static inline void image_free(struct image *image)
{
	blob_free(&image->table);
	blob_free(&image->names);
}

/* --- its bytes ----------------------------------------------------------------------------- */

enum { IMAGE_BYTES = 0x8000, IMAGE_TABLES = 0x4000 };

struct image_writer {
	uint8_t *bytes;
	uint32_t at;	  /* where the next section's bytes go */
	uint32_t strings; /* where the next string goes, from the start of the strings */
};

static inline uint32_t image_string(struct image_writer *writer, const char *text)
{
	uint32_t offset = writer->strings;
	memcpy(writer->bytes + IMAGE_BYTES - 0x1000 + offset, text, strlen(text) + 1);
	writer->strings += (uint32_t)strlen(text) + 1;
	return offset;
}

static inline uint32_t image_put(struct image_writer *writer, const void *bytes, size_t size)
{
	uint32_t offset = writer->at;
	if (bytes != NULL)
		memcpy(writer->bytes + offset, bytes, size);
	writer->at = (offset + (uint32_t)size + 7) & ~7u;
	return offset;
}

static inline void image_headers(
	const struct image *image, struct image_writer *writer, Elf32_Shdr *headers)
{
	for (uint16_t i = 0; i < image->section_count; i++) {
		const struct image_section *section = &image->sections[i];
		bool low = (section->flags & SHF_ALLOC) != 0 && section->address < 0x1000;
		uint32_t offset = section->type == SHT_NOBITS ? 0x1000
				  : low			      ? 0x1000 + section->address
					: image_put(writer, section->bytes, section->size);
		if (low && section->bytes != NULL)
			memcpy(writer->bytes + offset, section->bytes, section->size);
		headers[i + 1] = (Elf32_Shdr){.sh_name = image_string(writer, section->name),
			.sh_type = section->type,
			.sh_flags = section->flags,
			.sh_addr = section->address,
			.sh_offset = offset,
			.sh_size = section->size,
			.sh_addralign = 1};
	}
}

static inline void image_symbols(
	const struct image *image, struct image_writer *writer, Elf32_Shdr *header, uint32_t link)
{
	Elf32_Sym symbols[32] = {{0}};
	for (uint16_t i = 0; i < image->symbol_count; i++)
		symbols[i + 1] =
			(Elf32_Sym){.st_name = image_string(writer, image->symbols[i].name),
				.st_value = image->symbols[i].value,
				.st_size = image->symbols[i].size,
				.st_info = ELF32_ST_INFO(STB_GLOBAL, image->symbols[i].type),
				.st_shndx = image->symbols[i].section};
	uint32_t size = (image->symbol_count + 1u) * (uint32_t)sizeof(Elf32_Sym);
	*header = (Elf32_Shdr){.sh_name = image_string(writer, ".symtab"),
		.sh_type = SHT_SYMTAB,
		.sh_offset = image_put(writer, symbols, size),
		.sh_size = size,
		.sh_link = link,
		.sh_info = 1,
		.sh_addralign = 4,
		.sh_entsize = sizeof(Elf32_Sym)};
}

/* The ELF file; the caller frees it or gives it to object_parse. */
static inline struct blob image_bytes(const struct image *image)
{
	struct image_writer writer = {calloc(1, IMAGE_BYTES), IMAGE_TABLES, 1};
	ck_assert_ptr_nonnull(writer.bytes);
	Elf32_Shdr headers[20] = {{0}};
	uint16_t count = (uint16_t)(image->section_count + (image->stripped ? 2 : 3));
	uint16_t strings = (uint16_t)(count - 1);
	image_headers(image, &writer, headers);
	if (!image->stripped)
		image_symbols(image, &writer, &headers[count - 2], strings);
	headers[strings] = (Elf32_Shdr){.sh_name = image_string(&writer, ".strtab"),
		.sh_type = SHT_STRTAB,
		.sh_offset = IMAGE_BYTES - 0x1000,
		.sh_size = writer.strings,
		.sh_addralign = 1};
	Elf32_Phdr segment = {.p_type = PT_LOAD,
		.p_offset = 0x1000,
		.p_paddr = image->segment_load,
		.p_filesz = 0x1000,
		.p_memsz = 0x1000,
		.p_flags = image->segment_flags,
		.p_align = 4};
	Elf32_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
		.e_type = image->type,
		.e_machine = image->machine,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(header),
		.e_shoff = image_put(&writer, headers, count * sizeof(headers[0])),
		.e_flags = 0x05000000,
		.e_ehsize = sizeof(header),
		.e_phentsize = sizeof(segment),
		.e_phnum = 1,
		.e_shentsize = sizeof(headers[0]),
		.e_shnum = count,
		.e_shstrndx = strings};
	memcpy(writer.bytes, &header, sizeof(header));
	memcpy(writer.bytes + sizeof(header), &segment, sizeof(segment));
	return (struct blob){writer.bytes, IMAGE_BYTES};
}

/* The image as an object, "firmware.elf"; freed with object_free. */
static inline struct object *image_object(const struct image *image, struct diag *diag)
{
	struct blob bytes = image_bytes(image);
	return object_parse(diag, "firmware.elf", &bytes);
}

#endif
