/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sockets, connections and names. A part of record.h. */
#ifndef SPY_RECORD_NETWORK_H
#define SPY_RECORD_NETWORK_H

/*
 * A socket address, as bytes. family is AF_*; for AF_INET 4 and for AF_INET6 16 bytes of address; AF_UNIX travels as a string
 * (sun_path as given, a leading NUL for an abstract one).
 */
#define SPY_FAMILY_UNREAD 0xffff /* the caller's memory could not be read */

struct spy_address {
	__u16 family;
	__u16 port; /* host order */
	__u32 scope_id;
	__u8 bytes[16];
};
SPY_STATIC_ASSERT(sizeof(struct spy_address) == 24, "ABI: spy_address");

/*
 * An attempt to connect. Written when TCP sends its SYN (FROM_SOCKET, result is 0 and not yet meaningful: settled by a later record of
 * the same cookie) and when connect(2) returns. Strings: unix path, base (of a relative unix path), resolved (the file that the
 * peer of a unix socket is bound to).
 */
struct spy_record_connect {
	struct spy_header header;
	__u64 cookie;               /* of the socket */
	__s64 result;               /* of connect(2) */
	__s32 fd;                   /* -1 when unknown (FROM_SOCKET) */
	__u16 type;                 /* SOCK_* */
	__u16 protocol;             /* IPPROTO_* */
	__u16 returned;             /* 1: from the return of connect(2), 0: from TCP's state */
	__u16 nr;                   /* of the call under way */
	__u32 state;                /* TCP_* when connect(2) returned, 0 for others */
	struct spy_address asked;   /* of the memory of the caller; SPY_FAMILY_UNREAD when it was not read */
	struct spy_address settled; /* kernel's socket; family 0 when it has none */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_connect) == 112, "ABI: spy_record_connect");

#define SPY_CONNECT_ABANDONED (-1) /* closed by its owner before it was decided */
#define SPY_CONNECT_FAILED (-2)    /* the program had taken the error already (SO_ERROR) */

/* A TCP connection attempt ended: the header is the process that began it. Strings: none. */
struct spy_record_connect_end {
	struct spy_header header;
	__u64 cookie;
	__s32 error; /* 0: established, else errno (positive): ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH …; SPY_CONNECT_*: none */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_connect_end) == 48, "ABI: spy_record_connect_end");

/* A datagram was sent with a destination of its own (sendto, sendmsg, sendmmsg). Strings: unix path, base. */
struct spy_record_send {
	struct spy_header header;
	__s64 result;
	__s32 fd;
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 index; /* of the message within sendmmsg, else 0 */
	struct spy_address asked;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_send) == 80, "ABI: spy_record_send");

/* socket or socketpair returned. Strings: none. */
struct spy_record_socket {
	struct spy_header header;
	__s64 result;
	__u64 inode;  /* of the socket; 0 on failure and of a pair */
	__u32 family; /* AF_*: the socket's own, on failure as asked */
	__u32 type;   /* SOCK_*, without its flags; as family */
	__u32 protocol;
	__u32 flags; /* SOCK_CLOEXEC, SOCK_NONBLOCK */
	__s32 nr;
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_socket) == 72, "ABI: spy_record_socket");

/*
 * bind returned. Strings: unix path (as given), base (of a relative one), name (that the kernel bound the unix socket to, with the leading NUL of an abstract one), resolved (the
 * socket's file). The last two are absent on failure.
 */
struct spy_record_bind {
	struct spy_header header;
	__u64 inode; /* of the socket */
	__s64 result;
	__s32 fd;
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 reserved;
	struct spy_address asked;   /* of the memory of the caller; SPY_FAMILY_UNREAD when it was not read */
	struct spy_address settled; /* the socket's own, after success: the port that the kernel chose */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_bind) == 112, "ABI: spy_record_bind");

/* listen returned. Strings: unix name (as bound), resolved (the socket's file). */
struct spy_record_listen {
	struct spy_header header;
	__u64 inode;
	__s64 result;
	__s32 fd;
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 backlog;
	struct spy_address local; /* SPY_FAMILY_UNREAD when the descriptor is no socket */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_listen) == 88, "ABI: spy_record_listen");

/*
 * accept or accept4 returned. Strings: unix name of our end (that of the listening socket), its file, unix name of the peer, its file. Of a failure
 * `local` is the listening socket's, and of the peer the family alone is known.
 */
struct spy_record_accept {
	struct spy_header header;
	__u64 inode;  /* of the new socket, of a failure of the listening one */
	__s64 result; /* the new descriptor */
	__s32 fd;     /* of the listening socket */
	__u16 type;
	__u16 protocol;
	__s32 nr;
	__u32 reserved;
	struct spy_address peer;
	struct spy_address local;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_accept) == 112, "ABI: spy_record_accept");

#define SPY_DNS_MAX 16384

/*
 * Bytes to or from port 53, over UDP a whole message, over TCP a piece of the stream. Of a call that failed over UDP, what it should have sent. Strings: one, the bytes as far
 * as the program sent or got them, cut at SPY_DNS_MAX.
 */
struct spy_record_dns {
	struct spy_header header;
	__u64 inode; /* of the socket: as long as it is open, no other has the same */
	__s64 result;
	__u32 answer; /* 0: sent, 1: received */
	__u32 bytes;  /* of the message before the cut */
	__s32 fd;
	__s32 nr;
	__u32 index; /* of the message within sendmmsg or recvmmsg */
	__u16 protocol;
	__u16 reserved;
	struct spy_address server; /* SPY_FAMILY_UNREAD: a datagram whose sender the program did not ask for */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_dns) == 96, "ABI: spy_record_dns");

#endif
