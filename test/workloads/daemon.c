/* SPDX-License-Identifier: MIT */
/*
 * P3: double fork and setsid; the daemon is reparented before it opens FILE.
 * usage: daemon FILE
 * Lines: "top", "middle", "daemon" {ppid, middle, sid}, and "open" by the daemon. The top ends when the daemon is gone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct barrier orphaned, gone;
	pid_t middle;

	if (argc != 2)
		return 64;
	barrier_make(&orphaned);
	barrier_make(&gone);
	report("top");
	report_end();
	middle = must(fork());
	if (middle == 0) {
		middle = getpid();
		report("middle");
		report_end();
		must(setsid());
		if (must(fork()))
			_exit(5);
		barrier_wait(&orphaned);
		report("daemon");
		report_number("ppid", getppid());
		report_number("middle", middle);
		report_number("sid", getsid(0));
		report_end();
		report_open("openat", argv[1], O_RDONLY, open(argv[1], O_RDONLY));
		_exit(6);
	}
	must(waitpid(middle, NULL, 0));
	barrier_pass(&orphaned);
	barrier_ended(&gone);
	return 4;
}
