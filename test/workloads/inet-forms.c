/* SPDX-License-Identifier: MIT */
/*
 * N5, N6: ways to name this machine: IPv4-mapped IPv6, 0.0.0.0, ::, addresses of 127/8, ::1; to a listener on all of them.
 * usage: inet-forms
 * Lines: "connect" {asked, reached: peer by getpeername, port, mapped, result}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

static void try(int family, const char *asked, in_port_t port)
{
	char reached[INET6_ADDRSTRLEN] = "";
	struct sockaddr_storage address = { .ss_family = family }, peer;
	struct sockaddr_in *in = (struct sockaddr_in *)&address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address;
	socklen_t length = family == AF_INET ? sizeof(*in) : sizeof(*in6);
	int fd = must(socket(family, SOCK_STREAM, 0));
	int result, error;

	if (inet_pton(family, asked, family == AF_INET ? (void *)&in->sin_addr : (void *)&in6->sin6_addr) != 1)
		fail(asked);
	in->sin_port = port; /* the same place in both */
	result = connect(fd, (struct sockaddr *)&address, length);
	error = errno;
	length = sizeof(peer);
	if (!result && !getpeername(fd, (struct sockaddr *)&peer, &length))
		inet_ntop(family,
			  family == AF_INET ? (void *)&((struct sockaddr_in *)&peer)->sin_addr
					    : (void *)&((struct sockaddr_in6 *)&peer)->sin6_addr,
			  reached, sizeof(reached));
	report("connect");
	report_number("family", family == AF_INET ? 4 : 6);
	report_text("asked", asked);
	report_text("reached", reached);
	report_number("port", ntohs(port));
	report_result(result, error);
	report_end();
	close(fd);
}

int main(void)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6 };
	socklen_t length = sizeof(address);
	int server = must(socket(AF_INET6, SOCK_STREAM, 0)), off = 0;

	must(setsockopt(server, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)));
	must(bind(server, (struct sockaddr *)&address, sizeof(address)));
	must(getsockname(server, (struct sockaddr *)&address, &length));
	must(listen(server, 16));
	try(AF_INET6, "::ffff:127.0.0.1", address.sin6_port);
	try(AF_INET, "0.0.0.0", address.sin6_port);
	try(AF_INET6, "::", address.sin6_port);
	try(AF_INET, "127.1.2.3", address.sin6_port);
	try(AF_INET6, "::ffff:127.4.5.6", address.sin6_port);
	try(AF_INET6, "::1", address.sin6_port);
	try(AF_INET, "127.0.0.1", address.sin6_port);
	return 0;
}
