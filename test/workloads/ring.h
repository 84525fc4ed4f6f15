/* SPDX-License-Identifier: MIT */
/* An io_uring without a library: one entry at a time is filled, several are submitted together, and each one's result is looked up by its user_data. */
#ifndef RING_H
#define RING_H

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#define RING_RESULTS 256

/* Newer than the headers of some distributions, and than some kernels (`ring_has`): of Linux 6.8, 6.9 and 6.11. */
enum {
	RING_OP_FIXED_FD_INSTALL = 54,
	RING_OP_FTRUNCATE = 55,
	RING_OP_BIND = 56,
	RING_OP_LISTEN = 57,
};

struct ring {
	int fd;
	unsigned flags; /* IORING_SETUP_* */
	struct io_uring_params params;
	struct io_uring_sqe *entries;
	unsigned *sq_tail, *sq_array, *sq_flags, sq_mask, filled;
	unsigned *cq_head, *cq_tail, cq_mask;
	struct io_uring_cqe *results;
	int result[RING_RESULTS]; /* by user_data */
	unsigned long long seen[RING_RESULTS];
	unsigned long long answers;
};

static inline void ring_open(struct ring *r, unsigned entries, unsigned flags)
{
	char *sq, *cq;

	memset(r, 0, sizeof(*r));
	r->flags = r->params.flags = flags;
	r->params.sq_thread_idle = 1000;
	if (flags & IORING_SETUP_CQSIZE)
		r->params.cq_entries = entries;
	r->fd = must(syscall(SYS_io_uring_setup, entries, &r->params));
	sq = mmap(NULL, r->params.sq_off.array + r->params.sq_entries * sizeof(unsigned), PROT_READ | PROT_WRITE,
		  MAP_SHARED, r->fd, IORING_OFF_SQ_RING);
	cq = mmap(NULL, r->params.cq_off.cqes + r->params.cq_entries * sizeof(*r->results), PROT_READ | PROT_WRITE,
		  MAP_SHARED, r->fd, IORING_OFF_CQ_RING);
	r->entries = mmap(NULL, r->params.sq_entries * sizeof(*r->entries), PROT_READ | PROT_WRITE, MAP_SHARED, r->fd,
			  IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || r->entries == MAP_FAILED)
		fail("mmap");
	r->sq_tail = (unsigned *)(sq + r->params.sq_off.tail);
	r->sq_array = (unsigned *)(sq + r->params.sq_off.array);
	r->sq_flags = (unsigned *)(sq + r->params.sq_off.flags);
	r->sq_mask = *(unsigned *)(sq + r->params.sq_off.ring_mask);
	r->cq_head = (unsigned *)(cq + r->params.cq_off.head);
	r->cq_tail = (unsigned *)(cq + r->params.cq_off.tail);
	r->cq_mask = *(unsigned *)(cq + r->params.cq_off.ring_mask);
	r->results = (struct io_uring_cqe *)(cq + r->params.cq_off.cqes);
}

/* A zeroed entry, to be filled and then submitted with those before it. */
static inline struct io_uring_sqe *ring_entry(struct ring *r, int opcode, unsigned flags, unsigned long long user_data)
{
	unsigned at = (*r->sq_tail + r->filled++) & r->sq_mask;
	struct io_uring_sqe *e = &r->entries[at];

	memset(e, 0, sizeof(*e));
	e->opcode = opcode;
	e->flags = flags;
	e->user_data = user_data;
	r->sq_array[at] = at;
	return e;
}

static inline void ring_reap(struct ring *r)
{
	unsigned head = *r->cq_head;

	while (head != __atomic_load_n(r->cq_tail, __ATOMIC_ACQUIRE)) {
		struct io_uring_cqe *c = &r->results[head++ & r->cq_mask];

		if (c->flags & IORING_CQE_F_NOTIF)
			continue; /* of memory that is free again */
		r->result[c->user_data % RING_RESULTS] = c->res;
		r->seen[c->user_data % RING_RESULTS]++;
		r->answers++;
	}
	__atomic_store_n(r->cq_head, head, __ATOMIC_RELEASE);
}

/* Hands over what was filled, without looking at results. */
static inline void ring_hand_over(struct ring *r)
{
	unsigned count = r->filled;

	r->filled = 0;
	__atomic_store_n(r->sq_tail, *r->sq_tail + count, __ATOMIC_RELEASE);
	must(syscall(SYS_io_uring_enter, r->fd, count, 0, 0, NULL, 0));
}

/* Hands over what was filled, and waits for as many results. Of a ring that the kernel polls it only wakes the thread that does. */
static inline void ring_submit(struct ring *r, unsigned results)
{
	unsigned count = r->filled;
	unsigned flags = IORING_ENTER_GETEVENTS;
	unsigned long long answers = r->answers + results;

	r->filled = 0;
	__atomic_store_n(r->sq_tail, *r->sq_tail + count, __ATOMIC_RELEASE);
	if (r->flags & IORING_SETUP_SQPOLL) {
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (__atomic_load_n(r->sq_flags, __ATOMIC_RELAXED) & IORING_SQ_NEED_WAKEUP)
			flags |= IORING_ENTER_SQ_WAKEUP;
	}
	must(syscall(SYS_io_uring_enter, r->fd, count, results, flags, NULL, 0));
	ring_reap(r);
	while (r->answers < answers) {
		must(syscall(SYS_io_uring_enter, r->fd, 0, 1, IORING_ENTER_GETEVENTS, NULL, 0));
		ring_reap(r);
	}
}

/* Result of the one operation that was filled. */
static inline int ring_do(struct ring *r)
{
	unsigned long long user_data = r->entries[(*r->sq_tail + r->filled - 1) & r->sq_mask].user_data;

	ring_submit(r, 1);
	return r->result[user_data % RING_RESULTS];
}

/* As a system call gives it: -1 and errno. */
static inline int ring_errno(int result)
{
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

/* An empty table of files for the ring itself. */
static inline void ring_slots(struct ring *r, unsigned count)
{
	int none[16];

	memset(none, -1, sizeof(none));
	must(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_FILES, none, count));
}

/* Whether this kernel has an operation. */
static inline int ring_has(struct ring *r, int opcode)
{
	struct {
		struct io_uring_probe head;
		struct io_uring_probe_op operations[256];
	} probe = { 0 };

	must(syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_PROBE, &probe, 256));
	return opcode <= probe.head.last_op && probe.operations[opcode].flags & IO_URING_OP_SUPPORTED;
}

/* A descriptor of the process for the file in a slot. Of a kernel that gives none it is one of the file's path, for looking at. */
static inline int ring_install(struct ring *r, int slot, const char *path)
{
	if (!ring_has(r, RING_OP_FIXED_FD_INSTALL))
		return must(open(path, O_PATH));
	ring_entry(r, RING_OP_FIXED_FD_INSTALL, IOSQE_FIXED_FILE, 0)->fd = slot;
	return must(ring_errno(ring_do(r)));
}

#endif
