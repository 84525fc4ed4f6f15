/* SPDX-License-Identifier: MIT */
/* Addresses of sockets in reports, as the kernel tells them: `127.0.0.1:80`, `[::1]:80`, `unix:` and the name, a leading NUL as `@`. */
#ifndef SOCKET_ADDRESS_H
#define SOCKET_ADDRESS_H

#include <arpa/inet.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "report.h"

static inline void report_address(const char *key, const struct sockaddr_storage *address, socklen_t length)
{
	const struct sockaddr_in *in = (const void *)address;
	const struct sockaddr_in6 *in6 = (const void *)address;
	const struct sockaddr_un *un = (const void *)address;
	char host[INET6_ADDRSTRLEN], text[160];
	size_t n;

	if (address->ss_family == AF_INET) {
		inet_ntop(AF_INET, &in->sin_addr, host, sizeof(host));
		n = snprintf(text, sizeof(text), "%s:%d", host, ntohs(in->sin_port));
	} else if (address->ss_family == AF_INET6) {
		inet_ntop(AF_INET6, &in6->sin6_addr, host, sizeof(host));
		n = snprintf(text, sizeof(text), "[%s", host);
		if (in6->sin6_scope_id)
			n += snprintf(text + n, sizeof(text) - n, "%%%u", in6->sin6_scope_id);
		n += snprintf(text + n, sizeof(text) - n, "]:%d", ntohs(in6->sin6_port));
	} else if (address->ss_family == AF_UNIX) {
		size_t name = length > offsetof(struct sockaddr_un, sun_path)
				      ? length - offsetof(struct sockaddr_un, sun_path)
				      : 0;

		if (name && un->sun_path[0])
			name = strnlen(un->sun_path, name);
		memcpy(text, "unix:", 5);
		memcpy(text + 5, un->sun_path, name);
		if (name && !text[5])
			text[5] = '@';
		n = 5 + name;
	} else {
		n = snprintf(text, sizeof(text), "family %d", address->ss_family);
	}
	report_bytes(key, text, n);
}

/* Of getsockname or getpeername; null when that fails. */
static inline void report_end_of(const char *key, int fd, int (*get)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_storage address = {};
	socklen_t length = sizeof(address);

	if (fd < 0 || get(fd, (struct sockaddr *)&address, &length))
		report_text(key, NULL);
	else
		report_address(key, &address, length);
}

#endif
