/* SPDX-License-Identifier: MIT */
/*
 * N3: a TCP connection that begins with sendto(MSG_FASTOPEN): there is no connect(2).
 * usage: tcp-fastopen
 * Lines: "connect" {host, port, result of sendto}, "peer" {port, received} as the listener saw it.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in own;
	socklen_t length = sizeof(address);
	int server = must(socket(AF_INET, SOCK_STREAM, 0));
	int client = must(socket(AF_INET, SOCK_STREAM, 0));
	int peer, error;
	char bytes[16];
	ssize_t n;

	must(bind(server, (struct sockaddr *)&address, sizeof(address)));
	must(getsockname(server, (struct sockaddr *)&address, &length));
	must(listen(server, 8));
	n = sendto(client, "hello", 5, MSG_FASTOPEN, (struct sockaddr *)&address, sizeof(address));
	error = errno;
	report("connect");
	report_text("host", "127.0.0.1");
	report_number("port", ntohs(address.sin_port));
	report_result(n, error);
	report_end();
	length = sizeof(own);
	peer = must(accept(server, (struct sockaddr *)&own, &length));
	n = must(read(peer, bytes, sizeof(bytes)));
	report("peer");
	report_number("port", ntohs(own.sin_port));
	report_bytes("received", bytes, n);
	report_end();
	return 0;
}
