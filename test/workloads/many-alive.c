/* SPDX-License-Identifier: MIT */
/*
 * P13: COUNT processes live at the same time; the n-th exits with n % 251 when all are there.
 * usage: many-alive COUNT
 * Line: "alive" {count}.
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

int main(int argc, char **argv)
{
	int count = argc == 2 ? atoi(argv[1]) : 0;
	struct barrier all;
	char byte;

	if (count <= 0)
		return 64;
	barrier_make(&all);
	for (int i = 0; i < count; i++) {
		if (must(fork()) == 0) {
			close(all.write_fd);
			(void)!read(all.read_fd, &byte, 1);
			_exit(i % 251);
		}
	}
	report("alive");
	report_number("count", count);
	report_end();
	close(all.write_fd);
	for (int i = 0; i < count; i++)
		must(wait(NULL));
	return 0;
}
