/* SPDX-License-Identifier: MIT */
/*
 * Runs a program, its output thrown away, and prints what it took: so that the time is of the program and not of who started it.
 * usage: timed PROGRAM [ARGUMENT...]
 * Output: {"wallNs", "userNs", "systemNs", "status"}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

static long long ns(struct timeval time)
{
	return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

int main(int argc, char **argv)
{
	struct rusage used;
	long long start;
	int nothing, status;
	pid_t child;

	if (argc < 2)
		return 64;
	nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing < 0)
		fail("/dev/null");
	start = now_ns();
	child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
		dup2(nothing, 0);
		dup2(nothing, 1);
		dup2(nothing, 2);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (waitpid(child, &status, 0) < 0)
		fail("waitpid");
	start = now_ns() - start;
	getrusage(RUSAGE_CHILDREN, &used);
	printf("{\"wallNs\":%lld,\"userNs\":%lld,\"systemNs\":%lld,\"status\":%d}\n", start, ns(used.ru_utime),
	       ns(used.ru_stime), WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return 0;
}
