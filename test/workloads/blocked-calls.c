/* SPDX-License-Identifier: MIT */
/*
 * S4: a seccomp filter answers calls that send signals, make namespaces, mount, set credentials or reach into the system, before any of them runs.
 * usage: blocked-calls errno|zero FOLDER      (answered with EACCES, or with 0 as if they had succeeded; works in the folder)
 * Lines: "call" {call, result}; "alive" {uid, root: whether / is still the same} at the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#define COUNT(list) (sizeof(list) / sizeof(*list))

static const long numbers[] = { SYS_kill,          SYS_tgkill,  SYS_unshare,          SYS_setns,
				SYS_mount,         SYS_umount2, SYS_chroot,           SYS_pivot_root,
				SYS_open_tree,     SYS_setuid,  SYS_setresgid,        SYS_setgroups,
				SYS_ptrace,        SYS_bpf,     SYS_process_vm_readv, SYS_finit_module,
				SYS_io_uring_setup };

static void filter(unsigned int answer)
{
	static struct sock_filter program[2 * COUNT(numbers) + 6];
	struct sock_fprog all = { 0, program };

#define ADD(...) program[all.len++] = (struct sock_filter)__VA_ARGS__
	ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)));
	for (size_t i = 0; i < COUNT(numbers); i++) {
		ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, numbers[i], 0, 1));
		ADD(BPF_STMT(BPF_RET | BPF_K, answer));
	}
	/* Of clone what asks for a user namespace: the low half of its first argument. */
	ADD(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3));
	ADD(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)));
	ADD(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_NEWUSER, 0, 1));
	ADD(BPF_STMT(BPF_RET | BPF_K, answer));
	ADD(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	must(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all));
}

static void tell(const char *call, long result)
{
	int error = errno;

	report("call");
	report_text("call", call);
	report_result(result, error);
	report_end();
}

#define CALL(name, ...) tell(#name, syscall(SYS_##name, __VA_ARGS__))

int main(int argc, char **argv)
{
	int self = getpid();
	struct stat before, after;

	if (argc != 3)
		return 64;
	must(chdir(argv[2]));
	must(stat("/", &before));
	filter(SECCOMP_RET_ERRNO | (strcmp(argv[1], "zero") ? EACCES : 0));
	CALL(kill, self, SIGKILL);
	CALL(tgkill, self, self, SIGTERM);
	CALL(kill, self, 0);
	CALL(unshare, CLONE_NEWNS | CLONE_NEWNET);
	CALL(setns, -1, CLONE_NEWUTS);
	CALL(clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	CALL(mount, "none", "here", "tmpfs", MS_RDONLY, 0);
	CALL(umount2, "here", MNT_DETACH);
	CALL(chroot, "here");
	CALL(pivot_root, ".", "old");
	CALL(open_tree, AT_FDCWD, "here", OPEN_TREE_CLONE);
	CALL(setuid, 4242);
	CALL(setresgid, -1, 1, 2);
	CALL(setgroups, 0, 0);
	CALL(ptrace, PTRACE_ATTACH, self, 0, 0);
	CALL(process_vm_readv, self, 0, 0, 0, 0, 0);
	CALL(bpf, BPF_PROG_LOAD, 0, 0);
	CALL(finit_module, -1, "", 0);
	CALL(io_uring_setup, 4, 0);
	must(stat("/", &after));
	report("alive");
	report_number("uid", getuid());
	report_number("root", before.st_dev == after.st_dev && before.st_ino == after.st_ino);
	report_end();
	return 0;
}
