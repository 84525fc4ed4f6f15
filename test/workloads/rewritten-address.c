/* SPDX-License-Identifier: MIT */
/*
 * N15: a thread rewrites the address of a connect that is waiting in the kernel, which has its copy of it: nobody accepts, and one connection is waiting already.
 * usage: rewritten-address COUNT
 * Lines: for each, "connect" {connected: name by getpeername, written: what the address was when the call returned}; abstract names, a leading NUL shown as @.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "report.h"

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static socklen_t size;
static int connecting;

static void *wait_in_connect(void *tid)
{
	__atomic_store_n((int *)tid, (int)gettid(), __ATOMIC_RELEASE);
	must(connect(connecting, (struct sockaddr *)&address, size));
	return NULL;
}

static void shown(const char *key, const struct sockaddr_un *of, socklen_t length)
{
	char name[sizeof(of->sun_path)];

	length -= offsetof(struct sockaddr_un, sun_path);
	memcpy(name, of->sun_path, length);
	name[0] = '@';
	report_bytes(key, name, length);
}

int main(int argc, char **argv)
{
	int listening = must(socket(AF_UNIX, SOCK_STREAM, 0)), count;

	if (argc != 2)
		return 64;
	count = atoi(argv[1]);
	size = offsetof(struct sockaddr_un, sun_path) +
	       snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "spy-%d-right", getpid()) + 1;
	must(bind(listening, (struct sockaddr *)&address, size));
	must(listen(listening, 0));
	for (int i = 0; i < count; i++) {
		int first = must(socket(AF_UNIX, SOCK_STREAM, 0)), tid = 0;
		struct sockaddr_un peer;
		socklen_t length = sizeof(peer);
		pthread_t thread;

		must(connect(first, (struct sockaddr *)&address, size));
		connecting = must(socket(AF_UNIX, SOCK_STREAM, 0));
		if (pthread_create(&thread, NULL, wait_in_connect, &tid))
			fail("pthread_create");
		while (!__atomic_load_n(&tid, __ATOMIC_ACQUIRE))
			;
		wait_until_blocked(tid, SYS_connect);
		memcpy(address.sun_path + size - offsetof(struct sockaddr_un, sun_path) - 5, "wrong", 5);
		close(must(accept(listening, NULL, NULL)));
		pthread_join(thread, NULL);
		must(getpeername(connecting, (struct sockaddr *)&peer, &length));
		report("connect");
		shown("connected", &peer, length);
		shown("written", &address, size);
		report_end();
		memcpy(address.sun_path + size - offsetof(struct sockaddr_un, sun_path) - 5, "right", 5);
		close(must(accept(listening, NULL, NULL)));
		close(connecting);
		close(first);
	}
	return 0;
}
