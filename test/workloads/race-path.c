/* SPDX-License-Identifier: MIT */
/*
 * F12: a thread rewrites the path while another opens it.
 * usage: race-path FOLDER COUNT      (an empty folder; makes x/file and y/file)
 * Line: "race" {opened: one {path, inode, count} each, failed}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static char path[] = "x/file";
static atomic_int done;

static void *rewrite(void *unused)
{
	volatile char *letter = path;

	while (!atomic_load_explicit(&done, memory_order_relaxed))
		*letter ^= 'x' ^ 'y';
	return unused;
}

int main(int argc, char **argv)
{
	long long counts[2] = {}, failed = 0;
	struct stat files[2], s;
	pthread_t thread;
	int count;

	if (argc != 3)
		return 64;
	count = atoi(argv[2]);
	must(chdir(argv[1]));
	for (int i = 0; i < 2; i++) {
		char name[] = { 'x' + i, 0, 'f', 'i', 'l', 'e', 0 };

		must(mkdir(name, 0755));
		name[1] = '/';
		close(must(creat(name, 0644)));
		must(stat(name, &files[i]));
	}
	if (pthread_create(&thread, NULL, rewrite, NULL))
		fail("pthread_create");
	for (int i = 0; i < count; i++) {
		int fd = openat(AT_FDCWD, path, O_RDONLY);

		if (fd < 0 || fstat(fd, &s)) {
			failed++;
			continue;
		}
		counts[s.st_ino == files[1].st_ino]++;
		close(fd);
	}
	atomic_store(&done, 1);
	pthread_join(thread, NULL);
	for (int i = 0; i < 2; i++) {
		char name[] = { 'x' + i, '/', 'f', 'i', 'l', 'e', 0 };

		report("raced");
		report_text("path", name);
		report_number("inode", files[i].st_ino);
		report_number("count", counts[i]);
		report_number("failed", failed);
		report_end();
	}
	return 0;
}
