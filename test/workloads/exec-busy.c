/* SPDX-License-Identifier: MIT */
/*
 * E-d, E-e: a program that is open for writing cannot be executed (ETXTBSY); one that cannot be mapped fails after the point of
 * no return: execve never returns, the process dies by a signal.
 * usage: exec-busy FOLDER      (writes FOLDER/busy and FOLDER/broken)
 * Line per program: "exec" {child, asked, failed: errno or null, exited or signal}.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

static void try(const char *path)
{
	int *failed = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child = must(fork());
	int status;

	if (child == 0) {
		execl(path, path, (char *)NULL);
		*failed = errno;
		_exit(127);
	}
	must(waitpid(child, &status, 0));
	report("exec");
	report_number("child", child);
	report_text("asked", path);
	report_text("failed", *failed ? errno_name(*failed) : NULL);
	report_status(status);
	report_end();
	munmap(failed, 4096);
}

static int make(const char *path)
{
	return must(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755));
}

int main(int argc, char **argv)
{
	/* A segment beyond the end of user space. */
	struct {
		Elf64_Ehdr file;
		Elf64_Phdr segment;
	} broken = {
		.file = { .e_ident = { 0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
			  .e_type = ET_EXEC,
#ifdef __aarch64__
			  .e_machine = EM_AARCH64,
#else
			  .e_machine = EM_X86_64,
#endif
			  .e_version = EV_CURRENT,
			  .e_entry = 0x400000,
			  .e_phoff = sizeof(Elf64_Ehdr),
			  .e_ehsize = sizeof(Elf64_Ehdr),
			  .e_phentsize = sizeof(Elf64_Phdr),
			  .e_phnum = 1 },
		.segment = { .p_type = PT_LOAD,
			     .p_flags = PF_R | PF_X,
			     .p_vaddr = 0xffff800000000000,
			     .p_filesz = 120,
			     .p_memsz = 4096,
			     .p_align = 4096 },
	};
	char path[4096];
	int fd;

	if (argc != 2)
		return 64;
	snprintf(path, sizeof(path), "%s/busy", argv[1]);
	fd = make(path);
	try(path);
	close(fd);

	snprintf(path, sizeof(path), "%s/broken", argv[1]);
	fd = make(path);
	if (write(fd, &broken, sizeof(broken)) != sizeof(broken))
		fail("write");
	close(fd);
	try(path);
	return 0;
}
