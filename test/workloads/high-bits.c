/* SPDX-License-Identifier: MIT */
/*
 * S2, S3: system call numbers with more bits set than the kernel looks at (0x100000101 is openat), and with the x32 bit.
 * usage: high-bits FILE
 * Lines: "open" {how, call, asked, result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static long enter(unsigned long nr, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "memory", "rcx", "r11");
	if (result < 0) {
		errno = -result;
		return -1;
	}
	return result;
}

static void tell(const char *how, const char *call, const char *asked, long fd)
{
	int error = errno;

	report("open");
	report_text("how", how);
	report_text("call", call);
	report_text("asked", asked);
	report_result(fd, error);
	report_file(fd);
	report_end();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	tell("high", "openat", argv[1], enter(0x100000000 | SYS_openat, AT_FDCWD, (long)argv[1], O_RDONLY));
	tell("high", "open", argv[1], enter(0xffffffff00000000 | SYS_open, (long)argv[1], O_RDONLY, 0));
	tell("x32", "openat", argv[1], enter(0x40000000 | SYS_openat, AT_FDCWD, (long)argv[1], O_RDONLY));
	return 0;
}
