/* SPDX-License-Identifier: MIT */
/*
 * Credentials set by every call that sets them, each in a child of its own, and changed by executing a file.
 * usage: credentials calls | failed | namespace | exec FOLDER      (an empty one; makes copies of this program there) | show CALL
 * Lines: "credentials" {call, asked (-1: left as it is), result, and what /proc/PID/status shows afterwards: uid, euid, suid, fsuid, gid, …, groups, inheritable, permitted,
 *   effective} by who called, of exec (call "execve") by the executed program, and by whoever looks from outside a user namespace; "same" by a program whose execution changed
 *   nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "report.h"

#define NOBODY 65534

static char status[65536];

static const char *line(const char *key)
{
	char *found = strstr(status, key);

	if (!found)
		fail(key);
	return found + strlen(key);
}

static void ids(const char *key, const char *const *names)
{
	char *at = (char *)line(key);

	for (int i = 0; i < 4; i++)
		report_number(names[i], strtoll(at, &at, 10));
}

static void set(const char *key, const char *name)
{
	report_bytes(name, line(key), 16);
}

/* As /proc shows a thread (0: the calling one) now. */
static void report_credentials(int pid)
{
	static const char *const users[] = { "uid", "euid", "suid", "fsuid" };
	static const char *const groups[] = { "gid", "egid", "sgid", "fsgid" };
	char path[64];
	int fd, count = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	fd = must(open(pid ? path : "/proc/thread-self/status", O_RDONLY));
	n = must(read(fd, status, sizeof(status) - 1));
	status[n] = 0;
	close(fd);
	ids("\nUid:", users);
	ids("\nGid:", groups);
	for (const char *p = line("\nGroups:"); *p != '\n'; p++)
		count += *p >= '0' && *p <= '9' && !(p[1] >= '0' && p[1] <= '9');
	report_number("groups", count);
	set("\nCapInh:\t", "inheritable");
	set("\nCapPrm:\t", "permitted");
	set("\nCapEff:\t", "effective");
}

struct call {
	const char *name;
	long nr;
	int count; /* of ids */
	long ids[3];
};

static void tell(const struct call *call, long result)
{
	char asked[3][24], *list[3];
	int error = errno;

	for (int i = 0; i < call->count; i++) {
		snprintf(asked[i], sizeof(asked[i]), "%ld", call->ids[i]);
		list[i] = asked[i];
	}
	report("credentials");
	report_text("call", call->name);
	report_texts("asked", list, call->count);
	report_result(result, error);
	report_credentials(0);
	report_end();
}

static void end(int child)
{
	int result;

	must(waitpid(child, &result, 0));
	if (!WIFEXITED(result) || WEXITSTATUS(result))
		fail("child");
}

static const struct call simple[] = {
	{ "setuid", SYS_setuid, 1, { 1001 } },
	{ "setgid", SYS_setgid, 1, { 1002 } },
	{ "setreuid", SYS_setreuid, 2, { -1, 1003 } },
	{ "setregid", SYS_setregid, 2, { 1004, -1 } },
	{ "setresuid", SYS_setresuid, 3, { 1005, -1, 1006 } },
	{ "setresgid", SYS_setresgid, 3, { -1, 1007, 1008 } },
	{ "setfsuid", SYS_setfsuid, 1, { 1009 } },
	{ "setfsgid", SYS_setfsgid, 1, { 1010 } },
#ifdef SYS_setuid32
	{ "setuid32", SYS_setuid32, 1, { 100001 } },
	{ "setgid32", SYS_setgid32, 1, { 100002 } },
	{ "setreuid32", SYS_setreuid32, 2, { -1, 100003 } },
	{ "setregid32", SYS_setregid32, 2, { 100004, -1 } },
	{ "setresuid32", SYS_setresuid32, 3, { 100005, -1, 100006 } },
	{ "setresgid32", SYS_setresgid32, 3, { -1, 100007, 100008 } },
	{ "setfsuid32", SYS_setfsuid32, 1, { 100009 } },
	{ "setfsgid32", SYS_setfsgid32, 1, { 100010 } },
#endif
};

static long make(const struct call *call)
{
	return syscall(call->nr, call->ids[0], call->ids[1], call->ids[2]);
}

static const struct call set_groups = { .name = "setgroups", .nr = SYS_setgroups };
static const struct call set_capabilities = { .name = "capset", .nr = SYS_capset };

static long groups(long nr)
{
	unsigned int list[] = { 11, 12, 13, 14 };
	unsigned short short_list[] = { 11, 12, 13, 14 };

#ifdef SYS_setgroups32
	if (nr == SYS_setgroups)
		return syscall(nr, 4, short_list);
#endif
	(void)short_list;
	return syscall(nr, 4, list);
}

/* Without a capability of the effective set, and with one in the inheritable set. */
static long capabilities(int drop, int inherit)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2];

	must(syscall(SYS_capget, &header, data));
	data[CAP_TO_INDEX(drop)].effective &= ~CAP_TO_MASK(drop);
	data[CAP_TO_INDEX(inherit)].inheritable |= CAP_TO_MASK(inherit);
	return syscall(SYS_capset, &header, data);
}

static void *in_thread(void *unused)
{
	tell(&simple[0], make(&simple[0]));
	return unused;
}

static void calls(void)
{
	int child;

	for (size_t i = 0; i < sizeof(simple) / sizeof(*simple); i++) {
		child = must(fork());
		if (child == 0) {
			tell(&simple[i], make(&simple[i]));
			_exit(0);
		}
		end(child);
	}
	child = must(fork());
	if (child == 0) {
		pthread_t thread;

		tell(&set_groups, groups(SYS_setgroups));
#ifdef SYS_setgroups32
		tell(&(struct call){ .name = "setgroups32" }, groups(SYS_setgroups32));
#endif
		tell(&set_capabilities, capabilities(CAP_SYS_ADMIN, CAP_BPF));
		/* The kernel's credentials are those of a thread. */
		if (pthread_create(&thread, NULL, in_thread, NULL))
			fail("pthread_create");
		pthread_join(thread, NULL);
		tell(&simple[1], make(&simple[1]));
		_exit(0);
	}
	end(child);
}

static void become(long user)
{
	struct call group = { "setresgid", SYS_setresgid, 3, { user, user, user } };
	struct call owner = { "setresuid", SYS_setresuid, 3, { user, user, user } };

	tell(&group, must(make(&group)));
	tell(&owner, must(make(&owner)));
}

static void failed(void)
{
	static const struct call refused[] = {
		{ "setuid", SYS_setuid, 1, { 0 } },
		{ "setgid", SYS_setgid, 1, { 0 } },
		{ "setresuid", SYS_setresuid, 3, { -1, 0, 5 } },
		{ "setfsuid", SYS_setfsuid, 1, { 0 } },
		{ "setuid", SYS_setuid, 1, { -1 } },
	};
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct all[2] = { { ~0u, ~0u, 0 }, { 0x1ff, 0x1ff, 0 } };

	become(NOBODY);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++)
		tell(&refused[i], make(&refused[i]));
	tell(&set_groups, groups(SYS_setgroups));
	tell(&set_capabilities, syscall(SYS_capset, &header, all));
}

static void write_file(int pid, const char *name, const char *text)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = must(open(path, O_WRONLY));
	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail(path);
	close(fd);
}

/* In a user namespace whose 7 is 1007 outside. What the process is, is told by its parent, which is outside. */
static void namespace(void)
{
	struct barrier ready, mapped, done;
	int child;

	barrier_make(&ready);
	barrier_make(&mapped);
	barrier_make(&done);
	child = must(fork());
	if (child == 0) {
		must(unshare(CLONE_NEWUSER));
		barrier_pass(&ready);
		barrier_wait(&mapped);
		must(syscall(SYS_setresuid, 7, 8, 9));
		barrier_pass(&ready);
		barrier_wait(&done);
		_exit(0);
	}
	barrier_wait(&ready);
	write_file(child, "uid_map", "0 1000 10");
	barrier_pass(&mapped);
	barrier_wait(&ready);
	report("credentials");
	report_text("call", "setresuid");
	report_texts("asked", (char *[]){ "7", "8", "9" }, 3);
	report_result(0, 0);
	report_credentials(child);
	report_end();
	barrier_pass(&done);
	end(child);
}

static const char *copy(const char *folder, const char *name)
{
	static char path[PATH_MAX], bytes[65536];
	int from = must(open("/proc/self/exe", O_RDONLY)), to;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	to = must(open(path, O_WRONLY | O_CREAT | O_EXCL, 0755));
	while ((n = must(read(from, bytes, sizeof(bytes)))) > 0)
		if (write(to, bytes, n) != n)
			fail(path);
	close(from);
	close(to);
	return path;
}

static void run(const char *path, const char *shown, long user)
{
	char *arguments[] = { "credentials", "show", (char *)shown, NULL };
	int child = must(fork());

	if (child == 0) {
		if (user)
			become(user);
		must(execv(path, arguments));
	}
	end(child);
}

static void exec(const char *folder)
{
	/* cap_net_raw=ep of struct vfs_cap_data, revision 2. */
	static const unsigned int file_capabilities[] = { 0x02000001, 1u << CAP_NET_RAW, 0, 0, 0 };
	const char *path;
	int child;

	must(chmod(folder, 0755));
	run(copy(folder, "plain"), "same", 0);
	run(copy(folder, "plain-user"), "same", NOBODY);
	path = copy(folder, "set-user");
	must(chmod(path, 04755));
	run(path, "execve", NOBODY);
	path = copy(folder, "set-group");
	must(chown(path, 0, 4242));
	must(chmod(path, 02755));
	run(path, "execve", NOBODY);
	path = copy(folder, "capable");
	must(setxattr(path, "security.capability", file_capabilities, sizeof(file_capabilities), 0));
	run(path, "execve", NOBODY);
	/* One that is left with capabilities as an ordinary user loses them by executing anything. */
	path = copy(folder, "loses");
	child = must(fork());
	if (child == 0) {
		char *arguments[] = { "credentials", "show", "execve", NULL };

		must(prctl(PR_SET_KEEPCAPS, 1));
		become(NOBODY);
		must(execv(path, arguments));
	}
	end(child);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 64;
	if (!strcmp(argv[1], "calls")) {
		calls();
	} else if (!strcmp(argv[1], "failed")) {
		failed();
	} else if (!strcmp(argv[1], "namespace")) {
		namespace();
	} else if (argc != 3) {
		return 64;
	} else if (!strcmp(argv[1], "exec")) {
		exec(argv[2]);
	} else {
		report(strcmp(argv[2], "same") ? "credentials" : "same");
		report_text("call", argv[2]);
		report_texts("asked", NULL, 0);
		report_result(0, 0);
		report_credentials(0);
		report_end();
	}
	return 0;
}
