/* SPDX-License-Identifier: MIT */
/*
 * N14: a server: what comes in is no connection of its own making.
 * usage: tcp-serve COUNT
 * Lines: "listening" {port}, then "accepted" {peer: its port} COUNT times.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof(address);
	int server = must(socket(AF_INET, SOCK_STREAM, 0));

	if (argc != 2)
		return 64;
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(server, (struct sockaddr *)&address, sizeof(address)));
	must(getsockname(server, (struct sockaddr *)&address, &length));
	must(listen(server, 8));
	report("listening");
	report_number("port", ntohs(address.sin_port));
	report_end();
	for (int i = atoi(argv[1]); i > 0; i--) {
		int peer = must(accept(server, (struct sockaddr *)&address, &length));

		report("accepted");
		report_number("peer", ntohs(address.sin_port));
		report_end();
		close(peer);
	}
	return 0;
}
