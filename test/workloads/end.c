/* SPDX-License-Identifier: MIT */
/*
 * P17: a child ends in the way asked for; its parent says what waitpid(2) told.
 * usage: end exit CODE | end signal NUMBER | end core
 * Line: "end" {child, exited} or {child, signal, core}.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	int value = argc > 2 ? atoi(argv[2]) : SIGSEGV;
	int with_core = argc > 1 && !strcmp(argv[1], "core");
	int status;
	pid_t child;

	if (argc < 2)
		return 64;
	child = must(fork());
	if (child == 0) {
		struct rlimit limit = { with_core ? RLIM_INFINITY : 0, RLIM_INFINITY };

		if (!strcmp(argv[1], "exit"))
			_exit(value);
		must(setrlimit(RLIMIT_CORE, &limit));
		signal(value, SIG_DFL);
		raise(value);
		_exit(98);
	}
	must(waitpid(child, &status, 0));
	report("end");
	report_number("child", child);
	report_status(status);
	report_end();
	return 0;
}
