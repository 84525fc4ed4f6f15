/* SPDX-License-Identifier: MIT */
/* Clients of the name server of dns-lab: one question and one answer at a time, and what is said of them. */
#ifndef DNS_CLIENT_H
#define DNS_CLIENT_H

#include <sys/syscall.h>

#include "dns-zone.h"
#include "report.h"
#include "socket-address.h"

/* The call that send() makes. */
#ifdef SYS_send
#define SEND "send"
#else
#define SEND "sendto"
#endif

static struct dns_message question, answer;
static unsigned next_id = 0x1000;

static struct {
	struct sockaddr_storage address;
	socklen_t length;
} server;

static inline void at(const char *host, int port)
{
	struct sockaddr_in *in = (void *)&server.address;
	struct sockaddr_in6 *in6 = (void *)&server.address;

	memset(&server, 0, sizeof(server));
	in->sin_port = htons(port); /* the same place in both */
	if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		server.length = sizeof(*in);
	} else {
		inet_pton(AF_INET6, host, &in6->sin6_addr);
		in6->sin6_family = AF_INET6;
		server.length = sizeof(*in6);
	}
}

static inline int unconnected(void)
{
	return must(socket(server.address.ss_family, SOCK_DGRAM, 0));
}

static inline int connected(int type)
{
	int fd = must(socket(server.address.ss_family, type, 0));

	must(connect(fd, (struct sockaddr *)&server.address, server.length));
	return fd;
}

static inline void ask(const char *name, unsigned type)
{
	dns_question(&question, next_id++, name, type);
}

/*
 * Prints "asked" {name, type, call, transport, server, result, status: of the answer that was read, null without one, answers: how many}. The answer was not read when its length is
 * 0.
 */
static inline void tell(const char *name, unsigned type, const char *call, const char *transport, long result,
			int error)
{
	report("asked");
	report_text("name", name);
	report_number("type", type);
	report_text("call", call);
	report_text("transport", transport);
	report_address("server", &server.address, server.length);
	report_result(result, error);
	if (answer.length) {
		report_number("status", answer.bytes[3] & 0xf);
		report_number("answers", answer.bytes[7]);
	} else {
		report_text("status", NULL);
		report_number("answers", 0);
	}
	report_end();
	answer.length = 0;
}

static inline void got(long length)
{
	answer.length = must(length);
}

#endif
