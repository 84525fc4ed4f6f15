/* SPDX-License-Identifier: MIT */
/*
 * N4: datagrams: connect and send, sendto, sendmsg, sendmmsg (three, each to a port of its own).
 * usage: udp
 * Lines: "connect" {port, result}, "send" {call, port, result}, "peer" {port, received} per receiver.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#define RECEIVERS 6

static struct sockaddr_in addresses[RECEIVERS];
static int receivers[RECEIVERS];

static void tell(const char *what, const char *call, int port, long result)
{
	int error = errno;

	report(what);
	report_text("call", call);
	report_text("host", "127.0.0.1");
	report_number("port", port);
	report_result(result, error);
	report_end();
}

static int port_of(int i)
{
	return ntohs(addresses[i].sin_port);
}

int main(void)
{
	struct iovec text = { "text", 4 };
	struct msghdr one = { .msg_namelen = sizeof(*addresses), .msg_iov = &text, .msg_iovlen = 1 };
	struct mmsghdr three[3] = {};
	int connected = must(socket(AF_INET, SOCK_DGRAM, 0));
	int sender = must(socket(AF_INET, SOCK_DGRAM, 0));
	long result;

	for (int i = 0; i < RECEIVERS; i++) {
		socklen_t length = sizeof(*addresses);

		receivers[i] = must(socket(AF_INET, SOCK_DGRAM, 0));
		addresses[i].sin_family = AF_INET;
		addresses[i].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		must(bind(receivers[i], (struct sockaddr *)&addresses[i], length));
		must(getsockname(receivers[i], (struct sockaddr *)&addresses[i], &length));
	}
	result = connect(connected, (struct sockaddr *)&addresses[0], sizeof(*addresses));
	tell("connect", "connect", port_of(0), result);
	must(send(connected, "text", 4, 0)); /* to no address of its own */
	result = sendto(sender, "text", 4, 0, (struct sockaddr *)&addresses[1], sizeof(*addresses));
	tell("send", "sendto", port_of(1), result);
	one.msg_name = &addresses[2];
	result = sendmsg(sender, &one, 0);
	tell("send", "sendmsg", port_of(2), result);
	for (int i = 0; i < 3; i++) {
		three[i].msg_hdr = one;
		three[i].msg_hdr.msg_name = &addresses[3 + i];
	}
	result = sendmmsg(sender, three, 3, 0);
	for (int i = 0; i < 3; i++)
		tell("send", "sendmmsg", port_of(3 + i), result);
	for (int i = 0; i < RECEIVERS; i++) {
		char bytes[16];
		ssize_t n = must(recv(receivers[i], bytes, sizeof(bytes), 0));

		report("peer");
		report_number("port", port_of(i));
		report_bytes("received", bytes, n);
		report_end();
	}
	return 0;
}
