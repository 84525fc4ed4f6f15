/* SPDX-License-Identifier: MIT */
/*
 * N10: questions of DNS in ways that hardly any program knows. For the server of dns-lab, which says what it was asked.
 * usage: dns-ways WAY
 *   more       one datagram, by two calls, of which the first says that there is more
 *   corked     one datagram, by two calls, of a socket that holds back what is sent
 *   segments   several datagrams by one call, of a socket that cuts what is sent
 *   cut        the same, where the call says so
 *   sendfile   over TCP, from a file
 *   spliced    over TCP, out of a pipe
 *   ring       through an io_uring: a chain that connects a socket and asks through it
 *   quiet      the same, where the program does not want to hear of success
 *   unspec     by an address without a family, of IPv4
 *   unspec6    by an address without a family, of IPv6: that of the socket's peer counts
 * Lines: "asked", as in dns-client.h, of the last two.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

#include "dns-client.h"
#include "ring.h"

static void heard(int fd)
{
	must(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	answer.length = 0;
}

/* Two questions of the same length, one behind the other. */
static size_t both(unsigned char *bytes)
{
	ask("a.test", TYPE_A);
	memcpy(bytes, question.bytes, question.length);
	ask("b.test", TYPE_A);
	memcpy(bytes + question.length, question.bytes, question.length);
	return question.length;
}

static void cut(int fd)
{
	unsigned char bytes[512];
	size_t length = both(bytes);
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(uint16_t))];
	} control = {
		.head = { .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = SOL_UDP, .cmsg_type = UDP_SEGMENT }
	};
	struct iovec part = { bytes, 2 * length };
	struct msghdr m = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control)
	};

	memcpy(CMSG_DATA(&control.head), &(uint16_t){ length }, sizeof(uint16_t));
	must(sendmsg(fd, &m, 0));
	heard(fd);
	heard(fd);
}

static void segments(int fd)
{
	unsigned char bytes[512];
	int length = both(bytes);

	must(setsockopt(fd, SOL_UDP, UDP_SEGMENT, &length, sizeof(length)));
	must(send(fd, bytes, 2 * length, 0));
	heard(fd);
	heard(fd);
}

/* Over TCP, by way of a file or a pipe. */
static void moved(int is_file)
{
	int fd = connected(SOCK_STREAM), file, pair[2];
	unsigned char prefix[2];

	ask("a.test", TYPE_A);
	prefix[0] = question.length >> 8;
	prefix[1] = question.length;
	if (is_file) {
		file = must(open("/tmp", O_TMPFILE | O_RDWR, 0600));
		must(write(file, prefix, 2));
		must(write(file, question.bytes, question.length));
		must(sendfile(fd, file, &(off_t){ 0 }, question.length + 2));
	} else {
		must(pipe(pair));
		must(write(pair[1], prefix, 2));
		must(write(pair[1], question.bytes, question.length));
		must(splice(pair[0], NULL, fd, NULL, question.length + 2, 0));
	}
	heard(fd);
}

static void ring_asks(unsigned silent)
{
	struct ring ring;
	struct io_uring_sqe *e;
	int fd;

	ring_open(&ring, 8, 0);
	fd = unconnected();
	ask("a.test", TYPE_A);
	e = ring_entry(&ring, IORING_OP_CONNECT, IOSQE_IO_LINK | silent, 1);
	e->fd = fd;
	e->addr = (unsigned long)&server.address;
	e->off = server.length;
	e = ring_entry(&ring, IORING_OP_SEND, silent, 2);
	e->fd = fd;
	e->addr = (unsigned long)question.bytes;
	e->len = question.length;
	ring_hand_over(&ring);
	heard(fd);
}

static void unspec(void)
{
	struct sockaddr_storage name = server.address;
	int fd = server.address.ss_family == AF_INET ? unconnected() : connected(SOCK_DGRAM);
	struct sockaddr_in *in = (void *)&name;
	long n;

	name.ss_family = AF_UNSPEC;
	if (server.address.ss_family == AF_INET6)
		in->sin_port = htons(9);
	ask("a.test", TYPE_A);
	n = sendto(fd, question.bytes, question.length, 0, (void *)&name, server.length);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("a.test", TYPE_A, "sendto", "udp", n, errno);
}

int main(int argc, char **argv)
{
	const char *way = argc == 2 ? argv[1] : "";
	int fd;

	at("127.0.0.1", 53);
	ask("a.test", TYPE_A);
	if (!strcmp(way, "more")) {
		fd = connected(SOCK_DGRAM);
		must(send(fd, question.bytes, 15, MSG_MORE));
		must(send(fd, question.bytes + 15, question.length - 15, 0));
		heard(fd);
	} else if (!strcmp(way, "corked")) {
		fd = connected(SOCK_DGRAM);
		must(setsockopt(fd, SOL_UDP, UDP_CORK, &(int){ 1 }, sizeof(int)));
		must(write(fd, question.bytes, 15));
		must(write(fd, question.bytes + 15, question.length - 15));
		must(setsockopt(fd, SOL_UDP, UDP_CORK, &(int){ 0 }, sizeof(int)));
		heard(fd);
	} else if (!strcmp(way, "segments")) {
		segments(connected(SOCK_DGRAM));
	} else if (!strcmp(way, "cut")) {
		cut(connected(SOCK_DGRAM));
	} else if (!strcmp(way, "sendfile") || !strcmp(way, "spliced")) {
		moved(way[1] == 'e');
	} else if (!strcmp(way, "ring") || !strcmp(way, "quiet")) {
		ring_asks(way[0] == 'q' ? IOSQE_CQE_SKIP_SUCCESS : 0);
	} else if (!strcmp(way, "unspec")) {
		unspec();
	} else if (!strcmp(way, "unspec6")) {
		at("::1", 53);
		unspec();
	} else {
		return 64;
	}
	return 0;
}
