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

enum { MOST_WORDS = 12, MOST_PROGRAMS = 6, MANY = 1000 };

enum relation {
	NO_GOAL,
	FASTER, /* elfbind at least GOAL times faster than this program */
	WITHIN, /* elfbind at most GOAL times this program's time */
};

struct program {
	const char *name;
	const char *words[MOST_WORDS]; /* the command; "@" stands for elfbind */
	enum relation relation;
	double goal;
	bool each;   /* once for each of the many objects, the name in place of "%" */
	bool synced; /* and then on disk, as elfbind's output is */
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
		{{"elfbind", {"@", "bind", "-o", OUT, "--map", "names.map", "names.o"}, 0, 0, 0, 0},
			{"GNU objcopy",
				{"arm-none-eabi-objcopy", "--redefine-syms=names.map", "names.o",
					OUT},
				FASTER, 12, 0, 0},
			{"llvm-objcopy",
				{"llvm-objcopy", "--redefine-syms=names.map", "names.o", OUT},
				FASTER, 16, 0, 0},
			{"cp", {"cp", "names.o", OUT}, WITHIN, 2.5, 0, 0},
			{"cp, to the disk", {"cp", "names.o", OUT}, NO_GOAL, 0, 0, true}}},
	{"10 KB", "small.o", 0, 101,
		{{"elfbind", {"@", "bind", "-o", OUT, "--map", "small.map", "small.o"}, 0, 0, 0, 0},
			{"GNU objcopy",
				{"arm-none-eabi-objcopy", "--redefine-syms=small.map", "small.o",
					OUT},
				WITHIN, 1, 0, 0},
			{"llvm-objcopy",
				{"llvm-objcopy", "--redefine-syms=small.map", "small.o", OUT},
				NO_GOAL, 0, 0, 0},
			{"cp", {"cp", "small.o", OUT}, NO_GOAL, 0, 0, 0},
			{"cp, to the disk", {"cp", "small.o", OUT}, NO_GOAL, 0, 0, true}}},
	{"200 MB of data, 1 new name", "data.o", 0, 7,
		{{"elfbind", {"@", "bind", "-o", OUT, "--map", "data.map", "data.o"}, 0, 0, 0, 0},
			{"cp", {"cp", "data.o", OUT}, WITHIN, 1.2, 0, 0},
			{"cp, to the disk", {"cp", "data.o", OUT}, NO_GOAL, 0, 0, true},
			{"GNU objcopy",
				{"arm-none-eabi-objcopy", "--redefine-syms=data.map", "data.o",
					OUT},
				NO_GOAL, 0, 0, 0}}},
	{"audit of an image of 200 MB", "image.elf", 0, 15,
		{{"elfbind", {"@", "audit", "image.elf"}, 0, 0, 0, 0},
			{"readelf -sW", {"readelf", "-sW", "image.elf"}, WITHIN, 2, 0, 0}}},
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

static void run(const struct program *program, const char *elfbind, struct result *result)
{
	char *words[MOST_WORDS + 1] = {0};
	char file[32] = "";
	for (int i = 0; i < MOST_WORDS && program->words[i] != NULL; i++) {
		const char *word = program->words[i];
		words[i] = (char *)(*word == '@' ? elfbind : *word == '%' ? file : word);
	}
	unlink(OUT);
	int count = program->each ? MANY : 1;
	double start = now();
	result->ran = true;
	for (int i = 0; i < count && result->ran; i++) {
		snprintf(file, sizeof(file), "many/%03d.o", i);
		result->ran = run_once(words, result);
	}
	if (program->synced)
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
		printf("  %-16s", bench->programs[i].name);
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
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++)
		measure(&benches[i], argv[1]);
	unlink(OUT);
	return 0;
}
