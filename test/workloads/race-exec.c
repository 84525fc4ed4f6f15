/* SPDX-License-Identifier: MIT */
/*
 * P7: in each of many processes two threads execute at the same time, and the kernel lets one of them: two that are not the leader, which waits or has ended, or the
 * leader and another.
 * usage: race-exec COUNT
 *        race-exec =CODE      what they execute: ends with it
 * Lines: "raced" {of: the process, code: as wait(2) told it, first and second: the two threads}. Of the code the lowest bit is the one that came through.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

enum leader { WAITS, HAS_ENDED, EXECUTES, LEADERS };

static const char *program;
static int *threads; /* of the process of this round: shared with it */
static int round_of;
static atomic_int ready;

static void *execute(void *which)
{
	intptr_t winner = (intptr_t)which;
	char code[16];

	snprintf(code, sizeof(code), "=%d", (int)(2 * (round_of % 100) + winner));
	threads[winner] = syscall(SYS_gettid);
	atomic_fetch_add(&ready, 1);
	while (atomic_load(&ready) < 2)
		sched_yield();
	execl(program, "race-exec", code, (char *)NULL);
	pause(); /* the other one was let through */
	return NULL;
}

static void race(enum leader leader)
{
	pthread_t thread;

	for (intptr_t which = leader == EXECUTES; which < 2; which++)
		if (pthread_create(&thread, NULL, execute, (void *)which))
			fail("pthread_create");
	if (leader == EXECUTES)
		execute((void *)0);
	if (leader == HAS_ENDED)
		pthread_exit(NULL);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	int status;

	if (argc != 2)
		return 64;
	if (argv[1][0] == '=')
		return atoi(argv[1] + 1);
	program = beside("race-exec");
	threads = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (threads == MAP_FAILED)
		fail("mmap");
	for (int count = atoi(argv[1]); round_of < count; round_of++) {
		pid_t child = must(fork());

		if (child == 0)
			race(round_of % LEADERS);
		must(waitpid(child, &status, 0));
		report("raced");
		report_number("of", child);
		report_number("code", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
		report_number("first", threads[0]);
		report_number("second", threads[1]);
		report_end();
	}
	return 0;
}
