/* SPDX-License-Identifier: MIT */
/*
 * N1: a TCP socket that is connected to itself goes by another way through TCP's states.
 * usage: self-connect
 * Line: "connect" {port, result, echoed: bytes that came back}.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

int main(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));
	char bytes[2];
	int result, error;

	must(bind(fd, (void *)&address, sizeof(address)));
	must(getsockname(fd, (void *)&address, &length));
	result = connect(fd, (void *)&address, sizeof(address));
	error = errno;
	must(write(fd, "hi", 2));
	report("connect");
	report_number("port", ntohs(address.sin_port));
	report_result(result, error);
	report_number("echoed", read(fd, bytes, sizeof(bytes)));
	report_end();
	return 0;
}
