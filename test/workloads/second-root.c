/* SPDX-License-Identifier: MIT */
/*
 * F5: opens below the root folder, mounted a second time: by a child whose root that is, and then by the program itself.
 * usage: second-root FOLDER      (an empty folder; mounted on and unmounted, in the mount namespace that it has)
 * Lines: "open" {asked, result} for each.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	pid_t child;

	if (argc != 2)
		return 64;
	must(mount("/", argv[1], NULL, MS_BIND, NULL));
	child = fork();
	if (child == 0) {
		must(chroot(argv[1]));
		close(report_open("open", "/etc/passwd", O_RDONLY, open("/etc/passwd", O_RDONLY)));
		_exit(0);
	}
	waitpid(child, NULL, 0);
	must(umount2(argv[1], MNT_DETACH));
	close(report_open("open", "/etc/passwd", O_RDONLY, open("/etc/passwd", O_RDONLY)));
	return 0;
}
