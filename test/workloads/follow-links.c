/* SPDX-License-Identifier: MIT */
/*
 * What becomes of a symbolic link at the end of a path: followed, or taken itself. Each call is made on "link", which leads to "file"; what it then did is looked up on both.
 * usage: follow-links FOLDER      (an empty one)
 * Lines: "look" and "change" {kind: of the event, followed: whether the call had to do with the file}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

#include "report.h"

#if __SIZEOF_POINTER__ == 4
#define NR_STAT SYS_stat64
#define NR_LSTAT SYS_lstat64
#define NR_FSTATAT SYS_fstatat64
#define NR_CHOWN SYS_chown32
#define NR_LCHOWN SYS_lchown32
#define MODE_AT 16
#else
#define NR_STAT SYS_stat
#define NR_LSTAT SYS_lstat
#define NR_FSTATAT SYS_newfstatat
#define NR_CHOWN SYS_chown
#define NR_LCHOWN SYS_lchown
#ifdef __x86_64__
#define MODE_AT 24
#else
#define MODE_AT 16
#endif
#endif
#define STATX_MODE_AT 28
#define NR_FCHMODAT2 452

static char bytes[512];

static void tell(const char *what, const char *kind, int followed)
{
	report(what);
	report_text("kind", kind);
	report_number("followed", followed);
	report_end();
}

static int saw_file(int at)
{
	return S_ISREG(*(unsigned short *)(bytes + at));
}

static void look(void)
{
#ifdef SYS_stat
	must(syscall(NR_STAT, "link", bytes));
	tell("look", "stat", saw_file(MODE_AT));
	must(syscall(NR_LSTAT, "link", bytes));
	tell("look", "stat", saw_file(MODE_AT));
#endif
	must(syscall(NR_FSTATAT, AT_FDCWD, "link", bytes, 0));
	tell("look", "stat", saw_file(MODE_AT));
	must(syscall(NR_FSTATAT, AT_FDCWD, "link", bytes, AT_SYMLINK_NOFOLLOW));
	tell("look", "stat", saw_file(MODE_AT));
	must(syscall(SYS_statx, AT_FDCWD, "link", 0, STATX_MODE, bytes));
	tell("look", "stat", saw_file(STATX_MODE_AT));
	must(syscall(SYS_statx, AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_MODE, bytes));
	tell("look", "stat", saw_file(STATX_MODE_AT));
	/* Nobody may execute the file, and anybody a link. */
#ifdef SYS_access
	tell("look", "access", syscall(SYS_access, "link", X_OK) < 0);
#endif
	tell("look", "access", syscall(SYS_faccessat, AT_FDCWD, "link", X_OK) < 0);
	tell("look", "access", syscall(SYS_faccessat2, AT_FDCWD, "link", X_OK, 0) < 0);
	tell("look", "access", syscall(SYS_faccessat2, AT_FDCWD, "link", X_OK, AT_SYMLINK_NOFOLLOW) < 0);
#ifdef SYS_readlink
	tell("look", "readlink", must(syscall(SYS_readlink, "link", bytes, sizeof(bytes))) != 4);
#endif
	tell("look", "readlink", must(syscall(SYS_readlinkat, AT_FDCWD, "link", bytes, sizeof(bytes))) != 4);
}

static struct stat file(void)
{
	struct stat found;

	must(fstatat(must(open(".", O_PATH)), "file", &found, 0));
	return found;
}

static void change_mode(void)
{
#ifdef SYS_chmod
	must(syscall(SYS_chmod, "link", 0640));
	tell("change", "chmod", (file().st_mode & 0777) == 0640);
#endif
	must(syscall(SYS_fchmodat, AT_FDCWD, "link", 0600));
	tell("change", "chmod", (file().st_mode & 0777) == 0600);
	(void)syscall(NR_FCHMODAT2, AT_FDCWD, "link", 0640,
		      AT_SYMLINK_NOFOLLOW); /* refused of links by most file systems */
	tell("change", "chmod", (file().st_mode & 0777) == 0640);
}

static void change_owner(void)
{
#ifdef SYS_chown
	must(syscall(NR_CHOWN, "link", -1, 1));
	tell("change", "chown", file().st_gid == 1);
	must(syscall(NR_LCHOWN, "link", -1, 2));
	tell("change", "chown", file().st_gid == 2);
#endif
	must(syscall(SYS_fchownat, AT_FDCWD, "link", -1, 3, 0));
	tell("change", "chown", file().st_gid == 3);
	must(syscall(SYS_fchownat, AT_FDCWD, "link", -1, 4, AT_SYMLINK_NOFOLLOW));
	tell("change", "chown", file().st_gid == 4);
}

static void change_times(void)
{
	struct timespec one[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct timespec two[2] = { { .tv_sec = 2 }, { .tv_sec = 2 } };

	must(syscall(SYS_utimensat, AT_FDCWD, "link", one, 0));
	tell("change", "utimes", file().st_mtime == 1);
	must(syscall(SYS_utimensat, AT_FDCWD, "link", two, AT_SYMLINK_NOFOLLOW));
	tell("change", "utimes", file().st_mtime == 2);
#ifdef SYS_utime
	must(syscall(SYS_utime, "link", NULL));
	tell("change", "utimes", file().st_mtime > 2);
#endif
}

static void change_length(void)
{
	must(syscall(SYS_truncate, "link", 7));
	tell("change", "truncate", file().st_size == 7);
}

static void change_attributes(void)
{
	must(syscall(SYS_setxattr, "link", "trusted.one", "1", 1, 0));
	tell("change", "xattr", getxattr("file", "trusted.one", bytes, sizeof(bytes)) == 1);
	must(syscall(SYS_lsetxattr, "link", "trusted.two", "2", 1, 0));
	tell("change", "xattr", getxattr("file", "trusted.two", bytes, sizeof(bytes)) == 1);
	must(syscall(SYS_lremovexattr, "link", "trusted.two"));
	tell("change", "xattr", 0); /* the link had it, the file did not */
	must(syscall(SYS_removexattr, "link", "trusted.one"));
	tell("change", "xattr", getxattr("file", "trusted.one", bytes, sizeof(bytes)) < 0);
}

static void change_names(void)
{
#ifdef SYS_link
	must(syscall(SYS_link, "link", "one"));
#else
	must(syscall(SYS_linkat, AT_FDCWD, "link", AT_FDCWD, "one", 0));
#endif
	tell("change", "link", file().st_nlink == 2);
	must(syscall(SYS_linkat, AT_FDCWD, "link", AT_FDCWD, "two", AT_SYMLINK_FOLLOW));
	tell("change", "link", file().st_nlink == 2);
	must(syscall(SYS_linkat, AT_FDCWD, "link", AT_FDCWD, "three", 0));
	tell("change", "link", file().st_nlink == 3);
	must(syscall(SYS_renameat, AT_FDCWD, "link", AT_FDCWD, "four"));
	tell("change", "rename", access("file", F_OK) != 0);
	must(syscall(SYS_unlinkat, AT_FDCWD, "four", 0));
	tell("change", "unlink", access("file", F_OK) != 0);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	close(must(open("file", O_CREAT | O_WRONLY, 0600)));
	must(symlink("file", "link"));
	look();
	change_mode();
	change_owner();
	change_times();
	change_length();
	change_attributes();
	change_names();
	return 0;
}
