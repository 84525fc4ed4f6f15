/* SPDX-License-Identifier: MIT */
/*
 * Bytes that go through a ring: by descriptor and by slot of the ring's own table, from plain, scattered and registered memory, and between files.
 * usage: uring-io plain|sqpoll|async|defer FOLDER
 * Lines: "io" {of a file: device, inode, type, link; read, reads, written, writes: as the results said}, "done" {call, link}: what came after it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/uio.h>

#include "ring.h"

struct counted {
	long long read, reads, written, writes;
};

static struct ring ring;
static unsigned async;
#define MEMORY_BYTES 65536

static char *memory;

static int transfer(int opcode, unsigned flags, int fd, void *from, unsigned length, long long at)
{
	struct io_uring_sqe *e = ring_entry(&ring, opcode, async | flags, 1);

	e->fd = fd;
	e->addr = (unsigned long)from;
	e->len = length;
	e->off = at;
	return ring_do(&ring);
}

static void reads(struct counted *c, int result)
{
	if (result < 0)
		fail("read");
	c->read += result;
	c->reads++;
}

static void writes(struct counted *c, int result)
{
	if (result < 0)
		fail("write");
	c->written += result;
	c->writes++;
}

static int splice_to(int from, long long at, unsigned flags, int to, unsigned length)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_SPLICE, async, 1);

	e->fd = to;
	e->off = -1;
	e->splice_fd_in = from;
	e->splice_off_in = at;
	e->len = length;
	e->splice_flags = flags;
	return ring_do(&ring);
}

static int open_file(const char *path, int flags, unsigned slot)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_OPENAT, async, 1);

	e->fd = AT_FDCWD;
	e->addr = (unsigned long)path;
	e->open_flags = flags;
	e->len = 0600;
	e->file_index = slot;
	return must(ring_errno(ring_do(&ring)));
}

static void told(const struct counted *c, int fd)
{
	report("io");
	report_file(fd);
	report_number("read", c->read);
	report_number("reads", c->reads);
	report_number("written", c->written);
	report_number("writes", c->writes);
	report_end();
}

int main(int argc, char **argv)
{
	struct iovec parts[2], registered;
	struct counted plain = { 0 }, fixed = { 0 }, spliced = { 0 };
	struct io_uring_sqe *e;
	int data, slot, target, read_only, pair[2], n;

	if (argc != 3)
		return 64;
	must(chdir(argv[2]));
	must(pipe(pair));
	/* Not the program's own, which is partly of its file: some kernels do not register that. */
	memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		fail("mmap");
	parts[0] = (struct iovec){ memory, 100 };
	parts[1] = (struct iovec){ memory + 200, 23 };
	registered = (struct iovec){ memory, MEMORY_BYTES };
	async = !strcmp(argv[1], "async") ? IOSQE_ASYNC : 0;
	ring_open(&ring, 8,
		  !strcmp(argv[1], "sqpoll")  ? IORING_SETUP_SQPOLL
		  : !strcmp(argv[1], "defer") ? IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN
					      : 0);
	ring_slots(&ring, 4);
	must(syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &registered, 1));

	data = open_file("data", O_RDWR | O_CREAT, 0);
	for (n = 0; n < 7; n++)
		writes(&plain, transfer(IORING_OP_WRITE, 0, data, memory, 1000, n * 1000));
	for (n = 0; n < 3; n++)
		writes(&plain, transfer(IORING_OP_WRITEV, 0, data, parts, 2, 7000 + n * 123));
	writes(&plain, transfer(IORING_OP_WRITE_FIXED, 0, data, memory, 512, 0));
	for (n = 0; n < 5; n++)
		reads(&plain, transfer(IORING_OP_READ, 0, data, memory, 700, n * 700));
	reads(&plain, transfer(IORING_OP_READV, 0, data, parts, 2, 0));
	reads(&plain, transfer(IORING_OP_READ_FIXED, 0, data, memory, 2048, 1));
	reads(&plain, transfer(IORING_OP_READ, 0, data, memory, 100, 1 << 20));
	read_only = open_file("data", O_RDONLY, 0);
	if (transfer(IORING_OP_WRITE, 0, read_only, memory, 10, 0) != -EBADF)
		fail("write without the right to");

	open_file("slot", O_RDWR | O_CREAT, 3);
	for (n = 0; n < 3; n++)
		writes(&fixed, transfer(IORING_OP_WRITE, IOSQE_FIXED_FILE, 2, memory, 333, n * 333));
	reads(&fixed, transfer(IORING_OP_READ, IOSQE_FIXED_FILE, 2, memory, 100, 0));

	target = open_file("target", O_WRONLY | O_CREAT, 0);
	reads(&plain, n = splice_to(data, 5, 0, pair[1], 4000));
	writes(&spliced, splice_to(pair[0], -1, 0, target, n));
	reads(&fixed, n = splice_to(2, 0, SPLICE_F_FD_IN_FIXED, pair[1], 50));
	writes(&spliced, splice_to(pair[0], -1, 0, target, n));

	told(&plain, data);
	slot = ring_install(&ring, 2, "slot");
	told(&fixed, slot);
	told(&spliced, target);

	e = ring_entry(&ring, IORING_OP_FSYNC, async, 1);
	e->fd = target;
	must(ring_errno(ring_do(&ring)));
	e = ring_entry(&ring, IORING_OP_CLOSE, async, 1);
	e->fd = data;
	must(ring_errno(ring_do(&ring)));
	return 0;
}
