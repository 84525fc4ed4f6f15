/* SPDX-License-Identifier: MIT */
/*
 * What the name server of dns-lab knows, and messages of DNS to tell it. Names end in .test:
 *   a AAAA and A (two) · alias → chain → a · txt TXT · mx MX · srv SRV · odd\.label A · big 40 A, over UDP none and TC · gone NXDOMAIN · refused REFUSED without the
 *   question · silent nothing · lost nothing the first time · twice two answers · spoofed first an answer of another number · split over TCP in pieces · anything else NOERROR, none
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define DNS_HEADER 12
#define TYPE_A 1
#define TYPE_CNAME 5
#define TYPE_MX 15
#define TYPE_TXT 16
#define TYPE_AAAA 28
#define TYPE_SRV 33

struct dns_message {
	unsigned char bytes[4096];
	size_t length;
};

static inline void dns_u16(struct dns_message *m, unsigned value)
{
	m->bytes[m->length++] = value >> 8;
	m->bytes[m->length++] = value;
}

/* A name as labels; dots within one are written \. */
static inline void dns_name(struct dns_message *m, const char *name)
{
	while (*name) {
		size_t at = m->length++;

		for (; *name && *name != '.'; name++) {
			if (*name == '\\')
				name++;
			m->bytes[m->length++] = *name;
		}
		m->bytes[at] = m->length - at - 1;
		name += *name == '.';
	}
	m->bytes[m->length++] = 0;
}

static inline void dns_question(struct dns_message *m, unsigned id, const char *name, unsigned type)
{
	m->length = 0;
	dns_u16(m, id);
	dns_u16(m, 0x0100); /* recursion desired */
	dns_u16(m, 1);
	for (int i = 0; i < 3; i++)
		dns_u16(m, 0);
	dns_name(m, name);
	dns_u16(m, type);
	dns_u16(m, 1);
}

/* The question of a query as text, in lower case; returns its type, 0 when there is none. */
static inline unsigned dns_asked(const struct dns_message *m, char *name, size_t room, size_t *end)
{
	size_t at = DNS_HEADER, n = 0;

	if (m->length < DNS_HEADER + 5 || m->bytes[2] & 0xf8)
		return 0;
	while (at < m->length && m->bytes[at]) {
		size_t label = m->bytes[at++];

		if (n)
			name[n++] = '.';
		if (at + label >= m->length || n + 2 * label + 2 >= room)
			return 0;
		for (; label; label--, at++) {
			if (m->bytes[at] == '.')
				name[n++] = '\\';
			name[n++] = m->bytes[at] >= 'A' && m->bytes[at] <= 'Z' ? m->bytes[at] + 32 : m->bytes[at];
		}
	}
	if (at + 5 > m->length)
		return 0;
	name[n] = 0;
	*end = at + 5;
	return m->bytes[at + 1] << 8 | m->bytes[at + 2];
}

/* A record's head: its name (NULL: that of the question, by a pointer), and room for the length of what follows. */
static inline size_t dns_record(struct dns_message *m, const char *name, unsigned type)
{
	if (name)
		dns_name(m, name);
	else
		dns_u16(m, 0xc000 | DNS_HEADER);
	dns_u16(m, type);
	dns_u16(m, 1);
	dns_u16(m, 0);
	dns_u16(m, 60); /* seconds */
	dns_u16(m, 0);
	m->bytes[7]++;
	return m->length;
}

static inline void dns_record_end(struct dns_message *m, size_t from)
{
	size_t length = m->length - from;

	m->bytes[from - 2] = length >> 8;
	m->bytes[from - 1] = length;
}

static inline void dns_bytes(struct dns_message *m, const void *bytes, size_t length)
{
	memcpy(m->bytes + m->length, bytes, length);
	m->length += length;
}

static inline void dns_address(struct dns_message *m, const char *name, const char *address)
{
	int is_v6 = strchr(address, ':') != NULL;
	size_t from = dns_record(m, name, is_v6 ? TYPE_AAAA : TYPE_A);
	unsigned char bytes[16];

	inet_pton(is_v6 ? AF_INET6 : AF_INET, address, bytes);
	dns_bytes(m, bytes, is_v6 ? 16 : 4);
	dns_record_end(m, from);
}

static inline void dns_alias(struct dns_message *m, const char *name, const char *to)
{
	size_t from = dns_record(m, name, TYPE_CNAME);

	dns_name(m, to);
	dns_record_end(m, from);
}

static inline void dns_a_test(struct dns_message *m, const char *name, unsigned type)
{
	if (type == TYPE_A) {
		dns_address(m, name, "192.0.2.1");
		dns_address(m, name, "192.0.2.2");
	} else if (type == TYPE_AAAA) {
		dns_address(m, name, "2001:db8::1");
	}
}

/* The answer to a question, into the same message. */
static inline void dns_answer(struct dns_message *m, const char *name, unsigned type, size_t end, int is_tcp)
{
	unsigned rcode = 0, truncated = 0;
	size_t from;

	m->length = end;
	m->bytes[5] = 1;
	memset(m->bytes + 6, 0, 6);
	if (!strcmp(name, "alias.test")) {
		dns_alias(m, NULL, "chain.test");
		dns_alias(m, "chain.test", "a.test");
		dns_a_test(m, "a.test", type);
	} else if (!strcmp(name, "gone.test")) {
		rcode = 3;
	} else if (!strcmp(name, "refused.test")) {
		rcode = 5;
		m->length = DNS_HEADER;
		m->bytes[5] = 0;
	} else if (!strcmp(name, "big.test") && !is_tcp) {
		truncated = 2;
	} else if (!strcmp(name, "big.test")) {
		for (int i = 1; i <= 40 && type == TYPE_A; i++) {
			char address[16];

			snprintf(address, sizeof(address), "198.51.100.%d", i);
			dns_address(m, NULL, address);
		}
	} else if (!strcmp(name, "txt.test") && type == TYPE_TXT) {
		from = dns_record(m, NULL, TYPE_TXT);
		dns_bytes(m, "\5hello\6 world", 13);
		dns_record_end(m, from);
	} else if (!strcmp(name, "mx.test") && type == TYPE_MX) {
		from = dns_record(m, NULL, TYPE_MX);
		dns_u16(m, 10);
		dns_name(m, "Mail.test");
		dns_record_end(m, from);
	} else if (!strcmp(name, "srv.test") && type == TYPE_SRV) {
		from = dns_record(m, NULL, TYPE_SRV);
		dns_u16(m, 1);
		dns_u16(m, 2);
		dns_u16(m, 443);
		dns_name(m, "a.test");
		dns_record_end(m, from);
	} else if (!strcmp(name, "odd\\.label.test") && type == TYPE_A) {
		dns_address(m, NULL, "192.0.2.3");
	} else if (!strcmp(name, "a.test") || !strcmp(name, "lost.test") || !strcmp(name, "twice.test") ||
		   !strcmp(name, "spoofed.test") || !strcmp(name, "split.test")) {
		dns_a_test(m, NULL, type);
	}
	m->bytes[2] = 0x81 | truncated; /* an answer */
	m->bytes[3] = 0x80 | rcode;
}

#endif
