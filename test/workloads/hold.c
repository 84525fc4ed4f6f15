/* SPDX-License-Identifier: MIT */
/*
 * P12: is there before the session; opens each FILE itself, then in a child, after a byte came on stdin.
 * usage: hold FILE...
 * Lines: "holding", later "open" of each.
 */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void open_all(char **files)
{
	for (; *files; files++)
		report_open("openat", *files, O_RDONLY, open(*files, O_RDONLY));
}

int main(int argc, char **argv)
{
	struct barrier stdin_barrier = { 0, -1 };

	if (argc < 2)
		return 64;
	report("holding");
	report_end();
	barrier_wait(&stdin_barrier);
	open_all(argv + 1);
	if (must(fork()) == 0) {
		open_all(argv + 1);
		_exit(0);
	}
	must(wait(NULL));
	return 0;
}
