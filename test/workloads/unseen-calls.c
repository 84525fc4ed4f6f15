/* SPDX-License-Identifier: MIT */
/*
 * S9: what looks like a system call and is none that the kernel carries out.
 * usage: unseen-calls vdso|dispatch|thread
 *   vdso: clock_gettime of the vDSO, 1009 times
 *   dispatch: getppid 7 times, sent back by syscall user dispatch; then 3 times let through
 *   thread: a thread whose getppid a seccomp filter answers by ending that thread
 * Lines: "unseen" {call, times}, "seen" {call, times}.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#endif

static volatile char selector; /* 0: let through, 1: sent back */
static volatile int sent_back;

static void tell(const char *what, const char *call, int times)
{
	report(what);
	report_text("call", call);
	report_number("times", times);
	report_end();
}

static void handle(int signal)
{
	(void)signal;
	selector = 0; /* for the return from here, and what comes behind it */
	sent_back++;
}

static void dispatch(void)
{
	struct sigaction action = { .sa_handler = handle };

	must(sigaction(SIGSYS, &action, NULL));
	must(prctl(PR_SET_SYSCALL_USER_DISPATCH, 1, 0, 0, &selector));
	for (int n = 0; n < 7; n++) {
		selector = 1;
		syscall(SYS_getppid);
	}
	for (int n = 0; n < 3; n++)
		syscall(SYS_getppid);
	tell("unseen", "getppid", sent_back);
	tell("seen", "getppid", 3);
}

static void *end_by_call(void *unused)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_THREAD),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog all = { sizeof(program) / sizeof(*program), program };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all));
	syscall(SYS_getppid);
	fail("getppid");
	return unused;
}

int main(int argc, char **argv)
{
	struct timespec time;
	pthread_t thread;

	if (argc != 2)
		return 64;
	if (!strcmp(argv[1], "vdso")) {
		for (int n = 0; n < 1009; n++)
			must(clock_gettime(CLOCK_MONOTONIC, &time));
		tell("unseen", "clock_gettime", 1009);
	} else if (!strcmp(argv[1], "dispatch")) {
		dispatch();
	} else if (!strcmp(argv[1], "thread")) {
		if (pthread_create(&thread, NULL, end_by_call, NULL))
			fail("pthread_create");
		pthread_join(thread, NULL);
		tell("unseen", "getppid", 1);
	} else {
		return 64;
	}
	return 0;
}
