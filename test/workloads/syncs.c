/* SPDX-License-Identifier: MIT */
/*
 * Data put on the disk: each call, with success and failure, and in order with writes and renames. Built for 64 and 32 bits (syncs32).
 * usage: syncs FOLDER calls|order|threads|mapping|blocked      (an empty folder)
 *   calls: each call · order: write, sync, write, rename, sync of the folder · threads: the same, each by a thread of its own
 *   mapping: msync while threads change the mappings of the process · blocked: by a filter
 * Lines: "sync" {call, result, flags, and device, inode, type, link of what was synced}; of order and threads "step" {name}; of mapping "many" {count}.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "changes.h"

#define ROUNDS 3001

#ifdef __arm__
#define NR_SYNC_FILE_RANGE SYS_sync_file_range2
#else
#define NR_SYNC_FILE_RANGE SYS_sync_file_range
#endif

static const int calls[] = { SYS_fsync, SYS_fdatasync, SYS_syncfs, NR_SYNC_FILE_RANGE, SYS_msync, SYS_sync };

/* `fd`: of what is synced; -1: of nothing. */
static void told(const char *call, long value, int fd, int flags)
{
	int error = errno;

	report("sync");
	report_text("call", call);
	report_result(value, error);
	report_number("flags", flags);
	report_file(fd);
	report_end();
}

static char *map(int fd, int flags)
{
	char *at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (at == MAP_FAILED)
		fail("mmap");
	return at;
}

static void each_call(const char *how)
{
	int fd = must(open("there", O_CREAT | O_RDWR, 0600)), dir = must(open(".", O_RDONLY | O_DIRECTORY)), pipes[2];
	char *shared, *nothing;

	must(pipe(pipes));
	must(ftruncate(fd, 8192));
	shared = map(fd, MAP_SHARED);
	nothing = map(-1, MAP_PRIVATE | MAP_ANONYMOUS);
	if (!strcmp(how, "blocked"))
		block(calls, sizeof(calls) / sizeof(*calls), ENOTSUP);
	shared[5000] = 1;
	told("fsync", syscall(SYS_fsync, fd), fd, 0);
	told("fsync", syscall(SYS_fsync, dir), dir, 0);
	told("fsync", syscall(SYS_fsync, pipes[0]), pipes[0], 0);
	told("fsync", syscall(SYS_fsync, 999), -1, 0);
	told("fdatasync", syscall(SYS_fdatasync, fd), fd, 0);
	told("fdatasync", syscall(SYS_fdatasync, 999), -1, 0);
	told("syncfs", syscall(SYS_syncfs, dir), dir, 0);
	told("syncfs", syscall(SYS_syncfs, -1), -1, 0);
#if defined(__arm__)
	told("arm_sync_file_range", syscall(NR_SYNC_FILE_RANGE, fd, 2, 0, 0, 4096, 0), fd, 2);
	told("arm_sync_file_range", syscall(NR_SYNC_FILE_RANGE, fd, 0x77, 0, 0, 4096, 0), fd, 0x77);
#elif __SIZEOF_POINTER__ == 4
	told("sync_file_range", syscall(SYS_sync_file_range, fd, 0, 0, 4096, 0, 2), fd, 2);
	told("sync_file_range", syscall(SYS_sync_file_range, fd, 0, 0, 4096, 0, 0x77), fd, 0x77);
#else
	told("sync_file_range", syscall(SYS_sync_file_range, fd, 0L, 4096L, 2), fd, 2);
	told("sync_file_range", syscall(SYS_sync_file_range, fd, 0L, 4096L, 0x77), fd, 0x77);
#endif
	told("msync", syscall(SYS_msync, shared, 8192, MS_SYNC), fd, MS_SYNC);
	told("msync", syscall(SYS_msync, shared + 4096, 4096, MS_ASYNC), fd, MS_ASYNC);
	told("msync", syscall(SYS_msync, shared + 1, 4096, MS_SYNC), fd, MS_SYNC);
	told("msync", syscall(SYS_msync, nothing, 4096, MS_SYNC), -1, MS_SYNC);
	munmap(nothing, 8192);
	told("msync", syscall(SYS_msync, nothing, 4096, MS_SYNC), -1, MS_SYNC);
	told("sync", syscall(SYS_sync), -1, 0);
}

static int written, dir;

static void step_write(void)
{
	must(pwrite(written, "content", 7, 0));
}

static void step_sync(void)
{
	must(fdatasync(written));
}

static void step_rename(void)
{
	must(rename("new", "there"));
}

static void step_sync_folder(void)
{
	must(fsync(dir));
}

static void step_sync_all(void)
{
	sync();
}

static const struct {
	const char *name;
	void (*run)(void);
} steps[] = {
	{ "io new", step_write },      { "sync new", step_sync },     { "io new", step_write },
	{ "rename new", step_rename }, { "io there", step_write },    { "sync folder", step_sync_folder },
	{ "io there", step_write },    { "sync all", step_sync_all },
};

#define STEPS (int)(sizeof(steps) / sizeof(*steps))

/* One for each step, and one for the end. */
static struct barrier turns[STEPS + 1];

static void run_step(int n)
{
	report("step");
	report_text("name", steps[n].name);
	report_end();
	steps[n].run();
}

/* All threads are there from the first step to the last, so that none tells anything by its end. */
static void *in_turn(void *step)
{
	int n = (intptr_t)step;

	barrier_wait(&turns[n]);
	run_step(n);
	barrier_pass(&turns[n + 1]);
	pause();
	return NULL;
}

static void order(int by_threads)
{
	written = must(open("new", O_CREAT | O_RDWR, 0600));
	dir = must(open(".", O_RDONLY | O_DIRECTORY));
	for (int n = 0; n <= STEPS; n++)
		barrier_make(&turns[n]);
	for (intptr_t n = 0; n < STEPS; n++) {
		pthread_t thread;

		if (by_threads)
			must(-pthread_create(&thread, NULL, in_turn, (void *)n));
		else
			run_step(n);
	}
	if (by_threads) {
		barrier_pass(&turns[0]);
		barrier_wait(&turns[STEPS]);
	}
}

static volatile int done;

static void *remap(void *unused)
{
	while (!done)
		munmap(map(-1, MAP_PRIVATE | MAP_ANONYMOUS), 8192);
	return unused;
}

static void mapping(void)
{
	int fd = must(open("there", O_CREAT | O_RDWR, 0600));
	pthread_t threads[3];
	char *shared;

	must(ftruncate(fd, 8192));
	shared = map(fd, MAP_SHARED);
	for (int n = 0; n < 3; n++)
		must(-pthread_create(&threads[n], NULL, remap, NULL));
	for (int n = 0; n < ROUNDS; n++)
		must(msync(shared, 4096, MS_ASYNC));
	done = 1;
	for (int n = 0; n < 3; n++)
		must(-pthread_join(threads[n], NULL));
	report("many");
	report_number("count", ROUNDS);
	report_end();
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 64;
	enter(argv[1]);
	if (!strcmp(argv[2], "mapping"))
		mapping();
	else if (!strcmp(argv[2], "order") || !strcmp(argv[2], "threads"))
		order(!strcmp(argv[2], "threads"));
	else
		each_call(argv[2]);
	return 0;
}
