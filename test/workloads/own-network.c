/* SPDX-License-Identifier: MIT */
/*
 * Runs a program in a network of its own, where loopback is all there is, and ends when the program and all that it left behind have.
 * usage: own-network PROGRAM ARGUMENT…      (root only)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd, status, last = 0;
	pid_t program, ended;

	if (argc < 2)
		fail("usage: own-network PROGRAM ARGUMENT…");
	must(unshare(CLONE_NEWNET));
	fd = must(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	must(ioctl(fd, SIOCSIFFLAGS, &lo));
	must(prctl(PR_SET_CHILD_SUBREAPER, 1));
	program = must(fork());
	if (!program) {
		execvp(argv[1], argv + 1);
		fail("exec");
	}
	while ((ended = wait(&status)) > 0 || errno == EINTR)
		if (ended == program)
			last = status;
	return WIFEXITED(last) ? WEXITSTATUS(last) : 98;
}
