/* SPDX-License-Identifier: MIT */
/*
 * E-m: names itself otherwise (PR_SET_NAME, and over its own argument area as setproctitle does), then opens FILE.
 * usage: rename-self FILE
 * Lines: "renamed" {comm}, "open".
 */
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>

#include "report.h"

int main(int argc, char **argv)
{
	char comm[17] = "", *file;

	if (argc != 2)
		return 64;
	file = strdup(argv[1]);
	prctl(PR_SET_NAME, "gcc\033[31m");
	memset(argv[0], 'g', strlen(argv[0]));
	memset(argv[1], 'c', strlen(argv[1]));
	prctl(PR_GET_NAME, comm);
	report("renamed");
	report_text("comm", comm);
	report_end();
	report_open("openat", file, O_RDONLY, open(file, O_RDONLY));
	return 0;
}
