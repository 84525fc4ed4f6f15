/* SPDX-License-Identifier: MIT */
/*
 * F11: file names that hold newlines, escape sequences, and bytes that are not UTF-8; two that differ only in such bytes.
 * usage: odd-names FOLDER      (an empty one)
 * Lines: "open" {call, asked, flags, result}: of each name created, then one that is not there.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	static const char *const names[] = { "two\nlines",
					     "\xef\xbb\xbf"
					     "bom",
					     "bom",
					     "\033[31mred\033[0m",
					     "\033]52;c;aGk=\a",
					     "\xff\xfe",
					     "\xff\xfd",
					     "cut-\xc3",
					     "\xed\xb3\xbf",
					     "\xc3\xbc",
					     "\r\x7f",
					     "\xe2\x80\xae"
					     "txt",
					     "back\\slash \"quote\"",
					     " " };

	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		report_open("openat", names[i], O_WRONLY | O_CREAT | O_EXCL,
			    openat(AT_FDCWD, names[i], O_WRONLY | O_CREAT | O_EXCL, 0644));
	report_open("openat", "missing-\xfe", O_RDONLY, openat(AT_FDCWD, "missing-\xfe", O_RDONLY));
	return 0;
}
