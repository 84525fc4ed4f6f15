/* SPDX-License-Identifier: MIT */
/*
 * Looks whose answer is written over the path, or beside it. Built for 64 and 32 bits (overwritten32).
 * usage: overwritten FOLDER      (an empty folder)
 * Lines: "look" {call, path, over: the answer and the path have bytes in common, kept: the path is in memory as it was}. Before them a look at "begin".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#if __SIZEOF_POINTER__ == 4
#define NR_FSTATAT SYS_fstatat64
typedef struct stat64 answer_of_stat;
#else
#define NR_FSTATAT SYS_newfstatat
typedef struct stat answer_of_stat;
#endif
#define TARGET "where/it/leads"

enum look { STAT, STATX, READLINK, LOOKS };

static const struct {
	const char *call;
	int size;
} looks[LOOKS] = {
	[STAT] = { "stat", sizeof(answer_of_stat) },
	[STATX] = { "statx", sizeof(struct statx) },
	[READLINK] = { "readlink", sizeof(TARGET) - 1 },
};

static char room[8192];

static long look_at(enum look look, const char *path, char *answer)
{
	if (look == STAT)
		return syscall(NR_FSTATAT, AT_FDCWD, path, answer, AT_SYMLINK_NOFOLLOW);
	if (look == STATX)
		return syscall(SYS_statx, AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_ALL, answer);
	return syscall(SYS_readlinkat, AT_FDCWD, path, answer, 200);
}

static void try_at(const char *folder, enum look look, int from_path)
{
	static int links;
	char *path = room + 4096, *answer = path + from_path, before[512];
	int length;

	snprintf(before, sizeof(before), "%s/%d", folder, links++);
	must(symlink(TARGET, before));
	length = strlen(before) + 1;
	memset(room, 0xff, sizeof(room));
	memcpy(path, before, length);
	must(look_at(look, path, answer));
	report("look");
	report_text("call", looks[look].call);
	report_text("path", before);
	report_number("over", from_path < length && from_path + looks[look].size > 0);
	report_number("kept", !memcmp(path, before, length));
	report_end();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	access("begin", F_OK);
	for (int look = 0; look < LOOKS; look++) {
		/* The names have one to three digits behind the folder's. */
		int end = strlen(argv[1]) + 1, size = looks[look].size;

		for (int n = -2; n <= 2; n++)
			try_at(argv[1], look, n);
		for (int n = 0; n <= 6; n++)
			try_at(argv[1], look, end + n);
		for (int n = -2; n <= 2; n++)
			try_at(argv[1], look, n - size);
	}
	return 0;
}
