/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A call that may move DNS, and one message of it. */
#ifndef SPY_DNS_BPF_H
#define SPY_DNS_BPF_H

#include "address.bpf.h"
#include "message.bpf.h"
#include "text.bpf.h"

enum spy_dns_form {
	SPY_DNS_NONE = 0,
	SPY_DNS_READ,
	SPY_DNS_READV,
	SPY_DNS_MOVED_OUT, /* between the socket and a file or pipe: not seen */
	SPY_DNS_RECVFROM,
	SPY_DNS_RECVMSG,
	SPY_DNS_RECVMMSG,
	SPY_DNS_WRITE,
	SPY_DNS_WRITEV,
	SPY_DNS_MOVED_IN, /* as above */
	SPY_DNS_SPLICED,  /* one or the other */
	SPY_DNS_SENDTO,
	SPY_DNS_SENDMSG,
	SPY_DNS_SENDMMSG,
};

static __always_inline bool spy_dns_sends(__u32 form)
{
	return form >= SPY_DNS_WRITE;
}

/* Forms that can carry an address of their own. */
static __always_inline bool spy_dns_names(__u32 form)
{
	return form >= SPY_DNS_SENDTO || (form >= SPY_DNS_RECVFROM && form <= SPY_DNS_RECVMMSG);
}

/* The socket of the call, as far as it is needed to tell whether this is DNS. */
struct spy_dns_socket {
	__u64 sk;
	__u64 inode;
	__u32 port; /* of its peer; 0: it has none */
	__u32 protocol;
	__u32 form;
	__u16 family;
	__u16 unused;
};

/* One message of a call, and how much of it is gathered. Kept in the scratch, in the room for walks: the verifier does not follow the values that are there. */
struct spy_dns_state {
	struct spy_dns_socket dns;
	struct spy_message user;
	__u64 messages; /* of sendmmsg and recvmmsg: where they are */
	__u32 count;    /* and how many to look at */
	__u32 index;
	__u32 bytes;  /* of the message: sent or received */
	__u32 whole;  /* 1: it was not sent, and is told as far as it goes */
	__u32 length; /* gathered */
	__u32 unreadable;
	__u32 split; /* 1: of what was moved nothing is seen */
	__u32 unused;
};

static __always_inline struct spy_dns_state *spy_dns_state_of(struct spy_scratch *s)
{
	return (struct spy_dns_state *)s->walk;
}

/* Tells the message of the scratch's state, if it is one. */
int spy_tell_dns(__u32 scratch);

#endif
