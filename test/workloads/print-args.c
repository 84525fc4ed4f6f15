/* SPDX-License-Identifier: MIT */
/*
 * Target of other fixtures and of scripts (all E rows): says how it was executed.
 * usage: print-args [ARGUMENT...]
 * Argument areas above 64 KiB are told by length and hash (FNV-1a, 32 bits) only.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	static char exe[65536], cwd[65536];
	char comm[17] = "";
	unsigned int hash = 2166136261u;
	size_t bytes = 0;
	ssize_t n;

	for (int i = 0; i < argc; i++) {
		size_t length = strlen(argv[i]) + 1;

		for (size_t j = 0; j < length; j++)
			hash = (hash ^ (unsigned char)argv[i][j]) * 16777619u;
		bytes += length;
	}
	prctl(PR_GET_NAME, comm);
	n = readlink("/proc/self/exe", exe, sizeof(exe));
	report("args");
	report_number("argc", argc);
	report_number("argvBytes", bytes);
	report_number("argvHash", hash);
	if (bytes <= 65536)
		report_texts("argv", argv, argc);
	report_text("comm", comm);
	report_text("cwd", getcwd(cwd, sizeof(cwd)));
	report_number("bits", sizeof(void *) * 8);
	if (n >= 0)
		report_bytes("exe", exe, n);
	report_end();
	return 0;
}
