/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Runs elfbind and its peers side by side and prints the table of `make bench`:
 *
 *     measure ELFBIND FLOOR
 *
 * in the folder that bench/generate.c filled; FLOOR is bench/floor.c.  The programs of a case take
 * turns, so that what else the machine does meets all of them; each line shows
 * the median of the times and the largest peak of memory.  A goal that is
 * missed is marked; the status is 0 all the same, because times are no test.
 *
 * elfbind's output is on the disk before it takes the name of the old one.  Its
 * peers leave theirs to the system; "to the disk" are the same programs with an
 * fsync behind them.  In memory, where fsync does nothing, these are left out.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/magic.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define MOST_RUNS 101
#define OUT "out.o"
#define OUT_FOLDER "out.d" /* with a folder for each run */

enum { MOST_WORDS = 12, MOST_PROGRAMS = 9, MANY = 1000 };

enum relation {
	NO_GOAL,
	FASTER, /* elfbind at least GOAL times faster than this program */
	WITHIN, /* elfbind at most GOAL times this program's time */
};

enum manner {
	ONCE,
	SYNCED,	     /* once, and then to the disk */
	EACH,	     /* once for each of the many objects, the name in place of "%" */
	EACH_SYNCED, /* the same, each to the disk */
	ALL,	     /* once, the many objects behind the words */
};

struct program {
	const char *name;
	const char *words[MOST_WORDS]; /* the command; "@" stands for elfbind, "_" for the
					* floor, "%" for an object, "#" for an empty folder */
	enum relation relation;
	double goal;
	enum manner manner;
};

struct bench {
	const char *title;
	const char *input; /* peak memory is compared with its size */
	double memory;	   /* goal: at most so many times the input; 0: none */
	int runs;
	struct program programs[MOST_PROGRAMS]; /* the first is elfbind */
};

#define BIND(name, map)                                                                            \
	{                                                                                          \
		"@", "bind", "-o", OUT, "--map", map ".map", name ".o"                             \
	}
#define OBJCOPY(name, map)                                                                         \
	{                                                                                          \
		"arm-none-eabi-objcopy", "--redefine-syms=" map ".map", name ".o", OUT             \
	}
#define LLVM_OBJCOPY(name, map)                                                                    \
	{                                                                                          \
		"llvm-objcopy", "--redefine-syms=" map ".map", name ".o", OUT                      \
	}
#define OBJCOPY_EACH                                                                               \
	{                                                                                          \
		"arm-none-eabi-objcopy", "--redefine-syms=small.map", "%", OUT                     \
	}
#define CP(name)                                                                                   \
	{                                                                                          \
		"cp", name ".o", OUT                                                               \
	}
#define FLOOR(name)                                                                                \
	{                                                                                          \
		"_", name ".o", OUT                                                                \
	}

static const struct bench benches[] = {
	{"300,000 symbols, 5,000 new names", "names.o", 1.5, 15,
		{{"elfbind", BIND("names", "names"), NO_GOAL, 0, ONCE},
			{"GNU objcopy", OBJCOPY("names", "names"), FASTER, 12, ONCE},
			{"GNU objcopy, to the disk", OBJCOPY("names", "names"), FASTER, 12, SYNCED},
			{"llvm-objcopy", LLVM_OBJCOPY("names", "names"), FASTER, 16, ONCE},
			{"llvm-objcopy, to the disk", LLVM_OBJCOPY("names", "names"), FASTER, 16,
				SYNCED},
			{"cp", CP("names"), WITHIN, 2.5, ONCE},
			{"cp, to the disk", CP("names"), WITHIN, 2.5, SYNCED},
			{"floor", FLOOR("names"), NO_GOAL, 0, ONCE}}},
	{"the same, the new names longer than the old", "names.o", 1.5, 7,
		{{"elfbind", BIND("names", "longer"), NO_GOAL, 0, ONCE},
			{"GNU objcopy", OBJCOPY("names", "longer"), FASTER, 12, ONCE},
			{"llvm-objcopy", LLVM_OBJCOPY("names", "longer"), FASTER, 16, ONCE},
			{"cp", CP("names"), WITHIN, 2.5, ONCE},
			{"cp, to the disk", CP("names"), WITHIN, 2.5, SYNCED}}},
	{"10 KB", "small.o", 0, 101,
		{{"elfbind", BIND("small", "small"), NO_GOAL, 0, ONCE},
			{"GNU objcopy", OBJCOPY("small", "small"), WITHIN, 1, ONCE},
			{"GNU objcopy, to the disk", OBJCOPY("small", "small"), WITHIN, 1, SYNCED},
			{"llvm-objcopy", LLVM_OBJCOPY("small", "small"), NO_GOAL, 0, ONCE},
			{"cp", CP("small"), NO_GOAL, 0, ONCE},
			{"cp, to the disk", CP("small"), NO_GOAL, 0, SYNCED},
			{"floor", FLOOR("small"), NO_GOAL, 0, ONCE}}},
	{"1,000 objects of 10 KB", "small.o", 0, 5,
		{{"elfbind", {"@", "bind", "-d", "#", "--map", "small.map"}, NO_GOAL, 0, ALL},
			{"GNU objcopy, 1,000 times", OBJCOPY_EACH, FASTER, 10, EACH},
			{"GNU objcopy, to the disk", OBJCOPY_EACH, FASTER, 10, EACH_SYNCED},
			{"floor", {"_", "-d", "#"}, NO_GOAL, 0, ALL}}},
	{"200 MB of data, 1 new name", "data.o", 0, 7,
		{{"elfbind", BIND("data", "data"), NO_GOAL, 0, ONCE},
			{"GNU objcopy", OBJCOPY("data", "data"), NO_GOAL, 0, ONCE},
			{"cp", CP("data"), WITHIN, 1.2, ONCE},
			{"cp, to the disk", CP("data"), WITHIN, 1.2, SYNCED}}},
	{"audit of an image of 200 MB", "image.elf", 0, 15,
		{{"elfbind", {"@", "audit", "image.elf"}, NO_GOAL, 0, ONCE},
			{"readelf -sW", {"readelf", "-sW", "image.elf"}, WITHIN, 2, ONCE}}},
};

/* --- one run ------------------------------------------------------------------------- */

struct result {
	double seconds;
	long peak; /* KiB */
	bool ran;
	bool left_out;
};

static double now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* Runs WORDS with its messages thrown away; audits may end with findings, status 1. */
static bool run_once(char *const *words, struct result *result)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int status = 0;
	struct rusage usage = {0};
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	bool started = posix_spawnp(&child, words[0], &actions, NULL, words, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	if (!started || wait4(child, &status, 0, &usage) != child)
		return false;
	if (usage.ru_maxrss > result->peak)
		result->peak = usage.ru_maxrss;
	bool audit = strcmp(words[1], "audit") == 0;
	return WIFEXITED(status) && WEXITSTATUS(status) <= (audit ? 1 : 0);
}

static bool sync_output(void)
{
	int fd = open(OUT, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

/*
 * Makes an empty folder.  Each run of many objects has one of its own, because
 * ext4 makes files slowly for some seconds after as many were deleted.
 */
static const char *new_folder(void)
{
	static char folder[32];
	static int number;
	mkdir(OUT_FOLDER, 0777);
	snprintf(folder, sizeof(folder), OUT_FOLDER "/%d", number++);
	mkdir(folder, 0777);
	return folder;
}

static int delete (const char *path, const struct stat *status, int type, struct FTW *place)
{
	(void)status;
	(void)type;
	(void)place;
	return remove(path);
}

static const char *elfbind;
static const char *floor_program;

/* What a word of a command stands for; FILE is the object in turn. */
static const char *meaning(const char *word, const char *file)
{
	if (strcmp(word, "#") == 0)
		return new_folder();
	if (strcmp(word, "@") == 0)
		return elfbind;
	if (strcmp(word, "_") == 0)
		return floor_program;
	return strcmp(word, "%") == 0 ? file : word;
}

static void run(const struct program *program, struct result *result)
{
	static char many[MANY][16];
	char *words[MOST_WORDS + MANY + 1] = {0};
	char file[32] = "";
	int given = 0;
	for (; given < MOST_WORDS && program->words[given] != NULL; given++)
		words[given] = (char *)meaning(program->words[given], file);
	for (int i = 0; program->manner == ALL && i < MANY; i++) {
		snprintf(many[i], sizeof(many[i]), "many/%03d.o", i);
		words[given + i] = many[i];
	}
	unlink(OUT); /* each run writes into nothing */
	bool each = program->manner == EACH || program->manner == EACH_SYNCED;
	bool synced = program->manner == SYNCED || program->manner == EACH_SYNCED;
	int count = each ? MANY : 1;
	double start = now();
	result->ran = true;
	for (int i = 0; i < count && result->ran; i++) {
		snprintf(file, sizeof(file), "many/%03d.o", i);
		result->ran = run_once(words, result) && (!synced || sync_output());
	}
	result->seconds = now() - start;
}

/* --- the table ------------------------------------------------------------------------- */

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;
	return (a > b) - (a < b);
}

static const char *verdict(bool met)
{
	return met ? "met" : "MISSED";
}

static void print_goal(const struct program *program, double own, double seconds)
{
	if (program->relation == FASTER)
		printf("  elfbind %.1f times faster; goal %.1f: %s", seconds / own, program->goal,
			verdict(seconds / own >= program->goal));
	else if (program->relation == WITHIN)
		printf("  elfbind takes %.2f of it; goal %.2f: %s", own / seconds, program->goal,
			verdict(own / seconds <= program->goal));
	else
		printf("  elfbind takes %.2f of it", own / seconds);
}

static void print_memory(const struct bench *bench, long peak)
{
	struct stat status;
	if (stat(bench->input, &status) != 0 || status.st_size == 0)
		return;
	double ratio = 1024.0 * (double)peak / (double)status.st_size;
	if (bench->memory > 0)
		printf("  peak %.2f of the input; goal %.2f: %s", ratio, bench->memory,
			verdict(ratio <= bench->memory));
}

static void measure(const struct bench *bench, bool on_disk)
{
	static double times[MOST_PROGRAMS][MOST_RUNS];
	struct result results[MOST_PROGRAMS] = {0};
	if (access(bench->input, R_OK) != 0) {
		printf("%s: %s is not here\n\n", bench->title, bench->input);
		return;
	}
	for (int i = 0; i < MOST_PROGRAMS && !on_disk; i++)
		results[i].left_out = bench->programs[i].manner == SYNCED ||
				      bench->programs[i].manner == EACH_SYNCED;
	/* The first round warms up and is not counted. */
	for (int round = -1; round < bench->runs; round++)
		for (int i = 0; i < MOST_PROGRAMS && bench->programs[i].name != NULL; i++) {
			if (results[i].left_out || (round >= 0 && !results[i].ran))
				continue;
			run(&bench->programs[i], &results[i]);
			if (round >= 0)
				times[i][round] = results[i].seconds;
		}
	printf("%s, %d runs\n", bench->title, bench->runs);
	double own = 0;
	for (int i = 0; i < MOST_PROGRAMS && bench->programs[i].name != NULL; i++) {
		if (results[i].left_out)
			continue;
		printf("  %-25s", bench->programs[i].name);
		if (!results[i].ran) {
			printf(" does not run here\n");
			continue;
		}
		qsort(times[i], (size_t)bench->runs, sizeof(double), compare);
		double median = times[i][bench->runs / 2];
		printf(" %9.2f ms %8.1f MB", 1e3 * median, (double)results[i].peak / 1024);
		if (i == 0) {
			own = median;
			print_memory(bench, results[i].peak);
		} else if (own > 0) {
			print_goal(&bench->programs[i], own, median);
		}
		putchar('\n');
	}
	putchar('\n');
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct statfs system;
	if (argc != 3) {
		fputs("usage: measure ELFBIND FLOOR\n", stderr);
		return 2;
	}
	elfbind = argv[1];
	floor_program = argv[2];
	bool on_disk = statfs(".", &system) != 0 || system.f_type != TMPFS_MAGIC;
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++)
		measure(&benches[i], on_disk);
	unlink(OUT);
	nftw(OUT_FOLDER, delete, 16, FTW_DEPTH | FTW_PHYS);
	return 0;
}
