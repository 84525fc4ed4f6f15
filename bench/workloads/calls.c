/* SPDX-License-Identifier: MIT */
/*
 * A tight loop of one kind of call, in chunks, each timed: a chunk that something else disturbed does not move their median. By the
 * processor's time, which is all that the loop takes, and no time that others had.
 * usage: calls getppid|pair CHUNKS COUNT [PATH]   (pair: open PATH and close it)
 * Output: a JSON array, ns per turn of each chunk.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

static void pair(const char *path)
{
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(path);
	close(fd);
}

int main(int argc, char **argv)
{
	int pairs = argc == 5 && !strcmp(argv[1], "pair");
	int chunks, count;

	if (!pairs && (argc != 4 || strcmp(argv[1], "getppid")))
		return 64;
	chunks = atoi(argv[2]);
	count = atoi(argv[3]);
	printf("[");
	for (int chunk = 0; chunk < chunks; chunk++) {
		long long start = clock_ns(CLOCK_PROCESS_CPUTIME_ID);

		if (pairs)
			for (int n = 0; n < count; n++)
				pair(argv[4]);
		else
			for (int n = 0; n < count; n++)
				syscall(SYS_getppid);
		printf("%s%.3f", chunk ? "," : "", (double)(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - start) / count);
	}
	printf("]\n");
	return 0;
}
