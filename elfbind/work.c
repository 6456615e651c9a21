/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#include "elfbind/work.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TICK = 100 /* milliseconds between two lines */ };

struct work {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t count;
	size_t next; /* job that nobody has yet */
	size_t done;
	void (*job)(void *context, size_t index);
	void *context;
};

struct progress progress_on(FILE *stream, const char *tool)
{
	return (struct progress){
		.stream = isatty(fileno(stream)) ? stream : NULL, .tool = tool, .patience = 1000};
}

size_t work_cores(void)
{
	cpu_set_t cores;
	CPU_ZERO(&cores);
	if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
		return 1;
	int count = CPU_COUNT(&cores);
	return count < 1 ? 1 : (size_t)count;
}

static void *run_worker(void *argument)
{
	struct work *work = argument;
	pthread_mutex_lock(&work->lock);
	while (work->next < work->count) {
		size_t index = work->next++;
		pthread_mutex_unlock(&work->lock);
		work->job(work->context, index);
		pthread_mutex_lock(&work->lock);
		if (++work->done == work->count)
			pthread_cond_signal(&work->changed);
	}
	pthread_mutex_unlock(&work->lock);
	return NULL;
}

static struct timespec after(struct timespec time, unsigned milliseconds)
{
	time.tv_sec += milliseconds / 1000;
	time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

/* Waits for the last job; the lock is held.  The line is written over and taken away at the end. */
static void wait_and_tell(struct work *work, const struct progress *progress)
{
	struct timespec next;
	bool told = false;
	clock_gettime(CLOCK_MONOTONIC, &next);
	next = after(next, progress->patience);
	while (work->done < work->count) {
		if (progress->stream == NULL) {
			pthread_cond_wait(&work->changed, &work->lock);
			continue;
		}
		if (pthread_cond_timedwait(&work->changed, &work->lock, &next) == 0)
			continue;
		fprintf(progress->stream, "\r%s: %zu of %zu done", progress->tool, work->done,
			work->count);
		fflush(progress->stream);
		told = true;
		next = after(next, TICK);
	}
	if (told)
		fputs("\r\033[K", progress->stream);
}

static void start_lock(struct work *work)
{
	pthread_condattr_t clock;
	pthread_mutex_init(&work->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&work->changed, &clock);
	pthread_condattr_destroy(&clock);
}

void work_run(size_t count, size_t workers, void (*job)(void *context, size_t index), void *context,
	const struct progress *progress)
{
	struct work work = {.count = count, .job = job, .context = context};
	size_t started = 0;
	if (workers > count)
		workers = count;
	pthread_t *threads = calloc(workers + 1, sizeof(*threads));
	start_lock(&work);
	while (threads != NULL && started < workers &&
		pthread_create(&threads[started], NULL, run_worker, &work) == 0)
		started++;
	if (started == 0)
		run_worker(&work); /* no thread to be had: the jobs are done all the same */
	pthread_mutex_lock(&work.lock);
	wait_and_tell(&work, progress);
	pthread_mutex_unlock(&work.lock);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_cond_destroy(&work.changed);
	pthread_mutex_destroy(&work.lock);
	free(threads);
}
