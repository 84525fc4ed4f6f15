/* SPDX-License-Identifier: MIT */
/*
 * Bytes moved to and from files by every call that moves some, with success and failure. Built for 64 and 32 bits (transfers32).
 * usage: transfers FOLDER calls|many|threads|answered|ioctls      (an empty folder; ioctls: those of which strace shows no amounts)
 *   calls: each call · many: more files in turn than are added up at once · threads: one file shared by threads · answered: by a filter, nothing is read
 * Lines: those of transfers.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "changes.h"
#include "transfers.h"

#define THREADS 3
#define ROUNDS 2003

static char bytes[8192];
static void *volatile bad = (void *)8;

static void expect_failure(long result)
{
	if (result >= 0)
		fail("a call that cannot succeed did");
}

static void reads(int fd)
{
	struct iovec parts[2] = { { bytes, 100 }, { bytes + 100, 23 } };

	must(count(fd, READ, read(fd, bytes, 1000)));
	must(count(fd, READ, pread(fd, bytes, 500, 7)));
	must(count(fd, READ, readv(fd, parts, 2)));
	must(count(fd, READ, preadv(fd, parts, 2, 3)));
	must(count(fd, READ, preadv2(fd, parts, 2, 5, 0)));
	must(count(fd, READ, preadv2(fd, parts, 2, -1, 0)));
	must(count(fd, READ, read(fd, bytes, 0)));
	must(count(fd, READ, pread(fd, bytes, 10, 1 << 20))); /* beyond the end: 0 */
	expect_failure(read(fd, bad, 10));
	expect_failure(read(999, bytes, 10));
}

/* As fallocate does: struct space_resv of the kernel's linux/falloc.h. */
static void zeros(int fd)
{
	struct {
		int16_t type, whence;
		int64_t start, length;
		int32_t rest[6];
	} range = { .start = 3, .length = 97 };
	const unsigned long unreserve = _IOW('X', 41, range), unreserve64 = _IOW('X', 43, range),
			    zero = _IOW('X', 57, range);

	if (!ioctl(fd, unreserve, &range))
		count(fd, WRITTEN, 97);
	if (!ioctl(fd, unreserve64, &range))
		count(fd, WRITTEN, 97);
	if (!ioctl(fd, zero, &range))
		count(fd, WRITTEN, 97);
}

/* Content of a block device thrown away, where one can be made of a file. */
static void discards(int file)
{
	uint64_t range[2] = { 4096, 8192 };
	char name[32];
	int fd = open("/dev/loop-control", O_RDWR), device;

	if (fd < 0)
		return;
	snprintf(name, sizeof(name), "/dev/loop%d", ioctl(fd, LOOP_CTL_GET_FREE));
	close(fd);
	device = open(name, O_RDWR);
	if (device < 0)
		return;
	if (!ioctl(device, LOOP_SET_FD, file)) {
		must(count(device, WRITTEN, pwrite(device, bytes, 512, 0)));
		if (!ioctl(device, BLKZEROOUT, range))
			count(device, WRITTEN, range[1]);
		if (!ioctl(device, BLKDISCARD, range))
			count(device, WRITTEN, range[1]);
		expect_failure(ioctl(device, BLKDISCARD, bad));
		must(ioctl(device, LOOP_CLR_FD));
	}
	close(device);
}

static void ioctls(int from, int to)
{
	struct stat s;

	zeros(to);
	discards(new_file("device", 65536));
	must(fstat(from, &s));
	if (!ioctl(to, FICLONE, from))
		count(from, READ, s.st_size), count(to, WRITTEN, s.st_size);
}

static void writes(int fd)
{
	struct iovec parts[3] = { { bytes, 11 }, { bytes, 0 }, { bytes, 31 } };
	int folder_fd = must(open(".", O_RDONLY | O_DIRECTORY));

	must(count(fd, WRITTEN, write(fd, bytes, 777)));
	must(count(fd, WRITTEN, pwrite(fd, bytes, 41, 2)));
	must(count(fd, WRITTEN, writev(fd, parts, 3)));
	must(count(fd, WRITTEN, pwritev(fd, parts, 3, 9)));
	must(count(fd, WRITTEN, pwritev2(fd, parts, 3, 9, RWF_DSYNC)));
	must(count(fd, WRITTEN, pwritev2(fd, parts, 3, 9, RWF_APPEND)));
	expect_failure(write(fd, bad, 10));
	expect_failure(write(folder_fd, bytes, 10));
	expect_failure(read(folder_fd, bytes, 10));
	close(folder_fd);
}

/* Between files, and through a pipe. */
static void moves(int from, int to)
{
	loff_t offset = 0, other = 50000;
	int pipe_fds[2];
	long n;

	must(pipe(pipe_fds));
	must(lseek(from, 0, SEEK_SET));
	must(lseek(to, 0, SEEK_SET));
	n = must(sendfile(to, from, NULL, 3001));
	count(from, READ, n), count(to, WRITTEN, n);
	n = must(sendfile(pipe_fds[1], from, NULL, 1009));
	count(from, READ, n);
	must(read(pipe_fds[0], bytes, n));
	n = must(splice(from, &offset, pipe_fds[1], NULL, 2003, 0));
	count(from, READ, n);
	n = must(splice(pipe_fds[0], NULL, to, NULL, n, 0));
	count(to, WRITTEN, n);
	n = must(copy_file_range(from, &offset, to, NULL, 4001, 0));
	count(from, READ, n), count(to, WRITTEN, n);
	n = must(copy_file_range(from, NULL, from, &other, 101, 0));
	count(from, READ, n), count(from, WRITTEN, n);
	expect_failure(splice(from, NULL, to, NULL, 10, 0));
	expect_failure(sendfile(to, 999, NULL, 10));
	expect_failure(copy_file_range(from, NULL, pipe_fds[1], NULL, 10, 0));
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

static void map(int fd, enum transfer what, size_t length, int protection, int flags, long offset)
{
	void *at = mmap(NULL, length, protection, flags, fd, offset);

	if (at == MAP_FAILED)
		fail("mmap");
	if (fd >= 0)
		count(fd, what, length);
	munmap(at, length);
}

static void maps(int fd)
{
	int read_only = must(open("source", O_RDONLY));

	map(fd, MAPPED, 5000, PROT_READ, MAP_PRIVATE, 0);
	map(fd, MAPPED, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, 4096);
	map(fd, MAPPED, 100, PROT_READ, MAP_SHARED, 0);
	map(fd, MAPPED_WRITABLE, 9000, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	map(fd, MAPPED_WRITABLE, 1, PROT_WRITE, MAP_SHARED_VALIDATE, 8192);
	map(-1, MAPPED, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (mmap(NULL, 10, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, fd, 0) == MAP_FAILED) /* of no file, all the same */
		fail("mmap");
#ifdef __i386__
	{
		/* The old mmap takes its arguments from memory. */
		unsigned long arguments[6] = { 0, 6000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0 };

		must(syscall(SYS_mmap, arguments));
		count(fd, MAPPED_WRITABLE, 6000);
	}
#endif
	if (mmap(NULL, 10, PROT_WRITE, MAP_SHARED, read_only, 0) != MAP_FAILED ||
	    mmap(NULL, 10, PROT_READ, MAP_PRIVATE, 999, 0) != MAP_FAILED)
		fail("a mapping that cannot be");
	close(read_only);
}

static void many(void)
{
	char name[32];
	int fds[37];

	for (int n = 0; n < 37; n++) {
		snprintf(name, sizeof(name), "file-%d", n);
		fds[n] = new_file(name, 100 * n);
	}
	for (int round = 0; round < 11; round++)
		for (int n = 0; n < 37; n++) {
			must(count(fds[n], READ, pread(fds[n], bytes, 50 + n, 0)));
			if (round % 3 == n % 3)
				must(count(fds[n], WRITTEN, pwrite(fds[n], bytes, round, 10)));
		}
	/* Half of them stay open. */
	for (int n = 0; n < 37; n += 2)
		close(fds[n]);
}

static int shared, others[THREADS];

static void *work(void *argument)
{
	int own = others[(intptr_t)argument];

	for (int n = 0; n < ROUNDS; n++) {
		must(count(shared, n & 1 ? READ : WRITTEN,
			   n & 1 ? pread(shared, bytes, 1 + n % 97, 0) : pwrite(shared, "abcdefg", 1 + n % 7, n % 89)));
		must(count(own, READ, pread(own, bytes, 13, 0)));
	}
	return NULL;
}

static void threads(void)
{
	pthread_t all[THREADS];
	char name[32];

	shared = new_file("shared", 4096);
	for (intptr_t n = 0; n < THREADS; n++) {
		snprintf(name, sizeof(name), "own-%d", (int)n);
		others[n] = new_file(name, 100);
	}
	for (intptr_t n = 0; n < THREADS; n++)
		must(-pthread_create(&all[n], NULL, work, (void *)n));
	for (int n = 0; n < THREADS; n++)
		must(-pthread_join(all[n], NULL));
}

int main(int argc, char **argv)
{
	static const int calls[] = { SYS_read };
	int from;

	if (argc != 3)
		return 64;
	enter(argv[1]);
	if (!strcmp(argv[2], "many")) {
		many();
	} else if (!strcmp(argv[2], "threads")) {
		threads();
	} else if (!strcmp(argv[2], "ioctls")) {
		ioctls(new_file("source", 9973), new_file("copy", 200));
	} else {
		from = new_file("source", 9973);
		if (!strcmp(argv[2], "answered")) {
			block(calls, 1, 0);
			if (read(from, bytes, 100) != 0)
				fail("a read that a filter answers");
		} else {
			reads(from);
			writes(new_file("target", 5));
			moves(from, new_file("copy", 0));
			maps(from);
		}
	}
	tell_counted();
	return 0;
}
