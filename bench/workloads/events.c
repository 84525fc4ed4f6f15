/* SPDX-License-Identifier: MIT */
/*
 * Does one thing COUNT times: on the files f000 to f999 of FOLDER, which it makes, on ports 10000 to 10099 of this machine, or on itself.
 * usage: events transfer|change|sync|probe|connect|send|listen|signal|namespace|syscall COUNT FOLDER
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "clock.h"

static int files[1000];
static int datagrams, stream;

static const char *name_of(long long n)
{
	static char name[] = "f000";

	for (int digit = 3; digit > 0; digit--, n /= 10)
		name[digit] = '0' + n % 10;
	return name;
}

static struct sockaddr_in port_of(long long n)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(10000 + n % 100),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int transfer(long long n)
{
	int fd = open(name_of(n), O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "x", 1) != 1 || close(fd);
}

static int change(long long n)
{
	return chmod(name_of(n), 0600);
}

static int sync_file(long long n)
{
	return fdatasync(files[n % 1000]);
}

/* Each name once: a look that repeats itself is told once. */
static int probe(long long n)
{
	char name[32];

	snprintf(name, sizeof(name), "absent-%lld", n);
	return access(name, F_OK) == 0;
}

static int connect_to(long long n)
{
	struct sockaddr_in to = port_of(n);

	return connect(datagrams, (struct sockaddr *)&to, sizeof(to));
}

static int send_to(long long n)
{
	struct sockaddr_in to = port_of(n);

	return sendto(datagrams, "x", 1, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to)) == 0;
}

static int listen_on(long long n)
{
	return listen(stream, 1 + n % 10);
}

static int signal_self(long long n)
{
	return kill(getpid(), n % 2 ? SIGUSR1 : SIGUSR2);
}

/* Of none: what is asked of the kernel is nothing. */
static int enter_namespace(long long n)
{
	(void)n;
	return unshare(CLONE_FILES);
}

static int call(long long n)
{
	(void)n;
	return syscall(SYS_getppid) < 0;
}

static const struct {
	const char *name;
	int (*once)(long long n);
} things[] = {
	{ "transfer", transfer },         { "change", change }, { "sync", sync_file },   { "probe", probe },
	{ "connect", connect_to },        { "send", send_to },  { "listen", listen_on }, { "signal", signal_self },
	{ "namespace", enter_namespace }, { "syscall", call },
};

static void prepare(const char *folder)
{
	if (chdir(folder))
		fail(folder);
	for (int n = 0; n < 1000; n++) {
		files[n] = open(name_of(n), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (files[n] < 0)
			fail(name_of(n));
	}
	datagrams = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	stream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (datagrams < 0 || stream < 0)
		fail("socket");
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 64;
	prepare(argv[3]);
	for (size_t at = 0; at < sizeof(things) / sizeof(*things); at++) {
		if (strcmp(things[at].name, argv[1]))
			continue;
		for (long long n = 0, count = atoll(argv[2]); n < count; n++)
			if (things[at].once(n))
				fail(argv[1]);
		return 0;
	}
	return 64;
}
