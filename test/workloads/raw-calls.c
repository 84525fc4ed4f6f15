/* SPDX-License-Identifier: MIT */
/*
 * System calls by their numbers, with six arguments each, whatever they take.
 * usage: raw-calls calls | exec | many
 *   calls: some that work, some that fail, some that there are not, threads that end, handlers that return; exits with 23
 *   exec: replaces itself
 *   many: one of each of some 200 numbers, most of which are no calls
 * Lines: "call" {call, arguments, result} for each of `calls`, "exec" {arguments} before it, "end" {threads, handlers}, "many" {calls, known, unknown}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#define FEW 7
#define THREADS 3
#define HANDLERS 5

static void put_arguments(const unsigned long *arguments)
{
	static char texts[6][24];
	char *list[6];

	for (int n = 0; n < 6; n++) {
		snprintf(texts[n], sizeof(texts[n]), "%lu", arguments[n]);
		list[n] = texts[n];
	}
	report_texts("arguments", list, 6);
}

static long call(const char *name, long nr, unsigned long a, unsigned long b, unsigned long c, unsigned long d,
		 unsigned long e, unsigned long f)
{
	unsigned long arguments[] = { a, b, c, d, e, f };
	long result = syscall(nr, a, b, c, d, e, f);
	int error = errno;

	report("call");
	report_text("call", name);
	put_arguments(arguments);
	report_result(result, error);
	report_end();
	return result;
}

static void *end(void *unused)
{
	return unused;
}

static void handle(int signal)
{
	(void)signal;
}

static void calls(void)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = SA_SIGINFO };
	unsigned long most = -1;
	pthread_t threads[THREADS];
	int null = must(open("/dev/null", O_RDWR));

	for (unsigned long n = 0; n < FEW; n++)
		call("getppid", SYS_getppid, n, n + 1, most, most - n, 1UL << 31, 0);
	for (int n = 0; n < 3; n++)
		call("dup", SYS_dup, most, 1, 2, 3, 4, 5);
	for (int n = 0; n < 2; n++)
		call("lseek", SYS_lseek, null, most / 3, SEEK_CUR, 0, 0, 0);
	call("syscall 500", 500, 1, 2, 3, 4, 5, 6);
	call("syscall 574", 574, 1, 2, 3, 4, 5, 6);
	/* Of a million on 32-bit ARM kills. */
	call("syscall 900000", 900000, 1, 2, 3, 4, 5, 6);
	call("syscall 575", 575, 6, 5, 4, 3, 2, 1);
	must(sigaction(SIGUSR1, &action, NULL));
	for (int n = 0; n < HANDLERS; n++)
		must(raise(SIGUSR1));
	for (int n = 0; n < THREADS; n++) {
		if (pthread_create(&threads[n], NULL, end, NULL))
			fail("pthread_create");
		pthread_join(threads[n], NULL);
	}
	report("end");
	report_number("threads", THREADS);
	report_number("handlers", HANDLERS);
	report_end();
	exit(23);
}

static void replace(char *program)
{
	static char *environment[] = { "A=1", NULL };
	char *arguments[] = { program, NULL };
	unsigned long registers[] = {
		(unsigned long)program, (unsigned long)arguments, (unsigned long)environment, 11, 12, 13
	};

	report("exec");
	put_arguments(registers);
	report_end();
	syscall(SYS_execve, program, arguments, environment, 11L, 12L, 13L);
	fail("execve");
}

/* Numbers of calls that take nothing, or refuse descriptor -1. */
static void many(void)
{
	static const long harmless[] = {
#ifdef SYS_getpgrp
		SYS_getpgrp,         SYS_getdents,
#endif
		SYS_getppid,         SYS_getuid,    SYS_getgid,
		SYS_geteuid,         SYS_getegid,   SYS_getpgid,
		SYS_sched_yield,     SYS_sync,      SYS_dup,
		SYS_fsync,           SYS_fdatasync, SYS_fchdir,
		SYS_flock,           SYS_fchmod,    SYS_fchown,
		SYS_ftruncate,       SYS_fstatfs,   SYS_getdents64,
		SYS_readv,           SYS_writev,    SYS_pread64,
		SYS_pwrite64,        SYS_lseek,     SYS_fcntl,
		SYS_ioctl,           SYS_epoll_ctl, SYS_inotify_rm_watch,
		SYS_timerfd_gettime, SYS_syncfs,    SYS_readahead,
	};
	unsigned long none = -1;

	for (unsigned n = 0; n < sizeof(harmless) / sizeof(*harmless); n++)
		syscall(harmless[n], none, 0, 0, 0, 0, 0);
	for (long nr = 475; nr < 512; nr++)
		syscall(nr, none, 0, 0, 0, 0, 0);
	for (long nr = 548; nr < 575; nr++)
		syscall(nr, none, 0, 0, 0, 0, 0);
	for (long nr = 575; nr < 675; nr++)
		syscall(nr, none, 0, 0, 0, 0, 0);
	report("many");
	report_number("calls", sizeof(harmless) / sizeof(*harmless));
	report_number("known", 512 - 475 + 575 - 548);
	report_number("unknown", 675 - 575);
	report_end();
}

int main(int argc, char **argv)
{
	if (argc == 1)
		return 0;
	if (!strcmp(argv[1], "calls"))
		calls();
	else if (!strcmp(argv[1], "exec"))
		replace(argv[0]);
	else if (!strcmp(argv[1], "many"))
		many();
	else
		return 64;
	return 0;
}
