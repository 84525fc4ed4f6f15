/* SPDX-License-Identifier: MIT */
/*
 * N14, S2: an accept that waits: interrupted by a signal, begun again after one, answered, and left by death.
 * usage: accept-blocked
 * Lines: "accept" {result, local, peer} by the child: EINTR, then a connection; it dies in the third. "end" {child, …} by the parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"
#include "socket-address.h"

static void handle(int signal)
{
	(void)signal;
}

static int take(int server)
{
	int fd = accept4(server, NULL, NULL, 0), error = errno;

	report("accept");
	report_result(fd, error);
	report_end_of("local", fd < 0 ? server : fd, getsockname);
	report_end_of("peer", fd, getpeername);
	report_end();
	return fd;
}

int main(void)
{
	struct sigaction interrupt = { .sa_handler = handle },
			 restart = { .sa_handler = handle, .sa_flags = SA_RESTART };
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int server = must(socket(AF_INET, SOCK_STREAM, 0));
	struct barrier returned;
	pid_t child;
	int status;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(server, (struct sockaddr *)&address, length));
	must(listen(server, 1));
	must(getsockname(server, (struct sockaddr *)&address, &length));
	must(sigaction(SIGUSR1, &interrupt, NULL));
	must(sigaction(SIGUSR2, &restart, NULL));
	barrier_make(&returned);
	child = must(fork());
	if (!child) {
		for (int i = 0; i < 3; i++) {
			take(server);
			barrier_pass(&returned);
		}
		_exit(0);
	}
	wait_until_blocked(child, SYS_accept4);
	must(kill(child, SIGUSR1));
	barrier_wait(&returned);
	for (int i = 0; i < 3; i++) {
		wait_until_blocked(child, SYS_accept4);
		must(kill(child, SIGUSR2));
	}
	must(connect(must(socket(AF_INET, SOCK_STREAM, 0)), (struct sockaddr *)&address, length));
	barrier_wait(&returned);
	wait_until_blocked(child, SYS_accept4);
	must(kill(child, SIGKILL));
	must(waitpid(child, &status, 0));
	report("end");
	report_number("child", child);
	report_status(status);
	report_end();
	return 0;
}
