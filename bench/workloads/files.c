/* SPDX-License-Identifier: MIT */
/*
 * Makes FILES empty files in FOLDER, then opens and closes them one after the other, round and round, COUNT opens in all: as fast as
 * it can, or RATE of them a second, in bursts of a millisecond's worth, by WORKERS processes that share the work.
 * usage: files FOLDER FILES COUNT [RATE WORKERS]
 * Output: {"opened", "wallNs"}; the making is not in it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static int folder;

static void open_file(long long number, int flags)
{
	char name[] = "f00000";
	int fd;

	for (int digit = 5; digit > 0; digit--, number /= 10)
		name[digit] = '0' + number % 10;
	fd = openat(folder, name, flags | O_CLOEXEC, 0644);
	if (fd < 0)
		fail(name);
	close(fd);
}

static void wait_until(long long time)
{
	struct timespec until = { time / 1000000000, time % 1000000000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

static void open_files(long long files, long long count, long long rate, long long start)
{
	for (long long n = 0; n < count; n++) {
		if (rate && n % (rate / 1000) == 0)
			wait_until(start + n * 1000 / rate * 1000000);
		open_file(n % files, O_RDONLY);
	}
}

int main(int argc, char **argv)
{
	long long files, count, rate, workers, start;

	if (argc != 4 && argc != 6)
		return 64;
	folder = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		fail(argv[1]);
	files = atoll(argv[2]);
	count = atoll(argv[3]);
	rate = argc == 6 ? atoll(argv[4]) : 0;
	workers = argc == 6 ? atoll(argv[5]) : 1;
	if (files < 1 || files > 99999 || workers < 1 || (rate && rate < 1000 * workers))
		return 64;
	for (long long n = 0; n < files; n++)
		open_file(n, O_CREAT | O_WRONLY);
	start = now_ns();
	for (long long worker = 1; worker < workers; worker++) {
		pid_t child = fork();

		if (child < 0)
			fail("fork");
		if (child == 0) {
			open_files(files, count / workers, rate / workers, start);
			_exit(0);
		}
	}
	open_files(files, count / workers, rate / workers, start);
	while (wait(NULL) > 0)
		;
	printf("{\"opened\":%lld,\"wallNs\":%lld}\n", count / workers * workers, now_ns() - start);
	return 0;
}
