/* SPDX-License-Identifier: MIT */
/*
 * L6: signals of a timer, which interrupts this program while it calls the kernel: many come in the middle of what the tracing programs do.
 * usage: race-timer COUNT
 * Lines: "raced" {handled}.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "report.h"

static volatile int handled;

static void on_alarm(int signal)
{
	(void)signal;
	handled++;
}

int main(int argc, char **argv)
{
	struct itimerval every = { { 0, 100 }, { 0, 100 } }, never = { { 0, 0 }, { 0, 0 } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	int count;

	if (argc != 2)
		return 64;
	count = atoi(argv[1]);
	must(sigaction(SIGALRM, &action, NULL));
	must(setitimer(ITIMER_REAL, &every, NULL));
	while (handled < count)
		syscall(SYS_getppid);
	must(setitimer(ITIMER_REAL, &never, NULL));
	report("raced");
	report_number("handled", handled);
	report_end();
	return 0;
}
