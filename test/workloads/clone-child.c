/* SPDX-License-Identifier: MIT */
/*
 * S7: the child's side of fork, vfork, clone and clone3 returns 0 without having been called: no event may come of it.
 * usage: clone-child
 * Lines: "child" {by, number}; each exits with its number.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void child(const char *by, int number)
{
	report("child");
	report_text("by", by);
	report_number("number", number);
	report_end();
	_exit(number);
}

int main(void)
{
	struct clone_args args = { .exit_signal = SIGCHLD };

#ifdef SYS_fork
	if (must(syscall(SYS_fork)) == 0)
		child("fork", 11);
	if (must(vfork()) == 0)
		child("vfork", 12);
#endif
	if (must(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)) == 0)
		child("clone", 13);
	if (must(syscall(SYS_clone3, &args, sizeof(args))) == 0)
		child("clone3", 14);
	while (wait(NULL) > 0)
		;
	return 0;
}
