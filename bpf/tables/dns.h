/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Calls by which a message of DNS can be sent or received: SPY_DNS_* of dns.bpf.h. Included once for each ABI, with CALL(name, form) defined. */
// clang-format off
CALL(read, READ) CALL(readv, READV) CALL(preadv2, READV)
CALL(recv, RECVFROM) CALL(recvfrom, RECVFROM) CALL(recvmsg, RECVMSG) CALL(recvmmsg, RECVMMSG) CALL(recvmmsg_time64, RECVMMSG)
CALL(write, WRITE) CALL(writev, WRITEV) CALL(pwritev2, WRITEV)
CALL(send, SENDTO) CALL(sendto, SENDTO) CALL(sendmsg, SENDMSG) CALL(sendmmsg, SENDMMSG)
CALL(sendfile, MOVED_IN) CALL(sendfile64, MOVED_IN) CALL(splice, SPLICED)
