/* SPDX-License-Identifier: MIT */
/*
 * F18, N12, as far as the trace has to say that it did not see: one ring, one operation.
 * usage: uring nop|openat|connect PATH
 * Line: "ring" {result}: what the operation's completion said.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct sockaddr_in nowhere = { AF_INET, htons(1), { htonl(INADDR_LOOPBACK) }, { 0 } };
	struct io_uring_params p = { 0 };
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	char *sq, *cq;
	int ring;

	if (argc != 3)
		return 64;
	ring = must(syscall(SYS_io_uring_setup, 4, &p));
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * sizeof(unsigned), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(*cqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring,
		  IORING_OFF_CQ_RING);
	sqe = mmap(NULL, p.sq_entries * sizeof(*sqe), PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqe == MAP_FAILED)
		fail("mmap");
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = IORING_OP_NOP;
	if (!strcmp(argv[1], "openat")) {
		sqe->opcode = IORING_OP_OPENAT;
		sqe->fd = AT_FDCWD;
		sqe->addr = (unsigned long)argv[2];
		sqe->open_flags = O_RDONLY;
	} else if (!strcmp(argv[1], "connect")) {
		sqe->opcode = IORING_OP_CONNECT;
		sqe->fd = must(socket(AF_INET, SOCK_STREAM, 0));
		sqe->addr = (unsigned long)&nowhere;
		sqe->off = sizeof(nowhere);
	}
	((unsigned *)(sq + p.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(sq + p.sq_off.tail), 1, __ATOMIC_RELEASE);
	must(syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0));
	cqe = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
	report("ring");
	report_number("result", cqe->res);
	report_end();
	return 0;
}
