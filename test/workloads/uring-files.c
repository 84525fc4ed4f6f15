/* SPDX-License-Identifier: MIT */
/*
 * F18: what a program does to files through one ring, each with success and failure.
 * usage: uring-files plain|sqpoll|async|defer FOLDER
 * Lines: "open" as of report_open; "direct" {call, asked, value, of the file in the ring's own table: device, inode, type, link};
 * "change" {kind, call, asked, base: the folder that it was relative to, to, toBase, the result}; "stat" {call, asked, base, the result};
 * "sync" and "truncate" {call, the file, length: up to where, the result}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "ring.h"

static struct ring ring;
static unsigned async;

static struct io_uring_sqe *entry(int opcode)
{
	return ring_entry(&ring, opcode, async, 1);
}

static const char *base_of(int dirfd)
{
	static char link[2][4096];
	static int turn;
	char name[64];
	ssize_t n;

	turn = !turn;
	if (dirfd == AT_FDCWD)
		return getcwd(link[turn], sizeof(link[turn]));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", dirfd);
	n = readlink(name, link[turn], sizeof(link[turn]) - 1);
	link[turn][n < 0 ? 0 : n] = 0;
	return link[turn];
}

static int open_at(int dirfd, const char *path, int flags, int mode)
{
	struct io_uring_sqe *e = entry(IORING_OP_OPENAT);

	e->fd = dirfd;
	e->addr = (unsigned long)path;
	e->open_flags = flags;
	e->len = mode;
	return report_open("io_uring:openat", path, flags, ring_errno(ring_do(&ring)));
}

static int open_at2(int dirfd, const char *path, struct open_how *how)
{
	struct io_uring_sqe *e = entry(IORING_OP_OPENAT2);

	e->fd = dirfd;
	e->addr = (unsigned long)path;
	e->off = (unsigned long)how;
	e->len = sizeof(*how);
	return report_open("io_uring:openat2", path, how->flags, ring_errno(ring_do(&ring)));
}

/* Into a slot counted from 1, or any; tells what the kernel has there. */
static void open_direct(const char *path, unsigned slot)
{
	struct io_uring_sqe *e = entry(IORING_OP_OPENAT);
	int result, fd;

	e->fd = AT_FDCWD;
	e->addr = (unsigned long)path;
	e->open_flags = O_RDONLY;
	e->file_index = slot;
	result = must(ring_errno(ring_do(&ring)));
	fd = ring_install(&ring, slot == IORING_FILE_INDEX_ALLOC ? result : (int)slot - 1, path);
	report("direct");
	report_text("call", "io_uring:openat");
	report_text("asked", path);
	report_result(result, 0);
	report_file(fd);
	report_end();
	close(fd);
}

static void change(const char *kind, const char *call, int dirfd, const char *asked, int to_dirfd, const char *to)
{
	int result = ring_errno(ring_do(&ring));
	int error = errno;

	report("change");
	report_text("kind", kind);
	report_text("call", call);
	report_text("asked", asked);
	report_text("base", base_of(dirfd));
	report_text("to", to);
	report_text("toBase", base_of(to_dirfd));
	report_result(result, error);
	report_end();
}

static void rename_at(int dirfd, const char *from, int to_dirfd, const char *to, unsigned flags)
{
	struct io_uring_sqe *e = entry(IORING_OP_RENAMEAT);

	e->fd = dirfd;
	e->addr = (unsigned long)from;
	e->len = to_dirfd;
	e->off = (unsigned long)to;
	e->rename_flags = flags;
	change("rename", "io_uring:renameat", dirfd, from, to_dirfd, to);
}

static void unlink_at(int dirfd, const char *path, unsigned flags)
{
	struct io_uring_sqe *e = entry(IORING_OP_UNLINKAT);

	e->fd = dirfd;
	e->addr = (unsigned long)path;
	e->unlink_flags = flags;
	change(flags & AT_REMOVEDIR ? "rmdir" : "unlink", "io_uring:unlinkat", dirfd, path, AT_FDCWD, NULL);
}

static void mkdir_at(int dirfd, const char *path, int mode)
{
	struct io_uring_sqe *e = entry(IORING_OP_MKDIRAT);

	e->fd = dirfd;
	e->addr = (unsigned long)path;
	e->len = mode;
	change("mkdir", "io_uring:mkdirat", dirfd, path, AT_FDCWD, NULL);
}

static void link_at(int dirfd, const char *from, int to_dirfd, const char *to, unsigned flags)
{
	struct io_uring_sqe *e = entry(IORING_OP_LINKAT);

	e->fd = dirfd;
	e->addr = (unsigned long)from;
	e->len = to_dirfd;
	e->off = (unsigned long)to;
	e->hardlink_flags = flags;
	change("link", "io_uring:linkat", dirfd, from, to_dirfd, to);
}

static void symlink_at(const char *text, int dirfd, const char *path)
{
	struct io_uring_sqe *e = entry(IORING_OP_SYMLINKAT);

	e->fd = dirfd;
	e->addr = (unsigned long)text;
	e->off = (unsigned long)path;
	change("symlink", "io_uring:symlinkat", dirfd, path, AT_FDCWD, text);
}

static void set_xattr(int fd, const char *path, const char *name)
{
	struct io_uring_sqe *e = entry(path ? IORING_OP_SETXATTR : IORING_OP_FSETXATTR);

	e->fd = path ? 0 : fd;
	e->addr = (unsigned long)name;
	e->off = (unsigned long)"value";
	e->len = 5;
	e->addr3 = (unsigned long)path;
	change("xattr", path ? "io_uring:setxattr" : "io_uring:fsetxattr", path ? AT_FDCWD : fd, path, AT_FDCWD, name);
}

static void stat_at(int dirfd, const char *path, unsigned flags)
{
	struct io_uring_sqe *e = entry(IORING_OP_STATX);
	struct statx s;
	int result, error;

	e->fd = dirfd;
	e->addr = (unsigned long)path;
	e->len = STATX_BASIC_STATS;
	e->off = (unsigned long)&s;
	e->statx_flags = flags;
	result = ring_errno(ring_do(&ring));
	error = errno;
	report("stat");
	report_text("call", "io_uring:statx");
	report_text("asked", path);
	report_text("base", base_of(dirfd));
	report_result(result, error);
	report_end();
}

static void on_file(const char *what, const char *call, int opcode, int fd, long long off, unsigned len,
		    unsigned long addr, unsigned flags)
{
	struct io_uring_sqe *e = entry(opcode);
	int result, error;

	e->fd = fd;
	e->off = off;
	e->len = len;
	e->addr = addr;
	e->fsync_flags = flags;
	result = ring_errno(ring_do(&ring));
	error = errno;
	report(what);
	report_text("call", call);
	report_file(fd);
	report_number("length", off + addr);
	report_result(result, error);
	report_end();
}

int main(int argc, char **argv)
{
	struct open_how beneath = { .flags = O_RDONLY | O_CLOEXEC, .resolve = RESOLVE_BENEATH };
	int dir, made, read_only, null;

	if (argc != 3)
		return 64;
	must(chdir(argv[2]));
	async = !strcmp(argv[1], "async") ? IOSQE_ASYNC : 0;
	ring_open(&ring, 8,
		  !strcmp(argv[1], "sqpoll")  ? IORING_SETUP_SQPOLL
		  : !strcmp(argv[1], "defer") ? IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN
					      : 0);
	ring_slots(&ring, 4);

	mkdir_at(AT_FDCWD, "sub", 0750);
	mkdir_at(AT_FDCWD, "sub", 0750);
	dir = open_at(AT_FDCWD, "sub", O_RDONLY | O_DIRECTORY, 0);
	made = open_at(AT_FDCWD, "made", O_RDWR | O_CREAT, 0640);
	read_only = open_at(dir, "../made", O_RDONLY, 0);
	null = open_at(AT_FDCWD, "/dev/null", O_RDWR, 0);
	open_at(dir, "missing", O_RDONLY, 0);
	open_at(AT_FDCWD, "/nowhere/at/all", O_WRONLY, 0);
	open_at(99, "badfd", O_RDONLY, 0);
	open_at2(AT_FDCWD, "sub/../made", &beneath);
	open_at2(dir, "../made", &beneath);

	symlink_at("made", AT_FDCWD, "symbolic");
	symlink_at("made", AT_FDCWD, "symbolic");
	symlink_at("../made", dir, "symbolic");
	open_at(dir, "symbolic", O_RDONLY, 0);
	open_direct("symbolic", 2);
	open_direct("sub/symbolic", IORING_FILE_INDEX_ALLOC);

	link_at(AT_FDCWD, "made", dir, "linked", 0);
	link_at(AT_FDCWD, "missing", dir, "linked2", 0);
	link_at(made, "", dir, "linked-by-fd", AT_EMPTY_PATH);
	rename_at(dir, "linked", AT_FDCWD, "renamed", 0);
	rename_at(dir, "linked-by-fd", AT_FDCWD, "renamed", 1 /* RENAME_NOREPLACE */);
	unlink_at(AT_FDCWD, "renamed", 0);
	unlink_at(AT_FDCWD, "renamed", 0);
	unlink_at(AT_FDCWD, "sub", AT_REMOVEDIR);
	set_xattr(made, "made", "user.spy");
	set_xattr(made, NULL, "user.spy");
	set_xattr(made, "missing", "user.spy");

	stat_at(AT_FDCWD, "made", 0);
	stat_at(AT_FDCWD, "made", 0);
	stat_at(dir, "symbolic", AT_SYMLINK_NOFOLLOW);
	stat_at(dir, "missing", 0);
	stat_at(made, "", AT_EMPTY_PATH);

	if (ring_has(&ring, RING_OP_FTRUNCATE)) {
		on_file("truncate", "io_uring:ftruncate", RING_OP_FTRUNCATE, made, 4242, 0, 0, 0);
		on_file("truncate", "io_uring:ftruncate", RING_OP_FTRUNCATE, read_only, 17, 0, 0, 0);
	}
	on_file("truncate", "io_uring:fallocate", IORING_OP_FALLOCATE, made, 5000, 0, 3000, 0);
	on_file("sync", "io_uring:fsync", IORING_OP_FSYNC, made, 0, 0, 0, 0);
	on_file("sync", "io_uring:fsync", IORING_OP_FSYNC, made, 0, 0, 0, IORING_FSYNC_DATASYNC);
	on_file("sync", "io_uring:fsync", IORING_OP_FSYNC, null, 0, 0, 0, 0);
	on_file("sync", "io_uring:sync_file_range", IORING_OP_SYNC_FILE_RANGE, made, 0, 0, 0, 0);
	on_file("sync", "io_uring:fsync", IORING_OP_FSYNC, 99, 0, 0, 0, 0);

	/* Relative to where the process is when the kernel gets there, whichever thread of its own does it. */
	must(chdir("sub"));
	open_at(AT_FDCWD, "symbolic", O_RDONLY, 0);
	unlink_at(AT_FDCWD, "symbolic", 0);
	stat_at(AT_FDCWD, "symbolic", 0);
	return 0;
}
