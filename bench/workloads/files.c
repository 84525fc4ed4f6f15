/* SPDX-License-Identifier: MIT */
/*
 * Makes FILES empty files in FOLDER, then opens and closes them one after the other, round and round, COUNT opens in all: as fast as
 * it can, or RATE of them a second, in bursts of a millisecond's worth.
 * usage: files FOLDER FILES COUNT [RATE]
 * Output: {"opened", "wallNs"}; the making is not in it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
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

int main(int argc, char **argv)
{
	long long files, count, rate, start;

	if (argc < 4 || argc > 5)
		return 64;
	folder = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		fail(argv[1]);
	files = atoll(argv[2]);
	count = atoll(argv[3]);
	rate = argc == 5 ? atoll(argv[4]) : 0;
	if (files < 1 || files > 99999)
		return 64;
	for (long long n = 0; n < files; n++)
		open_file(n, O_CREAT | O_WRONLY);
	start = now_ns();
	for (long long n = 0; n < count; n++) {
		if (rate && n % (rate / 1000) == 0)
			wait_until(start + n * (1000000000 / rate));
		open_file(n % files, O_RDONLY);
	}
	printf("{\"opened\":%lld,\"wallNs\":%lld}\n", count, now_ns() - start);
	return 0;
}
