/* SPDX-License-Identifier: MIT */
/*
 * N10: names resolved by the C library. Linked dynamically, since its resolver is.
 * usage: resolve NAME…       (a name after "v4" or "v6" is of that family only)
 * Lines: "resolved" {name, addresses, error: of getaddrinfo, 0 when it worked}.
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "report.h"
#include "socket-address.h"

static void resolve(const char *name, int family)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_STREAM }, *list = NULL;
	char *texts[64];
	size_t count = 0;
	int error = getaddrinfo(name, NULL, &hints, &list);

	for (struct addrinfo *one = list; one && count < 64; one = one->ai_next) {
		texts[count] = malloc(INET6_ADDRSTRLEN);
		inet_ntop(one->ai_family,
			  one->ai_family == AF_INET ? (void *)&((struct sockaddr_in *)one->ai_addr)->sin_addr
						    : (void *)&((struct sockaddr_in6 *)one->ai_addr)->sin6_addr,
			  texts[count], INET6_ADDRSTRLEN);
		count++;
	}
	report("resolved");
	report_text("name", name);
	report_texts("addresses", texts, count);
	report_number("error", error);
	report_end();
}

int main(int argc, char **argv)
{
	int family = AF_UNSPEC;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == 'v') {
			family = argv[i][1] == '4' ? AF_INET : AF_INET6;
			continue;
		}
		resolve(argv[i], family);
		family = AF_UNSPEC;
	}
	return 0;
}
