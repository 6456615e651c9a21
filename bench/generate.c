/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Makes what `make bench` measures with, in the folder given:
 *
 *     names.o, names.map   300,000 symbols, about 11 MB, and 5,000 new names
 *     longer.map           5,000 other names for these, longer than the old ones
 *     small.o, small.map   10 KB, and 10 new names
 *     many/NNN.o           1,000 such objects
 *     data.o, data.map     200 MB of data, and one new name
 *     image.elf            a linked image of 200 MB, most of it DWARF
 *
 * All are little-endian ELF32 for ARM, as compilers lay them out: contents,
 * relocations, symbols, names, section headers.  The same bytes every time.
 */
#include <elf.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MEGABYTE ((size_t)1 << 20)

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* --- growing bytes ------------------------------------------------------------------ */

struct bytes {
	uint8_t *at;
	size_t size;
	size_t capacity;
};

static void append(struct bytes *bytes, const void *from, size_t size)
{
	while (bytes->size + size > bytes->capacity) {
		bytes->capacity = bytes->capacity == 0 ? 4096 : bytes->capacity * 2;
		bytes->at = realloc(bytes->at, bytes->capacity);
		if (bytes->at == NULL)
			fail("generate");
	}
	if (from != NULL)
		memcpy(bytes->at + bytes->size, from, size);
	else
		memset(bytes->at + bytes->size, 0, size);
	bytes->size += size;
}

static void append_byte(struct bytes *bytes, unsigned value)
{
	append(bytes, &(uint8_t){(uint8_t)value}, 1);
}

static void append_half(struct bytes *bytes, unsigned value)
{
	append(bytes, &(uint16_t){(uint16_t)value}, 2);
}

static void append_word(struct bytes *bytes, uint32_t value)
{
	append(bytes, &value, 4);
}

static uint32_t append_string(struct bytes *bytes, const char *text)
{
	uint32_t offset = (uint32_t)bytes->size;
	append(bytes, text, strlen(text) + 1);
	return offset;
}

/* --- an ELF file --------------------------------------------------------------------- */

enum { MOST_SECTIONS = 16 };

struct elf {
	uint16_t type;
	struct {
		Elf32_Shdr header;
		struct bytes bytes;
	} sections[MOST_SECTIONS];
	uint32_t count;
	uint32_t symbols; /* the sections of the symbol table and its names */
	uint32_t names;
	struct bytes section_names;
};

static uint32_t add_section(struct elf *elf, const char *name, uint32_t type, uint32_t flags,
	uint32_t align, uint32_t entry_size)
{
	uint32_t index = elf->count++;
	elf->sections[index].header =
		(Elf32_Shdr){.sh_name = append_string(&elf->section_names, name),
			.sh_type = type,
			.sh_flags = flags,
			.sh_addralign = align,
			.sh_entsize = entry_size};
	return index;
}

static struct elf *elf_new(uint16_t type)
{
	struct elf *elf = calloc(1, sizeof(*elf));
	if (elf == NULL)
		fail("generate");
	elf->type = type;
	add_section(elf, "", SHT_NULL, 0, 0, 0);
	elf->symbols = add_section(elf, ".symtab", SHT_SYMTAB, 0, 4, sizeof(Elf32_Sym));
	elf->names = add_section(elf, ".strtab", SHT_STRTAB, 0, 1, 0);
	elf->sections[elf->symbols].header.sh_link = elf->names;
	append_byte(&elf->sections[elf->names].bytes, 0);
	append(&elf->sections[elf->symbols].bytes, NULL, sizeof(Elf32_Sym));
	return elf;
}

static struct bytes *bytes_of(struct elf *elf, uint32_t section)
{
	return &elf->sections[section].bytes;
}

static uint32_t add_symbol(struct elf *elf, const char *name, unsigned info, uint32_t section,
	uint32_t value, uint32_t size)
{
	struct bytes *symbols = bytes_of(elf, elf->symbols);
	Elf32_Sym symbol = {.st_name = append_string(bytes_of(elf, elf->names), name),
		.st_value = value,
		.st_size = size,
		.st_info = (uint8_t)info,
		.st_shndx = (uint16_t)section};
	append(symbols, &symbol, sizeof(symbol));
	if (ELF32_ST_BIND(info) == STB_LOCAL)
		elf->sections[elf->symbols].header.sh_info++;
	return (uint32_t)(symbols->size / sizeof(symbol) - 1);
}

static void pad_file(FILE *file, uint32_t *at, uint32_t align)
{
	for (; align > 1 && *at % align != 0; (*at)++)
		fputc(0, file);
}

/* Writes and frees ELF. */
static void elf_write(struct elf *elf, const char *path)
{
	uint32_t names = add_section(elf, ".shstrtab", SHT_STRTAB, 0, 1, 0);
	elf->sections[names].bytes = elf->section_names;
	elf->sections[elf->symbols].header.sh_info++; /* the null symbol is local too */
	FILE *file = fopen(path, "w");
	if (file == NULL)
		fail(path);
	Elf32_Ehdr header = {.e_type = elf->type,
		.e_machine = EM_ARM,
		.e_version = EV_CURRENT,
		.e_flags = EF_ARM_EABI_VER5,
		.e_ehsize = sizeof(header),
		.e_shentsize = sizeof(Elf32_Shdr),
		.e_shnum = (uint16_t)elf->count,
		.e_shstrndx = (uint16_t)names};
	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS32;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_ident[EI_VERSION] = EV_CURRENT;
	fwrite(&header, sizeof(header), 1, file);
	uint32_t at = sizeof(header);
	for (uint32_t k = 1; k < elf->count; k++) {
		/* Compilers write symbols and names behind the contents. */
		uint32_t i = k == names ? names : k + 2 < names ? k + 2 : k + 3 - names;
		struct bytes *bytes = bytes_of(elf, i);
		pad_file(file, &at, elf->sections[i].header.sh_addralign);
		elf->sections[i].header.sh_offset = at;
		elf->sections[i].header.sh_size = (uint32_t)bytes->size;
		fwrite(bytes->at, 1, bytes->size, file);
		at += (uint32_t)bytes->size;
		free(bytes->at);
	}
	pad_file(file, &at, 4);
	header.e_shoff = at;
	for (uint32_t i = 0; i < elf->count; i++)
		fwrite(&elf->sections[i].header, sizeof(Elf32_Shdr), 1, file);
	rewind(file);
	fwrite(&header, sizeof(header), 1, file);
	bool bad = ferror(file) != 0;
	if (fclose(file) != 0 || bad)
		fail(path);
	free(elf);
}

/* --- objects with many names ------------------------------------------------------------ */

enum {
	RETURN = 0xbf004770, /* bx lr; nop */
	FUNCTION_BYTES = 4,
	CALLER_BYTES = 8, /* and a call before it */
	GLOBAL_FUNCTION = ELF32_ST_INFO(STB_GLOBAL, STT_FUNC),
	GLOBAL_UNKNOWN = ELF32_ST_INFO(STB_GLOBAL, STT_NOTYPE),
};

static char *format(const char *text, ...) __attribute__((format(printf, 1, 2)));

static char *format(const char *text, ...)
{
	static char made[4096];
	va_list arguments;
	va_start(arguments, text);
	vsnprintf(made, sizeof(made), text, arguments);
	va_end(arguments);
	return made;
}

static FILE *open_map(const char *path)
{
	FILE *map = fopen(path, "w");
	if (map == NULL)
		fail(path);
	return map;
}

/*
 * COUNT functions, PAD bytes of data, and IMPORTS imports evenly among them,
 * each called once.  MAP gives every import a new name.
 */
static void make_names(
	const char *object, const char *map_path, uint32_t count, uint32_t imports, size_t pad)
{
	struct elf *elf = elf_new(ET_REL);
	uint32_t text = add_section(elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 4, 0);
	uint32_t calls =
		add_section(elf, ".rel.text", SHT_REL, SHF_INFO_LINK, 4, sizeof(Elf32_Rel));
	uint32_t data = add_section(elf, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 4, 0);
	elf->sections[calls].header.sh_link = elf->symbols;
	elf->sections[calls].header.sh_info = text;
	add_symbol(elf, "$t", ELF32_ST_INFO(STB_LOCAL, STT_NOTYPE), text, 0, 0);
	FILE *map = map_path == NULL ? NULL : open_map(map_path);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = (uint32_t)bytes_of(elf, text)->size;
		if (i % (count / imports) != 0) {
			append_word(bytes_of(elf, text), RETURN);
			add_symbol(elf, format("sensor_read_%06u", i), GLOBAL_FUNCTION, text,
				at | 1, FUNCTION_BYTES);
			continue;
		}
		append_word(bytes_of(elf, text), 0xfffef7ff); /* bl */
		uint32_t import =
			add_symbol(elf, format("read-sensor-%05u", i), GLOBAL_UNKNOWN, 0, 0, 0);
		append_word(bytes_of(elf, calls), at);
		append_word(bytes_of(elf, calls), ELF32_R_INFO(import, R_ARM_THM_PC22));
		if (map != NULL)
			fprintf(map, "read-sensor-%05u read_sensor_%05u\n", i, i);
	}
	for (uint32_t i = 0; i < pad; i += 4)
		append_word(bytes_of(elf, data), i * 2654435761u);
	if (map != NULL && fclose(map) != 0)
		fail(map_path);
	elf_write(elf, object);
}

static void make_longer_map(const char *path, uint32_t count, uint32_t imports)
{
	FILE *map = open_map(path);
	for (uint32_t i = 0; i < count; i += count / imports)
		fprintf(map, "read-sensor-%05u sensor_%05u_read_value\n", i, i);
	if (fclose(map) != 0)
		fail(path);
}

/* --- an image with DWARF -------------------------------------------------------------------- */

enum { IMAGE_FUNCTIONS = 100000, LOCALS = 80, UNIT_FUNCTIONS = 100 };

/* DWARF 4: a unit, its functions, their variables; names stand in the entries. */
static void append_abbreviations(struct bytes *to)
{
	static const uint8_t abbreviations[] = {1, 0x11, 1, 0x03, 0x08, 0x11, 0x01, 0,
		0,						      /* unit: name, low_pc */
		2, 0x2e, 1, 0x03, 0x08, 0x11, 0x01, 0x12, 0x06, 0, 0, /* function: and high_pc */
		3, 0x34, 0, 0x03, 0x08, 0x3b, 0x05, 0, 0,	      /* variable: name, line */
		0};
	append(to, abbreviations, sizeof(abbreviations));
}

/* BL, encoding T1 of DDI 0403, A7.7.18. */
static void append_call(struct bytes *to, uint32_t from, uint32_t target)
{
	uint32_t offset = target - (from + 4);
	uint32_t sign = offset >> 31;
	uint32_t j1 = (~(offset >> 23) ^ sign) & 1;
	uint32_t j2 = (~(offset >> 22) ^ sign) & 1;
	append_half(to, 0xf000 | sign << 10 | (offset >> 12 & 0x3ff));
	append_half(to, 0xd000 | j1 << 13 | j2 << 11 | (offset >> 1 & 0x7ff));
}

static void append_unit(struct bytes *to, uint32_t unit, uint32_t base)
{
	size_t start = to->size;
	append_word(to, 0);
	append_half(to, 4);
	append_word(to, 0);
	append_byte(to, 4);
	append_byte(to, 1);
	append_string(to, format("unit_%05u.c", unit));
	append_word(to, base);
	for (uint32_t i = 0; i < UNIT_FUNCTIONS; i++) {
		append_byte(to, 2);
		append_string(to, format("function_%06u", unit * UNIT_FUNCTIONS + i));
		append_word(to, base + i * CALLER_BYTES);
		append_word(to, CALLER_BYTES);
		for (uint32_t k = 0; k < LOCALS; k++) {
			append_byte(to, 3);
			append_string(to, format("local_variable_number_%02u", k));
			append_half(to, i + k);
		}
		append_byte(to, 0);
	}
	append_byte(to, 0);
	uint32_t length = (uint32_t)(to->size - start - 4);
	memcpy(to->at + start, &length, 4);
}

static void make_image(const char *path)
{
	struct elf *elf = elf_new(ET_EXEC);
	uint32_t text = add_section(elf, ".text", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 4, 0);
	uint32_t entries = add_section(elf, ".debug_info", SHT_PROGBITS, 0, 1, 0);
	uint32_t forms = add_section(elf, ".debug_abbrev", SHT_PROGBITS, 0, 1, 0);
	elf->sections[text].header.sh_addr = 0x8000;
	append_abbreviations(bytes_of(elf, forms));
	add_symbol(elf, "$t", ELF32_ST_INFO(STB_LOCAL, STT_NOTYPE), text, 0x8000, 0);
	for (uint32_t i = 0; i < IMAGE_FUNCTIONS; i++) {
		uint32_t address = 0x8000 + i * CALLER_BYTES;
		uint32_t unit = i / UNIT_FUNCTIONS * UNIT_FUNCTIONS;
		append_call(bytes_of(elf, text), address, 0x8000 + unit * CALLER_BYTES);
		append_word(bytes_of(elf, text), RETURN);
		add_symbol(elf, format("function_%06u", i), GLOBAL_FUNCTION, text, address | 1,
			CALLER_BYTES);
		if (i % UNIT_FUNCTIONS == 0)
			append_unit(bytes_of(elf, entries), i / UNIT_FUNCTIONS, address);
	}
	elf_write(elf, path);
}

/* --- the folder ------------------------------------------------------------------------------- */

static void make_folder(const char *path)
{
	struct stat status;
	if (mkdir(path, 0777) != 0 && (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)))
		fail(path);
}

int main(int argc, char **argv)
{
	char path[4096];
	char map[4096];
	if (argc != 2) {
		fputs("usage: generate FOLDER\n", stderr);
		return 2;
	}
#define PATH(to, name) (snprintf((to), sizeof(to), "%s/%s", argv[1], (name)), (to))
	make_folder(argv[1]);
	make_folder(PATH(path, "many"));
	make_names(PATH(path, "names.o"), PATH(map, "names.map"), 300000, 5000, 0);
	make_longer_map(PATH(map, "longer.map"), 300000, 5000);
	make_names(PATH(path, "small.o"), PATH(map, "small.map"), 200, 10, 1500);
	for (unsigned i = 0; i < 1000; i++) {
		char name[32];
		snprintf(name, sizeof(name), "many/%03u.o", i);
		make_names(PATH(path, name), NULL, 200, 10, 1500);
	}
	make_names(PATH(path, "data.o"), PATH(map, "data.map"), 2, 1, 200 * MEGABYTE);
	make_image(PATH(path, "image.elf"));
	return 0;
}
