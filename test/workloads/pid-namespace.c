/* SPDX-License-Identifier: MIT */
/*
 * P9: processes in a pid namespace of their own, where they are 1 and 2.
 * usage: pid-namespace FILE
 * Lines: "outside" {child: its pid out here}, and from inside "inside" {depth} and "open" of FILE by the inner one.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	pid_t child;

	if (argc != 2)
		return 64;
	must(unshare(CLONE_NEWPID));
	child = must(fork());
	if (child == 0) {
		report("inside");
		report_number("depth", 1);
		report_end();
		child = must(fork());
		if (child == 0) {
			report("inside");
			report_number("depth", 2);
			report_end();
			report_open("openat", argv[1], O_RDONLY, open(argv[1], O_RDONLY));
			_exit(12);
		}
		must(waitpid(child, NULL, 0));
		_exit(11);
	}
	report("outside");
	report_number("child", child);
	report_end();
	must(waitpid(child, NULL, 0));
	return 10;
}
