/* SPDX-License-Identifier: MIT */
/*
 * A child blocks in a call, a signal comes, and the kernel restarts the call, gives EINTR, or gives up.
 * usage: stopped-calls restart|interrupt|stop|jump|kill
 *   restart: read, 6 signals whose handler (SA_RESTART) calls getppid, then a byte
 *   interrupt: read, a signal whose handler has no SA_RESTART; then read again
 *   stop: nanosleep, SIGSTOP and SIGCONT 3 times; it sleeps 300 ms in all
 *   jump: read, a signal whose handler (SA_RESTART) jumps out; then another read
 *   kill: read, SIGKILL
 * Lines: "read" {value or errno} for each read that returned, "slept" {ns} by the clock, "end" {signals, status} by the parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static atomic_int *handled;
static sigjmp_buf out;
static int jumps;

static void handle(int signal)
{
	(void)signal;
	syscall(SYS_getppid);
	atomic_fetch_add(handled, 1);
	if (jumps)
		siglongjmp(out, 1);
}

static void read_byte(int fd)
{
	char byte;
	long result = syscall(SYS_read, fd, &byte, 1);
	int error = errno;

	report("read");
	report_result(result, error);
	report_end();
}

static void child(const char *how, int fd, int other)
{
	struct sigaction action = { .sa_handler = handle, .sa_flags = strcmp(how, "interrupt") ? SA_RESTART : 0 };
	struct timespec begin, end, pause = { 0, 300000000 };

	jumps = !strcmp(how, "jump");
	must(sigaction(SIGUSR1, &action, NULL));
	if (!strcmp(how, "stop")) {
		must(clock_gettime(CLOCK_BOOTTIME, &begin));
		must(syscall(SYS_nanosleep, &pause, NULL));
		must(clock_gettime(CLOCK_BOOTTIME, &end));
		report("slept");
		report_number("ns", (end.tv_sec - begin.tv_sec) * 1000000000LL + end.tv_nsec - begin.tv_nsec);
		report_end();
		_exit(0);
	}
	if (sigsetjmp(out, 1))
		read_byte(other);
	else
		read_byte(fd);
	if (!strcmp(how, "interrupt"))
		read_byte(fd);
	_exit(0);
}

int main(int argc, char **argv)
{
	int first[2], second[2], status, signals = 0;
	const char *how;
	pid_t pid;

	if (argc != 2)
		return 64;
	how = argv[1];
	must(pipe(first));
	must(pipe(second));
	handled = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid = must(fork());
	if (pid == 0)
		child(how, first[0], second[0]);
	wait_until_blocked(pid, strcmp(how, "stop") ? SYS_read : SYS_nanosleep);
	if (!strcmp(how, "kill")) {
		must(kill(pid, SIGKILL));
	} else if (!strcmp(how, "stop")) {
		for (; signals < 3; signals++) {
			must(kill(pid, SIGSTOP));
			must(waitpid(pid, &status, WUNTRACED));
			must(kill(pid, SIGCONT));
			must(waitpid(pid, &status, WCONTINUED));
			wait_until_blocked(pid, SYS_restart_syscall);
		}
	} else {
		int most = strcmp(how, "restart") ? 1 : 6;

		for (; signals < most; signals++) {
			must(kill(pid, SIGUSR1));
			while (atomic_load(handled) <= signals)
				sched_yield();
			wait_until_blocked(pid, SYS_read);
		}
		must(write(first[1], "x", 1));
		must(write(second[1], "y", 1));
	}
	must(waitpid(pid, &status, 0));
	report("end");
	report_number("child", pid);
	report_number("signals", signals);
	report_status(status);
	report_end();
	return 0;
}
