/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#define LINE_ROOM (1 << 18)

static __thread char line[LINE_ROOM];
static __thread size_t length;
static int proc_fd = AT_FDCWD;

static void put(const char *text, size_t n)
{
	if (length + n > LINE_ROOM) {
		static const char message[] = "report: line too long\n";

		(void)!write(2, message, sizeof(message) - 1);
		_exit(99);
	}
	memcpy(line + length, text, n);
	length += n;
}

static void put_string(const char *text)
{
	put(text, strlen(text));
}

static void put_number(long long value)
{
	char digits[24];

	put(digits, snprintf(digits, sizeof(digits), "%lld", value));
}

/* Length of the well-formed UTF-8 character at p, or 0. */
static size_t character(const unsigned char *p, size_t left)
{
	size_t n = *p < 0x80                 ? 1
		   : *p >= 0xc2 && *p < 0xe0 ? 2
		   : *p >= 0xe0 && *p < 0xf0 ? 3
		   : *p >= 0xf0 && *p < 0xf5 ? 4
					     : 0;

	if (!n || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) || (*p == 0xf0 && p[1] < 0x90) ||
	    (*p == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

static void put_quoted(const void *bytes, size_t count)
{
	const unsigned char *p = bytes;
	char escape[8];

	put("\"", 1);
	for (size_t i = 0; i < count;) {
		size_t n = character(p + i, count - i);

		if (!n) {
			put(escape, snprintf(escape, sizeof(escape), "\\udc%02x", p[i++]));
		} else if (p[i] < 0x20 || p[i] == 0x7f) {
			put(escape, snprintf(escape, sizeof(escape), "\\u%04x", p[i++]));
		} else {
			if (p[i] == '"' || p[i] == '\\')
				put("\\", 1);
			put((const char *)p + i, n);
			i += n;
		}
	}
	put("\"", 1);
}

static void key(const char *name)
{
	put(",\"", 2);
	put_string(name);
	put("\":", 2);
}

void report(const char *what)
{
	length = 0;
	put_string("{\"what\":\"");
	put_string(what);
	put("\"", 1);
	report_number("pid", syscall(SYS_getpid));
	report_number("tid", syscall(SYS_gettid));
}

void report_number(const char *name, long long value)
{
	key(name);
	put_number(value);
}

void report_bytes(const char *name, const void *bytes, size_t count)
{
	key(name);
	put_quoted(bytes, count);
}

void report_text(const char *name, const char *text)
{
	if (text) {
		report_bytes(name, text, strlen(text));
	} else {
		key(name);
		put_string("null");
	}
}

void report_texts(const char *name, char *const *list, size_t count)
{
	key(name);
	put("[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i)
			put(",", 1);
		put_quoted(list[i], strlen(list[i]));
	}
	put("]", 1);
}

const char *errno_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "unknown";
}

void report_result(long long value, int error)
{
	key("ok");
	put_string(value < 0 ? "false" : "true");
	if (value < 0)
		report_text("errno", errno_name(error));
	else
		report_number("value", value);
}

static const char *type_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symlink";
	case S_IFIFO:
		return "fifo";
	case S_IFSOCK:
		return "socket";
	case S_IFCHR:
		return "characterDevice";
	default:
		return "blockDevice";
	}
}

void report_file(int fd)
{
	static __thread char link[65536];
	char name[64];
	struct stat s;
	ssize_t n;

	if (fd < 0 || fstat(fd, &s))
		return;
	report_bytes("device", name, snprintf(name, sizeof(name), "%u:%u", major(s.st_dev), minor(s.st_dev)));
	report_bytes("inode", name, snprintf(name, sizeof(name), "%llu", (unsigned long long)s.st_ino));
	report_text("type", type_of(s.st_mode));
	if (proc_fd == AT_FDCWD)
		snprintf(name, sizeof(name), "/proc/thread-self/fd/%d", fd);
	else
		snprintf(name, sizeof(name), "thread-self/fd/%d", fd);
	n = readlinkat(proc_fd, name, link, sizeof(link));
	if (n < 0)
		report_text("link", NULL); /* ENAMETOOLONG: longer than a page */
	else
		report_bytes("link", link, n);
}

void report_status(int status)
{
	if (WIFEXITED(status))
		report_number("exited", WEXITSTATUS(status));
	if (WIFSIGNALED(status)) {
		report_number("signal", WTERMSIG(status));
		key("core");
		put_string(WCOREDUMP(status) ? "true" : "false");
	}
}

void report_end(void)
{
	size_t done = 0;

	put("}\n", 2);
	while (done < length) {
		ssize_t n = write(1, line + done, length - done);

		if (n < 0 && errno != EINTR)
			_exit(98);
		if (n > 0)
			done += n;
	}
}

void report_proc_is(int fd)
{
	proc_fd = fd;
}

int report_open(const char *call, const char *asked, long long flags, int fd)
{
	int error = errno;

	report("open");
	report_text("call", call);
	report_text("asked", asked);
	report_number("flags", flags);
	report_result(fd, error);
	report_file(fd);
	report_end();
	errno = error;
	return fd;
}

void fail(const char *what)
{
	dprintf(2, "fixture: %s: %s\n", what, strerror(errno));
	_exit(99);
}

void barrier_make(struct barrier *b)
{
	int fds[2];

	must(pipe(fds));
	b->read_fd = fds[0];
	b->write_fd = fds[1];
}

void barrier_wait(struct barrier *b)
{
	char byte;
	ssize_t n;

	do
		n = read(b->read_fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		fail("barrier_wait");
}

void barrier_ended(struct barrier *b)
{
	char bytes[64];
	ssize_t n;

	close(b->write_fd);
	do
		n = read(b->read_fd, bytes, sizeof(bytes));
	while (n > 0 || (n < 0 && errno == EINTR));
	close(b->read_fd);
}

void barrier_pass(struct barrier *b)
{
	if (write(b->write_fd, "", 1) != 1)
		fail("barrier_pass");
}

void wait_until_blocked(int pid, long nr)
{
	char name[64], text[64];

	snprintf(name, sizeof(name), "/proc/%d/syscall", pid);
	for (;;) {
		int fd = must(open(name, O_RDONLY | O_CLOEXEC));
		ssize_t n = read(fd, text, sizeof(text) - 1);

		close(fd);
		if (n > 0) {
			char *end;
			long found;

			text[n] = 0;
			found = strtol(text, &end, 10);
			if (end != text && found == nr)
				return;
		}
		sched_yield();
	}
}

const char *beside(const char *name)
{
	static char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		fail("readlink /proc/self/exe");
	path[n] = 0;
	slash = strrchr(path, '/');
	snprintf(slash + 1, sizeof(path) - (slash + 1 - path), "%s", name);
	return path;
}
