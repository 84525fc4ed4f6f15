/* SPDX-License-Identifier: MIT */
/*
 * A thread changes the working folder while another makes folders by relative names.
 * usage: race-folder FOLDER COUNT      (an empty folder; makes a and b, and 0 to COUNT-1 in one of the two each)
 * Line: "race" {changes}.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

static atomic_int done;
static long long changes;

static void *change(void *unused)
{
	while (!atomic_load_explicit(&done, memory_order_relaxed)) {
		must(chdir("../a"));
		must(chdir("../b"));
		changes += 2;
		/* Long enough for some calls to see no change. */
		for (volatile int n = 0; n < 50000; n++)
			;
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 3)
		return 64;
	must(chdir(argv[1]));
	must(mkdir("a", 0755));
	must(mkdir("b", 0755));
	must(chdir("a"));
	if (pthread_create(&thread, NULL, change, NULL))
		fail("pthread_create");
	for (int n = 0; n < atoi(argv[2]); n++) {
		char name[16];

		snprintf(name, sizeof(name), "%d", n);
		must(mkdir(name, 0755));
	}
	atomic_store(&done, 1);
	pthread_join(thread, NULL);
	report("race");
	report_number("changes", changes);
	report_end();
	return 0;
}
