/* SPDX-License-Identifier: MIT */
/*
 * N5-N7, N14: sockets bound, listening and accepting, in each of the ways in which that works and does not.
 * usage: listeners inet | unix FOLDER (an empty one) | link INTERFACE
 * Lines: "bind" {asked, result, local}, "listen" {backlog, result, local}, "accept" {call, result, local, peer}: addresses as in socket-address.h,
 * local and peer by getsockname and getpeername (of a failed accept local is the listening socket's).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "report.h"
#include "socket-address.h"

static int make(int family, int type)
{
	return must(socket(family, type, 0));
}

static int bind_to(int fd, const void *address, socklen_t length)
{
	struct sockaddr_storage asked = {};
	int result = bind(fd, address, length), error = errno;

	report("bind");
	if (address && length >= sizeof(sa_family_t)) {
		memcpy(&asked, address, length < sizeof(asked) ? length : sizeof(asked));
		report_address("asked", &asked, length);
	} else {
		report_text("asked", NULL);
	}
	report_result(result, error);
	report_end_of("local", fd, getsockname);
	report_end();
	return result;
}

static int listen_on(int fd, int backlog)
{
	int result = listen(fd, backlog), error = errno;

	report("listen");
	report_number("backlog", backlog);
	report_result(result, error);
	report_end_of("local", fd, getsockname);
	report_end();
	return result;
}

static int accept_on(int fd, int flags)
{
	int result = flags < 0 ? accept(fd, NULL, NULL) : accept4(fd, NULL, NULL, flags), error = errno;

	report("accept");
	report_text("call", flags < 0 ? "accept" : "accept4");
	report_result(result, error);
	report_end_of("local", result < 0 ? fd : result, getsockname);
	report_end_of("peer", result, getpeername);
	report_end();
	return result;
}

static struct sockaddr_storage storage;

static socklen_t inet(const char *host, int port)
{
	struct sockaddr_in *in = (void *)&storage;
	struct sockaddr_in6 *in6 = (void *)&storage;

	memset(&storage, 0, sizeof(storage));
	in->sin_port = htons(port); /* the same place in both */
	if (inet_pton(AF_INET, host, &in->sin_addr) == 1) {
		in->sin_family = AF_INET;
		return sizeof(*in);
	}
	if (inet_pton(AF_INET6, host, &in6->sin6_addr) != 1)
		fail(host);
	in6->sin6_family = AF_INET6;
	return sizeof(*in6);
}

static int port_of(int fd)
{
	struct sockaddr_in6 address;
	socklen_t length = sizeof(address);

	must(getsockname(fd, (struct sockaddr *)&address, &length));
	return ntohs(address.sin6_port);
}

/* Connects to a listener; the kernel takes the connection before anybody accepts it. */
static int reach(const char *host, int port)
{
	socklen_t length = inet(host, port);
	int fd = make(storage.ss_family, SOCK_STREAM);

	must(connect(fd, (struct sockaddr *)&storage, length));
	return fd;
}

static int bound(const char *host, int type)
{
	int fd = make(strchr(host, ':') ? AF_INET6 : AF_INET, type);

	bind_to(fd, &storage, inet(host, 0));
	return fd;
}

static void serve(const char *host, const char *from, int flags)
{
	int fd = bound(host, SOCK_STREAM);

	listen_on(fd, 5);
	reach(from, port_of(fd));
	accept_on(fd, flags);
}

static void inet_main(void)
{
	int on = 1, fd, other, fds[2];

	serve("127.0.0.1", "127.0.0.1", -1);
	serve("127.0.0.1", "127.0.0.1", SOCK_CLOEXEC | SOCK_NONBLOCK);
	serve("0.0.0.0", "127.1.2.3", -1);
	serve("::1", "::1", -1);
	serve("::", "::1", -1);
	serve("::", "127.0.0.1", -1); /* the peer is IPv4-mapped */
	serve("::ffff:127.0.0.1", "127.0.0.1", -1);

	/* Without bind: the kernel chooses the port. */
	fd = make(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
	listen_on(fd, 0);
	accept_on(fd, -1); /* EAGAIN */
	reach("127.0.0.1", port_of(fd));
	accept_on(fd, 0);

	/* Two that share a port. */
	fd = make(AF_INET, SOCK_STREAM);
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)));
	bind_to(fd, &storage, inet("127.0.0.1", 0));
	listen_on(fd, 1);
	other = make(AF_INET, SOCK_STREAM);
	must(setsockopt(other, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)));
	bind_to(other, &storage, inet("127.0.0.1", port_of(fd)));
	listen_on(other, 1);

	/* What fails. */
	bind_to(make(AF_INET, SOCK_STREAM), &storage, inet("127.0.0.1", port_of(fd))); /* EADDRINUSE */
	bind_to(make(AF_INET, SOCK_STREAM), &storage, inet("192.0.2.1", 0));           /* EADDRNOTAVAIL */
	bind_to(make(AF_INET, SOCK_STREAM), NULL, sizeof(struct sockaddr_in));         /* EFAULT */
	bind_to(make(AF_INET, SOCK_STREAM), &storage, 1);                              /* EINVAL */
	fd = bound("127.0.0.1", SOCK_STREAM);
	bind_to(fd, &storage, inet("127.0.0.1", 0));  /* bound already: EINVAL */
	accept_on(fd, -1);                            /* it does not listen: EINVAL */
	bind_to(900, &storage, inet("127.0.0.1", 0)); /* EBADF */
	listen_on(900, 1);
	accept_on(900, -1);
	must(pipe(fds));
	listen_on(fds[0], 1); /* ENOTSOCK */
	/* Two bound to one port by SO_REUSEADDR: only one may listen. */
	fd = make(AF_INET, SOCK_STREAM);
	other = make(AF_INET, SOCK_STREAM);
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	must(setsockopt(other, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	bind_to(fd, &storage, inet("127.0.0.1", 0));
	bind_to(other, &storage, inet("127.0.0.1", port_of(fd)));
	listen_on(fd, 1);
	listen_on(other, 1); /* EADDRINUSE */

	fd = bound("127.0.0.1", SOCK_DGRAM);
	listen_on(fd, 1); /* EOPNOTSUPP */
	fd = bound("::", SOCK_DGRAM);
	fd = socket(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP: not on every kernel */);
	if (fd >= 0) {
		bind_to(fd, &storage, inet("127.0.0.1", 0));
		listen_on(fd, 1);
		reach("127.0.0.1", port_of(fd));
		accept_on(fd, -1);
	}
	if (!getuid())
		must(seteuid(65534));
	bind_to(make(AF_INET, SOCK_STREAM), &storage, inet("127.0.0.1", 7)); /* EACCES */
}

static socklen_t un(const char *name, size_t length)
{
	struct sockaddr_un *address = (void *)&storage;

	memset(&storage, 0x7e, sizeof(storage)); /* what comes after the name is not to be read */
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, name, length);
	return offsetof(struct sockaddr_un, sun_path) + length;
}

static int serve_unix(int type, const char *name, size_t length)
{
	int fd = make(AF_UNIX, type);

	bind_to(fd, &storage, un(name, length));
	listen_on(fd, 3);
	return fd;
}

static int reach_unix(int server, int type, const char *own)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);
	int fd = make(AF_UNIX, type);

	if (own)
		bind_to(fd, &storage, un(own, strlen(own) + 1));
	must(getsockname(server, (struct sockaddr *)&address, &length));
	must(connect(fd, (struct sockaddr *)&address, length));
	return fd;
}

static void unix_main(const char *folder)
{
	char path[108], longest[108];
	int fd, length;

	must(chdir(folder));
	length = snprintf(path, sizeof(path), "%s/socket", folder);
	fd = serve_unix(SOCK_STREAM, path, length + 1);
	reach_unix(fd, SOCK_STREAM, NULL);
	accept_on(fd, -1);
	reach_unix(fd, SOCK_STREAM, "client"); /* a peer with a name of its own */
	accept_on(fd, SOCK_CLOEXEC);
	close(reach_unix(fd, SOCK_STREAM, "gone")); /* one that has closed */
	accept_on(fd, -1);
	must(unlink(path));
	listen_on(fd, 7); /* its file is gone */

	fd = serve_unix(SOCK_SEQPACKET, "relative", 9);
	must(chdir("/")); /* its name is relative to where it was bound */
	listen_on(fd, 4);
	must(chdir(folder));
	reach_unix(fd, SOCK_SEQPACKET, NULL);
	accept_on(fd, -1);
	fd = serve_unix(SOCK_STREAM, "./under/../dotted", 18); /* ENOENT */
	fd = serve_unix(SOCK_STREAM, "./dotted", 9);
	memset(longest, 'x', sizeof(longest));
	fd = serve_unix(SOCK_STREAM, longest, sizeof(longest)); /* unterminated */
	snprintf(path, sizeof(path), "x@abstract-%d", getpid());
	path[0] = 0;
	fd = serve_unix(SOCK_STREAM, path, 1 + strlen(path + 1));
	reach_unix(fd, SOCK_STREAM, NULL);
	accept_on(fd, -1);
	longest[0] = 0;
	snprintf(longest + 1, 20, "%d", getpid());
	fd = serve_unix(SOCK_STREAM, longest, sizeof(longest)); /* with a NUL inside */
	fd = serve_unix(SOCK_STREAM, "", 0);                    /* autobind: the kernel names it */
	reach_unix(fd, SOCK_STREAM, NULL);
	accept_on(fd, -1);
	fd = make(AF_UNIX, SOCK_DGRAM);
	bind_to(fd, &storage, un("datagram", 9));
	bind_to(make(AF_UNIX, SOCK_DGRAM), &storage, un("datagram", 9)); /* EADDRINUSE */
	listen_on(fd, 1);                                                /* EOPNOTSUPP */
	listen_on(make(AF_UNIX, SOCK_STREAM), 1);                        /* EINVAL */
}

/* An address of one link: fe80::1 has to be on the interface. */
static void link_main(const char *name)
{
	struct sockaddr_in6 *address = (void *)&storage;
	int fd = make(AF_INET6, SOCK_STREAM), peer = make(AF_INET6, SOCK_STREAM);
	socklen_t length = inet("fe80::1", 0);

	address->sin6_scope_id = must((int)if_nametoindex(name));
	bind_to(fd, &storage, length);
	listen_on(fd, 1);
	address->sin6_port = htons(port_of(fd));
	/* The kernel makes the way to a new address a little later. */
	while (connect(peer, (struct sockaddr *)address, length)) {
		if (errno != ENETUNREACH)
			fail("connect");
		sched_yield();
	}
	accept_on(fd, -1);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "inet"))
		inet_main();
	else if (argc == 3 && !strcmp(argv[1], "unix"))
		unix_main(argv[2]);
	else if (argc == 3 && !strcmp(argv[1], "link"))
		link_main(argv[2]);
	else
		return 64;
	return 0;
}
