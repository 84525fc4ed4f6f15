/* SPDX-License-Identifier: MIT */
/*
 * P1: vfork and posix_spawn; a child's failed execs are the child's, not its parent's.
 * usage: vfork-exec
 * Lines: "vfork" {child, failed: errno of its first exec} and "spawn" {child} (of print-args), "spawn" {errno} (of nothing).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

extern char **environ;

int main(void)
{
	const char *program = strdup(beside("print-args"));
	char *spawned[] = { "print-args", "by posix_spawn", NULL };
	volatile int failed = 0;
	pid_t child;
	int status, error;

	child = vfork();
	if (child == 0) {
		execl("/nonexistent/by-vfork", "by-vfork", (char *)NULL);
		failed = errno;
		execl(program, "print-args", "by vfork", (char *)NULL);
		_exit(98);
	}
	if (child < 0)
		fail("vfork");
	must(waitpid(child, &status, 0));
	report("vfork");
	report_number("child", child);
	report_text("failed", errno_name(failed));
	report_status(status);
	report_end();

	error = posix_spawn(&child, "/nonexistent/by-spawn", NULL, NULL, spawned, environ);
	report("spawn");
	report_text("asked", "/nonexistent/by-spawn");
	report_result(error ? -1 : child, error);
	report_end();

	error = posix_spawn(&child, program, NULL, NULL, spawned, environ);
	if (error)
		fail("posix_spawn");
	must(waitpid(child, &status, 0));
	report("spawn");
	report_text("asked", program);
	report_result(0, 0);
	report_number("child", child);
	report_status(status);
	report_end();
	return 0;
}
