/* SPDX-License-Identifier: MIT */
/*
 * A program that says what its environment is.
 * usage: environment print | none | odd | big COUNT BYTES | late
 *   print: tells its own
 *   none, odd, big: executes itself (print) with an empty environment, one of odd entries, one of COUNT variables with values of BYTES
 *   late: overwrites its own before it tells anything
 * Lines: "entry" {text} for each, in order, and "got" {name, value} of getenv(3) for A.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

extern char **environ;

static void print(void)
{
	for (char **entry = environ; *entry; entry++) {
		report("entry");
		report_text("text", *entry);
		report_end();
	}
	report("got");
	report_text("name", "A");
	report_text("value", getenv("A"));
	report_end();
}

static void replace(const char *program, char **environment)
{
	char *arguments[] = { "environment", "print", NULL };

	execve(program, arguments, environment);
	fail("execve");
}

static char **big(int count, int bytes)
{
	char **environment = calloc(count + 1, sizeof(char *));

	for (int n = 0; n < count; n++) {
		char *entry = malloc(bytes + 32);
		int at = sprintf(entry, "V%d=%d:", n, n);

		memset(entry + at, 'a' + n % 26, bytes);
		entry[at + bytes] = 0;
		environment[n] = entry;
	}
	return environment;
}

int main(int argc, char **argv)
{
	static char *odd[] = {
		"A=1",
		"EMPTY=",
		"A=2",
		"WITHOUT",
		"",
		"=first=x",
		"RAW=\xff\xfe\x80",
		"R\xc3W=odd",
		"UTF=\xc5\xbelu\xc5\xa5",
		"TWO=a=b=",
		"LINES=a\nb",
		"WITHOUT=late",
		" =blank",
		NULL,
	};
	static char *none[] = { NULL };

	if (argc == 2 && !strcmp(argv[1], "print"))
		print();
	else if (argc == 2 && !strcmp(argv[1], "none"))
		replace(argv[0], none);
	else if (argc == 2 && !strcmp(argv[1], "odd"))
		replace(argv[0], odd);
	else if (argc == 4 && !strcmp(argv[1], "big"))
		replace(argv[0], big(atoi(argv[2]), atoi(argv[3])));
	else if (argc == 2 && !strcmp(argv[1], "late"))
		for (char **entry = environ; *entry; entry++)
			memset(*entry, 'x', strlen(*entry));
	else
		return 64;
	return 0;
}
