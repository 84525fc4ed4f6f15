/* SPDX-License-Identifier: MIT */
/*
 * F14: a folder moves between p/d and q/e, name and parent at once, while a file in it is opened.
 * usage: race-rename FOLDER COUNT      (an empty folder)
 * Line: "race" {count, renames}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static atomic_int done;
static long long renames;

static void *move(void *unused)
{
	while (!atomic_load_explicit(&done, memory_order_relaxed)) {
		must(rename("p/d", "q/e"));
		must(rename("q/e", "p/d"));
		renames += 2;
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int folder, count;

	if (argc != 3)
		return 64;
	count = atoi(argv[2]);
	must(chdir(argv[1]));
	must(mkdir("p", 0755));
	must(mkdir("q", 0755));
	must(mkdir("p/d", 0755));
	folder = must(open("p/d", O_RDONLY | O_DIRECTORY));
	close(must(openat(folder, "file", O_WRONLY | O_CREAT, 0644)));
	if (pthread_create(&thread, NULL, move, NULL))
		fail("pthread_create");
	for (int i = 0; i < count; i++)
		close(must(openat(folder, "file", O_RDONLY)));
	atomic_store(&done, 1);
	pthread_join(thread, NULL);
	report("race");
	report_number("count", count);
	report_number("renames", renames);
	report_end();
	return 0;
}
