/* SPDX-License-Identifier: MIT */
/*
 * S1: a 64-bit program enters the kernel by `int $0x80`, where the numbers are those of i386.
 * usage: int80 FOLDER      (an empty one; makes there)
 * Lines: "open" {call, asked, flags, result} of open (5), openat (295), creat (8); "exec" {asked, failed} of execve (11);
 *   "chdir" {asked}; "other" {nr, result} of 59 and 257, which are execve and openat only to x86-64.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "report.h"

static char *low; /* below 4 GiB: i386 has no longer pointers */

static long enter(long nr, long a, long b, long c, long d)
{
	long result;

	/* r8..r11 are not kept by the kernel's 32-bit entry. */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d)
			 : "memory", "r8", "r9", "r10", "r11");
	result = (int)result;
	if (result < 0) {
		errno = -result;
		return -1;
	}
	return result;
}

static long place(const char *folder, const char *name)
{
	snprintf(low, 4096, "%s/%s", folder, name);
	return (long)low;
}

int main(int argc, char **argv)
{
	long result;

	if (argc != 2)
		return 64;
	low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		fail("mmap");
	result = enter(8, place(argv[1], "there"), 0640, 0, 0);
	report_open("creat", low, O_CREAT | O_WRONLY | O_TRUNC, result);
	result = enter(5, place(argv[1], "there"), O_RDWR, 0, 0);
	report_open("open", low, O_RDWR, result);
	result = enter(5, place(argv[1], "not-there"), O_RDONLY, 0, 0);
	report_open("open", low, O_RDONLY, result);
	result = enter(295, AT_FDCWD, place(argv[1], "there"), O_WRONLY | O_APPEND, 0);
	report_open("openat", low, O_WRONLY | O_APPEND, result);

	result = enter(11, place(argv[1], "not-a-program"), 0, 0, 0);
	report("exec");
	report_text("asked", low);
	report_text("failed", errno_name(errno));
	report_end();
	must(enter(12, place(argv[1], "."), 0, 0, 0));
	report("chdir");
	report_text("asked", low);
	report_end();

	/* With a path where execve and openat of x86-64 would have theirs. */
	result = enter(59, place(argv[1], "there"), place(argv[1], "there"), 0, 0);
	report("other");
	report_number("nr", 59);
	report_result(result, errno);
	report_end();
	result = enter(257, AT_FDCWD, place(argv[1], "there"), 0, 0);
	report("other");
	report_number("nr", 257);
	report_result(result, errno);
	report_end();
	return 0;
}
