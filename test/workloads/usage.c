/* SPDX-License-Identifier: MIT */
/*
 * P17: what processes used, as wait4(2) tells it: processor time of all their threads, memory, and how long they were there.
 * usage: usage
 * Lines: "used" {how, of: the process, cpuNs, peakBytes, insideNs: by its own clock, outsideNs: by that of who waited}. how: idle · burning · memory · threads: that ended before · outlived: the leader has
 * ended before the thread · together: threads that still run when the
 * process ends · at once: two that end at the same moment, so often as REPEATED.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

#define MILLISECOND 1000000LL
#define THREADS 3
#define REPEATED 25

static long long *began, *ended; /* of the present child: shared with it */

static long long now(clockid_t clock)
{
	struct timespec t;

	must(clock_gettime(clock, &t));
	return t.tv_sec * 1000 * MILLISECOND + t.tv_nsec;
}

static void *burn(void *unused)
{
	while (now(CLOCK_THREAD_CPUTIME_ID) < 50 * MILLISECOND)
		;
	return unused;
}

static void *burn_on(void *ready)
{
	burn(NULL);
	atomic_fetch_add((atomic_int *)ready, 1);
	for (;;)
		;
	return NULL;
}

static void *end_at_once(void *unused)
{
	static atomic_int ready;

	burn(unused);
	*ended = now(CLOCK_MONOTONIC);
	atomic_fetch_add(&ready, 1);
	while (atomic_load(&ready) < 2)
		;
	syscall(SYS_exit, 0);
	return NULL;
}

static void *burn_and_end(void *leader)
{
	burn(NULL);
	(void)pthread_join(*(pthread_t *)leader, NULL);
	*ended = now(CLOCK_MONOTONIC);
	_exit(0);
}

static void in_child(const char *how)
{
	pthread_t threads[THREADS];

	if (!strcmp(how, "burning"))
		burn(NULL);
	if (!strcmp(how, "memory")) {
		char *memory = mmap(NULL, 40 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (memory == MAP_FAILED)
			fail("mmap");
		memset(memory, 1, 40 << 20);
		must(munmap(memory, 40 << 20));
	}
	if (!strcmp(how, "threads")) {
		for (int n = 0; n < THREADS; n++)
			must(-pthread_create(&threads[n], NULL, burn, NULL));
		for (int n = 0; n < THREADS; n++)
			must(-pthread_join(threads[n], NULL));
	}
	if (!strcmp(how, "together")) {
		static atomic_int ready;

		for (int n = 0; n < THREADS; n++)
			must(-pthread_create(&threads[n], NULL, burn_on, &ready));
		while (atomic_load(&ready) < THREADS)
			sched_yield();
	}
	if (!strcmp(how, "at once")) {
		must(-pthread_create(&threads[0], NULL, end_at_once, NULL));
		end_at_once(NULL);
	}
	if (!strcmp(how, "outlived")) {
		pthread_t leader = pthread_self();

		must(-pthread_create(&threads[0], NULL, burn_and_end, &leader));
		burn(NULL);
		pthread_exit(NULL);
	}
	*ended = now(CLOCK_MONOTONIC);
	_exit(0);
}

int main(void)
{
	static const char *const ways[] = { "idle", "burning", "memory", "threads", "outlived", "together" };

	began = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (began == MAP_FAILED)
		fail("mmap");
	ended = began + 1;
	for (size_t n = 0; n < sizeof(ways) / sizeof(*ways) + REPEATED; n++) {
		const char *how = n < sizeof(ways) / sizeof(*ways) ? ways[n] : "at once";
		long long before = now(CLOCK_MONOTONIC);
		pid_t child = must(fork());
		struct rusage used;

		if (child == 0) {
			*began = now(CLOCK_MONOTONIC);
			in_child(how);
		}
		must(wait4(child, NULL, 0, &used));
		report("used");
		report_text("how", how);
		report_number("of", child);
		report_number("cpuNs", ((used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL +
					used.ru_utime.tv_usec + used.ru_stime.tv_usec) *
					       1000);
		report_number("peakBytes", used.ru_maxrss * 1024LL);
		report_number("insideNs", *ended - *began);
		report_number("outsideNs", now(CLOCK_MONOTONIC) - before);
		report_end();
	}
	return 0;
}
