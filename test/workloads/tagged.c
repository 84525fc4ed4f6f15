/* SPDX-License-Identifier: MIT */
/*
 * Says that it was there by a file of its own, FOLDER/TAG.PID, and so does everything that it starts.
 * usage: tagged FOLDER TAG CHILDREN   half of the children execute this program again, the others are forks only
 *        tagged FOLDER TAG serve      starts one child after the other until stdin ends; prints a line once the first has ended
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void sign(const char *folder, const char *tag)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s.%d", folder, tag, getpid());
	must(close(must(open(path, O_WRONLY | O_CREAT | O_EXCL, 0644))));
}

static void start(char **argv, int executes)
{
	if (must(fork()) != 0) {
		must(wait(NULL));
		return;
	}
	if (executes)
		must(execl(argv[0], argv[0], argv[1], argv[2], "0", NULL));
	sign(argv[1], argv[2]);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct pollfd stdin_ended = { .fd = STDIN_FILENO, .events = POLLIN };

	if (argc != 4)
		return 64;
	sign(argv[1], argv[2]);
	if (strcmp(argv[3], "serve") != 0) {
		for (int n = 0; n < atoi(argv[3]); n++)
			start(argv, n % 2);
		return 0;
	}
	start(argv, 1);
	must(write(STDOUT_FILENO, "ready\n", 6));
	for (int n = 0; must(poll(&stdin_ended, 1, 20)) == 0; n++)
		start(argv, n % 2);
	return 0;
}
