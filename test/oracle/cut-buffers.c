/* SPDX-License-Identifier: MIT */
/*
 * From strace to its log: of calls that move bytes, the bytes are left out, which nobody compares and which are nearly all of the output. What goes through sockets stays where it is short:
 * messages of DNS are.
 * usage: strace … -o '|cut-buffers > LOG'
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const movers[] = {
	"read", "write", "pread64", "pwrite64", "readv", "writev", "preadv", "pwritev", "preadv2", "pwritev2",
};
static const char *const socket_movers[] = {
	"send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg", "recvmmsg_time64",
};

/* A byte takes four characters: \x61. */
#define MESSAGE_MOST (4 * 4096)
/* "socket:", as -xx writes it. */
#define SOCKET "<\\x73\\x6f\\x63\\x6b\\x65\\x74\\x3a"

static int is_one_of(const char *name, size_t length, const char *const *names, size_t count)
{
	for (size_t n = 0; n < count; n++)
		if (strlen(names[n]) == length && !memcmp(names[n], name, length))
			return 1;
	return 0;
}

/* How long a string may be in a line of `7 name(…` or `7 <... name resumed>…`; -1: as long as it is. */
static long longest(const char *line)
{
	const char *name = strchr(line, ' ');
	size_t length;
	int resumed;

	if (!name)
		return -1;
	name += strspn(name, " ");
	resumed = !strncmp(name, "<... ", 5);
	if (resumed)
		name += 5;
	length = strcspn(name, "( ");
	if (is_one_of(name, length, socket_movers, sizeof(socket_movers) / sizeof(*socket_movers)))
		return MESSAGE_MOST;
	if (!is_one_of(name, length, movers, sizeof(movers) / sizeof(*movers)))
		return -1;
	/* Of what goes on, the descriptor stands in a line above. */
	return resumed || !strncmp(name + length + 1 + strcspn(name + length + 1, "<"), SOCKET, strlen(SOCKET))
		       ? MESSAGE_MOST
		       : 0;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while ((length = getline(&line, &room, stdin)) > 0) {
		char *from = line, *end;
		long most = longest(line);

		if (most < 0) {
			fwrite(line, 1, length, stdout);
			continue;
		}
		/* With -xx there is no quotation mark within a string. */
		for (char *at; (at = strchr(from, '"')) && (end = strchr(at + 1, '"')); from = end + 1) {
			fwrite(from, 1, at - from, stdout);
			if (end - at - 1 > most)
				fputs("\"\"", stdout);
			else
				fwrite(at, 1, end + 1 - at, stdout);
		}
		fputs(from, stdout);
	}
	free(line);
	return fclose(stdout) != 0;
}
