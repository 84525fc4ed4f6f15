/* SPDX-License-Identifier: MIT */
/*
 * F10: the longest path that the kernel takes (4,095 bytes), longer ones (ENAMETOOLONG), and a short relative path whose file lies
 * deeper than 4,096, then deeper than 16,384 bytes.
 * usage: long-path FOLDER      (an empty one)
 * Lines: "open" {how, asked, depth: length of the true path where it is too long for one call, result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static void tell(const char *how, const char *asked, size_t depth)
{
	int fd = openat(AT_FDCWD, asked, O_RDONLY);
	int error = errno;

	report("open");
	report_text("how", how);
	report_text("call", "openat");
	report_text("asked", asked);
	report_number("depth", depth);
	report_result(fd, error);
	report_file(fd);
	report_end();
	if (fd >= 0)
		close(fd);
}

/* `./././there`, of `length` bytes. */
static char *dots(size_t length)
{
	static char path[8192];
	size_t name = strlen("there");

	memset(path, 0, sizeof(path));
	for (size_t i = 0; i < length - name; i++)
		path[i] = i % 2 ? '/' : '.';
	if ((length - name) % 2)
		path[length - name - 1] = '/';
	memcpy(path + length - name, "there", name);
	return path;
}

int main(int argc, char **argv)
{
	char name[201], cwd[4096];
	size_t depth;

	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	must((intptr_t)getcwd(cwd, sizeof(cwd)) ? 0 : -1);
	depth = strlen(cwd);
	close(must(creat("there", 0644)));
	tell("longest", dots(4095), 0);
	tell("too-long", dots(4096), 0);
	tell("far-too-long", dots(6007), 0);
	memset(name, 'd', 200);
	name[200] = 0;
	for (size_t wanted = 4500; wanted <= 16500; wanted += 12000) {
		while (depth + strlen("/there") <= wanted) {
			must(mkdir(name, 0755));
			must(chdir(name));
			depth += 201;
		}
		close(must(creat("there", 0644)));
		tell("deep", "there", depth + strlen("/there"));
		tell("deep-missing", "not-there", depth + strlen("/not-there"));
	}
	return 0;
}
