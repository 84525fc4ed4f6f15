/* SPDX-License-Identifier: MIT */
/*
 * N10: questions of DNS by each call that can carry them, and answers by each that can read them, over UDP. For the server of dns-lab.
 * usage: dns-ask
 * Lines: "asked", as in dns-client.h, in the order of the questions.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dns-client.h"
#include "report.h"

static long send_parts(int fd, const void *name, socklen_t length, int count)
{
	struct iovec parts[3] = { { question.bytes, 5 },
				  { question.bytes + 5, 0 },
				  { question.bytes + 5, question.length - 5 } };
	struct msghdr m = { .msg_name = (void *)name, .msg_namelen = length, .msg_iov = parts, .msg_iovlen = count };

	return sendmsg(fd, &m, 0);
}

static void read_parts(int fd, struct sockaddr_storage *from)
{
	struct iovec parts[2] = { { answer.bytes, DNS_HEADER }, { answer.bytes + DNS_HEADER, 512 } };
	struct msghdr m = {
		.msg_name = from, .msg_namelen = from ? sizeof(*from) : 0, .msg_iov = parts, .msg_iovlen = 2
	};

	got(recvmsg(fd, &m, 0));
}

static void many(void)
{
	struct dns_message both[2], answers[2];
	struct sockaddr_storage from[2];
	struct iovec parts[2], rooms[2];
	struct mmsghdr out[2] = {}, in[2] = {};
	int fd = unconnected(), done;

	for (int i = 0; i < 2; i++) {
		ask("a.test", i ? TYPE_AAAA : TYPE_A);
		both[i] = question;
		parts[i] = (struct iovec){ both[i].bytes, both[i].length };
		rooms[i] = (struct iovec){ answers[i].bytes, sizeof(answers[i].bytes) };
		out[i].msg_hdr = (struct msghdr){
			.msg_name = &server.address, .msg_namelen = server.length, .msg_iov = &parts[i], .msg_iovlen = 1
		};
		in[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_namelen = sizeof(from[i]), .msg_iov = &rooms[i], .msg_iovlen = 1
		};
	}
	must(sendmmsg(fd, out, 2, 0));
	for (done = 0; done < 2;)
		done += must(recvmmsg(fd, in + done, 2 - done, MSG_WAITFORONE, NULL));
	for (int i = 0; i < 2; i++) {
		answer = answers[i];
		answer.length = in[i].msg_len;
		tell("a.test", i ? TYPE_AAAA : TYPE_A, "sendmmsg", "udp", 2, 0);
	}
}

/* Asks where `at` said, by a socket without a peer, which it gives, and reads who answers. */
static int ask_unconnected(void)
{
	struct sockaddr_storage from;
	socklen_t length = sizeof(from);
	int fd = unconnected();
	long n;

	ask("a.test", TYPE_A);
	n = sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length);
	got(recvfrom(fd, answer.bytes, sizeof(answer.bytes), 0, (void *)&from, &length));
	tell("a.test", TYPE_A, "sendto", "udp", n, errno);
	return fd;
}

int main(void)
{
	struct sockaddr_storage from;
	struct iovec parts[2] = { { question.bytes, 1 }, { question.bytes + 1, 0 } };
	struct iovec rooms[2] = { { answer.bytes, 3 }, { answer.bytes + 3, 1000 } };
	int fd;
	long n;

	at("127.0.0.1", 53);
	fd = ask_unconnected();

	/* Who answers is not asked for. */
	ask("alias.test", TYPE_AAAA);
	n = sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("alias.test", TYPE_AAAA, "sendto", "udp", n, errno);

	fd = connected(SOCK_DGRAM);
	ask("A.TeSt", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("a.test", TYPE_A, SEND, "udp", n, errno);

	ask("gone.test", TYPE_A);
	n = write(fd, question.bytes, question.length);
	got(read(fd, answer.bytes, sizeof(answer.bytes)));
	tell("gone.test", TYPE_A, "write", "udp", n, errno);

	ask("mx.test", TYPE_MX);
	parts[1].iov_len = question.length - 1;
	n = writev(fd, parts, 2);
	got(readv(fd, rooms, 2));
	tell("mx.test", TYPE_MX, "writev", "udp", n, errno);

	ask("a.test", TYPE_AAAA);
	parts[1].iov_len = question.length - 1;
	n = pwritev2(fd, parts, 2, -1, 0);
	got(preadv2(fd, rooms, 2, -1, 0));
	tell("a.test", TYPE_AAAA, "pwritev2", "udp", n, errno);

	ask("srv.test", TYPE_SRV);
	n = send_parts(fd, NULL, 0, 3);
	read_parts(fd, NULL);
	tell("srv.test", TYPE_SRV, "sendmsg", "udp", n, errno);

	ask("txt.test", TYPE_TXT);
	n = send_parts(fd, NULL, 0, 3);
	read_parts(fd, &from);
	tell("txt.test", TYPE_TXT, "sendmsg", "udp", n, errno);

	fd = unconnected();
	ask("odd\\.label.test", TYPE_A);
	n = send_parts(fd, &server.address, server.length, 3);
	read_parts(fd, &from);
	tell("odd\\.label.test", TYPE_A, "sendmsg", "udp", n, errno);
	many();

	/* Looked at before it is read; looked at only. */
	fd = connected(SOCK_DGRAM);
	ask("a.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), MSG_PEEK));
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("a.test", TYPE_A, SEND, "udp", n, errno);
	ask("a.test", TYPE_AAAA);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), MSG_PEEK));
	tell("a.test", TYPE_AAAA, SEND, "udp", n, errno);

	/* Not answered; answered, and not read; and of another type than anybody knows. */
	fd = connected(SOCK_DGRAM);
	ask("silent.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	tell("silent.test", TYPE_A, SEND, "udp", n, errno);
	ask("nothing.test", 65280);
	n = send(fd, question.bytes, question.length, 0);
	must(poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, -1));
	tell("nothing.test", 65280, SEND, "udp", n, errno);

	/* Lost and sent again; answered twice; an answer of another number first. */
	fd = connected(SOCK_DGRAM);
	ask("lost.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	must(send(connected(SOCK_DGRAM), question.bytes, question.length,
		  0)); /* by a socket of its own, which is not read */
	must(send(fd, question.bytes, question.length, 0));
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("lost.test", TYPE_A, SEND, "udp", n, errno);
	fd = connected(SOCK_DGRAM);
	ask("twice.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("twice.test", TYPE_A, SEND, "udp", n, errno);
	ask("spoofed.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("spoofed.test", TYPE_A, SEND, "udp", n, errno);
	ask("refused.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("refused.test", TYPE_A, SEND, "udp", n, errno);

	/* A socket with another peer can ask all the same. */
	at("127.0.0.1", 9999);
	fd = connected(SOCK_DGRAM);
	at("127.0.0.1", 53);
	ask("past.test", TYPE_A);
	n = sendto(fd, question.bytes, question.length, 0, (void *)&server.address, server.length);
	tell("past.test", TYPE_A, "sendto", "udp", n, errno);

	/* Other names of this machine. */
	at("::ffff:127.0.0.1", 53);
	ask_unconnected();
	at("::1", 53);
	fd = connected(SOCK_DGRAM);
	ask("a.test", TYPE_A);
	n = send(fd, question.bytes, question.length, 0);
	got(recv(fd, answer.bytes, sizeof(answer.bytes), 0));
	tell("a.test", TYPE_A, SEND, "udp", n, errno);
	at("0.0.0.0", 53);
	ask_unconnected();
	return 0;
}
