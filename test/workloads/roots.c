/* SPDX-License-Identifier: MIT */
/*
 * F5: opens and reads below a root of its own. `outside` is written before, and left open.
 * usage: roots chroot FOLDER | roots pivot FOLDER      (an empty folder; makes jail/etc/file in it)
 * Lines: "root" {host: path of the new root outside}, "open" {how, asked, result; link as seen from inside}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static void tell(const char *how, int dirfd, const char *asked)
{
	int fd = openat(dirfd, asked, O_RDONLY);
	int error = errno;
	char byte;

	report("open");
	report_text("how", how);
	report_text("call", "openat");
	report_text("asked", asked);
	report_result(fd, error);
	report_file(fd);
	report_end();
	if (fd >= 0) {
		must(read(fd, &byte, 1));
		close(fd);
	}
}

int main(int argc, char **argv)
{
	int pivot, outside;
	char host[4096];

	if (argc != 3)
		return 64;
	pivot = !strcmp(argv[1], "pivot");
	if (pivot) {
		must(unshare(CLONE_NEWNS));
		must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
		must(mount("none", argv[2], "tmpfs", 0, NULL));
	}
	must(chdir(argv[2]));
	must(mkdir("jail", 0755));
	must(mkdir("jail/etc", 0755));
	must(mkdir("jail/old", 0755));
	close(must(creat("jail/etc/file", 0644)));
	must(write(must(creat("outside", 0644)), "x", 1));
	must((intptr_t)getcwd(host, sizeof(host)) ? 0 : -1);
	strcat(host, "/jail");
	outside = must(open(".", O_RDONLY | O_DIRECTORY));
	report_proc_is(must(open("/proc", O_PATH | O_DIRECTORY)));

	if (pivot) {
		must(mount("jail", "jail", NULL, MS_BIND, NULL));
		must(chdir("jail"));
		must(syscall(SYS_pivot_root, ".", "old"));
	} else {
		must(chroot("jail"));
	}
	must(chdir("/"));
	report("root");
	report_text("host", host);
	report_end();
	tell("absolute", AT_FDCWD, "/etc/file");
	tell("above", AT_FDCWD, "/../../etc/file");
	tell("relative", AT_FDCWD, "etc/file");
	tell("missing", AT_FDCWD, "/etc/not-there");
	tell("outside", outside, "outside");
	return 0;
}
