/* SPDX-License-Identifier: MIT */
/*
 * Does things to files one after the other, in the order of its arguments, which is all that there is to know: nothing is reported.
 * usage: in-order FOLDER STEP…
 * FOLDER holds a, b, c, d, e and x. Steps: write:FILE read:FILE (through descriptors that are open from the beginning), sync:FILE, folder (fsync of it), rename:FILE (to FILE.new),
 * delete:FILE, chmod:FILE, open:FILE, close:FILE (of its descriptor). A step that begins with a digit is made by that thread, and begins when the one before is over: 1write:a 2sync:a.
 * ~STEP goes through an io_uring, and is over when it is answered. +STEP goes through one, and is over when it can be seen to have been done (write, rename, delete): it is answered at the end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ring.h"

#define THREADS 4

static const char names[] = "abcd";
static int files[4];
static int folder;
static struct barrier begin[THREADS], end;
static const char *wanted;

static int file_of(const char *name)
{
	const char *found = strchr(names, name[0]);

	if (!found || !name[0])
		fail(name);
	return files[found - names];
}

static struct ring ring;
static unsigned submitted;

/* An entry for a step, of which the result is 0 or more, or fail. */
static struct io_uring_sqe *entry_of(const char *step)
{
	static char byte = 'x', renamed[64], of[32];
	const char *name = strchr(step, ':');
	struct io_uring_sqe *e;

	if (!ring.fd)
		ring_open(&ring, 32, IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN);
	e = ring_entry(&ring, IORING_OP_NOP, IOSQE_ASYNC, ++submitted);
	strcpy(of, name ? name + 1 : "");
	e->fd = AT_FDCWD;
	e->addr = (unsigned long)of;
	if (!strncmp(step, "write:", 6) || !strncmp(step, "read:", 5)) {
		e->opcode = step[0] == 'w' ? IORING_OP_WRITE : IORING_OP_READ;
		e->fd = file_of(of);
		e->addr = (unsigned long)&byte;
		e->len = 1;
	} else if (!strncmp(step, "sync:", 5) || !strcmp(step, "folder")) {
		e->opcode = IORING_OP_FSYNC;
		e->fd = name ? file_of(of) : folder;
		e->addr = 0;
	} else if (!strncmp(step, "rename:", 7)) {
		snprintf(renamed, sizeof(renamed), "%s.new", of);
		e->opcode = IORING_OP_RENAMEAT;
		e->addr2 = (unsigned long)renamed;
		e->len = AT_FDCWD;
	} else if (!strncmp(step, "delete:", 7)) {
		e->opcode = IORING_OP_UNLINKAT;
	} else if (!strncmp(step, "open:", 5)) {
		e->opcode = IORING_OP_OPENAT;
		e->open_flags = O_RDONLY;
	} else {
		fail(step);
	}
	return e;
}

/* Hands a step over, and returns when it has been done. */
static void submit(const char *step)
{
	const char *name = strchr(step, ':') + 1;
	struct stat before, now;
	struct io_uring_sqe *e;

	must(stat(name, &before));
	e = entry_of(step);
	if (e->opcode == IORING_OP_WRITE)
		e->off = before.st_size;
	ring_hand_over(&ring);
	while (!stat(name, &now) && now.st_size == before.st_size)
		sched_yield();
}

static void act(const char *step)
{
	const char *name = strchr(step, ':');
	char byte = 'x', renamed[64];

	name = name ? name + 1 : "";
	if (!strncmp(step, "write:", 6)) {
		must(pwrite(file_of(name), &byte, 1, 0));
	} else if (!strncmp(step, "read:", 5)) {
		must(pread(file_of(name), &byte, 1, 0));
	} else if (!strncmp(step, "sync:", 5)) {
		must(fsync(file_of(name)));
	} else if (!strcmp(step, "folder")) {
		must(fsync(folder));
	} else if (!strncmp(step, "rename:", 7)) {
		snprintf(renamed, sizeof(renamed), "%s.new", name);
		must(rename(name, renamed));
	} else if (!strncmp(step, "delete:", 7)) {
		must(unlink(name));
	} else if (!strncmp(step, "chmod:", 6)) {
		must(chmod(name, 0600));
	} else if (!strncmp(step, "close:", 6)) {
		must(close(file_of(name)));
	} else if (!strncmp(step, "open:", 5)) {
		must(close(must(open(name, O_RDONLY))));
	} else {
		fail(step);
	}
}

static void *thread(void *number)
{
	for (;;) {
		barrier_wait(&begin[(long)number]);
		if (!wanted)
			return NULL;
		act(wanted);
		barrier_pass(&end);
	}
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	int several = 0;
	long number;

	if (argc < 2)
		return 64;
	/* A step that is never seen to have been done is waited for no longer. */
	alarm(60);
	must(chdir(argv[1]));
	folder = must(open(".", O_RDONLY | O_DIRECTORY));
	for (int n = 0; n < 4; n++)
		files[n] = must(open((char[]){ names[n], 0 }, O_RDWR));
	for (int n = 2; n < argc; n++)
		several |= argv[n][0] >= '0' && argv[n][0] < '0' + THREADS;
	barrier_make(&end);
	for (number = 0; several && number < THREADS; number++) {
		barrier_make(&begin[number]);
		if (pthread_create(&threads[number], NULL, thread, (void *)number))
			fail("pthread_create");
	}
	for (int n = 2; n < argc; n++) {
		if (argv[n][0] >= '0' && argv[n][0] < '0' + THREADS) {
			wanted = argv[n] + 1;
			barrier_pass(&begin[argv[n][0] - '0']);
			barrier_wait(&end);
		} else if (argv[n][0] == '~') {
			entry_of(argv[n] + 1);
			ring_submit(&ring, 1);
		} else if (argv[n][0] == '+') {
			submit(argv[n] + 1);
		} else {
			act(argv[n]);
		}
	}
	if (submitted > ring.answers)
		ring_submit(&ring, submitted - ring.answers);
	for (unsigned n = 1; n <= submitted; n++)
		must(ring_errno(ring.result[n]));
	wanted = NULL;
	for (number = 0; several && number < THREADS; number++) {
		barrier_pass(&begin[number]);
		pthread_join(threads[number], NULL);
	}
	return 0;
}
