/* SPDX-License-Identifier: MIT */
/*
 * L6: sockets whose state changes in a program and, in the middle of that, in an interrupt: connections over a loopback of this program's own, whose packets are
 * taken in by a CPU that another one interrupts for it (receive packet steering).
 * usage: race-interrupts COUNT
 * Lines: "raced" {established, refused} for each client.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#define CLIENTS 4

static int listener;

static void isolate(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;

	must(unshare(CLONE_NEWNET | CLONE_NEWNS));
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	must(mount("sysfs", "/sys", "sysfs", 0, NULL));
	fd = must(socket(AF_INET, SOCK_DGRAM, 0));
	must(ioctl(fd, SIOCSIFFLAGS, &lo));
	close(fd);
	fd = must(open("/sys/class/net/lo/queues/rx-0/rps_cpus", O_WRONLY));
	must(write(fd, "3", 1));
	close(fd);
}

static void reset(int fd)
{
	struct linger at_once = { .l_onoff = 1 };

	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	must(close(fd));
}

static void *serve(void *unused)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0 || errno == ECONNABORTED)
		if (fd >= 0)
			close(fd);
	return unused;
}

static void client(int cpu, int count, unsigned short port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	long long established = 0, refused = 0;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	(void)sched_setaffinity(0, sizeof(cpus), &cpus);
	for (int n = 0; n < count; n++) {
		int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), error = 0;
		struct pollfd connected = { .fd = fd, .events = POLLOUT };
		socklen_t length = sizeof(error);

		to.sin_port = n % 4 ? htons(port) : htons(1);
		if (connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno != EINPROGRESS)
			fail("connect");
		must(poll(&connected, 1, -1));
		must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length));
		if (!error)
			established++;
		else if (error == ECONNREFUSED)
			refused++;
		else
			fail(errno_name(error));
		reset(fd);
	}
	report("raced");
	report_number("established", established);
	report_number("refused", refused);
	report_end();
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(at);
	pthread_t thread;
	int status;

	if (argc != 2)
		return 64;
	isolate();
	listener = must(socket(AF_INET, SOCK_STREAM, 0));
	must(bind(listener, (struct sockaddr *)&at, sizeof(at)));
	must(listen(listener, 4096));
	must(getsockname(listener, (struct sockaddr *)&at, &length));
	for (int n = 0; n < CLIENTS; n++)
		if (!must(fork()))
			client(n % 2, atoi(argv[1]) / CLIENTS, ntohs(at.sin_port));
	if (pthread_create(&thread, NULL, serve, NULL))
		fail("pthread_create");
	for (int n = 0; n < CLIENTS; n++) {
		must(wait(&status));
		if (status)
			return 99;
	}
	return 0;
}
