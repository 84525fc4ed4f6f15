/* SPDX-License-Identifier: MIT */
/*
 * P4: a subreaper adopts its grandchild; the tree of who made whom does not change.
 * usage: subreaper
 * Lines: "top", "child", "grandchild" {ppid (the subreaper's), creator}.
 */
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(void)
{
	struct barrier orphaned;
	pid_t child;

	must(prctl(PR_SET_CHILD_SUBREAPER, 1));
	barrier_make(&orphaned);
	report("top");
	report_end();
	child = must(fork());
	if (child == 0) {
		child = getpid();
		report("child");
		report_end();
		if (must(fork()))
			_exit(0);
		barrier_wait(&orphaned);
		report("grandchild");
		report_number("ppid", getppid());
		report_number("creator", child);
		report_end();
		_exit(7);
	}
	must(waitpid(child, NULL, 0));
	barrier_pass(&orphaned);
	must(waitpid(-1, NULL, 0)); /* the adopted one */
	return 0;
}
