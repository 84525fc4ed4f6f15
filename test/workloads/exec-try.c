/* SPDX-License-Identifier: MIT */
/*
 * E-c, E-d: a child tries to execute each PATH, or with --search the name along $PATH (execvp), each in a child of its own.
 * usage: exec-try [--search] PATH...
 * Line per path: "exec" {child, asked, failed: errno or null, exited}. What runs gets argv [PATH, "tried"].
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	int search = argc > 1 && !strcmp(argv[1], "--search");
	int *failed = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	for (int i = 1 + search; i < argc; i++) {
		char *arguments[] = { argv[i], "tried", NULL };
		int status;
		pid_t child;

		*failed = 0;
		child = must(fork());
		if (child == 0) {
			if (search)
				execvp(argv[i], arguments);
			else
				execv(argv[i], arguments);
			*failed = errno;
			_exit(127);
		}
		must(waitpid(child, &status, 0));
		report("exec");
		report_number("child", child);
		report_text("asked", argv[i]);
		report_text("failed", *failed ? errno_name(*failed) : NULL);
		report_status(status);
		report_end();
	}
	return 0;
}
