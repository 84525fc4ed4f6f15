/* SPDX-License-Identifier: MIT */
/*
 * F6: openat2 with RESOLVE_*: refused escapes, and a folder taken for the root.
 * usage: beneath FOLDER      (an empty one; makes box/f, box/up -> ../f, box/absolute -> /f, f)
 * Lines: "open" {call, asked, resolve, dirfd, result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static int box;

static void tell(const char *asked, unsigned long long resolve)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = resolve };
	int fd = syscall(SYS_openat2, box, asked, &how, sizeof(how));
	int error = errno;

	report("open");
	report_text("call", "openat2");
	report_text("asked", asked);
	report_number("resolve", resolve);
	report_number("dirfd", box);
	report_result(fd, error);
	report_file(fd);
	report_end();
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	must(mkdir("box", 0755));
	close(must(creat("box/f", 0644)));
	close(must(creat("f", 0644)));
	must(symlink("../f", "box/up"));
	must(symlink("/f", "box/absolute"));
	box = must(open("box", O_RDONLY | O_DIRECTORY));

	tell("f", RESOLVE_BENEATH);
	tell("../f", RESOLVE_BENEATH);
	tell("up", RESOLVE_BENEATH);
	tell("/etc/passwd", RESOLVE_BENEATH);
	tell("/../../f", RESOLVE_IN_ROOT);
	tell("absolute", RESOLVE_IN_ROOT);
	tell("up", RESOLVE_IN_ROOT);
	tell("up", RESOLVE_NO_SYMLINKS);
	tell("up", 0);
	tell("f", RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV);
	return 0;
}
