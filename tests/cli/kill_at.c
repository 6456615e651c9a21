/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * Runs a command and kills it at the Nth of its system calls that may change
 * files or what they hold.  Killed at any other call, it leaves what it leaves
 * at the next of these, so that N from 1 on tries every state.
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

/* Lets CHILD, stopped at its exec, run until its end. */
static int trace(pid_t child, long last)
{
	long count = 0;
	int status = 0;
	int signal = 0;
	if (ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0)
		return NO_TRACE;
	for (;;) {
		struct call call = {0};
		if (ptrace(PTRACE_SYSCALL, child, NULL, (void *)(long)signal) != 0 ||
			waitpid(child, &status, 0) != child)
			return FAILED;
		if (!WIFSTOPPED(status))
			return finish(status);
		bool is_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
		signal = is_call ? 0 : WSTOPSIG(status);
		if (!is_call)
			continue;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, child, (void *)sizeof(call), &call) <= 0)
			return NO_TRACE;
		if (call.op != IS_ENTRY || !changes_files(&call))
			continue;
		if (++count == last) {
			kill(child, SIGKILL);
			return waitpid(child, &status, 0) == child ? KILLED : FAILED;
		}
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
