/* SPDX-License-Identifier: MIT */
/*
 * Forks, executes and waits for a program, COUNT times, one after the other.
 * usage: processes COUNT PROGRAM
 */
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	for (int n = atoi(argv[1]); n > 0; n--) {
		pid_t child = fork();
		int status;

		if (child < 0)
			fail("fork");
		if (child == 0) {
			execl(argv[2], argv[2], (char *)NULL);
			_exit(127);
		}
		if (waitpid(child, &status, 0) < 0 || status != 0)
			fail(argv[2]);
	}
	return 0;
}
