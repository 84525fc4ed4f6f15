/* SPDX-License-Identifier: MIT */
/*
 * Attaches the programs of empty.bpf.o, which lies beside this program, and runs another one.
 * usage: beside-empty PROGRAM [ARGUMENT...]
 */
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <limits.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"

int main(int argc, char **argv)
{
	char path[PATH_MAX] = "";
	struct bpf_program *program;
	struct bpf_object *object;
	int status;

	if (argc < 2)
		return 64;
	if (readlink("/proc/self/exe", path, sizeof(path) - sizeof("empty.bpf.o")) < 0)
		fail("/proc/self/exe");
	strcpy(strrchr(path, '/') + 1, "empty.bpf.o");
	object = bpf_object__open(path);
	if (!object || bpf_object__load(object))
		fail(path);
	bpf_object__for_each_program(program, object) {
		if (!bpf_program__attach(program))
			fail(bpf_program__name(program));
	}
	if (fork() == 0) {
		execv(argv[1], argv + 1);
		_exit(127);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}
