/* SPDX-License-Identifier: MIT */
/*
 * E-n: executes the next of its arguments with those that remain; built for 64 and 32 bits, so that a chain can go back and forth.
 * usage: exec-chain [NEXT [ARGUMENT...]]
 * Before each exec a program that is not there is tried, so that failed ones come from either kind of program.
 * Line per link: "link" {bits, remaining, failed}.
 */
#include <errno.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	char *nothing[] = { "not-there", NULL };

	execv("/nonexistent/link", nothing);
	report("link");
	report_number("bits", sizeof(void *) * 8);
	report_number("remaining", argc - 1);
	report_text("failed", errno_name(errno));
	report_end();
	if (argc > 1) {
		execv(argv[1], argv + 1);
		fail("execv");
	}
	return 0;
}
