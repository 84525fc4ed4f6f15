/* SPDX-License-Identifier: MIT */
/*
 * Bytes moved through descriptors that are shared, passed on, replaced, closed by others, or never closed.
 * usage: descriptors FOLDER duplicated|inherited|executed|range|elsewhere|unseen|underway|renamed|killed|running|drained|drained-late      (an empty folder)
 *   duplicated: dup and its kin, also over a descriptor in use · inherited: by a child · executed: over an exec, with and without CLOEXEC
 *   range: close_range · elsewhere: closed by another thread · unseen: by a process that shares the table · underway: while a call waits · renamed, killed: in the middle of it
 *   running: "io" lines, then "ready"; on a byte from stdin the same again · drained: the same once, with a file that was renamed and descriptor 3; drained-late: by a thread that outlives the
 *   main one
 * Lines: those of transfers.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "transfers.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

static char bytes[4096];

static void read_some(int fd, int n)
{
	must(count(fd, READ, pread(fd, bytes, n, 0)));
}

static void write_some(int fd, int n)
{
	must(count(fd, WRITTEN, pwrite(fd, bytes, n, 0)));
}

static void duplicated(void)
{
	int a = new_file("a", 1000), b = new_file("b", 1000), c = new_file("c", 1000), d = new_file("d", 1000);
	int twin = must(dup(a)), other = must(fcntl(a, F_DUPFD_CLOEXEC, 50));

	read_some(a, 100);
	close(a);
	read_some(twin, 10);
	write_some(other, 20);
	read_some(b, 300);
	must(dup2(twin, b)); /* over b, which nobody closed */
	read_some(b, 1);
	read_some(c, 500);
	must(dup3(d, c, O_CLOEXEC));
	write_some(c, 7);
	must(dup2(d, d));
	read_some(d, 3);
	close(twin), close(other), close(b), close(c);
	/* The last one stays open, in the slot of another file's. */
	must(dup2(d, 60));
	close(d);
	write_some(60, 11);
}

static void inherited(void)
{
	int a = new_file("a", 1000), b = new_file("b", 10);

	read_some(a, 23);
	if (must(fork()) == 0) {
		memset(files, 0, sizeof(files)), file_count = 0;
		read_some(a, 400);
		write_some(b, 17);
		close(b);
		write_some(new_file("c", 30), 1);
		tell_counted();
		_exit(0);
	}
	read_some(b, 5);
	must(wait(NULL));
	read_some(a, 2);
}

static void executed(const char *self, const char *folder)
{
	int kept = new_file("kept", 700), gone = new_file("gone", 700);
	char number[16];

	must(fcntl(gone, F_SETFD, FD_CLOEXEC));
	read_some(kept, 50);
	read_some(gone, 60);
	execl("/nonexistent", "nothing", NULL);
	read_some(gone, 1);
	tell_counted();
	snprintf(number, sizeof(number), "%d", kept);
	execl(self, self, folder, "after", number, NULL);
	fail("execl");
}

static void after(int kept)
{
	int fresh = new_file("fresh", 3);

	read_some(kept, 70);
	write_some(fresh, 2);
}

static void range(void)
{
	int low = 100, fds[9];
	char name[8] = "x";

	for (int n = 0; n < 9; n++) {
		int fd;

		name[0] = 'a' + n;
		fd = new_file(name, 100 + n);
		fds[n] = must(dup2(fd, low + n));
		close(fd);
		read_some(fds[n], 10 + n);
	}
	must(syscall(SYS_close_range, low, low + 3, 0));
	must(syscall(SYS_close_range, low + 4, low + 5, 4 /* CLOSE_RANGE_CLOEXEC: none of them is closed */));
	for (int n = 4; n < 9; n++)
		write_some(fds[n], 20 + n);
	must(syscall(SYS_close_range, low, ~0u, 2 /* CLOSE_RANGE_UNSHARE */));
}

static void *close_it(void *fd)
{
	close((intptr_t)fd);
	return NULL;
}

static void elsewhere(void)
{
	char name[16];

	for (int n = 0; n < 29; n++) {
		pthread_t thread;
		int fd;

		snprintf(name, sizeof(name), "file-%d", n);
		fd = new_file(name, 1 + n);
		read_some(fd, 5);
		must(-pthread_create(&thread, NULL, close_it, (void *)(intptr_t)fd));
		must(-pthread_join(thread, NULL));
	}
}

static int close_in(void *fd)
{
	close((intptr_t)fd);
	return 0;
}

/* The next file gets the descriptor, and most likely the memory, of the one before. */
static void unseen(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	char name[16];

	for (int n = 0; n < 29; n++) {
		int fd;

		snprintf(name, sizeof(name), "file-%d", n);
		fd = new_file(name, 1 + n);
		read_some(fd, 5);
		if (n % 3 == 0)
			must(unlink(name));
		must(clone(close_in, stack + sizeof(stack), CLONE_FILES | SIGCHLD, (void *)(intptr_t)fd));
		must(wait(NULL));
	}
}

struct waiting {
	int from, to, tid;
	struct barrier begun;
};

/* Waits until there is something in the pipe. */
static void *move(void *argument)
{
	struct waiting *w = argument;

	w->tid = syscall(SYS_gettid);
	barrier_pass(&w->begun);
	if (w->to < 0)
		must(read(w->from, bytes, 10));
	else
		must(splice(w->from, NULL, w->to, NULL, 10, 0));
	return NULL;
}

/* What was meant by the descriptors when a thread began to wait is moved, whatever they stand for when it is done. */
static void underway(void)
{
	int closed = new_file("closed", 5), replaced = new_file("replaced", 5), other = new_file("other", 50);

	for (int round = 0; round < 3; round++) {
		int ends[2], to = round == 0 ? closed : round == 1 ? replaced : -1, twin;
		struct waiting w = { .to = to };
		pthread_t thread;

		must(pipe(ends));
		w.from = ends[0];
		barrier_make(&w.begun);
		must(-pthread_create(&thread, NULL, move, &w));
		barrier_wait(&w.begun);
		wait_until_blocked(w.tid, to < 0 ? SYS_read : SYS_splice);
		twin = to < 0 ? -1 : must(dup(to));
		if (round == 0)
			close(closed);
		else
			must(dup2(other, to < 0 ? ends[0] : to));
		must(write(ends[1], "0123456789", 10));
		must(-pthread_join(thread, NULL));
		if (twin >= 0)
			count(twin, WRITTEN, 10);
	}
	read_some(other, 7);
}

/* Descriptor 3 comes from elsewhere. `first`: a thread that ends before. */
static void *drained(void *first)
{
	struct barrier more = { 0, -1 };
	int fd;

	if (first)
		must(-pthread_join(*(pthread_t *)first, NULL));
	fd = new_file("before", 30);
	must(rename("before", "after"));
	write_some(fd, 8);
	write_some(3, 9);
	tell_counted();
	report("ready");
	report_end();
	barrier_wait(&more);
	exit(0);
}

/* By the main thread, or by another when that one has ended. */
static void drain(bool by_another)
{
	static pthread_t first;
	pthread_t thread;

	if (!by_another)
		drained(NULL);
	first = pthread_self();
	must(-pthread_create(&thread, NULL, drained, &first));
	pthread_exit(NULL);
}

static void renamed(void)
{
	int a = new_file("before", 100), b = new_file("removed", 50);

	write_some(a, 10);
	must(rename("before", "after"));
	write_some(a, 5);
	close(a);
	must(unlink("removed"));
	read_some(b, 30);
	write_some(b, 4);
}

static void killed(void)
{
	struct barrier ready;
	pid_t child;

	barrier_make(&ready);
	child = must(fork());
	if (child == 0) {
		write_some(new_file("killed", 40), 8);
		tell_counted();
		barrier_pass(&ready);
		for (;;)
			pause();
	}
	barrier_wait(&ready);
	must(kill(child, SIGKILL));
	must(waitpid(child, NULL, 0));
}

static void running(void)
{
	struct barrier more = { 0, -1 };
	int fd = new_file("running", 100), other = new_file("other", 200);

	for (;;) {
		read_some(fd, 20);
		write_some(fd, 3);
		read_some(other, 150);
		tell_counted();
		report("ready");
		report_end();
		barrier_wait(&more);
	}
}

int main(int argc, char **argv)
{
	const char *how = argv[2];

	if (argc < 3)
		return 64;
	must(chdir(argv[1]));
	if (!strcmp(how, "duplicated"))
		duplicated();
	else if (!strcmp(how, "inherited"))
		inherited();
	else if (!strcmp(how, "executed"))
		executed(beside("descriptors"), argv[1]);
	else if (!strcmp(how, "after"))
		after(atoi(argv[3]));
	else if (!strcmp(how, "range"))
		range();
	else if (!strcmp(how, "elsewhere"))
		elsewhere();
	else if (!strcmp(how, "unseen"))
		unseen();
	else if (!strcmp(how, "underway"))
		underway();
	else if (!strcmp(how, "drained"))
		drain(false);
	else if (!strcmp(how, "drained-late"))
		drain(true);
	else if (!strcmp(how, "renamed"))
		renamed();
	else if (!strcmp(how, "killed"))
		killed();
	else
		running();
	tell_counted();
	return 0;
}
