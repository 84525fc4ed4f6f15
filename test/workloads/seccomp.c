/* SPDX-License-Identifier: MIT */
/*
 * S4, S5: a seccomp filter answers openat and execve, before any of them runs.
 * usage: seccomp errno|zero|trap|kill FILE
 *   errno: EACCES · zero: "errno" 0, as if it had succeeded · trap: SIGSYS, caught · kill: the process dies
 * Lines: "open" {call, asked, result} (errno, trap), "trapped" {nr}, "exec" {asked, failed} (errno), "end" {child, …} by the parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void trapped(int signal, siginfo_t *info, void *context)
{
	(void)signal;
	(void)context;
	report("trapped");
	report_number("nr", info->si_syscall);
	report_end();
}

static void filter(unsigned int action)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog all = { sizeof(program) / sizeof(*program), program };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all));
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO };
	char *arguments[] = { "nothing", NULL };
	int is_errno, status;
	pid_t child;

	if (argc != 3)
		return 64;
	is_errno = !strcmp(argv[1], "errno");
	child = must(fork());
	if (child == 0) {
		must(sigaction(SIGSYS, &action, NULL));
		filter(is_errno                   ? SECCOMP_RET_ERRNO | EACCES
		       : !strcmp(argv[1], "zero") ? SECCOMP_RET_ERRNO
		       : !strcmp(argv[1], "trap") ? SECCOMP_RET_TRAP
						  : SECCOMP_RET_KILL_PROCESS);
		report_open("openat", argv[2], O_RDONLY, syscall(SYS_openat, AT_FDCWD, argv[2], O_RDONLY));
		if (is_errno) {
			execve(argv[2], arguments, NULL);
			report("exec");
			report_text("asked", argv[2]);
			report_text("failed", errno_name(errno));
			report_end();
		}
		_exit(0);
	}
	must(waitpid(child, &status, 0));
	report("end");
	report_number("child", child);
	report_status(status);
	report_end();
	return 0;
}
