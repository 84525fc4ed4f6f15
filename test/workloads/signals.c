/* SPDX-License-Identifier: MIT */
/*
 * Signals between processes, by every call that sends them, and what the receivers were told.
 * usage: signals calls | group | failures | full | storm
 * Lines: "ready" by the second thread of a receiver, "sent" {call, signal, to, thread, delivery} by a sender (thread 0: the whole process;
 *   delivery as it arranged it: "delivered" "ignored" "pending"), "failed" {call, signal, to, thread, errno}, "got" {signal, code, from} by the handler in the
 *   receiver (code and sender of its siginfo), "asked" of signal 0, "ended" {child, status}; of a storm "stormed" {count, signal} by a
 *   sender, and "ticks" {count} by its target, which has a timer meanwhile.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

#define FIRST_REALTIME 34

static struct barrier ready, got;
static volatile int *second_tid; /* of the receiver that was started last */

static void handler(int signal, siginfo_t *info, void *context)
{
	int error = errno;

	(void)context;
	report("got");
	report_number("signal", signal);
	report_number("code", info->si_code);
	report_number("from", info->si_pid);
	report_end();
	barrier_pass(&got);
	errno = error;
}

static void handle(int signal)
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART };

	must(sigaction(signal, &action, NULL));
}

static void *second(void *unused)
{
	(void)unused;
	*second_tid = syscall(SYS_gettid);
	report("ready");
	report_end();
	barrier_pass(&ready);
	for (;;)
		pause();
	return NULL;
}

/* Handles, ignores and blocks; waits for the end. */
static void receive(void)
{
	static const int handled[] = { SIGUSR1, SIGUSR2, SIGTERM, SIGHUP, FIRST_REALTIME + 1, FIRST_REALTIME + 2 };
	pthread_t thread;
	sigset_t blocked;

	for (size_t i = 0; i < sizeof(handled) / sizeof(*handled); i++)
		handle(handled[i]);
	signal(SIGURG, SIG_IGN);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGQUIT);
	sigaddset(&blocked, FIRST_REALTIME + 5);
	must(sigprocmask(SIG_BLOCK, &blocked, NULL));
	if (pthread_create(&thread, NULL, second, NULL))
		fail("pthread_create");
	for (;;)
		pause();
}

static void tell(const char *call, int signal, long long to, int thread, const char *delivery, long result)
{
	int error = errno;

	report(result < 0 ? "failed" : "sent");
	report_text("call", call);
	report_number("signal", signal);
	report_number("to", to);
	report_number("thread", thread);
	report_text(result < 0 ? "errno" : "delivery", result < 0 ? errno_name(error) : delivery);
	report_end();
}

static void by_kill(int pid, int signal, const char *delivery)
{
	tell("kill", signal, pid, 0, delivery, syscall(SYS_kill, pid, signal));
}

static long queue(long call, int pid, int tid, int signal, int code)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = signal;
	info.si_code = code;
	info.si_pid = getpid();
	info.si_uid = getuid();
	if (call == SYS_rt_sigqueueinfo)
		return syscall(call, pid, signal, &info);
	return syscall(call, pid, tid, signal, &info);
}

static void end(int child)
{
	int status;

	must(waitpid(child, &status, 0));
	report("ended");
	report_number("child", child);
	report_status(status);
	report_end();
}

static int start(void)
{
	int child = must(fork());

	if (child == 0)
		receive();
	barrier_wait(&ready);
	return child;
}

static void calls(void)
{
	int child = start();
	int pidfd = must(syscall(SYS_pidfd_open, child, 0));
	siginfo_t info;

	by_kill(child, SIGUSR1, "delivered");
	barrier_wait(&got);
	tell("tkill", SIGUSR2, child, child, "delivered", syscall(SYS_tkill, child, SIGUSR2));
	barrier_wait(&got);
	tell("tgkill", SIGTERM, child, *second_tid, "delivered", syscall(SYS_tgkill, child, *second_tid, SIGTERM));
	barrier_wait(&got);
	tell("rt_sigqueueinfo", FIRST_REALTIME + 1, child, 0, "delivered",
	     queue(SYS_rt_sigqueueinfo, child, 0, FIRST_REALTIME + 1, SI_QUEUE));
	barrier_wait(&got);
	tell("rt_tgsigqueueinfo", FIRST_REALTIME + 2, child, child, "delivered",
	     queue(SYS_rt_tgsigqueueinfo, child, child, FIRST_REALTIME + 2, SI_QUEUE));
	barrier_wait(&got);
	tell("pidfd_send_signal", SIGHUP, child, 0, "delivered",
	     syscall(SYS_pidfd_send_signal, pidfd, SIGHUP, NULL, 0));
	barrier_wait(&got);
	close(pidfd);

	by_kill(child, SIGURG, "ignored");
	by_kill(child, SIGWINCH, "ignored");
	by_kill(child, SIGQUIT, "delivered");
	by_kill(child, SIGQUIT, "pending");
	by_kill(child, FIRST_REALTIME + 5, "delivered");
	by_kill(child, FIRST_REALTIME + 5, "delivered");

	/* Codes of the kernel's own, by somebody who is not the kernel: sent to others below 0 only, to oneself any. */
	tell("rt_sigqueueinfo", SIGUSR1, child, 0, "delivered",
	     queue(SYS_rt_sigqueueinfo, child, 0, SIGUSR1, SI_TIMER));
	barrier_wait(&got);
	handle(SIGUSR2);
	tell("rt_sigqueueinfo", SIGUSR2, getpid(), 0, "delivered",
	     queue(SYS_rt_sigqueueinfo, getpid(), 0, SIGUSR2, SEGV_MAPERR));
	tell("tgkill", SIGUSR2, getpid(), getpid(), "delivered", syscall(SYS_tgkill, getpid(), getpid(), SIGUSR2));

	handle(SIGCHLD);
	by_kill(child, SIGKILL, "delivered");
	must(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
	by_kill(child, SIGTERM, "ignored");
	end(child);
}

static void group(void)
{
	int children[3];

	for (int i = 0; i < 3; i++) {
		children[i] = start();
		must(setpgid(children[i], children[0]));
	}
	must(kill(-children[0], SIGKILL));
	for (int i = 0; i < 3; i++)
		tell("kill", SIGKILL, children[i], 0, "delivered", 0);
	for (int i = 0; i < 3; i++)
		end(children[i]);
}

/* Number of nobody: of a child that has been waited for. */
static int nobody(void)
{
	int child = must(fork());

	if (child == 0)
		_exit(0);
	must(waitpid(child, NULL, 0));
	return child;
}

static void ask(int pid)
{
	int result = kill(pid, 0), error = errno;

	report("asked");
	report_result(result, error);
	report_end();
}

static void failures(void)
{
	int gone = nobody(), child = start(), file = must(open("/", O_RDONLY));
	int pidfd = must(syscall(SYS_pidfd_open, child, 0)), other;

	by_kill(gone, SIGTERM, NULL);
	by_kill(-gone, SIGTERM, NULL);
	by_kill(child, 65, NULL);
	tell("tkill", SIGUSR1, 0, gone, NULL, syscall(SYS_tkill, gone, SIGUSR1));
	tell("tgkill", SIGUSR1, child, gone, NULL, syscall(SYS_tgkill, child, gone, SIGUSR1));
	tell("rt_sigqueueinfo", SIGUSR1, child, 0, NULL, queue(SYS_rt_sigqueueinfo, child, 0, SIGUSR1, SI_USER));
	tell("rt_tgsigqueueinfo", SIGUSR1, gone, gone, NULL,
	     queue(SYS_rt_tgsigqueueinfo, gone, gone, SIGUSR1, SI_QUEUE));
	tell("pidfd_send_signal", SIGUSR1, 0, 0, NULL, syscall(SYS_pidfd_send_signal, file, SIGUSR1, NULL, 0));
	tell("pidfd_send_signal", SIGUSR1, child, 0, NULL, syscall(SYS_pidfd_send_signal, pidfd, SIGUSR1, NULL, ~0));
	other = must(fork());
	if (other == 0) {
		/* Of process 1, since the fixture itself may be this user's; a signal that nobody minds. */
		must(syscall(SYS_setresuid, 65534, 65534, 65534));
		by_kill(1, SIGURG, NULL);
		_exit(0);
	}
	end(other);
	ask(child);
	ask(gone);
	by_kill(child, SIGKILL, "delivered");
	end(child);
}

/* A queue that takes no more. */
static void full(void)
{
	struct rlimit none = { 0, 0 };
	int child;

	must(setrlimit(RLIMIT_SIGPENDING, &none));
	child = start();
	tell("rt_sigqueueinfo", FIRST_REALTIME + 5, child, 0, NULL,
	     queue(SYS_rt_sigqueueinfo, child, 0, FIRST_REALTIME + 5, SI_QUEUE));
	by_kill(child, FIRST_REALTIME + 5, "delivered");
	by_kill(child, SIGKILL, "delivered");
	end(child);
}

static volatile int ticks;

static void tick(int signal)
{
	(void)signal;
	ticks++;
}

/* Three that send to their parent without a pause, on the processor where its timer interrupts them; before anybody else there where that is allowed. */
static void storm(void)
{
	enum { SENDERS = 3, COUNT = 2003 };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = FIRST_REALTIME + 3 };
	struct itimerspec often = { { 0, 100000 }, { 0, 100000 } };
	struct sigaction action = { .sa_handler = tick, .sa_flags = SA_RESTART };
	int children[SENDERS], parent = getpid();
	struct barrier start;
	timer_t timer;
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	must(sched_setaffinity(0, sizeof(first), &first));
	(void)sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 2 });
	signal(SIGURG, SIG_IGN);
	must(sigaction(event.sigev_signo, &action, NULL));
	barrier_make(&start);
	for (int i = 0; i < SENDERS; i++) {
		children[i] = must(fork());
		if (children[i])
			continue;
		(void)sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 1 });
		barrier_wait(&start);
		for (int n = 0; n < COUNT; n++)
			must(kill(parent, SIGURG));
		report("stormed");
		report_number("count", COUNT);
		report_number("signal", SIGURG);
		report_end();
		_exit(0);
	}
	must(timer_create(CLOCK_MONOTONIC, &event, &timer));
	must(timer_settime(timer, 0, &often, NULL));
	for (int i = 0; i < SENDERS; i++)
		barrier_pass(&start);
	for (int i = 0; i < SENDERS; i++)
		end(children[i]);
	must(timer_delete(timer));
	report("ticks");
	report_number("count", ticks);
	report_end();
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	barrier_make(&ready);
	barrier_make(&got);
	second_tid = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (second_tid == MAP_FAILED)
		fail("mmap");
	if (!strcmp(argv[1], "calls"))
		calls();
	else if (!strcmp(argv[1], "group"))
		group();
	else if (!strcmp(argv[1], "failures"))
		failures();
	else if (!strcmp(argv[1], "full"))
		full();
	else
		storm();
	return 0;
}
