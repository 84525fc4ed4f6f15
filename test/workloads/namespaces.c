/* SPDX-License-Identifier: MIT */
/*
 * Namespaces made and entered, each in a child of its own.
 * usage: namespaces made | failed | nested
 *   nested: by an ordinary user, a user namespace in another
 * Lines: "namespace" {call, flags (of setns with none what its descriptor stands for), result, and the numbers in /proc/self/ns afterwards, of a failed call too} by who called, of a clone that succeeded {call, flags, value, child};
 *   "cloned" {numbers} by its child; "inside" {pid} by a child that was made after unshare(CLONE_NEWPID): the namespace it is in; "owner" {uid, level} of a user namespace, by
 *   ioctl_ns(2), from outside.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/nsfs.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static long long number(const char *name)
{
	char path[64], text[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/thread-self/ns/%s", name);
	n = readlink(path, text, sizeof(text) - 1);
	if (n < 0)
		return 0; /* pid_for_children, before there is one */
	text[n] = 0;
	return atoll(strchr(text, '[') + 1);
}

static void report_numbers(void)
{
	report_number("mnt", number("mnt"));
	report_number("uts", number("uts"));
	report_number("ipc", number("ipc"));
	report_number("pid_for_children", number("pid_for_children"));
	report_number("net", number("net"));
	report_number("cgroup", number("cgroup"));
	report_number("time_for_children", number("time_for_children"));
	report_number("user", number("user"));
}

/* `meant` is what flags of 0 stand for: the kind of the descriptor's namespace. */
static void tell_meant(const char *call, long long flags, long long meant, long result)
{
	int error = errno;

	report("namespace");
	report_text("call", call);
	report_number("flags", flags ? flags : meant);
	report_result(result, error);
	report_numbers();
	report_end();
}

static void tell(const char *call, long long flags, long result)
{
	tell_meant(call, flags, 0, result);
}

static void end(int child)
{
	int status;

	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail("child");
}

static void make(int flags)
{
	int child = must(fork()), inside;

	if (child)
		return end(child);
	tell("unshare", flags, unshare(flags));
	if (flags & CLONE_NEWPID) {
		inside = must(fork());
		if (inside == 0) {
			report("inside");
			report_number("namespace", number("pid"));
			report_end();
			_exit(0);
		}
		end(inside);
	}
	_exit(0);
}

static void *make_in_thread(void *unused)
{
	tell("unshare", CLONE_NEWUTS, unshare(CLONE_NEWUTS));
	return unused;
}

static void in_thread(void)
{
	int child = must(fork());
	pthread_t thread;

	if (child)
		return end(child);
	if (pthread_create(&thread, NULL, make_in_thread, NULL))
		fail("pthread_create");
	pthread_join(thread, NULL);
	tell("unshare", CLONE_FILES, unshare(CLONE_FILES));
	_exit(0);
}

/* struct clone_args of clone3(2), first version. */
struct arguments {
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
};

static int cloned(const char *call, long long flags)
{
	struct arguments arguments = { .flags = flags, .exit_signal = SIGCHLD };
	int child = !strcmp(call, "clone") ? syscall(SYS_clone, (long)flags | SIGCHLD, 0, 0, 0, 0)
					   : syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (child < 0) {
		tell(call, flags, child);
		return child;
	}
	if (child == 0) {
		report("cloned");
		report_numbers();
		report_end();
		_exit(0);
	}
	end(child);
	report("namespace");
	report_text("call", call);
	report_number("flags", flags);
	report_result(child, 0);
	report_number("child", child);
	report_end();
	return child;
}

static int open_namespace(int pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, name);
	return must(open(path, O_RDONLY));
}

static void enter(int fd, int flags, int meant)
{
	int child = must(fork());

	if (child)
		return end(child);
	tell_meant("setns", flags, meant, setns(fd, flags));
	_exit(0);
}

/* Those of a process that waits in namespaces of its own. */
static void entered(void)
{
	struct barrier ready, done;
	int other;

	barrier_make(&ready);
	barrier_make(&done);
	other = must(fork());
	if (other == 0) {
		tell("unshare", CLONE_NEWUTS | CLONE_NEWNET, unshare(CLONE_NEWUTS | CLONE_NEWNET));
		barrier_pass(&ready);
		barrier_wait(&done);
		_exit(0);
	}
	barrier_wait(&ready);
	enter(open_namespace(other, "uts"), CLONE_NEWUTS, 0);
	enter(open_namespace(other, "net"), 0, CLONE_NEWNET);
	enter(must(syscall(SYS_pidfd_open, other, 0)), CLONE_NEWUTS | CLONE_NEWNET, 0);
	enter(open_namespace(other, "uts"), CLONE_NEWNET, 0);
	enter(open_namespace(other, "user"), 0, CLONE_NEWUSER);
	barrier_pass(&done);
	end(other);
}

static void made(void)
{
	make(CLONE_NEWNS);
	make(CLONE_NEWUTS);
	make(CLONE_NEWIPC);
	make(CLONE_NEWNET);
	make(CLONE_NEWCGROUP);
	make(CLONE_NEWPID);
	make(CLONE_NEWTIME);
	make(CLONE_NEWUSER);
	make(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC);
	make(CLONE_FILES | CLONE_FS);
	in_thread();
	cloned("clone", CLONE_NEWNS | CLONE_NEWUTS);
	cloned("clone", CLONE_NEWUSER | CLONE_NEWPID);
	cloned("clone3", CLONE_NEWIPC | CLONE_NEWTIME);
	cloned("clone3", CLONE_NEWTIME);
	entered();
}

static void failed(void)
{
	int child = must(fork());

	if (child)
		return end(child);
	tell("unshare", 1, unshare(1));
	tell("setns", 0, setns(-1, 0));
	tell("setns", 0, setns(must(open("/", O_RDONLY)), 0));
	cloned("clone", CLONE_NEWNS | CLONE_FS);
	cloned("clone3", CLONE_NEWUSER | CLONE_FS);
	must(setgroups(0, NULL));
	must(syscall(SYS_setresgid, 65534, 65534, 65534));
	must(syscall(SYS_setresuid, 65534, 65534, 65534));
	tell("unshare", CLONE_NEWNET, unshare(CLONE_NEWNET));
	tell_meant("setns", 0, CLONE_NEWNET, setns(open_namespace(getpid(), "net"), 0));
	cloned("clone", CLONE_NEWUTS | CLONE_NEWPID);
	cloned("clone3", CLONE_NEWTIME);
	/* Is no matter of namespaces. */
	cloned("clone", CLONE_SIGHAND);
	_exit(0);
}

static void write_file(const char *path, const char *text)
{
	int fd = must(open(path, O_WRONLY));

	if (write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fail(path);
	close(fd);
}

static void tell_owner(int pid)
{
	int fd = open_namespace(pid, "user"), own = open_namespace(getpid(), "user"), level = 0;
	uid_t uid;

	must(ioctl(fd, NS_GET_OWNER_UID, &uid));
	for (int at = fd;; level++) {
		char a[64], b[64], path[64];
		ssize_t n, m;

		snprintf(path, sizeof(path), "/proc/self/fd/%d", at);
		n = must(readlink(path, a, sizeof(a)));
		snprintf(path, sizeof(path), "/proc/self/fd/%d", own);
		m = must(readlink(path, b, sizeof(b)));
		if (n == m && !memcmp(a, b, n))
			break;
		at = must(ioctl(at, NS_GET_PARENT));
	}
	report("owner");
	report_number("uid", uid);
	report_number("level", level);
	report_end();
}

static void nested(void)
{
	int child = must(fork());

	if (child == 0) {
		must(setgroups(0, NULL));
		must(syscall(SYS_setresgid, 65534, 65534, 65534));
		must(syscall(SYS_setresuid, 65534, 65534, 65534));
		/* A process that has changed its ids is not dumpable, and its /proc is root's. */
		child = must(fork());
		if (child == 0) {
			execl("/proc/self/exe", "namespaces", "levels", NULL);
			fail("exec");
		}
		end(child);
		_exit(0);
	}
	end(child);
}

/* One user namespace in another; the owner of each is told by a process outside of both. */
static void levels(void)
{
	struct barrier ready, done;
	int child;

	barrier_make(&ready);
	barrier_make(&done);
	child = must(fork());
	if (child == 0) {
		tell("unshare", CLONE_NEWUSER, unshare(CLONE_NEWUSER));
		barrier_pass(&ready);
		barrier_wait(&done);
		write_file("/proc/self/uid_map", "0 65534 1");
		write_file("/proc/self/setgroups", "deny");
		write_file("/proc/self/gid_map", "0 65534 1");
		tell("unshare", CLONE_NEWUSER | CLONE_NEWUTS, unshare(CLONE_NEWUSER | CLONE_NEWUTS));
		barrier_pass(&ready);
		barrier_wait(&done);
		_exit(0);
	}
	for (int i = 0; i < 2; i++) {
		barrier_wait(&ready);
		tell_owner(child);
		barrier_pass(&done);
	}
	end(child);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	if (!strcmp(argv[1], "made"))
		made();
	else if (!strcmp(argv[1], "failed"))
		failed();
	else if (!strcmp(argv[1], "nested"))
		nested();
	else
		levels();
	return 0;
}
