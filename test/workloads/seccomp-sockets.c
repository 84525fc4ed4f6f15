/* SPDX-License-Identifier: MIT */
/*
 * N13, S4: a seccomp filter answers bind, listen, accept4, socket and sendto (of what a program would ask a name server) before any of them runs.
 * usage: seccomp-sockets errno|zero
 *   errno: EPERM · zero: 0, as if it had succeeded
 * Lines: "made" {local: of the socket}, then "bind", "listen", "accept4", "socket", "sendto", "end" {result: as the program saw it}, "still" {local}.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"
#include "socket-address.h"

static void filter(unsigned int action)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bind, 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_listen, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_accept4, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendto, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog all = { sizeof(program) / sizeof(*program), program };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all));
}

static void tell(const char *what, long result)
{
	int error = errno;

	report(what);
	report_result(result, error);
	report_end();
}

int main(int argc, char **argv)
{
	static const char question[] = "\x12\x34\x01\0\0\1\0\0\0\0\0\0\7blocked\4test\0\0\1\0\1";
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(4711) };
	struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons(53) };
	int fd = must(socket(AF_INET, SOCK_STREAM, 0));
	int datagram = must(socket(AF_INET, SOCK_DGRAM, 0));

	if (argc != 2)
		return 64;
	address.sin_addr.s_addr = server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	report("made");
	report_end_of("local", fd, getsockname);
	report_end();
	filter(strcmp(argv[1], "zero") ? SECCOMP_RET_ERRNO | EPERM : SECCOMP_RET_ERRNO);
	tell("bind", bind(fd, (struct sockaddr *)&address, sizeof(address)));
	tell("listen", listen(fd, 1));
	tell("accept", accept4(fd, NULL, NULL, 0));
	tell("socket", socket(AF_INET6, SOCK_DGRAM, 0));
	tell("sendto", sendto(datagram, question, sizeof(question) - 1, 0, (struct sockaddr *)&server, sizeof(server)));
	report("still");
	report_end_of("local", fd, getsockname);
	report_end();
	return 0;
}
