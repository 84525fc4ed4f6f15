/* SPDX-License-Identifier: MIT */
/*
 * Signals that the kernel sends by itself. Each is made in a child of its own, which handles it and prints its siginfo.
 * usage: kernel-signals
 * Lines: "got" {how, signal, code, from} by the handler, "spun" {child} by a process that only computes, "ended" {how, child, status}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static const char *how;

static void tell(int signal, siginfo_t *info)
{
	report("got");
	report_text("how", how);
	report_number("signal", signal);
	report_number("code", info->si_code);
	report_number("from", info->si_pid);
	report_end();
}

static void handler(int signal, siginfo_t *info, void *context)
{
	(void)context;
	tell(signal, info);
	if (signal == SIGSEGV || signal == SIGILL)
		_exit(0);
}

static void handle(int signal)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };

	must(sigaction(signal, &action, NULL));
}

static void wait_for(int signal)
{
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal);
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	must(sigwaitinfo(&set, &info));
	tell(signal, &info);
}

static void fault(void)
{
	handle(SIGSEGV);
	*(volatile char *)16 = 0;
}

static void no_instruction(void)
{
	handle(SIGILL);
#ifdef __aarch64__
	__asm__ volatile(".inst 0"); /* the compiler's own trap is a breakpoint there */
#else
	__builtin_trap();
#endif
}

static void broken_pipe(void)
{
	int fds[2];

	handle(SIGPIPE);
	must(pipe(fds));
	close(fds[0]);
	if (write(fds[1], "", 1) != -1 || errno != EPIPE)
		fail("write");
}

static void child_end(void)
{
	sigset_t set;
	int child;

	handle(SIGCHLD);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	child = must(fork());
	if (child == 0)
		_exit(7);
	wait_for(SIGCHLD);
	must(waitpid(child, NULL, 0));
}

static void alarm_clock(void)
{
	struct itimerval soon = { .it_value = { .tv_usec = 1000 } };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	must(setitimer(ITIMER_REAL, &soon, NULL));
	wait_for(SIGALRM);
}

/* On the first processor, before anybody else there where that is allowed. */
static void take_processor(int priority)
{
	struct sched_param parameter = { .sched_priority = priority };
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	must(sched_setaffinity(0, sizeof(set), &set));
	(void)sched_setscheduler(0, SCHED_FIFO, &parameter);
}

/* Timers that end while somebody else computes on the only processor that both may use. */
static void timer(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec each = { { 0, 3000000 }, { 0, 3000000 } }, never = { { 0, 0 }, { 0, 0 } };
	struct barrier started;
	timer_t id;
	sigset_t set;
	int child;

	take_processor(2);
	barrier_make(&started);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	must(sigprocmask(SIG_BLOCK, &set, NULL));
	child = must(fork());
	if (child == 0) {
		report("spun");
		report_end();
		take_processor(1);
		barrier_pass(&started);
		for (;;)
			;
	}
	barrier_wait(&started);
	must(timer_create(CLOCK_MONOTONIC, &event, &id));
	must(timer_settime(id, 0, &each, NULL));
	for (int i = 0; i < 20; i++)
		wait_for(SIGRTMIN);
	must(timer_settime(id, 0, &never, NULL));
	must(kill(child, SIGKILL));
	must(waitpid(child, NULL, 0));
}

static void parent_death(void)
{
	struct barrier ready;
	int child, parent;

	barrier_make(&ready);
	parent = must(fork());
	if (parent == 0) {
		child = must(fork());
		if (child == 0) {
			sigset_t set;

			sigemptyset(&set);
			sigaddset(&set, SIGUSR1);
			must(sigprocmask(SIG_BLOCK, &set, NULL));
			must(prctl(PR_SET_PDEATHSIG, SIGUSR1));
			barrier_pass(&ready);
			wait_for(SIGUSR1);
			_exit(0);
		}
		barrier_wait(&ready);
		_exit(0);
	}
	must(waitpid(parent, NULL, 0));
	close(ready.write_fd);
	barrier_ended(&ready);
}

static const struct {
	const char *how;
	void (*make)(void);
} ways[] = {
	{ "fault", fault },
	{ "no-instruction", no_instruction },
	{ "broken-pipe", broken_pipe },
	{ "child-end", child_end },
	{ "alarm", alarm_clock },
	{ "timer", timer },
	{ "parent-death", parent_death },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		int status, child;

		how = ways[i].how;
		child = must(fork());
		if (child == 0) {
			ways[i].make();
			_exit(0);
		}
		must(waitpid(child, &status, 0));
		report("ended");
		report_text("how", how);
		report_number("child", child);
		report_status(status);
		report_end();
	}
	return 0;
}
