/* SPDX-License-Identifier: MIT */
/*
 * Writes to a file by io_submit: two parts at once.
 * usage: aio FILE
 * Lines: "io" {the file, written: its size}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	static char memory[] = "some bytes";
	struct iocb blocks[2] = { 0 }, *list[2] = { &blocks[0], &blocks[1] };
	struct io_event events[2];
	aio_context_t context = 0;
	struct stat s;
	int fd;

	if (argc != 2)
		return 64;
	fd = must(open(argv[1], O_WRONLY | O_CREAT, 0600));
	must(syscall(SYS_io_setup, 2, &context));
	for (int n = 0; n < 2; n++) {
		blocks[n].aio_lio_opcode = IOCB_CMD_PWRITE;
		blocks[n].aio_fildes = fd;
		blocks[n].aio_buf = (unsigned long)memory;
		blocks[n].aio_nbytes = 5;
		blocks[n].aio_offset = 5 * n;
	}
	if (must(syscall(SYS_io_submit, context, 2, list)) != 2 ||
	    must(syscall(SYS_io_getevents, context, 2, 2, events, NULL)) != 2)
		fail("io_submit");
	must(fstat(fd, &s));
	report("io");
	report_file(fd);
	report_number("written", s.st_size);
	report_end();
	return 0;
}
