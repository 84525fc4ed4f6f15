/* SPDX-License-Identifier: MIT */
/*
 * N4: sendmmsg of two datagrams, of which the kernel refuses the second (broadcast without SO_BROADCAST), and a peer that is taken away again.
 * usage: send-refused PORT
 * Lines: "sendmmsg" {result}, "dissolve" {result}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "report.h"

static void tell(const char *what, long result)
{
	int error = errno;

	report(what);
	report_result(result, error);
	report_end();
}

int main(int argc, char **argv)
{
	struct sockaddr_in near = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in all = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_BROADCAST) };
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	struct iovec byte = { "x", 1 };
	struct mmsghdr messages[] = {
		{ .msg_hdr = { &near, sizeof(near), &byte, 1, NULL, 0, 0 } },
		{ .msg_hdr = { &all, sizeof(all), &byte, 1, NULL, 0, 0 } },
	};
	int fd = must(socket(AF_INET, SOCK_DGRAM, 0));

	if (argc != 2)
		return 64;
	near.sin_port = all.sin_port = htons(atoi(argv[1]));
	tell("sendmmsg", sendmmsg(fd, messages, 2, 0));
	must(connect(fd, (void *)&near, sizeof(near)));
	tell("dissolve", connect(fd, &nobody, sizeof(nobody)));
	return 0;
}
