/* SPDX-License-Identifier: MIT */
/*
 * P5: a child outlives its parent and the session: it opens and writes FILE only when a byte comes on descriptor 3.
 * usage: outlive FILE
 * Lines: "top" {child}; later, from the child, "open".
 */
#include <fcntl.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct barrier told = { 3, -1 };
	pid_t child;

	if (argc != 2)
		return 64;
	child = must(fork());
	if (child == 0) {
		int fd;

		barrier_wait(&told);
		fd = report_open("openat", argv[1], O_WRONLY | O_CREAT, open(argv[1], O_WRONLY | O_CREAT, 0644));
		if (write(fd, "later\n", 6) != 6)
			fail("write");
		_exit(0);
	}
	report("top");
	report_number("child", child);
	report_end();
	return 0;
}
