/* SPDX-License-Identifier: MIT */
/*
 * E-f: executes a copy of print-args that lives in a memfd only.
 * usage: memfd-exec fexecve | memfd-exec path NAME
 *   fexecve: execveat(fd, "", AT_EMPTY_PATH); path: execve("/proc/self/fd/N"). NAME is the memfd's, default "ghost".
 * Lines: "exec" {fd, name}, then "args" of print-args.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

extern char **environ;

int main(int argc, char **argv)
{
	const char *name = argc > 2 ? argv[2] : "ghost";
	char *arguments[] = { "print-args", "from memory", NULL };
	static char bytes[65536];
	char path[64];
	int from, fd;
	ssize_t n;

	if (argc < 2)
		return 64;
	from = must(open(beside("print-args"), O_RDONLY | O_CLOEXEC));
	fd = must(memfd_create(name, 0));
	while ((n = read(from, bytes, sizeof(bytes))) > 0)
		if (write(fd, bytes, n) != n)
			fail("write");
	report("exec");
	report_number("fd", fd);
	report_text("name", name);
	report_end();
	if (!strcmp(argv[1], "fexecve")) {
		syscall(SYS_execveat, fd, "", arguments, environ, AT_EMPTY_PATH);
	} else {
		/* The kernel refuses a file that is open for writing: this needs a read-only descriptor of its own. */
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		from = must(open(path, O_RDONLY));
		close(fd);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", from);
		execve(path, arguments, environ);
	}
	fail("exec");
}
