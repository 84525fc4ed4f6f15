/* SPDX-License-Identifier: MIT */
/*
 * F4: bind mounts, overlayfs (read from below, copied up), a mount that is detached while in use; in a mount namespace of its own.
 * usage: mounts FOLDER      (an empty one)
 * Lines: "open" {how, call, asked, flags, result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static int tell(const char *how, int dirfd, const char *asked, int flags)
{
	int fd = openat(dirfd, asked, flags, 0644);
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

static void make(const char *path)
{
	close(must(open(path, O_WRONLY | O_CREAT, 0644)));
}

int main(int argc, char **argv)
{
	static const char *const folders[] = { "tmp",   "source", "source/sub", "target", "single",
					       "lower", "upper",  "work",       "merged", "gone" };
	int before, fd;

	if (argc != 2)
		return 64;
	must(unshare(CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	/* A file system of its own: overlayfs does not take every one as its upper layer. */
	must(mount("none", argv[1], "tmpfs", 0, NULL));
	must(chdir(argv[1]));
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		must(mkdir(folders[i], 0755));
	make("source/sub/file");
	make("single/file");
	make("lower/untouched");
	make("lower/copied");

	must(mount("source", "target", NULL, MS_BIND, NULL));
	tell("bind", AT_FDCWD, "target/sub/file", O_RDONLY);
	tell("bind-source", AT_FDCWD, "source/sub/file", O_RDONLY);
	must(mount("source/sub/file", "single/file", NULL, MS_BIND, NULL));
	tell("bind-file", AT_FDCWD, "single/file", O_RDONLY);

	must(mount("none", "merged", "overlay", 0, "lowerdir=lower,upperdir=upper,workdir=work"));
	tell("overlay-lower", AT_FDCWD, "merged/untouched", O_RDONLY);
	before = tell("overlay-before-copy", AT_FDCWD, "merged/copied", O_RDONLY);
	tell("overlay-copy-up", AT_FDCWD, "merged/copied", O_RDWR);
	tell("overlay-after-copy", AT_FDCWD, "merged/copied", O_RDONLY);
	tell("overlay-new", AT_FDCWD, "merged/new", O_WRONLY | O_CREAT);
	close(before);

	must(mount("none", "gone", "tmpfs", 0, NULL));
	must(mkdir("gone/deep", 0755));
	make("gone/deep/file");
	fd = must(open("gone/deep", O_RDONLY | O_DIRECTORY));
	tell("attached", fd, "file", O_RDONLY);
	must(umount2("gone", MNT_DETACH));
	tell("detached", fd, "file", O_RDONLY);
	tell("detached-missing", fd, "not-there", O_RDONLY);
	return 0;
}
