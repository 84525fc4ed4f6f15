/* SPDX-License-Identifier: MIT */
/*
 * Attributes of files changed: mode, owner, length, times, extended attributes; by path, by descriptor, and by a descriptor in place of a path.
 * Built for 64 and 32 bits (attributes32).
 * usage: attributes FOLDER [blocked|answered]      (an empty folder; with a word: by a filter, nothing happens)
 * Lines: "change" {kind, call, result, asked, path, and what the kind has: permissions, uid, gid, length, name}. XStatus says why X is none.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#include "changes.h"

/* 64 bits of a 32-bit program: two arguments, of ARM the first of them an even one. */
#ifdef __arm__
#define PAIR(value) 0L, (long)(value), (long)((value) >> 32)
#else
#define PAIR(value) (long)(value), (long)((value) >> 32)
#endif

static int fd, sub, nameless;

static const int calls[] = {
#ifdef SYS_chmod
	SYS_chmod,       SYS_chown,        SYS_lchown,       SYS_utimes,     SYS_futimesat,
#endif
#ifdef SYS_utime
	SYS_utime,
#endif
#if __SIZEOF_POINTER__ == 4
	SYS_chown32,     SYS_lchown32,     SYS_fchown32,     SYS_truncate64, SYS_ftruncate64,   SYS_utimensat_time64,
#endif
	SYS_fchmod,      SYS_fchmodat,     SYS_fchmodat2,    SYS_fchown,     SYS_fchownat,      SYS_truncate,
	SYS_ftruncate,   SYS_fallocate,    SYS_utimensat,    SYS_setxattr,   SYS_lsetxattr,     SYS_fsetxattr,
	SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, SYS_setxattrat, SYS_removexattrat,
};

static void mode(const char *call, long value, const char *asked, const char *path, int permissions)
{
	change("chmod", call, value, asked, path);
	report_number("permissions", permissions);
	report_end();
}

/* -1: left as it is. */
static void owner(const char *call, long value, const char *asked, const char *path, long uid, long gid)
{
	change("chown", call, value, asked, path);
	report_number("uid", uid);
	report_number("gid", gid);
	report_end();
}

static void length(const char *call, long value, const char *asked, const char *path, long long bytes)
{
	change("truncate", call, value, asked, path);
	report_number("length", bytes);
	report_end();
}

static void times(const char *call, long value, const char *asked, const char *path)
{
	change("utimes", call, value, asked, path);
	report_end();
}

static void attribute(const char *call, long value, const char *asked, const char *path, const char *name)
{
	change("xattr", call, value, asked, path);
	say("name", name);
	report_end();
}

static void modes(void)
{
#ifdef SYS_chmod
	mode("chmod", syscall(SYS_chmod, "there", 0640), "there", "there", 0640);
	mode("chmod", syscall(SYS_chmod, "not-there", 0640), "not-there", "not-there", 0640);
	mode("chmod", syscall(SYS_chmod, BAD, 0640), BAD, BAD, 0640);
#endif
	mode("fchmod", syscall(SYS_fchmod, fd, 06600), NULL, where(fd), 06600);
	mode("fchmod", syscall(SYS_fchmod, 999, 0600), NULL, NULL, 0600);
	mode("fchmod", syscall(SYS_fchmod, nameless, 0600), NULL, where(nameless), 0600);
	mode("fchmodat", syscall(SYS_fchmodat, sub, "inside", 0644), "inside", "sub/inside", 0644);
	mode("fchmodat", syscall(SYS_fchmodat, AT_FDCWD, "there", 0600), "there", "there", 0600);
	mode("fchmodat", syscall(SYS_fchmodat, sub, "", 0600), "", "sub", 0600);
	mode("fchmodat", syscall(SYS_fchmodat, 999, "inside", 0600), "inside", NULL, 0600);
	mode("fchmodat2", syscall(SYS_fchmodat2, fd, "", 0640, AT_EMPTY_PATH), NULL, where(fd), 0640);
	mode("fchmodat2", syscall(SYS_fchmodat2, sub, "inside", 0600, AT_SYMLINK_NOFOLLOW), "inside", "sub/inside",
	     0600);
	mode("fchmodat2", syscall(SYS_fchmodat2, AT_FDCWD, "there", 0600, 0x7), "there", "there", 0600);
}

static void owners(void)
{
	long uid = getuid(), gid = getgid();

#ifdef SYS_chown
	owner("chown", syscall(SYS_chown, "there", -1, -1), "there", "there", -1, -1);
	owner("chown", syscall(SYS_chown, "there", uid, -1), "there", "there", uid, -1);
	owner("lchown", syscall(SYS_lchown, "there", -1, gid), "there", "there", -1, gid);
	owner("lchown", syscall(SYS_lchown, "not-there", 3, 4), "not-there", "not-there", 3, 4);
#endif
#if __SIZEOF_POINTER__ == 4
	owner("chown32", syscall(SYS_chown32, "there", -1, -1), "there", "there", -1, -1);
	owner("lchown32", syscall(SYS_lchown32, "not-there", 70000, 65535), "not-there", "not-there", 70000, 65535);
	owner("fchown32", syscall(SYS_fchown32, fd, uid, gid), NULL, where(fd), uid, gid);
#endif
	owner("fchown", syscall(SYS_fchown, fd, -1, gid), NULL, where(fd), -1, gid);
	owner("fchown", syscall(SYS_fchown, 999, 5, 6), NULL, NULL, 5, 6);
	owner("fchownat", syscall(SYS_fchownat, sub, "inside", -1, -1, AT_SYMLINK_NOFOLLOW), "inside", "sub/inside", -1,
	      -1);
	owner("fchownat", syscall(SYS_fchownat, fd, "", uid, -1, AT_EMPTY_PATH), NULL, where(fd), uid, -1);
	owner("fchownat", syscall(SYS_fchownat, AT_FDCWD, "", -1, -1, AT_EMPTY_PATH), "", "", -1, -1);
	owner("fchownat", syscall(SYS_fchownat, sub, "", 70000, -1, 0), "", "sub", 70000, -1);
}

static void lengths(void)
{
	/* Beyond 4 GiB: two registers of 32-bit programs. Only the file's length grows, not what it takes. */
	const long long far = 0x123456789LL;

	length("truncate", syscall(SYS_truncate, "there", 4097), "there", "there", 4097);
	length("truncate", syscall(SYS_truncate, "not-there", 1), "not-there", "not-there", 1);
	length("truncate", syscall(SYS_truncate, "there", -1L), "there", "there", -1);
	length("truncate", syscall(SYS_truncate, BAD, 1), BAD, BAD, 1);
	length("ftruncate", syscall(SYS_ftruncate, fd, 23), NULL, where(fd), 23);
	length("ftruncate", syscall(SYS_ftruncate, 999, 23), NULL, NULL, 23);
#if __SIZEOF_POINTER__ == 4
	length("truncate64", syscall(SYS_truncate64, "there", PAIR(far)), "there", "there", far);
	length("ftruncate64", syscall(SYS_ftruncate64, fd, PAIR(far)), NULL, where(fd), far);
	length("fallocate", syscall(SYS_fallocate, fd, 0, 100L, 0L, 11L, 0L), NULL, where(fd), 111);
	length("fallocate", syscall(SYS_fallocate, 999, 0, (long)far, (long)(far >> 32), 11L, 0L), NULL, NULL,
	       far + 11);
#else
	length("truncate", syscall(SYS_truncate, "there", far), "there", "there", far);
	length("ftruncate", syscall(SYS_ftruncate, fd, far), NULL, where(fd), far);
	length("fallocate", syscall(SYS_fallocate, fd, 0, 100L, 11L), NULL, where(fd), 111);
	length("fallocate", syscall(SYS_fallocate, 999, 0, (long)far, 11L), NULL, NULL, far + 11);
#endif
}

static void all_times(void)
{
	struct timespec now[2] = { { .tv_sec = 1000000007 }, { .tv_nsec = UTIME_OMIT } };

#ifdef SYS_utime
	times("utime", syscall(SYS_utime, "there", NULL), "there", "there");
#endif
#ifdef SYS_utimes
	times("utimes", syscall(SYS_utimes, "there", NULL), "there", "there");
	times("utimes", syscall(SYS_utimes, "not-there", NULL), "not-there", "not-there");
	times("futimesat", syscall(SYS_futimesat, sub, "inside", NULL), "inside", "sub/inside");
	times("futimesat", syscall(SYS_futimesat, fd, NULL, NULL), NULL, where(fd));
	times("futimesat", syscall(SYS_futimesat, sub, "", NULL), "", "sub");
#endif
	times("utimensat", syscall(SYS_utimensat, AT_FDCWD, "there", now, 0), "there", "there");
	times("utimensat", syscall(SYS_utimensat, sub, "inside", now, AT_SYMLINK_NOFOLLOW), "inside", "sub/inside");
	times("utimensat", syscall(SYS_utimensat, fd, NULL, now, 0), NULL, where(fd));
	times("utimensat", syscall(SYS_utimensat, fd, "", now, AT_EMPTY_PATH), NULL, where(fd));
	times("utimensat", syscall(SYS_utimensat, sub, "", now, 0), "", "sub");
	times("utimensat", syscall(SYS_utimensat, sub, BAD, now, 0), BAD, BAD);
	times("utimensat", syscall(SYS_utimensat, 999, NULL, now, 0), NULL, NULL);
#if __SIZEOF_POINTER__ == 4
	{
		long long exact[4] = { 1000000007, 0, 1000000009, 0 };

		times("utimensat_time64", syscall(SYS_utimensat_time64, AT_FDCWD, "there", exact, 0), "there", "there");
		times("utimensat_time64", syscall(SYS_utimensat_time64, fd, NULL, exact, 0), NULL, where(fd));
	}
#endif
}

static void attributes(void)
{
	struct {
		uint64_t value;
		uint32_t size;
		uint32_t flags;
	} value = { (uintptr_t) "v", 1, 0 };

	attribute("setxattr", syscall(SYS_setxattr, "there", "user.one", "1", 1, 0), "there", "there", "user.one");
	attribute("setxattr", syscall(SYS_setxattr, "there", "odd", "1", 1, 0), "there", "there", "odd");
	attribute("setxattr", syscall(SYS_setxattr, "there", BAD, "1", 1, 0), "there", "there", BAD);
	attribute("lsetxattr", syscall(SYS_lsetxattr, "not-there", "user.two", "2", 1, 0), "not-there", "not-there",
		  "user.two");
	attribute("fsetxattr", syscall(SYS_fsetxattr, fd, "user.three", "3", 1, 0), NULL, where(fd), "user.three");
	attribute("fsetxattr", syscall(SYS_fsetxattr, 999, "user.three", "3", 1, 0), NULL, NULL, "user.three");
	attribute("setxattrat", syscall(SYS_setxattrat, sub, "inside", 0, "user.four", &value, sizeof(value)), "inside",
		  "sub/inside", "user.four");
	attribute("setxattrat", syscall(SYS_setxattrat, fd, "", AT_EMPTY_PATH, "user.five", &value, sizeof(value)),
		  NULL, where(fd), "user.five");
	attribute("setxattrat", syscall(SYS_setxattrat, sub, "", 0, "user.five", &value, sizeof(value)), "", "sub",
		  "user.five");
	attribute("removexattr", syscall(SYS_removexattr, "there", "user.one"), "there", "there", "user.one");
	attribute("removexattr", syscall(SYS_removexattr, "there", "user.one"), "there", "there", "user.one");
	attribute("lremovexattr", syscall(SYS_lremovexattr, "there", "user.three"), "there", "there", "user.three");
	attribute("fremovexattr", syscall(SYS_fremovexattr, fd, "user.five"), NULL, where(fd), "user.five");
	attribute("removexattrat", syscall(SYS_removexattrat, sub, "inside", 0, "user.four"), "inside", "sub/inside",
		  "user.four");
	attribute("removexattrat", syscall(SYS_removexattrat, 999, "inside", 0, "user.four"), "inside", NULL,
		  "user.four");
}

int main(int argc, char **argv)
{
	int pipes[2];

	if (argc < 2 || argc > 3)
		return 64;
	enter(argv[1]);
	change("mkdir", "mkdirat", must(syscall(SYS_mkdirat, AT_FDCWD, "sub", 0755)), "sub", "sub");
	report_end();
	close(must(open("sub/inside", O_CREAT | O_WRONLY, 0600)));
	fd = must(open("there", O_CREAT | O_RDWR | O_LARGEFILE, 0600));
	sub = must(open("sub", O_RDONLY | O_DIRECTORY));
	must(pipe(pipes));
	nameless = pipes[0];
	block_as(argv[2], calls, sizeof(calls) / sizeof(*calls));
	modes();
	owners();
	lengths();
	all_times();
	attributes();
	return 0;
}
