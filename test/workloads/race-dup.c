/* SPDX-License-Identifier: MIT */
/*
 * F13: a thread puts another file over a descriptor that is being opened.
 * usage: race-dup FOLDER COUNT      (an empty folder; makes asked and other)
 * Line: "race" {count, replaced: how often the opener itself found the other file behind its descriptor}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

#define TARGET 100

static int other;
static atomic_int done;

static void *replace(void *unused)
{
	while (!atomic_load_explicit(&done, memory_order_relaxed))
		dup2(other, TARGET);
	return unused;
}

int main(int argc, char **argv)
{
	long long replaced = 0;
	struct stat asked, s;
	pthread_t thread;
	int count;

	if (argc != 3)
		return 64;
	count = atoi(argv[2]);
	must(chdir(argv[1]));
	close(must(creat("asked", 0644)));
	must(stat("asked", &asked));
	other = must(open("other", O_RDWR | O_CREAT, 0644));
	/* Every descriptor below the target is taken: an open gets that one. */
	for (int fd = 0; fd < TARGET; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			must(dup2(other, fd));
	if (pthread_create(&thread, NULL, replace, NULL))
		fail("pthread_create");
	for (int i = 0; i < count; i++) {
		int fd;

		close(TARGET);
		fd = open("asked", O_RDONLY);
		if (fd == TARGET && !fstat(fd, &s) && s.st_ino != asked.st_ino)
			replaced++;
		else if (fd > TARGET)
			close(fd);
	}
	atomic_store(&done, 1);
	pthread_join(thread, NULL);
	report("race");
	report_number("count", count);
	report_number("replaced", replaced);
	report_end();
	return 0;
}
