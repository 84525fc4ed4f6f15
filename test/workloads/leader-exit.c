/* SPDX-License-Identifier: MIT */
/*
 * P8: the leader ends by pthread_exit; a thread goes on, opens FILE, and ends the process with status 7.
 * usage: leader-exit FILE
 * Lines: "leader", then "open" by the thread.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "report.h"

static pthread_t leader;

static void *go_on(void *path)
{
	if (pthread_join(leader, NULL))
		fail("pthread_join of the leader");
	report_open("openat", path, O_RDONLY, open(path, O_RDONLY));
	exit(7);
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 2)
		return 64;
	leader = pthread_self();
	report("leader");
	report_end();
	if (pthread_create(&thread, NULL, go_on, argv[1]))
		fail("pthread_create");
	pthread_exit(NULL);
}
