/* SPDX-License-Identifier: MIT */
/*
 * What a fixture says of itself: one JSON object a line on stdout, each written at once. Nothing here opens a file,
 * allocates memory or asks a tracer: `file` fields are fstat(2) and readlink(2) of the descriptor the program really got.
 *
 * Bytes that are not UTF-8 become lone surrogates \udc80..\udcff, one each, as in src/trace.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stddef.h>

/* Begins a line; adds "what", "pid" and "tid" (as the caller's own namespace sees them). */
void report(const char *what);
void report_number(const char *key, long long value);
void report_text(const char *key, const char *text); /* NULL: null */
void report_bytes(const char *key, const void *bytes, size_t length);
void report_texts(const char *key, char *const *list, size_t count);
/* "ok", and "value" or "errno" (its name), of a call that returned `value` and left `error` in errno. */
void report_result(long long value, int error);
/* "device" (major:minor), "inode", "type" and "link" of an open descriptor; nothing of a negative one. */
void report_file(int fd);
/* "exited" or "signal" (its number), and "core", of a status of waitpid(2). */
void report_status(int status);
void report_end(void);

/* Reads links below this descriptor of a /proc instead of /proc (after chroot, say). */
void report_proc_is(int fd);

/* One whole line for one open: "asked", "flags", the result and the file. Returns fd. */
int report_open(const char *call, const char *asked, long long flags, int fd);

/* Name of an errno, such as "ENOENT". */
const char *errno_name(int error);

/* Prints why the fixture itself could not go on, and exits with status 99. */
void fail(const char *what) __attribute__((noreturn));
#define must(call)                                      \
	({                                              \
		__typeof__(call) must_value = (call);   \
		if (must_value == (__typeof__(call))-1) \
			fail(#call);                    \
		must_value;                             \
	})

/* A barrier: a pipe of which one side waits for a byte (or the end) and the other writes it (or closes). */
struct barrier {
	int read_fd;
	int write_fd;
};
void barrier_make(struct barrier *b);
void barrier_wait(struct barrier *b);  /* for one byte; the write side of this process is left open */
void barrier_ended(struct barrier *b); /* until every writer is gone; closes this process's own write side first */
void barrier_pass(struct barrier *b);

/* Returns when the thread blocks in system call `nr` (of its own table). Looks into /proc: needs no sleep. */
void wait_until_blocked(int pid, long nr);

/* The path of another program of this folder, from argv[0]'s resolved place. */
const char *beside(const char *name);

#endif
