/* SPDX-License-Identifier: MIT */
/*
 * E-d: execveat with AT_EXECVE_CHECK asks whether a program could be executed, and executes nothing.
 * usage: exec-check FILE
 * Line: "check" {asked, result}: 0 from Linux 6.14 on, EINVAL before.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#define AT_EXECVE_CHECK 0x10000

int main(int argc, char **argv)
{
	char *arguments[] = { "nothing", NULL };
	long result;
	int error;

	if (argc != 2)
		return 64;
	result = syscall(SYS_execveat, AT_FDCWD, argv[1], arguments, NULL, AT_EXECVE_CHECK);
	error = errno;
	report("check");
	report_text("asked", argv[1]);
	report_result(result, error);
	report_end();
	return 0;
}
