/* SPDX-License-Identifier: MIT */
/*
 * P7: a thread that is not the leader executes print-args while the leader and another thread wait.
 * usage: thread-exec
 * Lines: "exec" by the calling thread, then "args" of print-args under the same pid.
 */
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static struct barrier never;

static void *wait_forever(void *unused)
{
	barrier_wait(&never);
	return unused;
}

static void *execute(void *program)
{
	report("exec");
	report_end();
	execl(program, "print-args", "from a thread", (char *)NULL);
	fail("execl");
}

int main(void)
{
	pthread_t thread;

	barrier_make(&never);
	if (pthread_create(&thread, NULL, wait_forever, NULL) ||
	    pthread_create(&thread, NULL, execute, strdup(beside("print-args"))))
		fail("pthread_create");
	barrier_wait(&never);
	return 98;
}
