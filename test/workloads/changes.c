/* SPDX-License-Identifier: MIT */
/*
 * Names made, moved and removed: each call with success and failure, by absolute, relative and cwd-less paths. Built for 64 and 32 bits (changes32).
 * usage: changes FOLDER [blocked|answered]      (an empty folder; with a word: by a filter, nothing happens)
 * Lines: "change" {kind, call, result, asked, path, and what the kind has: askedTo, to, flags, permissions, target, fileType, device}. XStatus says why X is none.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "changes.h"

static int sub, top;

static const int calls[] = {
#ifdef SYS_rename
	SYS_rename,    SYS_unlink,   SYS_rmdir,   SYS_mkdir,  SYS_link,      SYS_symlink, SYS_mknod,
#endif
#ifdef SYS_renameat
	SYS_renameat,
#endif
	SYS_renameat2, SYS_unlinkat, SYS_mkdirat, SYS_linkat, SYS_symlinkat, SYS_mknodat,
};

static void renamed(const char *call, long value, const char *asked, const char *path, const char *asked_to,
		    const char *to, const char *flag)
{
	char *flags[] = { (char *)flag };

	change("rename", call, value, asked, path);
	say("askedTo", asked_to);
	say_path("to", to);
	report_texts("flags", flags, flag != NULL);
	report_end();
}

static void linked(const char *call, long value, const char *asked, const char *path, const char *asked_to,
		   const char *to)
{
	change("link", call, value, asked, path);
	say("askedTo", asked_to);
	say_path("to", to);
	report_end();
}

static void symlinked(const char *call, long value, const char *target, const char *asked, const char *path)
{
	change("symlink", call, value, asked, path);
	say("target", target);
	report_end();
}

static void made(const char *kind, const char *call, long value, const char *asked, const char *path, int permissions)
{
	change(kind, call, value, asked, path);
	report_number("permissions", permissions);
	report_end();
}

static void node(const char *call, long value, const char *asked, const char *path, int mode, const char *type,
		 const char *device)
{
	change("mknod", call, value, asked, path);
	report_number("permissions", mode);
	report_text("fileType", type);
	report_text("device", device);
	report_end();
}

static void removed(const char *kind, const char *call, long value, const char *asked, const char *path)
{
	change(kind, call, value, asked, path);
	report_end();
}

static void file(const char *name)
{
	close(open(name, O_CREAT | O_WRONLY, 0600));
}

static void folders(void)
{
#ifdef SYS_mkdir
	made("mkdir", "mkdir", syscall(SYS_mkdir, "made", 0751), "made", "made", 0751);
	made("mkdir", "mkdir", syscall(SYS_mkdir, "made", 0700), "made", "made", 0700);
	made("mkdir", "mkdir", syscall(SYS_mkdir, "not-there/made", 0700), "not-there/made", "not-there/made", 0700);
	made("mkdir", "mkdir", syscall(SYS_mkdir, BAD, 0700), BAD, BAD, 0700);
	removed("rmdir", "rmdir", syscall(SYS_rmdir, "./made/"), "./made/", "made");
	removed("rmdir", "rmdir", syscall(SYS_rmdir, "made"), "made", "made");
	removed("rmdir", "rmdir", syscall(SYS_rmdir, NULL), BAD, BAD);
#endif
	made("mkdir", "mkdirat", syscall(SYS_mkdirat, sub, "made", 01777), "made", "sub/made", 01777);
	made("mkdir", "mkdirat", syscall(SYS_mkdirat, AT_FDCWD, "made", 0), "made", "made", 0);
	made("mkdir", "mkdirat", syscall(SYS_mkdirat, 999, "made", 0700), "made", NULL, 0700);
	made("mkdir", "mkdirat", syscall(SYS_mkdirat, sub, "", 0700), "", "sub", 0700);
	removed("rmdir", "unlinkat", syscall(SYS_unlinkat, sub, "made", AT_REMOVEDIR), "made", "sub/made");
	removed("rmdir", "unlinkat", syscall(SYS_unlinkat, AT_FDCWD, "made", AT_REMOVEDIR), "made", "made");
	removed("rmdir", "unlinkat", syscall(SYS_unlinkat, AT_FDCWD, "there", AT_REMOVEDIR), "there", "there");
	removed("rmdir", "unlinkat", syscall(SYS_unlinkat, sub, NULL, AT_REMOVEDIR), BAD, BAD);
}

static void moves(void)
{
	char from[PATH_MAX + 32], to[PATH_MAX + 32];

	snprintf(from, sizeof(from), "%s/there", folder);
	snprintf(to, sizeof(to), "%s/sub/../sub//moved", folder);
#ifdef SYS_rename
	renamed("rename", syscall(SYS_rename, from, to), from, "there", to, "sub/moved", NULL);
	renamed("rename", syscall(SYS_rename, "sub/moved", "there"), "sub/moved", "sub/moved", "there", "there", NULL);
	renamed("rename", syscall(SYS_rename, "not-there", "x"), "not-there", "not-there", "x", "x", NULL);
	renamed("rename", syscall(SYS_rename, "there", "sub"), "there", "there", "sub", "sub", NULL);
	renamed("rename", syscall(SYS_rename, BAD, "x"), BAD, BAD, "x", "x", NULL);
	renamed("rename", syscall(SYS_rename, "there", BAD), "there", "there", BAD, BAD, NULL);
#endif
#ifdef SYS_renameat
	renamed("renameat", syscall(SYS_renameat, AT_FDCWD, "there", sub, "moved"), "there", "there", "moved",
		"sub/moved", NULL);
	renamed("renameat", syscall(SYS_renameat, sub, "moved", top, "there"), "moved", "sub/moved", "there", "there",
		NULL);
	renamed("renameat", syscall(SYS_renameat, 999, "moved", sub, from), "moved", NULL, from, "there", NULL);
	renamed("renameat", syscall(SYS_renameat, sub, "x", 999, "y"), "x", "sub/x", "y", NULL, NULL);
#endif
	renamed("renameat2", syscall(SYS_renameat2, sub, "inside", AT_FDCWD, "there", RENAME_NOREPLACE), "inside",
		"sub/inside", "there", "there", "RENAME_NOREPLACE");
	renamed("renameat2", syscall(SYS_renameat2, sub, "inside", AT_FDCWD, "there", RENAME_EXCHANGE), "inside",
		"sub/inside", "there", "there", "RENAME_EXCHANGE");
	renamed("renameat2", syscall(SYS_renameat2, AT_FDCWD, "there", AT_FDCWD, "other", 0), "there", "there", "other",
		"other", NULL);
	renamed("renameat2", syscall(SYS_renameat2, AT_FDCWD, "other", AT_FDCWD, "there", 0), "other", "other", "there",
		"there", NULL);
	renamed("renameat2", syscall(SYS_renameat2, sub, NULL, sub, NULL, 0), BAD, BAD, BAD, BAD, NULL);
}

static void links(void)
{
	int there = must(open("there", O_PATH));

#ifdef SYS_link
	linked("link", syscall(SYS_link, "there", "hard"), "there", "there", "hard", "hard");
	linked("link", syscall(SYS_link, "there", "hard"), "there", "there", "hard", "hard");
	linked("link", syscall(SYS_link, BAD, "hard"), BAD, BAD, "hard", "hard");
	symlinked("symlink", syscall(SYS_symlink, "any/target", "soft"), "any/target", "soft", "soft");
	symlinked("symlink", syscall(SYS_symlink, "any/target", "soft"), "any/target", "soft", "soft");
	symlinked("symlink", syscall(SYS_symlink, BAD, "soft"), BAD, "soft", "soft");
	symlinked("symlink", syscall(SYS_symlink, "", "soft"), "", "soft", "soft");
	removed("unlink", "unlink", syscall(SYS_unlink, "hard"), "hard", "hard");
	removed("unlink", "unlink", syscall(SYS_unlink, "soft"), "soft", "soft");
	removed("unlink", "unlink", syscall(SYS_unlink, "soft"), "soft", "soft");
	removed("unlink", "unlink", syscall(SYS_unlink, ""), "", "");
	removed("unlink", "unlink", syscall(SYS_unlink, BAD), BAD, BAD);
#endif
	linked("linkat", syscall(SYS_linkat, AT_FDCWD, "there", sub, "hard", 0), "there", "there", "hard", "sub/hard");
	linked("linkat", syscall(SYS_linkat, sub, "hard", top, "hard", AT_SYMLINK_FOLLOW), "hard", "sub/hard", "hard",
	       "hard");
	linked("linkat", syscall(SYS_linkat, there, "", sub, "by-fd", AT_EMPTY_PATH), NULL, where(there), "by-fd",
	       "sub/by-fd");
	linked("linkat", syscall(SYS_linkat, there, "", sub, "x", 0), "", "there", "x", "sub/x");
	linked("linkat", syscall(SYS_linkat, 999, "x", sub, "x", 0), "x", NULL, "x", "sub/x");
	symlinked("symlinkat", syscall(SYS_symlinkat, "to", sub, "soft"), "to", "soft", "sub/soft");
	symlinked("symlinkat", syscall(SYS_symlinkat, "to", AT_FDCWD, "sub"), "to", "sub", "sub");
	symlinked("symlinkat", syscall(SYS_symlinkat, "to", 999, "soft"), "to", "soft", NULL);
	removed("unlink", "unlinkat", syscall(SYS_unlinkat, sub, "soft", 0), "soft", "sub/soft");
	removed("unlink", "unlinkat", syscall(SYS_unlinkat, sub, "hard", 0), "hard", "sub/hard");
	removed("unlink", "unlinkat", syscall(SYS_unlinkat, sub, "by-fd", 0), "by-fd", "sub/by-fd");
	removed("unlink", "unlinkat", syscall(SYS_unlinkat, AT_FDCWD, "sub", 0), "sub", "sub");
	removed("unlink", "unlinkat", syscall(SYS_unlinkat, sub, "", 0), "", "sub");
	removed("unlink", "unlinkat", syscall(SYS_unlinkat, sub, NULL, 0), BAD, BAD);
	close(there);
}

static void nodes(void)
{
	/* As the kernel takes it: a long one would be another argument of a 32-bit program's. */
	unsigned large = makedev(0xabc, 0x12345);

#ifdef SYS_mknod
	unsigned device = makedev(1, 3);

	node("mknod", syscall(SYS_mknod, "pipe", S_IFIFO | 0640, 0), "pipe", "pipe", 0640, "fifo", "");
	node("mknod", syscall(SYS_mknod, "plain", 0600, device), "plain", "plain", 0600, "file", "");
	node("mknod", syscall(SYS_mknod, "plain", S_IFREG | 0600, 0), "plain", "plain", 0600, "file", "");
	node("mknod", syscall(SYS_mknod, "null", S_IFCHR | 0666, device), "null", "null", 0666, "characterDevice",
	     "1:3");
#endif
	node("mknodat", syscall(SYS_mknodat, sub, "large", S_IFBLK | 0600, large), "large", "sub/large", 0600,
	     "blockDevice", "2748:74565");
	node("mknodat", syscall(SYS_mknodat, sub, "socket", S_IFSOCK | 0600, 0), "socket", "sub/socket", 0600, "socket",
	     "");
	node("mknodat", syscall(SYS_mknodat, 999, "socket", S_IFSOCK | 0600, 0), "socket", NULL, 0600, "socket", "");
	node("mknodat", syscall(SYS_mknodat, sub, BAD, S_IFIFO | 0600, 0), BAD, BAD, 0600, "fifo", "");
}

int main(int argc, char **argv)
{
	if (argc < 2 || argc > 3)
		return 64;
	enter(argv[1]);
	made("mkdir", "mkdirat", syscall(SYS_mkdirat, AT_FDCWD, "sub", 0755), "sub", "sub", 0755);
	file("there");
	file("sub/inside");
	sub = must(open("sub", O_RDONLY | O_DIRECTORY));
	top = must(open(".", O_RDONLY | O_DIRECTORY));
	block_as(argv[2], calls, sizeof(calls) / sizeof(*calls));
	folders();
	moves();
	links();
	nodes();
	return 0;
}
