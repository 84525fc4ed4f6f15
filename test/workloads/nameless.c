/* SPDX-License-Identifier: MIT */
/*
 * F9: files that have no name (any more) when they are opened.
 * usage: nameless FOLDER      (an empty one)
 * Lines: "open" {how, call, asked, flags, result}; the link ends in " (deleted)".
 *   unnamed: O_TMPFILE · removed: a file that was unlinked, again by /proc/self/fd · in-removed: relative to a removed folder ·
 *   kept: has its name, is removed only afterwards · replaced: the old file under a name that is another's now
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static int tell(const char *how, const char *asked, int flags)
{
	int fd = openat(AT_FDCWD, asked, flags, 0600);
	int error = errno;

	report("open");
	report_text("how", how);
	report_text("call", "openat");
	report_text("asked", asked);
	report_number("flags", flags);
	report_result(fd, error);
	report_file(fd);
	report_end();
	return fd;
}

int main(int argc, char **argv)
{
	char path[64];
	int fd;

	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	tell("unnamed", ".", O_TMPFILE | O_RDWR);

	fd = tell("kept", "soon-gone", O_RDWR | O_CREAT);
	must(unlink("soon-gone"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	tell("removed", path, O_RDONLY);
	close(must(creat("soon-gone", 0644)));
	tell("replaced", path, O_RDONLY);
	tell("kept", "soon-gone", O_RDONLY);

	must(mkdir("removed-folder", 0755));
	must(chdir("removed-folder"));
	must(rmdir("../removed-folder"));
	tell("in-removed", ".", O_RDONLY | O_DIRECTORY);
	tell("in-removed", "not-there", O_RDONLY);
	return 0;
}
