/* SPDX-License-Identifier: MIT */
/*
 * N1: TCP connections that are refused and established, blocking and not.
 * usage: tcp-connect
 * Lines: "connect" {how, host, port, result, error: SO_ERROR in the end, by name, or null}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

/* Bound to a free port of 127.0.0.1; nobody listens there unless told to. */
static int bound(struct sockaddr_in *address)
{
	socklen_t length = sizeof(*address);
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));

	memset(address, 0, sizeof(*address));
	address->sin_family = AF_INET;
	address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(fd, (struct sockaddr *)address, sizeof(*address)));
	must(getsockname(fd, (struct sockaddr *)address, &length));
	return fd;
}

static void try(const char *how, const struct sockaddr_in *address, int type)
{
	int fd = must(socket(AF_INET, type, 0));
	int result = connect(fd, (const struct sockaddr *)address, sizeof(*address));
	int error = errno, final = error;
	socklen_t length = sizeof(final);
	char host[INET_ADDRSTRLEN];

	if (result == 0 || error == EINPROGRESS) {
		struct pollfd p = { fd, POLLOUT, 0 };

		must(poll(&p, 1, -1));
		must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &final, &length));
	}
	report("connect");
	report_text("how", how);
	report_text("host", inet_ntop(AF_INET, &address->sin_addr, host, sizeof(host)));
	report_number("port", ntohs(address->sin_port));
	report_result(result, error);
	report_text("error", final ? errno_name(final) : NULL);
	report_end();
	close(fd);
}

int main(void)
{
	struct sockaddr_in open, closed;
	int server = bound(&open);

	must(listen(server, 8));
	bound(&closed);
	try("established", &open, SOCK_STREAM);
	try("refused", &closed, SOCK_STREAM);
	try("established-nonblocking", &open, SOCK_STREAM | SOCK_NONBLOCK);
	try("refused-nonblocking", &closed, SOCK_STREAM | SOCK_NONBLOCK);
	return 0;
}
