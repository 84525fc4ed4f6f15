/* SPDX-License-Identifier: MIT */
/*
 * E-j: executes print-args with COUNT arguments of BYTES in all, terminators included, "print-args" not counted.
 * usage: big-args COUNT BYTES
 * The n-th argument is its number, then 'x' up to its share. Raises its stack limit, which decides how much the kernel takes.
 * Line: "args" of print-args (argc, argvBytes, argvHash).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct rlimit stack = { RLIM_INFINITY, RLIM_INFINITY };
	char *environment[] = { NULL };
	size_t count, bytes, done = 0;
	char **arguments, *area;

	if (argc != 3)
		return 64;
	count = strtoul(argv[1], NULL, 10);
	bytes = strtoul(argv[2], NULL, 10);
	must(setrlimit(RLIMIT_STACK, &stack));
	arguments = calloc(count + 2, sizeof(*arguments));
	area = malloc(bytes + 32);
	arguments[0] = "print-args";
	for (size_t i = 0; i < count; i++) {
		size_t share = (bytes - done) / (count - i);
		int digits = snprintf(area + done, 24, "%zu", i);

		if (share < (size_t)digits + 1)
			share = digits + 1;
		memset(area + done + digits, 'x', share - 1 - digits);
		area[done + share - 1] = 0;
		arguments[i + 1] = area + done;
		done += share;
	}
	execve(beside("print-args"), arguments, environment);
	fail("execve");
}
