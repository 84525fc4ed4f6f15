/* SPDX-License-Identifier: MIT */
/*
 * What fixtures that move bytes share: they add up what each of their calls really moved, by file, and tell it in the end.
 * Lines: "io" {path: as /proc had it when the bytes were moved, device, inode, and of each kind calls and bytes}.
 */
#ifndef TRANSFERS_H
#define TRANSFERS_H

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "report.h"

#define FILES_MOST 256

enum transfer { READ, WRITTEN, MAPPED, MAPPED_WRITABLE, TRANSFERS };

static const char *const transfer_names[TRANSFERS][2] = {
	[READ] = { "readBytes", "readCalls" },
	[WRITTEN] = { "writtenBytes", "writtenCalls" },
	[MAPPED] = { "mappedBytes", "mappedCalls" },
	[MAPPED_WRITABLE] = { "mappedWritable", NULL },
};

static struct counted {
	char path[512];
	dev_t device;
	ino_t inode;
	unsigned long long bytes[TRANSFERS], calls[TRANSFERS];
} files[FILES_MOST];
static int file_count;
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;

static inline struct counted *counted_of(const struct stat *s, const char *path)
{
	for (int n = 0; n < file_count; n++)
		if (files[n].inode == s->st_ino && files[n].device == s->st_dev && !strcmp(files[n].path, path))
			return &files[n];
	if (file_count == FILES_MOST)
		fail("more files than are counted");
	snprintf(files[file_count].path, sizeof(files[0].path), "%s", path);
	files[file_count].device = s->st_dev;
	files[file_count].inode = s->st_ino;
	return &files[file_count++];
}

/* A call moved `n` bytes (negative: it failed); of pipes and devices nothing is counted. Returns n. */
static inline long count(int fd, enum transfer what, long n)
{
	char name[64], path[512];
	struct counted *file;
	struct stat s;
	ssize_t length;

	if (n < 0)
		return n;
	must(fstat(fd, &s));
	if (!S_ISREG(s.st_mode) && !S_ISBLK(s.st_mode))
		return n;
	snprintf(name, sizeof(name), "/proc/thread-self/fd/%d", fd);
	length = must(readlink(name, path, sizeof(path) - 1));
	path[length] = 0;
	if (length > 10 && !strcmp(path + length - 10, " (deleted)"))
		path[length - 10] = 0;
	pthread_mutex_lock(&counting);
	file = counted_of(&s, path);
	file->bytes[what] += n;
	file->calls[what]++;
	if (what == MAPPED_WRITABLE) {
		file->bytes[MAPPED] += n;
		file->calls[MAPPED]++;
	}
	pthread_mutex_unlock(&counting);
	return n;
}

/* All that was counted, and begins afresh. */
static inline void tell_counted(void)
{
	char text[64];

	for (int n = 0; n < file_count; n++) {
		report("io");
		report_text("path", files[n].path);
		report_bytes("device", text,
			     snprintf(text, sizeof(text), "%u:%u", major(files[n].device), minor(files[n].device)));
		report_bytes("inode", text, snprintf(text, sizeof(text), "%llu", (unsigned long long)files[n].inode));
		for (int what = 0; what < TRANSFERS; what++)
			for (int of = 0; of < 2; of++)
				if (transfer_names[what][of])
					report_number(transfer_names[what][of],
						      of ? files[n].calls[what] : files[n].bytes[what]);
		report_end();
	}
	memset(files, 0, sizeof(files));
	file_count = 0;
}

/* A new file of so many bytes, with its transfers counted; its descriptor, for reading and writing. */
static inline int new_file(const char *name, size_t bytes)
{
	static const char content[4096];
	int fd = must(open(name, O_CREAT | O_RDWR | O_TRUNC, 0600));

	for (size_t n; bytes; bytes -= n)
		n = must(count(fd, WRITTEN, write(fd, content, bytes < sizeof(content) ? bytes : sizeof(content))));
	must(lseek(fd, 0, SEEK_SET));
	return fd;
}

#endif
