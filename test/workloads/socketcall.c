/* SPDX-License-Identifier: MIT */
/*
 * S1: connect and sendto by socketcall(2), i386's one number for all calls on sockets, entered by `int $0x80`.
 * usage: socketcall
 * Lines: "connect" {port, result}, "send" {port, result}, "other" {number, result} of getsockopt and of numbers that stand for nothing: 0, and one whose low bits
 *   are those of connect.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/net.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "report.h"

static long enter(long call, const unsigned int *arguments)
{
	long result;

	/* r8..r11 are not kept by the kernel's 32-bit entry. */
	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(102L), "b"(call), "c"(arguments)
			 : "memory", "r8", "r9", "r10", "r11");
	result = (int)result;
	if (result < 0) {
		errno = -result;
		return -1;
	}
	return result;
}

static void tell(const char *what, int port, long result)
{
	int error = errno;

	report(what);
	report_text("host", "127.0.0.1");
	report_number("port", port);
	report_result(result, error);
	report_end();
}

int main(void)
{
	/* Below 4 GiB: i386 has no longer pointers. */
	struct {
		struct sockaddr_in address;
		unsigned int arguments[6];
		char text[4];
	} *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	unsigned int address = (unsigned long)&low->address;
	socklen_t length = sizeof(low->address);
	int server = must(socket(AF_INET, SOCK_STREAM, 0));
	int receiver = must(socket(AF_INET, SOCK_DGRAM, 0));

	if (low == MAP_FAILED)
		fail("mmap");
	low->address.sin_family = AF_INET;
	low->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	must(bind(server, (struct sockaddr *)&low->address, length));
	must(listen(server, 1));
	must(getsockname(server, (struct sockaddr *)&low->address, &length));
	memcpy(low->arguments, (unsigned int[]){ must(socket(AF_INET, SOCK_STREAM, 0)), address, length }, 12);
	tell("connect", ntohs(low->address.sin_port), enter(SYS_CONNECT, low->arguments));

	low->address.sin_port = 0;
	must(bind(receiver, (struct sockaddr *)&low->address, length));
	must(getsockname(receiver, (struct sockaddr *)&low->address, &length));
	memcpy(low->arguments,
	       (unsigned int[]){ must(socket(AF_INET, SOCK_DGRAM, 0)), (unsigned long)low->text, 4, 0, address,
				 length },
	       24);
	tell("send", ntohs(low->address.sin_port), enter(SYS_SENDTO, low->arguments));
	must(recv(receiver, low->text, 4, 0));

	memcpy(low->arguments, (unsigned int[]){ receiver, SOL_SOCKET, SO_TYPE, (unsigned long)low->text, address },
	       20);
	memcpy(&low->address, (unsigned int[]){ 4 }, 4); /* the length */
	for (int n = 0; n < 3; n++) {
		static const int numbers[] = { SYS_GETSOCKOPT, 0, 32 + SYS_CONNECT };
		long result = enter(numbers[n], low->arguments);
		int error = errno;

		report("other");
		report_number("number", numbers[n]);
		report_result(result, error);
		report_end();
	}
	return 0;
}
