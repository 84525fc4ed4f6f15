/* SPDX-License-Identifier: MIT */
/* What fixtures of file changes share: lines that say what an event should, and a filter that lets no change happen. */
#ifndef CHANGES_H
#define CHANGES_H

#include <errno.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#define SYS_removexattrat 466
#endif

/* An address that is no memory. */
#define BAD ((const char *)8)

/* The working folder. */
static char folder[PATH_MAX];

/* A text, or why there is none. */
static inline void say(const char *key, const char *text)
{
	char status[64];

	if (text && text != BAD) {
		report_text(key, text);
		return;
	}
	snprintf(status, sizeof(status), "%sStatus", key);
	report_text(status, text ? "unreadable" : "absent");
}

/* A path that is relative to the working folder, made absolute. `pipe:[7]` is none. */
static inline void say_path(const char *key, const char *path)
{
	char absolute[2 * PATH_MAX];

	if (path && path != BAD && path[0] != '/' && !strstr(path, ":[")) {
		snprintf(absolute, sizeof(absolute), "%s%s%s", folder, path[0] ? "/" : "", path);
		path = absolute;
	}
	say(key, path);
}

/* Begins the line of a call that returned `value`: how it was given the name, and which path that is. */
static inline void change(const char *kind, const char *call, long value, const char *asked, const char *path)
{
	int error = errno;

	report("change");
	report_text("kind", kind);
	report_text("call", call);
	report_result(value, error);
	say("asked", asked);
	say_path("path", path);
}

/* Where the file of a descriptor is, by /proc. */
static inline const char *where(int fd)
{
	static char name[64], link[PATH_MAX];
	ssize_t n;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	n = must(readlink(name, link, sizeof(link) - 1));
	link[n] = 0;
	return link;
}

/* From here on each of these calls is answered with `error` and not made. */
static inline void block(const int *calls, size_t count, int error)
{
	struct sock_filter program[2 * 64 + 2] = { BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							    offsetof(struct seccomp_data, nr)) };
	struct sock_fprog all = { 2 * count + 2, program };

	for (size_t n = 0; n < count; n++) {
		program[1 + 2 * n] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[n], 0, 1);
		program[2 + 2 * n] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error);
	}
	program[2 * count + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all));
}

/* How the fixture is told to be blocked: "blocked" by an errno, "answered" by a success that is none. */
static inline void block_as(const char *how, const int *calls, size_t count)
{
	if (how)
		block(calls, count, strcmp(how, "blocked") ? 0 : ENOTSUP);
}

static inline void enter(const char *where_to)
{
	must(chdir(where_to));
	must((intptr_t)getcwd(folder, sizeof(folder)) ? 0 : -1);
}

#endif
