/* SPDX-License-Identifier: MIT */
/*
 * N12, N14: what a program does with sockets through one ring, each with success and failure.
 * usage: uring-net plain|sqpoll|async|defer|dns|alike FOLDER
 * Lines: "socket" {domain, type: of the socket itself}, "bind" {asked, local}, "listen" {local, backlog}, "accept" {peer, local}, "connect" {asked},
 * "send" {asked}, all with {call, the result}. Addresses as the kernel tells them: HOST:PORT, a path, or "" for a unix socket without a name.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "ring.h"

union address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_un un;
};

static struct ring ring;
static unsigned async;

static const char *text_of(const union address *a, socklen_t length)
{
	static char text[4][160];
	static int turn;
	char *t = text[turn++ & 3];

	if (a->any.sa_family == AF_INET)
		snprintf(t, sizeof(text[0]), "%s:%u", inet_ntoa(a->in.sin_addr), ntohs(a->in.sin_port));
	else
		snprintf(t, sizeof(text[0]), "%.*s", (int)(length - offsetof(struct sockaddr_un, sun_path)),
			 a->un.sun_path);
	return t;
}

static const char *local_of(int fd)
{
	union address a;
	socklen_t length = sizeof(a);

	must(getsockname(fd, &a.any, &length));
	return text_of(&a, length);
}

static const char *peer_of(int fd)
{
	union address a;
	socklen_t length = sizeof(a);

	must(getpeername(fd, &a.any, &length));
	return text_of(&a, length);
}

static socklen_t inet(union address *a, unsigned port)
{
	memset(a, 0, sizeof(*a));
	a->in.sin_family = AF_INET;
	a->in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a->in.sin_port = htons(port);
	return sizeof(a->in);
}

static socklen_t unix_path(union address *a, const char *path)
{
	memset(a, 0, sizeof(*a));
	a->un.sun_family = AF_UNIX;
	strcpy(a->un.sun_path, path);
	return offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
}

static unsigned port_of(int fd)
{
	union address a;
	socklen_t length = sizeof(a);

	must(getsockname(fd, &a.any, &length));
	return ntohs(a.in.sin_port);
}

static void begin(const char *what, const char *call)
{
	report(what);
	report_text("call", call);
}

/* With what the queue said. */
static void end(int result)
{
	report_result(result < 0 ? -1 : result, -result);
	report_end();
}

/* The slot to use, counted from 1; 0, which is none, where there is no looking at a socket in a slot. */
static unsigned slot_of(unsigned slot)
{
	return ring_has(&ring, RING_OP_FIXED_FD_INSTALL) ? slot : 0;
}

static int made(int domain, int type, int protocol, unsigned slot)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_SOCKET, async, 1);
	int result, fd;
	socklen_t length = sizeof(int);

	slot = slot_of(slot);
	e->fd = domain;
	e->off = type;
	e->len = protocol;
	e->file_index = slot;
	result = ring_do(&ring);
	fd = result < 0 ? -1 : slot ? ring_install(&ring, slot - 1, NULL) : result;
	begin("socket", "io_uring:socket");
	if (fd >= 0) {
		must(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length));
		must(getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length));
	}
	report_number("domain", domain);
	report_number("type", type);
	end(result);
	return fd;
}

static void bound(int fd, const union address *a, socklen_t length)
{
	struct io_uring_sqe *e;
	int result;

	if (!ring_has(&ring, RING_OP_BIND)) {
		(void)bind(fd, &a->any, length);
		return;
	}
	e = ring_entry(&ring, RING_OP_BIND, async, 1);
	e->fd = fd;
	e->addr = (unsigned long)a;
	e->off = length;
	result = ring_do(&ring);
	begin("bind", "io_uring:bind");
	report_text("asked", text_of(a, length));
	if (!result)
		report_text("local", local_of(fd));
	end(result);
}

static void listening(int fd, int backlog)
{
	struct io_uring_sqe *e;
	int result;

	if (!ring_has(&ring, RING_OP_LISTEN)) {
		(void)listen(fd, backlog);
		return;
	}
	e = ring_entry(&ring, RING_OP_LISTEN, async, 1);
	e->fd = fd;
	e->len = backlog;
	result = ring_do(&ring);
	begin("listen", "io_uring:listen");
	report_text("local", local_of(fd));
	report_number("backlog", backlog);
	end(result);
}

static void connect_entry(unsigned flags, unsigned long long user_data, int fd, const union address *a,
			  socklen_t length)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_CONNECT, flags, user_data);

	e->fd = fd;
	e->addr = (unsigned long)a;
	e->off = length;
}

static void connected(const union address *a, socklen_t length, int result)
{
	begin("connect", "io_uring:connect");
	report_text("asked", text_of(a, length));
	end(result);
}

static void accepted(int result, int fd)
{
	begin("accept", "io_uring:accept");
	if (result >= 0) {
		report_text("peer", peer_of(fd));
		report_text("local", local_of(fd));
	}
	end(result);
}

static void connects(int fd, const union address *a, socklen_t length)
{
	connect_entry(async, 1, fd, a, length);
	connected(a, length, ring_do(&ring));
}

/* Both ends of one connection, under way at the same time. */
static void meet(int server, int client, const union address *a, socklen_t length, unsigned slot)
{
	struct io_uring_sqe *e = ring_entry(&ring, IORING_OP_ACCEPT, async, 2);
	int result, fd;

	e->fd = server;
	slot = slot_of(slot);
	e->file_index = slot;
	connect_entry(async, 3, client, a, length);
	ring_submit(&ring, 2);
	result = ring.result[2];
	fd = slot ? ring_install(&ring, slot - 1, NULL) : result;
	connected(a, length, ring.result[3]);
	accepted(result, fd);
	close(fd);
}

static void sent(const char *call, int opcode, int fd, const union address *a, socklen_t length)
{
	struct io_uring_sqe *e = ring_entry(&ring, opcode, async, 1);
	struct iovec part = { "word", 4 };
	struct msghdr message = { .msg_name = (void *)a, .msg_namelen = length, .msg_iov = &part, .msg_iovlen = 1 };
	int result;

	e->fd = fd;
	if (opcode == IORING_OP_SENDMSG || opcode == 48 /* IORING_OP_SENDMSG_ZC */) {
		e->addr = (unsigned long)&message;
		e->len = 1;
	} else {
		e->addr = (unsigned long)"word";
		e->len = 4;
		e->addr2 = (unsigned long)a;
		((unsigned short *)&e->file_index)[0] = length; /* addr_len */
	}
	result = ring_do(&ring);
	begin("send", call);
	report_text("asked", a ? text_of(a, length) : NULL);
	end(result);
}

/* Port 53: as an address of a message's own, and as the socket's peer. */
static int ask(void)
{
	int udp = must(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
	union address a;
	socklen_t length = inet(&a, 53);
	struct io_uring_sqe *e;

	sent("io_uring:send", IORING_OP_SEND, udp, &a, length);
	must(connect(udp, &a.any, length));
	for (int n = 0; n < 2; n++) {
		e = ring_entry(&ring, n ? IORING_OP_RECV : IORING_OP_WRITE, 0, 1);
		e->fd = udp;
		e->addr = (unsigned long)(char[4]){ 0 };
		e->len = 4;
		ring_submit(&ring, 1);
	}
	return 0;
}

/* Two operations of which each accepts several connections, under the same name: four of them, of two ports by turns. */
static int alike(void)
{
	int servers[2];
	union address a;
	struct io_uring_sqe *e;
	unsigned long long answers;

	for (int n = 0; n < 2; n++) {
		servers[n] = must(socket(AF_INET, SOCK_STREAM, 0));
		must(bind(servers[n], &a.any, inet(&a, 0)));
		must(listen(servers[n], 4));
		e = ring_entry(&ring, IORING_OP_ACCEPT, 0, 7);
		e->fd = servers[n];
		e->ioprio = IORING_ACCEPT_MULTISHOT;
		ring_hand_over(&ring);
	}
	for (int n = 0; n < 4; n++) {
		must(connect(must(socket(AF_INET, SOCK_STREAM, 0)), &a.any, inet(&a, port_of(servers[n % 2]))));
		for (answers = ring.answers; ring.answers == answers;)
			ring_submit(&ring, 0);
		accepted(ring.result[7], ring.result[7]);
	}
	return 0;
}

int main(int argc, char **argv)
{
	union address a, here, nowhere;
	int server, client, unix_server, udp, other_udp, several, n;
	socklen_t length, here_length;
	struct io_uring_sqe *e;
	unsigned long long seen;

	if (argc != 3)
		return 64;
	must(chdir(argv[2]));
	async = !strcmp(argv[1], "async") ? IOSQE_ASYNC : 0;
	ring_open(&ring, 8,
		  !strcmp(argv[1], "sqpoll")  ? IORING_SETUP_SQPOLL
		  : !strcmp(argv[1], "defer") ? IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN
					      : 0);
	ring_slots(&ring, 8);
	if (!strcmp(argv[1], "dns"))
		return ask();
	if (!strcmp(argv[1], "alike"))
		return alike();

	server = made(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0, 0);
	made(AF_UNIX, SOCK_SEQPACKET, 0, 1);
	made(99, SOCK_STREAM, 0, 0);

	bound(server, &a, inet(&a, 0));
	bound(server, &a, inet(&a, 0));
	listening(server, 7);
	udp = must(socket(AF_INET, SOCK_DGRAM, 0));
	bound(udp, &a, inet(&a, 0));
	listening(udp, 3);
	here_length = inet(&here, port_of(server));

	client = must(socket(AF_INET, SOCK_STREAM, 0));
	meet(server, client, &here, here_length, 0);
	client = must(socket(AF_INET, SOCK_STREAM, 0));
	meet(server, client, &here, here_length, 3);
	client = must(socket(AF_INET, SOCK_STREAM, 0));
	length = inet(&nowhere, 1);
	connects(client, &nowhere, length);

	unix_server = must(socket(AF_UNIX, SOCK_STREAM, 0));
	length = unix_path(&a, "socket");
	bound(unix_server, &a, length);
	listening(unix_server, 5);
	client = must(socket(AF_UNIX, SOCK_STREAM, 0));
	meet(unix_server, client, &a, length, 0);
	client = must(socket(AF_UNIX, SOCK_STREAM, 0));
	length = unix_path(&nowhere, "nobody");
	connects(client, &nowhere, length);

	other_udp = must(socket(AF_INET, SOCK_DGRAM, 0));
	length = inet(&a, port_of(udp));
	sent("io_uring:send", IORING_OP_SEND, other_udp, &a, length);
	sent("io_uring:sendmsg", IORING_OP_SENDMSG, other_udp, &a, length);
	sent("io_uring:send_zc", IORING_OP_SEND_ZC, other_udp, &a, length);
	length = inet(&nowhere, 0);
	sent("io_uring:send", IORING_OP_SEND, other_udp, &nowhere, length);
	connects(other_udp, &a, inet(&a, port_of(udp)));
	sent("io_uring:send", IORING_OP_SEND, other_udp, NULL, 0);

	/* A chain: a socket in the ring's own table, and its connection. */
	e = ring_entry(&ring, IORING_OP_SOCKET, async | IOSQE_IO_LINK, 4);
	e->fd = AF_INET;
	e->off = SOCK_STREAM;
	e->file_index = 5;
	connect_entry(async | IOSQE_FIXED_FILE, 5, 4, &here, here_length);
	ring_submit(&ring, 2);
	begin("socket", "io_uring:socket");
	report_number("domain", AF_INET);
	report_number("type", SOCK_STREAM);
	end(ring.result[4]);
	connected(&here, here_length, ring.result[5]);

	/* One request that takes several connections: the one that waits already, and two more. */
	e = ring_entry(&ring, IORING_OP_ACCEPT, async, 6);
	e->fd = server;
	e->ioprio = IORING_ACCEPT_MULTISHOT;
	ring_submit(&ring, 1);
	accepted(ring.result[6], ring.result[6]);
	for (n = 0; n < 2; n++) {
		several = must(socket(AF_INET, SOCK_STREAM, 0));
		must(connect(several, &here.any, here_length));
		seen = ring.seen[6];
		while (ring.seen[6] == seen)
			ring_submit(&ring, 1);
		accepted(ring.result[6], ring.result[6]);
	}
	/* And is taken back. */
	e = ring_entry(&ring, IORING_OP_ASYNC_CANCEL, 0, 7);
	e->addr = 6;
	ring_submit(&ring, 2);
	accepted(ring.result[6], -1);
	return 0;
}
