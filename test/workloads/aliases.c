/* SPDX-License-Identifier: MIT */
/*
 * F3: one file under many names: links, `..`, `//`, /proc/self/fd, /dev/fd, /proc/PID/root, /proc/PID/cwd.
 * usage: aliases FOLDER      (an empty one; makes real/there)
 * Lines: "open" {call, asked, flags, result}; all succeed, all give the same inode.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static void try(const char *asked)
{
	int fd = report_open("openat", asked, O_RDONLY, openat(AT_FDCWD, asked, O_RDONLY));

	must(fd);
	close(fd);
}

int main(int argc, char **argv)
{
	char path[8192], cwd[4096];
	int fd;

	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	must((intptr_t)getcwd(cwd, sizeof(cwd)) ? 0 : -1);
	must(mkdir("real", 0755));
	close(must(creat("real/there", 0644)));
	must(symlink("real", "folder-link"));
	must(symlink("real/there", "link"));
	must(symlink("link", "link-to-link"));
	snprintf(path, sizeof(path), "%s/real/there", cwd);
	must(symlink(path, "absolute-link"));

	fd = must(openat(AT_FDCWD, "real/there", O_RDONLY));
	try("real/there");
	try("link");
	try("link-to-link");
	try("absolute-link");
	try("folder-link/there");
	try("real/../real/./there");
	try(".//real////there");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	try(path);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	try(path);
	snprintf(path, sizeof(path), "/proc/%d/root%s/real/there", getpid(), cwd);
	try(path);
	snprintf(path, sizeof(path), "/proc/%d/cwd/real/there", getpid());
	try(path);
	try("/proc/thread-self/cwd/folder-link/../link");
	return 0;
}
