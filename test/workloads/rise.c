/* SPDX-License-Identifier: MIT */
/*
 * Rights that a process gets by executing a file, and gives up again. FOLDER holds: mine, secret, more, after.
 * usage: rise start FOLDER PROGRAM   opens mine; a child executes PROGRAM (a copy of this one, with more rights) as `risen`; then opens mine again
 *        rise risen FOLDER           opens secret; one child opens more and ends with 3; another gives up what it got and executes this program as `lowered`
 *        rise lowered FOLDER         opens after
 * Lines: "rights" {uid, euid, gid, egid} of every program; "open" as of report_open, of every open.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void open_in(const char *folder, const char *name)
{
	char path[4096] = "";
	int fd;

	strcat(strcat(strcat(path, folder), "/"), name);
	fd = open(path, O_RDONLY);
	report_open("open", path, O_RDONLY, fd);
	close(fd);
}

static int wait_for(pid_t child)
{
	int status = 0;

	must(waitpid(child, &status, 0));
	return WEXITSTATUS(status);
}

static void start(const char *folder, const char *program)
{
	pid_t child;

	open_in(folder, "mine");
	child = must(fork());
	if (child == 0) {
		must(execl(program, program, "risen", folder, "of the user", NULL));
	}
	if (wait_for(child) != 5)
		fail("the risen program");
	open_in(folder, "mine");
}

static void risen(const char *folder)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct none[2] = {};
	char self[] = "/proc/self/exe";
	pid_t child;

	open_in(folder, "secret");
	child = must(fork());
	if (child == 0) {
		open_in(folder, "more");
		_exit(3);
	}
	wait_for(child);
	child = must(fork());
	if (child == 0) {
		must(setresgid(getgid(), getgid(), getgid()));
		must(setresuid(getuid(), getuid(), getuid()));
		must(syscall(SYS_capset, &header, none));
		must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
		must(execl(self, self, "lowered", folder, NULL));
	}
	wait_for(child);
	_exit(5);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		fail("usage");
	report("rights");
	report_number("uid", getuid());
	report_number("euid", geteuid());
	report_number("gid", getgid());
	report_number("egid", getegid());
	report_end();
	if (strcmp(argv[1], "start") == 0)
		start(argv[2], argv[3]);
	else if (strcmp(argv[1], "risen") == 0)
		risen(argv[2]);
	else
		open_in(argv[2], "after");
	return 0;
}
