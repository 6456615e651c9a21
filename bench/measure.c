/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Runs elfbind and its peers side by side and prints the table of `make bench`:
 *
 *     measure ELFBIND
 *
 * in the folder that bench/generate.c filled.  The programs of a case take
 * turns, so that what else the machine does meets all of them; each line shows
 * the median of the times and the largest peak of memory.  A goal that is
 * missed is marked; the status is 0 all the same, because times are no test.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define MOST_RUNS 101
#define OUT "out.o"
#define OUT_FOLDER "out.d"

enum { MOST_WORDS = 12, MOST_PROGRAMS = 6, MANY = 1000 };

enum relation {
	NO_GOAL,
	FASTER, /* elfbind at least GOAL times faster than this program */
	WITHIN, /* elfbind at most GOAL times this program's time */
};

enum manner {
	ONCE,
	EACH,	/* once for each of the many objects, the name in place of "%" */
	ALL,	/* once, the many objects behind the words */
	SYNCED, /* once, and then on disk, as elfbind's output is */
};

struct program {
	const char *name;
	const char *words[MOST_WORDS]; /* the command; "@" stands for elfbind */
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

static const struct bench benches[] = {
	{"300,000 symbols, 5,000 new names", "names.o", 1.5, 15,
		{{"elfbind", {"@", "bind", "-o", OUT, "--map", "names.map", "names.o"}, NO_GOAL, 0,
			 ONCE},
			{"GNU objcopy",
				{"arm-none-eabi-objcopy", "--redefine-syms=names.map", "names.o",
					OUT},
				FASTER, 12, ONCE},
			{"llvm-objcopy",
				{"llvm-objcopy", "--redefine-syms=names.map", "names.o", OUT},
				FASTER, 16, ONCE},
			{"cp", {"cp", "names.o", OUT}, WITHIN, 2.5, ONCE},
			{"cp, to the disk", {"cp", "names.o", OUT}, NO_GOAL, 0, SYNCED}}},
	{"10 KB", "small.o", 0, 101,
		{{"elfbind", {"@", "bind", "-o", OUT, "--map", "small.map", "small.o"}, NO_GOAL, 0,
			 ONCE},
			{"GNU objcopy",
				{"arm-none-eabi-objcopy", "--redefine-syms=small.map", "small.o",
					OUT},
				WITHIN, 1, ONCE},
			{"llvm-objcopy",
				{"llvm-objcopy", "--redefine-syms=small.map", "small.o", OUT},
				NO_GOAL, 0, ONCE},
			{"cp", {"cp", "small.o", OUT}, NO_GOAL, 0, ONCE},
			{"cp, to the disk", {"cp", "small.o", OUT}, NO_GOAL, 0, SYNCED}}},
	{"1,000 objects of 10 KB", "small.o", 0, 5,
		{{.name = "elfbind",
			 .words = {"@", "bind", "-d", OUT_FOLDER, "--map", "small.map"},
			 .manner = ALL},
			{.name = "GNU objcopy, 1,000 times",
				.words = {"arm-none-eabi-objcopy", "--redefine-syms=small.map", "%",
					OUT},
				.relation = FASTER,
				.goal = 10,
				.manner = EACH}}},
	{"200 MB of data, 1 new name", "data.o", 0, 7,
		{{"elfbind", {"@", "bind", "-o", OUT, "--map", "data.map", "data.o"}, NO_GOAL, 0,
			 ONCE},
			{"cp", {"cp", "data.o", OUT}, WITHIN, 1.2, ONCE},
			{"cp, to the disk", {"cp", "data.o", OUT}, NO_GOAL, 0, SYNCED},
			{"GNU objcopy",
				{"arm-none-eabi-objcopy", "--redefine-syms=data.map", "data.o",
					OUT},
				NO_GOAL, 0, ONCE}}},
	{"audit of an image of 200 MB", "image.elf", 0, 15,
		{{"elfbind", {"@", "audit", "image.elf"}, NO_GOAL, 0, ONCE},
			{"readelf -sW", {"readelf", "-sW", "image.elf"}, WITHIN, 2, ONCE}}},
};

/* --- one run ------------------------------------------------------------------------- */

struct result {
	double seconds;
	long peak; /* KiB */
	bool ran;
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

/* Each run writes into nothing. */
static void empty_outputs(void)
{
	char file[32];
	unlink(OUT);
	for (int i = 0; i < MANY; i++) {
		snprintf(file, sizeof(file), OUT_FOLDER "/%03d.o", i);
		unlink(file);
	}
}

static void run(const struct program *program, const char *elfbind, struct result *result)
{
	static char many[MANY][16];
	char *words[MOST_WORDS + MANY + 1] = {0};
	char file[32] = "";
	int given = 0;
	for (; given < MOST_WORDS && program->words[given] != NULL; given++) {
		const char *word = program->words[given];
		words[given] = (char *)(*word == '@' ? elfbind : *word == '%' ? file : word);
	}
	for (int i = 0; program->manner == ALL && i < MANY; i++) {
		snprintf(many[i], sizeof(many[i]), "many/%03d.o", i);
		words[given + i] = many[i];
	}
	empty_outputs();
	int count = program->manner == EACH ? MANY : 1;
	double start = now();
	result->ran = true;
	for (int i = 0; i < count && result->ran; i++) {
		snprintf(file, sizeof(file), "many/%03d.o", i);
		result->ran = run_once(words, result);
	}
	if (program->manner == SYNCED)
		result->ran = sync_output() && result->ran;
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

static void measure(const struct bench *bench, const char *elfbind)
{
	static double times[MOST_PROGRAMS][MOST_RUNS];
	struct result results[MOST_PROGRAMS] = {0};
	if (access(bench->input, R_OK) != 0) {
		printf("%s: %s is not here\n\n", bench->title, bench->input);
		return;
	}
	/* The first round warms up and is not counted. */
	for (int round = -1; round < bench->runs; round++)
		for (int i = 0; i < MOST_PROGRAMS && bench->programs[i].name != NULL; i++) {
			if (round >= 0 && !results[i].ran)
				continue;
			run(&bench->programs[i], elfbind, &results[i]);
			if (round >= 0)
				times[i][round] = results[i].seconds;
		}
	printf("%s, %d runs\n", bench->title, bench->runs);
	double own = 0;
	for (int i = 0; i < MOST_PROGRAMS && bench->programs[i].name != NULL; i++) {
		printf("  %-24s", bench->programs[i].name);
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
	if (argc != 2) {
		fputs("usage: measure ELFBIND\n", stderr);
		return 2;
	}
	mkdir(OUT_FOLDER, 0777);
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++)
		measure(&benches[i], argv[1]);
	empty_outputs();
	rmdir(OUT_FOLDER);
	return 0;
}
