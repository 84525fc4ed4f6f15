/* SPDX-License-Identifier: MIT */
/*
 * N7: unix sockets: by path, relative, abstract, 108 bytes without a terminator, missing, refused, and a datagram to a path.
 * usage: unix-connect FOLDER      (an empty one)
 * Lines: "connect" or "send" {how, asked (a leading NUL shown as @), result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "report.h"

static void tell(const char *what, const char *how, const char *name, size_t length, long result)
{
	char shown[108];
	int error = errno;

	memcpy(shown, name, length);
	if (length && !shown[0])
		shown[0] = '@';
	report(what);
	report_text("how", how);
	report_bytes("asked", shown, length);
	report_result(result, error);
	report_end();
}

static struct sockaddr_un address;

static socklen_t name(const char *bytes, size_t length, int terminated)
{
	memset(&address, 0x7e, sizeof(address)); /* what comes after the name is not to be read */
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, bytes, length);
	if (terminated)
		address.sun_path[length] = 0;
	return offsetof(struct sockaddr_un, sun_path) + length + !!terminated;
}

static void listen_at(const char *bytes, size_t length, int terminated)
{
	int fd = must(socket(AF_UNIX, SOCK_STREAM, 0));
	socklen_t size = name(bytes, length, terminated);

	must(bind(fd, (struct sockaddr *)&address, size));
	must(listen(fd, 8));
}

static void try(const char *how, const char *bytes, size_t length, int terminated)
{
	int fd = must(socket(AF_UNIX, SOCK_STREAM, 0));
	socklen_t size = name(bytes, length, terminated);
	int result = connect(fd, (struct sockaddr *)&address, size);

	tell("connect", how, bytes, length, result);
	close(fd);
}

int main(int argc, char **argv)
{
	char path[200], longest[108], abstract[64];
	struct sockaddr_un bound;
	socklen_t size;
	int fd, length;

	if (argc != 2)
		return 64;
	must(chdir(argv[1]));

	length = snprintf(path, sizeof(path), "%s/socket", argv[1]);
	if (length > 107)
		return 64;
	listen_at(path, length, 1);
	try("path", path, length, 1);
	listen_at("relative", 8, 1);
	try("relative", "relative", 8, 1);

	length = snprintf(abstract, sizeof(abstract), "%cspyscall\n%d%c\xff", 0, getpid(), 0);
	listen_at(abstract, length, 0);
	try("abstract", abstract, length, 0);

	memset(longest, 'l', sizeof(longest));
	listen_at(longest, sizeof(longest), 0);
	try("unterminated", longest, sizeof(longest), 0);

	try("missing", "not-there", 9, 1);
	fd = must(socket(AF_UNIX, SOCK_STREAM, 0));
	size = name("bound-only", 10, 1);
	must(bind(fd, (struct sockaddr *)&address, size));
	try("refused", "bound-only", 10, 1);

	fd = must(socket(AF_UNIX, SOCK_DGRAM, 0));
	size = name("datagrams", 9, 1);
	must(bind(fd, (struct sockaddr *)&address, size));
	bound = address;
	fd = must(socket(AF_UNIX, SOCK_DGRAM, 0));
	tell("send", "datagram", "datagrams", 9, sendto(fd, "text", 4, 0, (struct sockaddr *)&bound, size));
	tell("connect", "datagram", "datagrams", 9, connect(fd, (struct sockaddr *)&bound, size));
	return 0;
}
