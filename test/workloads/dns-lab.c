/* SPDX-License-Identifier: MIT */
/*
 * N10: a name server on port 53 of a network of its own, which knows what dns-zone.h says, and a program that asks it. /etc/resolv.conf there names the server.
 * usage: dns-lab PROGRAM ARGUMENT…      (of root, or of a user who may make user namespaces)
 * Lines, beside those of the program: "question" {transport, id, name, type, client}, one for each that the server got; "end" {child: the program, …}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dns-zone.h"
#include "report.h"
#include "socket-address.h"

#define SOCKETS 4 /* end of work, UDP of IPv4, UDP of IPv6, TCP */

static int lost;

/* Puts text in place of a file of /etc, in this mount namespace only. */
static void replace(const char *path, const char *text)
{
	char name[] = "/tmp/spy-lab-XXXXXX";
	int fd;

	if (access(path, F_OK))
		return;
	fd = must(mkstemp(name));
	must(fchmod(fd, 0644));
	must(write(fd, text, strlen(text)));
	must(mount(name, path, NULL, MS_BIND, NULL));
	must(unlink(name));
	close(fd);
}

static void put(const char *path, const char *text)
{
	int fd = must(open(path, O_WRONLY));

	must(write(fd, text, strlen(text)));
	close(fd);
}

/* Root of a user namespace of its own. */
static void become_root(void)
{
	char users[64], groups[64];

	snprintf(users, sizeof(users), "0 %d 1", (int)geteuid());
	snprintf(groups, sizeof(groups), "0 %d 1", (int)getegid());
	must(unshare(CLONE_NEWUSER));
	put("/proc/self/uid_map", users);
	put("/proc/self/setgroups", "deny");
	put("/proc/self/gid_map", groups);
}

static void isolate(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	if (geteuid())
		become_root();
	must(unshare(CLONE_NEWNET | CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	fd = must(socket(AF_INET, SOCK_DGRAM, 0));
	must(ioctl(fd, SIOCSIFFLAGS, &lo));
	close(fd);
	replace("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n");
	replace("/etc/nsswitch.conf", "hosts: dns\n");
}

static int bound(int family, int type)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(53), .sin6_addr = in6addr_any };
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(53) };
	int fd = must(socket(family, type | SOCK_CLOEXEC, 0)), on = 1;

	if (family == AF_INET6)
		must(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)));
	must(family == AF_INET ? bind(fd, (struct sockaddr *)&in, sizeof(in))
			       : bind(fd, (struct sockaddr *)&in6, sizeof(in6)));
	if (type == SOCK_STREAM)
		must(listen(fd, 8));
	return fd;
}

/* The question of a message, told; its type, 0 of what is no question. */
static unsigned heard(const struct dns_message *m, const char *transport, const struct sockaddr_storage *client,
		      socklen_t length, char *name, size_t room, size_t *end)
{
	unsigned type = dns_asked(m, name, room, end);

	if (!type)
		return 0;
	report("question");
	report_text("transport", transport);
	report_number("id", m->bytes[0] << 8 | m->bytes[1]);
	report_text("name", name);
	report_number("type", type);
	report_address("client", client, length);
	report_end();
	return type;
}

static void serve_udp(int fd)
{
	struct sockaddr_storage client;
	socklen_t length = sizeof(client);
	struct dns_message m;
	char name[256];
	unsigned type;
	size_t end;

	m.length = must(recvfrom(fd, m.bytes, sizeof(m.bytes), 0, (struct sockaddr *)&client, &length));
	type = heard(&m, "udp", &client, length, name, sizeof(name), &end);
	if (!type || !strcmp(name, "silent.test") || (!strcmp(name, "lost.test") && !lost++))
		return;
	dns_answer(&m, name, type, end, 0);
	if (!strcmp(name, "spoofed.test")) {
		m.bytes[1] ^= 0xff;
		must(sendto(fd, m.bytes, m.length, 0, (struct sockaddr *)&client, length));
		m.bytes[1] ^= 0xff;
	}
	for (int i = strcmp(name, "twice.test") ? 1 : 2; i > 0; i--)
		must(sendto(fd, m.bytes, m.length, 0, (struct sockaddr *)&client, length));
}

static int receive(int fd, void *bytes, size_t length)
{
	return recv(fd, bytes, length, MSG_WAITALL) == (ssize_t)length;
}

/* One client until it has no more questions. */
static void serve_tcp(int listener)
{
	struct sockaddr_storage client;
	socklen_t length = sizeof(client);
	int fd = must(accept4(listener, (struct sockaddr *)&client, &length, SOCK_CLOEXEC));
	unsigned char prefix[2];
	struct dns_message m;
	char name[256];
	unsigned type;
	size_t end;

	while (receive(fd, prefix, 2)) {
		m.length = prefix[0] << 8 | prefix[1];
		if (m.length > sizeof(m.bytes) || !receive(fd, m.bytes, m.length))
			break;
		type = heard(&m, "tcp", &client, length, name, sizeof(name), &end);
		if (!type)
			break;
		dns_answer(&m, name, type, end, 1);
		prefix[0] = m.length >> 8;
		prefix[1] = m.length;
		must(send(fd, prefix, 2, MSG_MORE | MSG_NOSIGNAL));
		must(send(fd, m.bytes, m.length, MSG_NOSIGNAL));
	}
	close(fd);
}

/* Until nobody holds the other side of `ended` any more. */
static void serve(int ended, const int *sockets)
{
	struct pollfd polled[SOCKETS] = { { ended, POLLIN, 0 } };

	for (int i = 1; i < SOCKETS; i++)
		polled[i] = (struct pollfd){ sockets[i], POLLIN, 0 };
	for (;;) {
		must(poll(polled, SOCKETS, -1));
		for (int i = 1; i < SOCKETS; i++)
			if (polled[i].revents)
				i == SOCKETS - 1 ? serve_tcp(sockets[i]) : serve_udp(sockets[i]);
		if (polled[0].revents)
			_exit(0);
	}
}

int main(int argc, char **argv)
{
	int sockets[SOCKETS], ended[2], status;
	pid_t server, program;

	if (argc < 2)
		return 64;
	isolate();
	sockets[1] = bound(AF_INET, SOCK_DGRAM);
	sockets[2] = bound(AF_INET6, SOCK_DGRAM);
	sockets[3] = bound(AF_INET, SOCK_STREAM);
	must(pipe2(ended, O_CLOEXEC));
	server = must(fork());
	if (!server) {
		close(ended[1]);
		serve(ended[0], sockets);
	}
	for (int i = 1; i < SOCKETS; i++)
		close(sockets[i]);
	program = must(fork());
	if (!program) {
		execv(argv[1], argv + 1);
		fail(argv[1]);
	}
	must(waitpid(program, &status, 0));
	close(ended[1]);
	must(waitpid(server, NULL, 0));
	report("end");
	report_number("child", program);
	report_status(status);
	report_end();
	return 0;
}
