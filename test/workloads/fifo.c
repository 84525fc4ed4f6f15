/* SPDX-License-Identifier: MIT */
/*
 * F20, S8: a child blocks in opening a FIFO.
 * usage: fifo restart|interrupt|kill FIFO      (makes FIFO)
 *   restart: 6 signals come, their handler has SA_RESTART, then a writer: one open that succeeds
 *   interrupt: a signal comes, its handler has no SA_RESTART: EINTR; the child then tries again and succeeds
 *   kill: SIGKILL comes
 * Lines: "open" by the child (not for kill), "end" {child, signals, exited or signal} by the parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static atomic_int *handled;

static void handle(int signal)
{
	(void)signal;
	atomic_fetch_add(handled, 1);
}

static void send_and_wait(pid_t child, int count)
{
	for (int i = 1; i <= count; i++) {
		must(kill(child, SIGUSR1));
		while (atomic_load(handled) < i)
			sched_yield();
		wait_until_blocked(child, SYS_openat);
	}
}

int main(int argc, char **argv)
{
	int restart, interrupt, signals = 0, status, fd = -1;
	pid_t child;

	if (argc != 3)
		return 64;
	restart = !strcmp(argv[1], "restart");
	interrupt = !strcmp(argv[1], "interrupt");
	must(mkfifo(argv[2], 0600));
	handled = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	child = must(fork());
	if (child == 0) {
		struct sigaction action = { .sa_handler = handle, .sa_flags = restart ? SA_RESTART : 0 };

		must(sigaction(SIGUSR1, &action, NULL));
		fd = report_open("openat", argv[2], O_RDONLY, openat(AT_FDCWD, argv[2], O_RDONLY));
		if (fd < 0 && errno == EINTR)
			report_open("openat", argv[2], O_RDONLY, openat(AT_FDCWD, argv[2], O_RDONLY));
		_exit(0);
	}
	wait_until_blocked(child, SYS_openat);
	if (restart || interrupt) {
		signals = restart ? 6 : 1;
		send_and_wait(child, signals);
		fd = report_open("openat", argv[2], O_WRONLY, openat(AT_FDCWD, argv[2], O_WRONLY));
	} else {
		must(kill(child, SIGKILL));
	}
	must(waitpid(child, &status, 0));
	report("end");
	report_number("child", child);
	report_number("signals", signals);
	report_status(status);
	report_end();
	return 0;
}
