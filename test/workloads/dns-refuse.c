/* SPDX-License-Identifier: MIT */
/*
 * N10, N13: questions of DNS that cannot be sent, what goes to port 53 and is none, or is one and goes elsewhere, and one that is sent in too many parts to be followed. For the
 * server of dns-lab.
 * usage: dns-refuse questions | others | parts
 * Lines: "asked", as in dns-client.h, in the order of the questions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dns-client.h"
#include "report.h"

/* Questions that could not be sent. */
static void questions(void)
{
	struct mmsghdr out[2] = {};
	struct iovec part;
	struct sockaddr_storage near;
	int fd;
	long n;

	signal(SIGPIPE, SIG_IGN);
	at("198.51.100.1", 53);
	ask("unreachable.test", TYPE_A);
	n = sendto(unconnected(), question.bytes, question.length, 0, (void *)&server.address, server.length);
	tell("unreachable.test", TYPE_A, "sendto", "udp", n, errno);

	at("127.0.0.1", 53);
	near = server.address;
	fd = connected(SOCK_DGRAM);
	must(shutdown(fd, SHUT_WR));
	ask("written.test", TYPE_A);
	n = write(fd, question.bytes, question.length);
	tell("written.test", TYPE_A, "write", "udp", n, errno);
	n = send(fd, question.bytes, question.length, 0);
	tell("written.test", TYPE_A, SEND, "udp", n, errno);

	/* Of two the second. */
	ask("silent.test", TYPE_A);
	part = (struct iovec){ question.bytes, question.length };
	out[0].msg_hdr =
		(struct msghdr){ .msg_name = &near, .msg_namelen = server.length, .msg_iov = &part, .msg_iovlen = 1 };
	at("198.51.100.1", 53);
	out[1].msg_hdr = (struct msghdr){
		.msg_name = &server.address, .msg_namelen = server.length, .msg_iov = &part, .msg_iovlen = 1
	};
	n = sendmmsg(unconnected(), out, 2, 0);
	at("127.0.0.1", 53);
	tell("silent.test", TYPE_A, "sendmmsg", "udp", n, errno);
	at("198.51.100.1", 53);
	tell("silent.test", TYPE_A, "sendmmsg", "udp", -1, 0);
}

/* What is no question, or goes elsewhere. */
static void others(void)
{
	int fd;

	at("127.0.0.1", 5353);
	ask("a.local", TYPE_A);
	fd = unconnected();
	must(sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length));
	must(send(connected(SOCK_DGRAM), question.bytes, question.length, 0));
	at("127.0.0.1", 53);
	must(sendto(fd, "hello", 5, 0, (void *)&server.address, server.length));
	question.bytes[2] |= 0x80; /* an answer */
	must(sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length));
	question.bytes[2] = 0x28; /* an update */
	must(sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length));
	ask("a.test", TYPE_A);
	must(sendto(fd, question.bytes, question.length - 3, 0, (void *)&server.address, server.length)); /* cut */
	/* Memory that is not there: nobody was asked. */
	if (sendto(fd, (void *)1, 30, 0, (void *)&server.address, server.length) >= 0 || errno != EFAULT)
		fail("sendto");
	/* Past a name server. */
	fd = connected(SOCK_DGRAM);
	at("127.0.0.1", 54);
	must(sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length));
	/* Over a stream, what is no DNS. */
	at("127.0.0.1", 53);
	fd = connected(SOCK_STREAM);
	must(write(fd, "\0\3abc", 5));
}

static void parts(void)
{
	struct iovec list[24];
	int fd;

	at("127.0.0.1", 53);
	fd = connected(SOCK_DGRAM);
	ask("a.test", TYPE_A);
	for (size_t i = 0; i < question.length; i++)
		list[i] = (struct iovec){ question.bytes + i, 1 };
	must(writev(fd, list, question.length));
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("a.test", TYPE_A, "writev", "udp", question.length, 0);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "questions"))
		questions();
	else if (argc == 2 && !strcmp(argv[1], "others"))
		others();
	else if (argc == 2 && !strcmp(argv[1], "parts"))
		parts();
	else
		return 64;
	return 0;
}
