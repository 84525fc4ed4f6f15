/* SPDX-License-Identifier: MIT */
/*
 * L1, L3, and the tight loop of the benchmarks: COUNT opens of PATH, each closed at once, by THREADS threads together.
 * usage: storm COUNT THREADS PATH
 * Line: "storm" {opened, failed, nanoseconds}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static atomic_llong left, opened, failed;

static void *run(void *path)
{
	long long good = 0, bad = 0;

	while (atomic_fetch_sub_explicit(&left, 1, memory_order_relaxed) > 0) {
		int fd = openat(AT_FDCWD, path, O_RDONLY);

		if (fd < 0) {
			bad++;
		} else {
			good++;
			close(fd);
		}
	}
	atomic_fetch_add(&opened, good);
	atomic_fetch_add(&failed, bad);
	return NULL;
}

int main(int argc, char **argv)
{
	struct timespec start, end;
	pthread_t threads[256];
	int count;

	if (argc != 4)
		return 64;
	atomic_store(&left, atoll(argv[1]));
	count = atoi(argv[2]);
	if (count < 1 || count > 256)
		return 64;
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 1; i < count; i++)
		if (pthread_create(&threads[i], NULL, run, argv[3]))
			fail("pthread_create");
	run(argv[3]);
	for (int i = 1; i < count; i++)
		pthread_join(threads[i], NULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	report("storm");
	report_number("opened", atomic_load(&opened));
	report_number("failed", atomic_load(&failed));
	report_number("nanoseconds", (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec);
	report_end();
	return 0;
}
