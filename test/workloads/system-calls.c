/* SPDX-License-Identifier: MIT */
/*
 * Calls that reach into other processes or into the kernel. None changes anything: those about modules are made as an ordinary user.
 * usage: system-calls FILE [untraced]      (untraced: without those of ptrace, which whoever is traced cannot make)
 * Lines: "ptrace" {request, of, result}, "bpf" {command, result}, "module" {call, name, result}, "ring" {entries, flags, result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static volatile long shared = 42;

static long tell_ptrace(const char *request, int of, long result)
{
	int error = errno;

	report("ptrace");
	report_text("request", request);
	report_number("of", of);
	report_result(result, error);
	report_end();
	return result;
}

/* By the number: the library's own function turns results around. */
#define PTRACE(request, of, address, data) \
	tell_ptrace(#request, of, syscall(SYS_ptrace, (long)request, (long)(of), (long)(address), (long)(data)))

static void traced(void)
{
	struct barrier ready;
	long word = 0;
	struct iovec here = { &word, sizeof(word) }, there = { (void *)&shared, sizeof(shared) };
	int child, status;

	barrier_make(&ready);
	child = must(fork());
	if (child == 0) {
		must(PTRACE(PTRACE_TRACEME, 0, 0, 0));
		barrier_pass(&ready);
		raise(SIGSTOP);
		_exit(shared);
	}
	barrier_wait(&ready);
	must(waitpid(child, &status, 0));
	must(PTRACE(PTRACE_SETOPTIONS, child, 0, PTRACE_O_TRACESYSGOOD));
	must(PTRACE(PTRACE_PEEKDATA, child, &shared, &word));
	must(PTRACE(PTRACE_POKEDATA, child, &shared, 43));
	PTRACE(PTRACE_PEEKUSER, child, 1 << 20, &word);
	PTRACE(0x7777, child, 0, 0);
	must(tell_ptrace("process_vm_readv", child, process_vm_readv(child, &here, 1, &there, 1, 0)));
	word = 7;
	must(tell_ptrace("process_vm_writev", child, process_vm_writev(child, &here, 1, &there, 1, 0)));
	must(PTRACE(PTRACE_CONT, child, 0, 0));
	must(waitpid(child, &status, 0));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 7)
		fail("the tracee");
	PTRACE(PTRACE_ATTACH, child, 0, 0);
	PTRACE(PTRACE_SEIZE, -5, 0, 0);
	tell_ptrace("process_vm_readv", child, process_vm_readv(child, &here, 1, &there, 1, 0));
}

static void tell_bpf(const char *command, long result)
{
	int error = errno;

	report("bpf");
	report_text("command", command);
	report_result(result, error);
	report_end();
}

#define BPF(command, attributes) tell_bpf(#command, syscall(SYS_bpf, command, &attributes, sizeof(attributes)))

static void programs(void)
{
	union bpf_attr map = { .map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 8, .max_entries = 1 };
	union bpf_attr nothing;

	memset(&nothing, 0, sizeof(nothing));
	BPF(BPF_MAP_CREATE, map);
	BPF(BPF_PROG_LOAD, nothing);
	BPF(BPF_OBJ_GET, nothing);
	BPF(0xffff, nothing);
}

static void tell_module(const char *call, const char *name, long result)
{
	int error = errno;

	report("module");
	report_text("call", call);
	report_text("name", name);
	report_result(result, error);
	report_end();
}

static void modules(const char *file)
{
	int child = must(fork()), status;

	if (child == 0) {
		int fd = must(open(file, O_RDONLY));

		must(syscall(SYS_setresuid, 65534, 65534, 65534));
		tell_module("finit_module", file, syscall(SYS_finit_module, fd, "", 0));
		tell_module("finit_module", NULL, syscall(SYS_finit_module, -1, "", 0));
		tell_module("init_module", NULL, syscall(SYS_init_module, "", 0, ""));
		tell_module("delete_module", "no_such_module",
			    syscall(SYS_delete_module, "no_such_module", O_NONBLOCK));
		_exit(0);
	}
	must(waitpid(child, &status, 0));
}

static void ring(unsigned int entries, unsigned int flags, const char *names)
{
	struct io_uring_params parameters;
	long result;
	int error;

	memset(&parameters, 0, sizeof(parameters));
	parameters.flags = flags;
	result = syscall(SYS_io_uring_setup, entries, &parameters);
	error = errno;
	report("ring");
	report_number("entries", entries);
	report_text("flags", names);
	report_result(result, error);
	report_end();
}

#define RING(entries, flags) ring(entries, flags, #flags)

int main(int argc, char **argv)
{
	if (argc != 2 && (argc != 3 || strcmp(argv[2], "untraced")))
		return 64;
	if (argc == 2)
		traced();
	programs();
	modules(argv[1]);
	RING(5, 0);
	RING(8, IORING_SETUP_CLAMP | IORING_SETUP_R_DISABLED);
	RING(0, IORING_SETUP_CLAMP);
	RING(1, 0x80000000u);
	return 0;
}
