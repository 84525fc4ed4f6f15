/* SPDX-License-Identifier: MIT */
/*
 * N10: questions of DNS over TCP, in pieces of every size. For the server of dns-lab.
 * usage: dns-ask-tcp
 * Lines: "asked", as in dns-client.h, in the order in which the questions were complete.
 */
#define _GNU_SOURCE
#include <sys/uio.h>
#include <unistd.h>

#include "dns-client.h"
#include "report.h"

/* With its length in front. */
static size_t framed(unsigned char *bytes)
{
	bytes[0] = question.length >> 8;
	bytes[1] = question.length;
	memcpy(bytes + 2, question.bytes, question.length);
	return question.length + 2;
}

/* An answer, read `most` bytes at a time. */
static void read_stream(int fd, size_t most)
{
	unsigned char prefix[2];
	size_t length, n;

	for (n = 0; n < 2;)
		n += must(read(fd, prefix + n, most < 2 - n ? most : 2 - n));
	length = prefix[0] << 8 | prefix[1];
	for (n = 0; n < length;)
		n += must(read(fd, answer.bytes + n, most < length - n ? most : length - n));
	answer.length = length;
}

int main(void)
{
	unsigned char bytes[512];
	size_t length, first;
	struct iovec parts[2];
	int fd;

	at("127.0.0.1", 53);
	fd = connected(SOCK_STREAM);
	ask("a.test", TYPE_A);
	length = framed(bytes);
	must(write(fd, bytes, length));
	read_stream(fd, 4096);
	tell("a.test", TYPE_A, "write", "tcp", length, 0);

	/* In the smallest pieces, by calls of several kinds; the event is at the last. */
	ask("big.test", TYPE_A);
	length = framed(bytes);
	for (size_t i = 0; i < length - 1; i++)
		must(i % 2 ? send(fd, bytes + i, 1, 0) : write(fd, bytes + i, 1));
	must(send(fd, bytes + length - 1, 1, 0));
	read_stream(fd, 1);
	tell("big.test", TYPE_A, SEND, "tcp", 1, 0);

	/* Two in one piece, and both answers in one read where they come so. */
	ask("split.test", TYPE_A);
	first = framed(bytes);
	ask("split.test", TYPE_AAAA);
	length = first + framed(bytes + first);
	parts[0] = (struct iovec){ bytes, 3 };
	parts[1] = (struct iovec){ bytes + 3, length - 3 };
	must(writev(fd, parts, 2));
	must(recv(fd, answer.bytes, 2, MSG_PEEK | MSG_WAITALL)); /* what is looked at comes again */
	read_stream(fd, 4096);
	tell("split.test", TYPE_A, "writev", "tcp", length, 0);
	read_stream(fd, 5);
	tell("split.test", TYPE_AAAA, "writev", "tcp", length, 0);

	/* Length and message by two calls; nobody reads the answer. */
	close(fd);
	fd = connected(SOCK_STREAM);
	ask("gone.test", TYPE_A);
	length = framed(bytes);
	must(send(fd, bytes, 2, MSG_MORE));
	must(send(fd, bytes + 2, length - 2, 0));
	must(recv(fd, answer.bytes, 1, MSG_PEEK));
	tell("gone.test", TYPE_A, SEND, "tcp", length - 2, 0);
	return 0;
}
