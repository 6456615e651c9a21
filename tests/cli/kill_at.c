/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Runs a command and kills it at the Nth of its system calls that may change
 * files or what they hold.  Killed at any other call, it leaves what it leaves
 * at the next of these, so that N from 1 on tries every state.  The calls of all
 * its threads are counted, in the order in which they are made.
 *
 *     kill_at N COMMAND [ARGUMENT]...
 *
 * The call that it is killed at is not carried out.  Exit status: 0 killed, 3
 * the command ended before, successfully; 4 it cannot be traced here; 1
 * anything else.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLED = 0, FAILED = 1, ENDED = 3, NO_TRACE = 4 };

/* What PTRACE_GET_SYSCALL_INFO fills in, as far as it is needed: ptrace(2). */
struct call {
	unsigned char op;
	unsigned char pad[3];
	unsigned arch;
	unsigned long long instruction_pointer;
	unsigned long long stack_pointer;
	unsigned long long number;
	unsigned long long arguments[6];
};

enum { IS_ENTRY = 1 };

static bool changes_files(const struct call *call)
{
	switch (call->number) {
	case SYS_openat:
		return (call->arguments[2] & O_ACCMODE) != O_RDONLY;
#ifdef SYS_open
	case SYS_open:
		return (call->arguments[1] & O_ACCMODE) != O_RDONLY;
	case SYS_rename:
	case SYS_link:
	case SYS_unlink:
	case SYS_chmod:
	case SYS_chown:
#endif
	case SYS_renameat:
	case SYS_renameat2:
	case SYS_linkat:
	case SYS_unlinkat:
	case SYS_write:
	case SYS_writev:
	case SYS_pwrite64:
	case SYS_ftruncate:
	case SYS_fchmod:
	case SYS_fchmodat:
	case SYS_fchown:
	case SYS_fchownat:
	case SYS_fsync:
	case SYS_fdatasync:
	case SYS_exit_group:
		return true;
	default:
		return false;
	}
}

static void start(char **command)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
		_exit(NO_TRACE);
	execvp(command[0], command);
	perror(command[0]);
	_exit(FAILED);
}

static int finish(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return ENDED;
	return WIFEXITED(status) && WEXITSTATUS(status) == NO_TRACE ? NO_TRACE : FAILED;
}

/* Kills all threads of CHILD, and waits for each. */
static int kill_all(pid_t child)
{
	int status;
	kill(child, SIGKILL);
	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);
		if (thread < 0)
			return FAILED;
		if (thread == child && !WIFSTOPPED(status))
			return KILLED;
	}
}

/* The signal that a stopped thread shall get; 0 where it stopped for the tracer only. */
static int signal_of(int status)
{
	int signal = WSTOPSIG(status);
	bool is_event = status >> 16 != 0; /* it has made a thread */
	/* A new thread starts with SIGSTOP. */
	return is_event || signal == SIGSTOP || signal == (SIGTRAP | 0x80) ? 0 : signal;
}

/* Whether THREAD, stopped with STATUS, enters a call that counts; false with *GOOD
 * unset as well. */
static bool enters_call(pid_t thread, int status, bool *good)
{
	struct call call = {0};
	if (WSTOPSIG(status) != (SIGTRAP | 0x80))
		return false;
	*good = ptrace(PTRACE_GET_SYSCALL_INFO, thread, (void *)sizeof(call), &call) > 0;
	return *good && call.op == IS_ENTRY && changes_files(&call);
}

/* Lets CHILD, stopped at its exec, and all its threads run until its end. */
static int trace(pid_t child, long last)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE;
	long count = 0;
	int status = 0;
	bool good = true;
	if (ptrace(PTRACE_SETOPTIONS, child, NULL, options) != 0)
		return NO_TRACE;
	if (ptrace(PTRACE_SYSCALL, child, NULL, NULL) != 0)
		return FAILED;
	for (;;) {
		pid_t thread = waitpid(-1, &status, __WALL);
		if (thread < 0)
			return FAILED;
		if (!WIFSTOPPED(status) && thread == child)
			return finish(status);
		if (!WIFSTOPPED(status))
			continue;
		if (enters_call(thread, status, &good) && ++count == last)
			return kill_all(child);
		if (!good)
			return NO_TRACE;
		/* A thread may be gone by now, with its process. */
		(void)ptrace(PTRACE_SYSCALL, thread, NULL, (void *)(long)signal_of(status));
	}
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: kill_at N COMMAND [ARGUMENT]...\n", stderr);
		return FAILED;
	}
	int status;
	pid_t child = fork();
	if (child == 0)
		start(argv + 2);
	if (child < 0 || waitpid(child, &status, 0) != child)
		return FAILED;
	if (!WIFSTOPPED(status))
		return finish(status);
	return trace(child, strtol(argv[1], NULL, 10));
}
