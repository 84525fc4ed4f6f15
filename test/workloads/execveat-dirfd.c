/* SPDX-License-Identifier: MIT */
/*
 * E-g: execveat with a folder's descriptor; first a name that is not there, then print-args.
 * usage: execveat-dirfd
 * Lines: "exec" {dirfd, asked, failed} of the first, "exec" {dirfd, asked} of the second, then "args".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

extern char **environ;

int main(void)
{
	char *arguments[] = { "print-args", "by a folder", NULL };
	int dirfd = must(open(dirname(strdup(beside("print-args"))), O_PATH | O_DIRECTORY));

	syscall(SYS_execveat, dirfd, "not-there", arguments, environ, 0);
	report("exec");
	report_number("dirfd", dirfd);
	report_text("asked", "not-there");
	report_text("failed", errno_name(errno));
	report_end();
	report("exec");
	report_number("dirfd", dirfd);
	report_text("asked", "print-args");
	report_text("failed", NULL);
	report_end();
	syscall(SYS_execveat, dirfd, "print-args", arguments, environ, 0);
	fail("execveat");
}
