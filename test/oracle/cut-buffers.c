/* SPDX-License-Identifier: MIT */
/*
 * From strace to its log: of calls that move bytes, the bytes are left out, which nobody compares and which are nearly all of the output.
 * usage: strace … -o '|cut-buffers > LOG'
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const movers[] = {
	"read",    "write",    "pread64",  "pwrite64",  "readv",     "writev",   "preadv",
	"pwritev", "preadv2",  "pwritev2", "sendto",    "sendmsg",   "sendmmsg", "recvfrom",
	"recvmsg", "recvmmsg",
};

/* `7 name(…`, `7 <... name resumed>…` */
static int moves_bytes(const char *line)
{
	const char *name = strchr(line, ' ');
	size_t length;

	if (!name)
		return 0;
	name += strspn(name, " ");
	if (!strncmp(name, "<... ", 5))
		name += 5;
	length = strcspn(name, "( ");
	for (size_t n = 0; n < sizeof(movers) / sizeof(*movers); n++)
		if (strlen(movers[n]) == length && !memcmp(movers[n], name, length))
			return 1;
	return 0;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while ((length = getline(&line, &room, stdin)) > 0) {
		char *from = line, *end;

		if (!moves_bytes(line)) {
			fwrite(line, 1, length, stdout);
			continue;
		}
		/* With -xx there is no quotation mark within a string. */
		for (char *at; (at = strchr(from, '"')) && (end = strchr(at + 1, '"')); from = end + 1) {
			fwrite(from, 1, at - from, stdout);
			fputs("\"\"", stdout);
		}
		fputs(from, stdout);
	}
	free(line);
	return fclose(stdout) != 0;
}
