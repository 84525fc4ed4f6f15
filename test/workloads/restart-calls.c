/* SPDX-License-Identifier: MIT */
/*
 * F20, of sockets: a child blocks in connect (a unix listener whose queue is full) or in sendto (a unix datagram socket whose queue is full), a signal
 * comes, and then there is room.
 * usage: restart-calls connect|sendto restart|interrupt SOCKET
 * Lines: "call" {result} by the child.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static atomic_int *handled;

static void handle(int signal)
{
	(void)signal;
	atomic_fetch_add(handled, 1);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct sigaction action = { .sa_handler = handle };
	int is_connect, type, listener, filled = 0, status;
	long nr, result;
	pid_t child;
	char byte;

	if (argc != 4)
		return 64;
	is_connect = !strcmp(argv[1], "connect");
	action.sa_flags = !strcmp(argv[2], "restart") ? SA_RESTART : 0;
	strncpy(address.sun_path, argv[3], sizeof(address.sun_path) - 1);
	type = is_connect ? SOCK_STREAM : SOCK_DGRAM;
	nr = is_connect ? SYS_connect : SYS_sendto;
	handled = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	listener = must(socket(AF_UNIX, type, 0));
	must(bind(listener, (void *)&address, sizeof(address)));
	if (is_connect) {
		must(listen(listener, 0));
		must(connect(must(socket(AF_UNIX, type, 0)), (void *)&address, sizeof(address)));
	} else {
		int sender = must(socket(AF_UNIX, type, 0));

		must(connect(sender, (void *)&address, sizeof(address)));
		while (send(sender, "x", 1, MSG_DONTWAIT) == 1)
			filled++;
	}
	child = must(fork());
	if (child == 0) {
		int fd = must(socket(AF_UNIX, type, 0));
		int error;

		must(sigaction(SIGUSR1, &action, NULL));
		result = is_connect ? connect(fd, (void *)&address, sizeof(address))
				    : sendto(fd, "y", 1, 0, (void *)&address, sizeof(address));
		error = errno;
		report("call");
		report_result(result, error);
		report_end();
		_exit(0);
	}
	wait_until_blocked(child, nr);
	must(kill(child, SIGUSR1));
	while (atomic_load(handled) < 1)
		sched_yield();
	if (action.sa_flags) {
		wait_until_blocked(child, nr);
		if (is_connect)
			must(accept(listener, NULL, NULL));
		for (int i = 0; i < filled; i++)
			must(recv(listener, &byte, 1, 0));
	}
	must(waitpid(child, &status, 0));
	return 0;
}
