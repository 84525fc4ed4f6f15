/* SPDX-License-Identifier: MIT */
/*
 * E-k: executes print-args with no arguments at all, not even argv[0] (the kernel makes it [""]), or with empty ones.
 * usage: empty-args none | empty-args empty
 * Line: "args" of print-args.
 */
#include <string.h>
#include <unistd.h>

#include "report.h"

extern char **environ;

int main(int argc, char **argv)
{
	char *none[] = { NULL };
	char *empty[] = { "", "", "x", "", "", NULL };

	if (argc != 2)
		return 64;
	execve(beside("print-args"), !strcmp(argv[1], "none") ? none : empty, environ);
	fail("execve");
}
