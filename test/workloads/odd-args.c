/* SPDX-License-Identifier: MIT */
/*
 * E-l: executes print-args with arguments that hold newlines, escape sequences, and bytes that are not UTF-8.
 * usage: odd-args
 * Line: "args" of print-args.
 */
#include <unistd.h>

#include "report.h"

int main(void)
{
	execl(beside("print-args"), "print-args", "two\nlines",
	      "\xef\xbb\xbf"
	      "bom",
	      "bom", "\033[31mred\033[0m", "\033]52;c;aGk=\a", "\xff\xfe", "cut \xc3", "\xed\xa0\x80", "\xc0\xaf",
	      "gr\xc3\xbc\xc3\x9f \xf0\x9f\x90\xa7", "\r\b\x7f", "\xe2\x80\xae", "'\"\\$`", (char *)NULL);
	fail("execl");
}
