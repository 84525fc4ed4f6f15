/* SPDX-License-Identifier: MIT */
/*
 * F2: relative paths: against the cwd, a folder's descriptor, the cwd after fchdir, and one inherited by a child.
 * usage: relative FOLDER      (an empty one; makes a/there, b/there, c/there)
 * Lines: "chdir" {call, asked, cwd, result}, "open" {call, asked, dirfd, expected: absolute path, result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static char folder[4096];

static void tell(int dirfd, const char *asked, const char *expected)
{
	char absolute[8192];
	int fd = openat(dirfd, asked, O_RDONLY);
	int error = errno;

	snprintf(absolute, sizeof(absolute), "%s/%s", folder, expected);
	report("open");
	report_text("call", "openat");
	report_text("asked", asked);
	report_number("dirfd", dirfd);
	report_text("expected", absolute);
	report_result(fd, error);
	report_file(fd);
	report_end();
	if (fd >= 0)
		close(fd);
}

static void tell_chdir(const char *call, const char *asked, int result)
{
	char cwd[4096];
	int error = errno;

	report("chdir");
	report_text("call", call);
	report_text("asked", asked);
	report_text("cwd", getcwd(cwd, sizeof(cwd)));
	report_result(result, error);
	report_end();
}

int main(int argc, char **argv)
{
	int b, status;

	if (argc != 2)
		return 64;
	tell_chdir("chdir", argv[1], chdir(argv[1]));
	must((intptr_t)getcwd(folder, sizeof(folder)) ? 0 : -1);
	for (const char *name = "abc"; *name; name++) {
		char path[16] = { *name };

		must(mkdir(path, 0755));
		strcat(path, "/there");
		close(must(creat(path, 0644)));
	}
	b = must(open("b", O_RDONLY | O_DIRECTORY));

	tell(AT_FDCWD, "a/there", "a/there");
	tell(AT_FDCWD, "not-there", "not-there");
	tell(b, "there", "b/there");
	tell(b, "not-there", "b/not-there");
	tell_chdir("chdir", "a", chdir("a"));
	tell(AT_FDCWD, "there", "a/there");
	tell(AT_FDCWD, "../c/there", "c/there");
	tell(AT_FDCWD, "../c/.//not-there", "c/not-there");
	tell(b, "there", "b/there");
	tell_chdir("fchdir", NULL, fchdir(b));
	tell(AT_FDCWD, "there", "b/there");
	tell(AT_FDCWD, "not-there", "b/not-there");
	tell_chdir("chdir", "nowhere", chdir("nowhere"));
	tell_chdir("fchdir", NULL, fchdir(999));
	tell(AT_FDCWD, "there", "b/there");
	if (must(fork()) == 0) {
		tell(AT_FDCWD, "there", "b/there");
		tell(AT_FDCWD, "not-there", "b/not-there");
		tell_chdir("chdir", "../c", chdir("../c"));
		tell(AT_FDCWD, "there", "c/there");
		_exit(0);
	}
	must(wait(&status));
	tell(AT_FDCWD, "there", "b/there");
	return 0;
}
