/* SPDX-License-Identifier: MIT */
/*
 * P6: one pid is given to many processes, one after the other; the n-th exits with n % 251.
 * usage: pid-reuse COUNT            the pid is asked for by clone3(set_tid): deterministic (needs CAP_CHECKPOINT_RESTORE)
 *        pid-reuse storm COUNT      forks COUNT children; pids come again as the kernel's counter wraps
 *        pid-reuse namespace COUNT  as storm, in a pid namespace with a pid_max of 400 (Linux 6.14)
 *        pid-reuse at-once COUNT    as COUNT, but nobody waits for them: the pid is given out again as soon as the kernel takes it; the n-th looks for a file n
 * Line: "reuse" {count, reuses, and for COUNT alone pidReused}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static unsigned char seen[1 << 22];

static void expect_code(pid_t child, int code)
{
	int status;

	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != code)
		fail("exit code");
}

/* All of them had the same pid. */
static int report_one(pid_t pid, int count)
{
	report("reuse");
	report_number("count", count);
	report_number("reuses", count);
	report_number("pidReused", pid);
	report_end();
	return 0;
}

static int chosen(int count)
{
	pid_t wanted = must(fork());
	int made = 0;

	if (wanted == 0)
		_exit(250);
	expect_code(wanted, 250);
	while (made < count) {
		struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1 };
		long child = syscall(SYS_clone3, &args, sizeof(args));

		if (child == 0)
			_exit(made % 251);
		if (child < 0)
			fail("clone3(set_tid)"); /* EEXIST: somebody else was given it; the test tries again */
		expect_code(child, made++ % 251);
	}
	return report_one(wanted, count);
}

/* Tries for each: somebody else may have got it, and does not let it go. */
#define TRIES 10000000

static int at_once(int count)
{
	pid_t wanted;
	char name[16];

	must(signal(SIGCHLD, SIG_IGN)); /* the kernel waits for them */
	wanted = must(fork());
	if (wanted == 0)
		_exit(250);
	for (int made = 0, tries = 0; made < count;) {
		struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&wanted, .set_tid_size = 1 };
		long child = syscall(SYS_clone3, &args, sizeof(args));

		if (child == 0) {
			snprintf(name, sizeof(name), "%d", made);
			if (open(name, O_RDONLY) >= 0)
				_exit(252);
			_exit(made % 251);
		}
		if (child > 0)
			made++, tries = 0;
		else if (errno != EEXIST || ++tries == TRIES)
			fail("clone3(set_tid)");
		else
			sched_yield();
	}
	while (wait(NULL) > 0)
		;
	return report_one(wanted, count);
}

static int storm(int count)
{
	int reuses = 0;

	for (int i = 0; i < count; i++) {
		pid_t child = must(fork());

		if (child == 0)
			_exit(i % 251);
		reuses += seen[child & (sizeof(seen) - 1)];
		seen[child & (sizeof(seen) - 1)] = 1;
		expect_code(child, i % 251);
	}
	report("reuse");
	report_number("count", count);
	report_number("reuses", reuses);
	report_end();
	return 0;
}

static int in_namespace(int count)
{
	int status;
	pid_t init;

	must(unshare(CLONE_NEWPID));
	init = must(fork());
	if (init == 0) {
		int fd = must(open("/proc/sys/kernel/pid_max", O_WRONLY));

		if (write(fd, "400", 3) != 3)
			fail("pid_max of a pid namespace");
		close(fd);
		_exit(storm(count));
	}
	must(waitpid(init, &status, 0));
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return chosen(atoi(argv[1]));
	if (argc == 3 && !strcmp(argv[1], "at-once"))
		return at_once(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "storm"))
		return storm(atoi(argv[2]));
	if (argc == 3 && !strcmp(argv[1], "namespace"))
		return in_namespace(atoi(argv[2]));
	return 64;
}
