/* SPDX-License-Identifier: MIT */
/*
 * P2: clone(CLONE_PARENT): the new process is its creator's sibling to getppid(2), yet its creator's child to a tree of who made whom.
 * usage: clone-parent
 * Lines: "top", "creator" {ppid}, "sibling" {ppid, creator}.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(void)
{
	pid_t creator;

	report("top");
	report_end();
	creator = must(fork());
	if (creator == 0) {
		long sibling;

		report("creator");
		report_number("ppid", getppid());
		report_end();
		creator = getpid();
		sibling = must(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
		if (sibling == 0) {
			report("sibling");
			report_number("ppid", getppid());
			report_number("creator", creator);
			report_end();
			_exit(3);
		}
		_exit(2);
	}
	for (int status; waitpid(-1, &status, 0) > 0;)
		;
	return 1;
}
