/* SPDX-License-Identifier: MIT */
/*
 * A storm of forks: processes at the same time make others, which make others and end before them. The first one is left with those that lost their parent.
 * usage: race-forks COUNT
 * Lines: "made" {index, creator} by each process but the first: it ends with index % 251.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#define WORKERS 8

static atomic_int *next;
static int count;

static void end(int creator)
{
	int index = atomic_fetch_add(next, 1);

	report("made");
	report_number("index", index);
	report_number("creator", creator);
	report_end();
	_exit(index % 251);
}

/* Without the library's own work around a fork: nothing is shared, whatever the flags. */
static pid_t make(unsigned long flags)
{
	return must(syscall(SYS_clone, flags | SIGCHLD, 0L, 0L, 0L, 0L));
}

/* A child that makes a child and ends at once; the flags say whose child it is to the kernel, and whether the worker waits for it. */
static void make_two(unsigned long flags)
{
	pid_t worker = getpid();

	if (make(flags) != 0)
		return;
	pid_t middle = getpid();

	if (make(0) == 0)
		end(middle);
	end(worker);
}

static void work(pid_t creator)
{
	static const unsigned long flags[] = { 0, CLONE_PARENT, CLONE_VFORK };

	for (int n = 0; atomic_load(next) < count; n++) {
		make_two(flags[n % 3]);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
	end(creator);
}

int main(int argc, char **argv)
{
	pid_t first = getpid();

	if (argc != 2)
		return 64;
	count = atoi(argv[1]);
	next = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (next == MAP_FAILED)
		fail("mmap");
	must(prctl(PR_SET_CHILD_SUBREAPER, 1));
	for (int n = 0; n < WORKERS; n++)
		if (make(0) == 0)
			work(first);
	while (wait(NULL) > 0)
		;
	return 0;
}
