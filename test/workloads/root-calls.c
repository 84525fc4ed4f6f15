/* SPDX-License-Identifier: MIT */
/*
 * Roots changed, each in a child in a mount namespace of its own, and a file opened below the new one.
 * usage: root-calls FOLDER      (an empty one)
 * Lines: "call" {call, asked, path, old, chrooted, result}: path as it was before the call, below the root of the caller, which was not that of the test when chrooted is 1;
 *   "open" {the file, inside}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static const char *folder;
static int chrooted;

static long tell(const char *call, const char *asked, const char *path, const char *old, long result)
{
	int error = errno;

	report("call");
	report_text("call", call);
	report_text("asked", asked);
	report_text("path", path);
	report_text("old", old);
	report_number("chrooted", chrooted);
	report_result(result, error);
	report_end();
	if (result == 0)
		chrooted = 1;
	return result;
}

static void see(void)
{
	close(must(report_open("openat", "/file", O_RDONLY, syscall(SYS_openat, AT_FDCWD, "/file", O_RDONLY))));
}

static const char *inside(const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void here(void)
{
	must(chdir("new"));
	must(tell("chroot", ".", inside("new"), NULL, chroot(".")));
	see();
}

static void from_outside(void)
{
	must(tell("chroot", "new", inside("new"), NULL, chroot("new")));
	see();
	/* In the root that it has now. */
	must(tell("chroot", "/deeper", "/deeper", NULL, chroot("/deeper")));
	see();
}

static void failing(void)
{
	tell("chroot", "missing", inside("missing"), NULL, chroot("missing"));
	tell("chroot", "new/file", inside("new/file"), NULL, chroot("new/file"));
	tell("pivot_root", "new", inside("new"), "new/old", syscall(SYS_pivot_root, "new", "new/old"));
	must(syscall(SYS_setresuid, 65534, 65534, 65534));
	tell("chroot", "new", inside("new"), NULL, chroot("new"));
}

static void pivot(void)
{
	must(mount("new", "new", NULL, MS_BIND, NULL));
	must(chdir("new"));
	must(tell("pivot_root", ".", inside("new"), "old", syscall(SYS_pivot_root, ".", "old")));
	must(chdir("/"));
	see();
	must(tell("umount2", "old", "/old", NULL, umount2("old", MNT_DETACH)));
}

/* The way of containers: the old root lies on the new one, and is taken away. */
static void pivot_in_place(void)
{
	must(mount("new", "new", NULL, MS_BIND, NULL));
	must(chdir("new"));
	must(tell("pivot_root", ".", inside("new"), ".", syscall(SYS_pivot_root, ".", ".")));
	must(tell("umount2", ".", "/", NULL, umount2(".", MNT_DETACH)));
	see();
}

static void in_child(void (*change)(void))
{
	int child = must(fork()), status;

	if (child == 0) {
		must(unshare(CLONE_NEWNS));
		must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
		change();
		_exit(0);
	}
	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail("child");
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	folder = argv[1];
	must(chdir(folder));
	must(mkdir("new", 0755));
	must(mkdir("new/old", 0755));
	must(mkdir("new/deeper", 0755));
	close(must(open("new/file", O_WRONLY | O_CREAT, 0644)));
	close(must(open("new/deeper/file", O_WRONLY | O_CREAT, 0644)));
	report_proc_is(must(open("/proc", O_PATH | O_DIRECTORY)));
	in_child(here);
	in_child(from_outside);
	in_child(failing);
	in_child(pivot);
	in_child(pivot_in_place);
	return 0;
}
