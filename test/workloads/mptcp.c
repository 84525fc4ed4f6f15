/* SPDX-License-Identifier: MIT */
/*
 * N8: a connection of multipath TCP to a listener of its own, and one that is refused.
 * usage: mptcp [sending]      (over the first a byte, with an address of its own, which the kernel ignores)
 * Lines: "connect" {port, the result} for each; "unsupported" in place of both where the kernel has none.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void try_connect(struct sockaddr_in *address, int sending)
{
	int fd = must(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
	int result = connect(fd, (struct sockaddr *)address, sizeof(*address));
	int error = errno;

	report("connect");
	report_number("port", ntohs(address->sin_port));
	report_result(result, error);
	report_end();
	if (!result && sending) {
		struct sockaddr_in other = { .sin_family = AF_INET, .sin_port = htons(7) };

		inet_pton(AF_INET, "192.0.2.1", &other.sin_addr);
		must(sendto(fd, "x", 1, MSG_NOSIGNAL, (struct sockaddr *)&other, sizeof(other)));
	}
	close(fd);
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int sending = argc == 2 && !strcmp(argv[1], "sending");
	int listener, probe = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	if (probe < 0) {
		report("unsupported");
		report_end();
		return 0;
	}
	close(probe);
	listener = must(socket(AF_INET, SOCK_STREAM, 0));
	must(bind(listener, (struct sockaddr *)&address, sizeof(address)));
	must(listen(listener, 4));
	must(getsockname(listener, (struct sockaddr *)&address, &length));
	try_connect(&address, sending);
	close(listener);
	try_connect(&address, sending);
	return 0;
}
