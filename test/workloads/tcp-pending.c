/* SPDX-License-Identifier: MIT */
/*
 * N1, N2: a connection attempt that gets no answer (the listener's queue is full) until its socket is closed.
 * usage: tcp-pending
 * Lines: "connect" {port, result}: EINPROGRESS; then waits for a byte (or the end) on stdin and ends.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int server = must(socket(AF_INET, SOCK_STREAM, 0));
	int first = must(socket(AF_INET, SOCK_STREAM, 0));
	int second = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
	int result, error;
	char byte;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(server, (struct sockaddr *)&address, sizeof(address)));
	must(getsockname(server, (struct sockaddr *)&address, &length));
	must(listen(server, 0));
	must(connect(first, (struct sockaddr *)&address, sizeof(address)));
	result = connect(second, (struct sockaddr *)&address, sizeof(address));
	error = errno;
	report("connect");
	report_number("port", ntohs(address.sin_port));
	report_result(result, error);
	report_end();
	(void)!read(0, &byte, 1);
	return 0;
}
