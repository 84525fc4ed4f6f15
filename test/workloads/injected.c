/* SPDX-License-Identifier: MIT */
/*
 * P14: calls that a tracer can answer in place of the kernel: three opens of a file, a folder changed, a signal that would end it.
 * usage: injected FILE
 * Lines: "open" {call, asked, result, file}, "chdir" {result}, "kill" {result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static void tell(const char *what, long result)
{
	int error = errno;

	report(what);
	report_result(result, error);
	report_end();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	for (int i = 0; i < 3; i++)
		report_open("openat", argv[1], O_RDONLY, syscall(SYS_openat, AT_FDCWD, argv[1], O_RDONLY));
	tell("chdir", syscall(SYS_chdir, "/"));
	tell("kill", syscall(SYS_kill, getpid(), SIGKILL));
	return 0;
}
