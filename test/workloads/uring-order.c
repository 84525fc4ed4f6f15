/* SPDX-License-Identifier: MIT */
/*
 * Operations that are submitted together: what one opens, a later one closes or uses, before the program hears of either.
 * usage: uring-order CASE FILE OTHER
 *   batch      FILE, its descriptor closed, OTHER under the same number
 *   slots      as batch, in one slot of the ring's own table
 *   chain      a chain: FILE into a slot, some of it read, the slot emptied, OTHER into it
 *   silent     as chain, FILE opened by an operation whose success the program does not want to hear of
 *   broken     a chain whose first fails: the others never run
 *   unheard    as broken, where the first asks for silence: no word of the others at all
 *   overflow   FILE and OTHER opened, and a queue of one place for both answers
 *   late       FILE opened by its chain, with a dirfd that the chain's first operation makes
 *   refused    names and flags that the kernel does not take
 *   unread     FILE removed and OTHER written to, and the process ends before it looks at the answers
 *   waiting    as unread, of operations that wait for somebody else
 *   died       FILE is a FIFO without a writer, opened when the process ends
 *   quiet      operations of which nothing is to be told, and whose success the program does not want to hear of
 *   untold     FILE removed, OTHER written to and a socket made, each without a word of success
 *   inherited  FILE opened by a child, through the ring of its parent
 * Lines: "open" {call, asked, ok, value or errno: as the queue said; nothing of silent ones}, "file" {of FILE and OTHER: path, device, inode}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "ring.h"

static struct ring ring;
static char memory[64];

static struct io_uring_sqe *open_entry(unsigned flags, unsigned long long user_data, int dirfd, const char *path,
				       unsigned slot)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_OPENAT, flags, user_data);

	e->fd = dirfd;
	e->addr = (unsigned long)path;
	e->open_flags = O_RDONLY;
	e->file_index = slot;
	return e;
}

static void close_entry(unsigned flags, unsigned long long user_data, int fd, unsigned slot)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_CLOSE, flags, user_data);

	e->fd = slot ? 0 : fd;
	e->file_index = slot;
}

static void read_entry(unsigned flags, unsigned long long user_data, int slot)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_READ, flags | IOSQE_FIXED_FILE, user_data);

	e->fd = slot;
	e->addr = (unsigned long)memory;
	e->len = 1;
}

static void said(unsigned long long user_data, const char *asked)
{
	int result = ring.result[user_data];

	report("open");
	report_text("call", "io_uring:openat");
	report_text("asked", asked);
	report_result(ring_errno(result), -result);
	report_end();
}

static void is(const char *path)
{
	char text[32];
	struct stat s;

	must(stat(path, &s));
	report("file");
	report_text("path", path);
	report_bytes("inode", text, snprintf(text, sizeof(text), "%llu", (unsigned long long)s.st_ino));
	report_end();
}

int main(int argc, char **argv)
{
	const char *test, *file, *other;
	struct io_uring_sqe *e;
	int next;

	if (argc != 4)
		return 64;
	test = argv[1];
	file = argv[2];
	other = argv[3];
	is(file);
	is(other);
	if (!strcmp(test, "overflow"))
		ring_open(&ring, 2, IORING_SETUP_CQSIZE);
	else if (!strcmp(test, "unread") || !strcmp(test, "waiting"))
		ring_open(&ring, 8, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
	else
		ring_open(&ring, 8, 0);
	ring_slots(&ring, 4);
	next = must(dup(0));
	must(close(next));

	if (!strcmp(test, "batch")) {
		open_entry(0, 1, AT_FDCWD, file, 0);
		close_entry(0, 2, next, 0);
		open_entry(0, 3, AT_FDCWD, other, 0);
		ring_submit(&ring, 3);
		said(1, file);
		said(3, other);
	} else if (!strcmp(test, "slots")) {
		open_entry(0, 1, AT_FDCWD, file, 1);
		close_entry(0, 2, 0, 1);
		open_entry(0, 3, AT_FDCWD, other, 1);
		ring_submit(&ring, 3);
		said(1, file);
		said(3, other);
	} else if (!strcmp(test, "chain") || !strcmp(test, "silent")) {
		int silent = !strcmp(test, "silent");

		open_entry(IOSQE_IO_LINK | (silent ? IOSQE_CQE_SKIP_SUCCESS : 0), 1, AT_FDCWD, file, 1);
		read_entry(IOSQE_IO_LINK, 2, 0);
		close_entry(IOSQE_IO_LINK, 3, 0, 1);
		open_entry(0, 4, AT_FDCWD, other, 1);
		ring_submit(&ring, silent ? 3 : 4);
		if (!silent)
			said(1, file);
		said(4, other);
	} else if (!strcmp(test, "broken")) {
		open_entry(IOSQE_IO_LINK, 1, AT_FDCWD, "/nowhere", 0);
		open_entry(0, 2, AT_FDCWD, file, 0);
		ring_submit(&ring, 2);
		said(1, "/nowhere");
		said(2, file);
	} else if (!strcmp(test, "unheard")) {
		open_entry(IOSQE_IO_LINK | IOSQE_CQE_SKIP_SUCCESS, 1, AT_FDCWD, "/nowhere", 0);
		open_entry(IOSQE_IO_LINK, 2, AT_FDCWD, file, 0);
		ring_entry(&ring, IORING_OP_NOP, 0, 3);
		ring_submit(&ring, 1);
		said(1, "/nowhere");
	} else if (!strcmp(test, "overflow")) {
		for (int n = 1; n <= 2; n++) {
			ring_entry(&ring, IORING_OP_NOP, 0, 10);
			ring_entry(&ring, IORING_OP_NOP, 0, 10);
			ring_hand_over(&ring);
			open_entry(0, n, AT_FDCWD, n == 1 ? file : other, 0);
			ring_hand_over(&ring);
			while (!ring.seen[n])
				ring_submit(&ring, 1);
		}
		said(1, file);
		said(2, other);
	} else if (!strcmp(test, "late")) {
		char *folder = dirname(strdup(file)), *name = basename(strdup(file));

		open_entry(IOSQE_IO_LINK, 1, AT_FDCWD, folder, 0)->open_flags = O_RDONLY | O_DIRECTORY;
		open_entry(IOSQE_IO_LINK, 2, next, name, 0);
		open_entry(0, 3, next, "missing", 0);
		ring_submit(&ring, 3);
		said(1, folder);
		said(2, name);
		said(3, "missing");
	} else if (!strcmp(test, "refused")) {
		static char longer[5000];

		memset(longer, 'x', sizeof(longer) - 1);
		open_entry(0, 1, AT_FDCWD, (char *)1, 0);
		ring_do(&ring);
		said(1, NULL);
		open_entry(0, 2, AT_FDCWD, longer, 0);
		ring_do(&ring);
		said(2, longer);
		open_entry(0, 3, AT_FDCWD, file, 0)->buf_index = 1;
		ring_do(&ring);
		said(3, file);
		open_entry(0, 4, AT_FDCWD, file, 0);
		ring_do(&ring);
		said(4, file);
	} else if (!strcmp(test, "quiet")) {
		int pair[2];

		must(pipe(pair));
		ring_entry(&ring, IORING_OP_NOP, IOSQE_CQE_SKIP_SUCCESS, 1);
		e = ring_entry(&ring, IORING_OP_WRITE, IOSQE_CQE_SKIP_SUCCESS, 2);
		e->fd = pair[1];
		e->addr = (unsigned long)memory;
		e->len = 1;
		close_entry(IOSQE_CQE_SKIP_SUCCESS, 3, pair[0], 0);
		e = ring_entry(&ring, IORING_OP_EPOLL_CTL, 0, 4);
		e->fd = must(epoll_create1(0));
		e->len = EPOLL_CTL_ADD;
		e->off = pair[1];
		e->addr = (unsigned long)&(struct epoll_event){ .events = EPOLLOUT };
		ring_submit(&ring, 1);
	} else if (!strcmp(test, "untold")) {
		e = ring_entry(&ring, IORING_OP_UNLINKAT, IOSQE_CQE_SKIP_SUCCESS, 1);
		e->fd = AT_FDCWD;
		e->addr = (unsigned long)file;
		e = ring_entry(&ring, IORING_OP_WRITE, IOSQE_CQE_SKIP_SUCCESS, 2);
		e->fd = must(open(other, O_WRONLY));
		e->addr = (unsigned long)memory;
		e->len = 1;
		e = ring_entry(&ring, IORING_OP_SOCKET, IOSQE_CQE_SKIP_SUCCESS, 3);
		e->fd = AF_UNIX;
		e->off = SOCK_STREAM;
		ring_hand_over(&ring);
		while (!access(file, F_OK))
			sched_yield();
	} else if (!strcmp(test, "inherited")) {
		int child = must(fork());

		if (!child) {
			open_entry(0, 1, AT_FDCWD, file, 0);
			ring_submit(&ring, 1);
			said(1, file);
			return 0;
		}
		must(waitpid(child, NULL, 0));
	} else if (!strcmp(test, "unread")) {
		int fd = must(open(other, O_WRONLY));

		e = ring_entry(&ring, IORING_OP_UNLINKAT, 0, 1);
		e->fd = AT_FDCWD;
		e->addr = (unsigned long)file;
		e = ring_entry(&ring, IORING_OP_WRITE, IOSQE_ASYNC, 2);
		e->fd = fd;
		e->addr = (unsigned long)memory;
		e->len = 1;
		ring_hand_over(&ring);
		while (!access(file, F_OK) || !lseek(fd, 0, SEEK_END))
			sched_yield();
	} else if (!strcmp(test, "waiting")) {
		int listener = must(socket(AF_INET, SOCK_STREAM, 0)), pair[2];

		must(listen(listener, 1));
		e = ring_entry(&ring, IORING_OP_ACCEPT, 0, 1);
		e->fd = listener;
		e->ioprio = IORING_ACCEPT_MULTISHOT;
		for (int n = 0; n < 3; n++) {
			if (n)
				must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
			else
				must(pipe(pair));
			e = ring_entry(&ring, n < 2 ? IORING_OP_READ : IORING_OP_RECV, n == 1 ? IOSQE_ASYNC : 0, 2 + n);
			e->fd = pair[0];
			e->addr = (unsigned long)memory;
			e->len = 1;
		}
		ring_hand_over(&ring);
	} else if (!strcmp(test, "died")) {
		open_entry(IOSQE_ASYNC, 1, AT_FDCWD, file, 0);
		ring_hand_over(&ring);
	} else {
		return 64;
	}
	return 0;
}
