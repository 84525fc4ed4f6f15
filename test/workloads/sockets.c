/* SPDX-License-Identifier: MIT */
/*
 * N9: sockets of many families, and some that cannot be made.
 * usage: sockets [multiplexed]    (by socketcall(2), i386's one number for all calls on sockets)
 * Lines: "socket" or "socketpair" {family, type, protocol: as asked, result, domain and made: of SO_DOMAIN and SO_TYPE, -1 of none}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/net.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static int multiplexed;

static void make(int family, int type, int protocol)
{
	unsigned long arguments[] = { family, type, protocol };
	int domain = -1, made = -1, fd, error;
	socklen_t length = sizeof(domain);

	if (multiplexed)
#ifdef SYS_socketcall
		fd = syscall(SYS_socketcall, SYS_SOCKET, arguments);
#else
		_exit(64);
#endif
	else
		fd = syscall(SYS_socket, arguments[0], arguments[1], arguments[2]);
	error = errno;
	report("socket");
	report_number("family", family);
	report_number("type", type & 0xf);
	report_number("protocol", protocol);
	report_result(fd, error);
	if (fd >= 0) {
		must(getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length));
		must(getsockopt(fd, SOL_SOCKET, SO_TYPE, &made, &length));
		close(fd);
	}
	report_number("domain", domain);
	report_number("made", made);
	report_end();
}

static void pair(int family, int type)
{
	int fds[2], result;
	unsigned long arguments[] = { family, type, 0, (unsigned long)fds };

	if (multiplexed)
#ifdef SYS_socketcall
		result = syscall(SYS_socketcall, SYS_SOCKETPAIR, arguments);
#else
		_exit(64);
#endif
	else
		result = syscall(SYS_socketpair, arguments[0], arguments[1], arguments[2], fds);
	report("socketpair");
	report_number("family", family);
	report_number("type", type & 0xf);
	report_number("protocol", 0);
	report_result(result, errno);
	report_number("domain", -1);
	report_number("made", -1);
	report_end();
}

int main(int argc, char **argv)
{
	(void)argv;
	multiplexed = argc > 1;
	make(AF_INET, SOCK_STREAM, 0);
	make(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
	make(AF_INET, SOCK_STREAM, 262 /* IPPROTO_MPTCP */);
	make(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	make(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	make(AF_UNIX, SOCK_STREAM, 0);
	make(AF_UNIX, SOCK_DGRAM, 0);
	make(AF_UNIX, SOCK_SEQPACKET, 0);
	make(AF_UNIX, SOCK_RAW, 0); /* the kernel makes it a datagram socket */
	make(AF_NETLINK, SOCK_RAW, 0);
	make(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	make(AF_INET, SOCK_PACKET, htons(ETH_P_ALL)); /* the old name of a packet socket */
	make(AF_VSOCK, SOCK_STREAM, 0);
	make(AF_INET, SOCK_STREAM, IPPROTO_UDP);
	make(AF_INET, 0xf, 0);
	make(77, SOCK_STREAM, 0);
	pair(AF_UNIX, SOCK_STREAM);
	pair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
	pair(AF_INET, SOCK_STREAM);
	return 0;
}
