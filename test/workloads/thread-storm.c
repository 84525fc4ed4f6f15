/* SPDX-License-Identifier: MIT */
/*
 * COUNT threads, WIDTH of them alive at a time, each opening PATH once: threads are no processes, and each thread's open is there.
 * usage: thread-storm COUNT WIDTH PATH
 * Line: "threads" {count, opened}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "report.h"

static atomic_int opened;

static void *run(void *path)
{
	int fd = openat(AT_FDCWD, path, O_RDONLY);

	if (fd >= 0) {
		atomic_fetch_add(&opened, 1);
		close(fd);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	int count, width, made = 0;
	pthread_t threads[256];

	if (argc != 4)
		return 64;
	count = atoi(argv[1]);
	width = atoi(argv[2]);
	if (width < 1 || width > 256)
		return 64;
	while (made < count) {
		int n = count - made < width ? count - made : width;

		for (int i = 0; i < n; i++)
			if (pthread_create(&threads[i], NULL, run, argv[3]))
				fail("pthread_create");
		for (int i = 0; i < n; i++)
			pthread_join(threads[i], NULL);
		made += n;
	}
	report("threads");
	report_number("count", made);
	report_number("opened", atomic_load(&opened));
	report_end();
	return 0;
}
