/* SPDX-License-Identifier: MIT */
/*
 * N15: a thread rewrites the address while another connects to it. Datagram sockets: the peer is known at once.
 * usage: race-address COUNT
 * Lines: "raced" {host, count} for each of two hosts, by getpeername.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

static struct sockaddr_in address = { .sin_family = AF_INET };
static atomic_int done;

static void *rewrite(void *unused)
{
	volatile unsigned int *host = &address.sin_addr.s_addr;

	while (!atomic_load_explicit(&done, memory_order_relaxed))
		*host ^= htonl(0x7f000001) ^ htonl(0x7f000909);
	return unused;
}

int main(int argc, char **argv)
{
	long long counts[2] = {};
	pthread_t thread;

	if (argc != 2)
		return 64;
	address.sin_addr.s_addr = htonl(0x7f000001);
	address.sin_port = htons(9);
	if (pthread_create(&thread, NULL, rewrite, NULL))
		fail("pthread_create");
	for (int i = 0; i < atoi(argv[1]); i++) {
		struct sockaddr_in peer;
		socklen_t length = sizeof(peer);
		int fd = must(socket(AF_INET, SOCK_DGRAM, 0));

		must(connect(fd, (struct sockaddr *)&address, sizeof(address)));
		must(getpeername(fd, (struct sockaddr *)&peer, &length));
		counts[peer.sin_addr.s_addr == htonl(0x7f000909)]++;
		close(fd);
	}
	atomic_store(&done, 1);
	pthread_join(thread, NULL);
	for (int i = 0; i < 2; i++) {
		report("raced");
		report_text("host", i ? "127.0.9.9" : "127.0.0.1");
		report_number("count", counts[i]);
		report_end();
	}
	return 0;
}
