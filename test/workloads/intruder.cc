// SPDX-License-Identifier: MIT
/*
 * A client of the helper that asks for more than it should get.
 * usage: intruder HELPER FOLDER            starts a helper that listens at FOLDER/socket, and tries what there is to try
 *        intruder ask PATH                 says hello at a socket that somebody else made
 * Lines: "answer" {to, error: Reply.error, or -1 when the connection was closed} of each request; "descriptor" {count, map_type} of what came with an open;
 *   "try" {what, and the result} of calls with that descriptor; "heard" {what, records: whether the ring got longer} of controls; "held" {what, count}.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "protocol.h"
extern "C" {
#include "report.h"
}

using namespace spyscall;

namespace
{

const uint64_t kMiB = 1 << 20;
const uint64_t kSmallRing = 64 << 10;

int Connect(const char *path)
{
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	strcpy(address.sun_path, path);
	int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (made < 0 || connect(made, reinterpret_cast<sockaddr *>(&address), sizeof(address)) != 0)
		fail("connect");
	return made;
}

/* What the helper answers; its error is -1 when it closed the connection. Descriptors that came along are added to `fds`. */
Reply Receive(int client, std::vector<int> *fds = nullptr)
{
	Reply reply = {};
	iovec data = { &reply, sizeof(reply) };
	alignas(cmsghdr) char control[CMSG_SPACE(16 * sizeof(int))] = {};
	msghdr message = {};
	message.msg_iov = &data;
	message.msg_iovlen = 1;
	message.msg_control = control;
	message.msg_controllen = sizeof(control);
	if (recvmsg(client, &message, 0) != sizeof(reply)) {
		reply.error = -1;
		return reply;
	}
	cmsghdr *header = CMSG_FIRSTHDR(&message);
	for (size_t n = 0; header != nullptr && n < (header->cmsg_len - CMSG_LEN(0)) / sizeof(int); n++) {
		int fd;
		memcpy(&fd, CMSG_DATA(header) + n * sizeof(int), sizeof(int));
		fds ? fds->push_back(fd) : void(close(fd));
	}
	return reply;
}

Reply Ask(int client, Request request, std::vector<int> *fds = nullptr)
{
	if (request.version == 0)
		request.version = kProtocolVersion;
	if (send(client, &request, sizeof(request), MSG_NOSIGNAL) != sizeof(request))
		fail("send");
	return Receive(client, fds);
}

void Tell(const char *to, int32_t error)
{
	report("answer");
	report_text("to", to);
	report_number("error", error);
	report_end();
}

Request Of(RequestType type)
{
	Request request = {};
	request.type = type;
	return request;
}

Request Open(uint64_t ring_bytes)
{
	Request request = Of(RequestType::kOpen);
	request.ring_bytes = ring_bytes;
	request.groups = SPY_GROUP_PROCESS;
	return request;
}

Request OfSession(RequestType type, const Reply &session)
{
	Request request = Of(type);
	request.slot = session.slot;
	request.token = session.token;
	return request;
}

long Bpf(int command, const bpf_attr &attributes)
{
	return syscall(SYS_bpf, command, &attributes, sizeof(attributes));
}

void Try(const char *what, const std::function<long()> &call)
{
	report("try");
	report_text("call", what);
	errno = 0;
	long result = call();
	report_result(result, errno);
	report_end();
}

int MapType(int fd)
{
	char path[64], line[256];
	int type = -1;
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	FILE *info = fopen(path, "re");
	while (info != nullptr && fgets(line, sizeof(line), info) != nullptr)
		sscanf(line, "map_type: %d", &type);
	if (info != nullptr)
		fclose(info);
	return type;
}

/* Everything that one may do with the kernel by the descriptor, or without any. */
void TryDescriptor(int ring)
{
	uint64_t value[8] = {};
	uint32_t key = 0;
	long page = sysconf(_SC_PAGESIZE);
	bpf_attr element = {};
	element.map_fd = ring;
	element.key = reinterpret_cast<uint64_t>(&key);
	element.value = reinterpret_cast<uint64_t>(value);
	Try("lookup", [&] { return Bpf(BPF_MAP_LOOKUP_ELEM, element); });
	Try("update", [&] { return Bpf(BPF_MAP_UPDATE_ELEM, element); });
	Try("delete", [&] { return Bpf(BPF_MAP_DELETE_ELEM, element); });
	Try("next", [&] { return Bpf(BPF_MAP_GET_NEXT_KEY, element); });
	bpf_attr create = {};
	create.map_type = BPF_MAP_TYPE_RINGBUF;
	create.max_entries = 4096;
	Try("create", [&] { return Bpf(BPF_MAP_CREATE, create); });
	bpf_attr next = {};
	Try("next program", [&] { return Bpf(BPF_PROG_GET_NEXT_ID, next); });
	Try("next map", [&] { return Bpf(BPF_MAP_GET_NEXT_ID, next); });
	Try("next link", [&] { return Bpf(BPF_LINK_GET_NEXT_ID, next); });
	Try("write into the data", [&] {
		void *mapped = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, ring, 2 * page);
		return mapped == MAP_FAILED ? -1 : 0;
	});
	Try("write the producer's position", [&] {
		void *mapped = mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_SHARED, ring, page);
		return mapped == MAP_FAILED ? -1 : 0;
	});
}

uint64_t Produced(int ring)
{
	long page = sysconf(_SC_PAGESIZE);
	void *mapped = mmap(nullptr, page, PROT_READ, MAP_SHARED, ring, page);
	if (mapped == MAP_FAILED)
		fail("mmap");
	uint64_t position = __atomic_load_n(static_cast<uint64_t *>(mapped), __ATOMIC_ACQUIRE);
	munmap(mapped, page);
	return position;
}

void Control(spy_operation operation, const Reply &session, uint64_t argument, uint64_t token)
{
	prctl(SPY_CONTROL, static_cast<unsigned long>(operation), static_cast<unsigned long>(session.slot),
	      static_cast<unsigned long>(argument), static_cast<unsigned long>(token));
}

void Heard(const char *what, int ring, const std::function<void()> &act)
{
	uint64_t before = Produced(ring);
	act();
	report("heard");
	report_text("control", what);
	report_number("records", Produced(ring) != before);
	report_end();
}

void InAChild(const std::function<void()> &act)
{
	pid_t child = must(fork());
	if (child == 0) {
		act();
		_exit(0);
	}
	must(waitpid(child, nullptr, 0));
}

/* Whose word counts: that of the process that claimed the session. */
void TryControls(const Reply &session, int ring)
{
	uint64_t token = session.token;
	Heard("a mark before the claim", ring, [&] { Control(SPY_CONTROL_MARK, session, 1, token); });
	Control(SPY_CONTROL_CLAIM, session, 0, token);
	Heard("a mark", ring, [&] { Control(SPY_CONTROL_MARK, session, 2, token); });
	Heard("a mark with another token", ring, [&] { Control(SPY_CONTROL_MARK, session, 3, token ^ 1); });
	Heard("a mark of another process", ring,
	      [&] { InAChild([&] { Control(SPY_CONTROL_MARK, session, 4, token); }); });
	Heard("a mark of another process that claims, too", ring, [&] {
		InAChild([&] {
			Control(SPY_CONTROL_CLAIM, session, 0, token);
			Control(SPY_CONTROL_MARK, session, 5, token);
		});
	});
	Heard("children of another process that claims, too", ring, [&] {
		InAChild([&] {
			Control(SPY_CONTROL_CLAIM, session, 0, token);
			Control(SPY_CONTROL_ROOT, session, 0, token);
			InAChild([] {});
		});
	});
	Heard("children before they are asked for", ring, [&] { InAChild([] {}); });
	Control(SPY_CONTROL_ROOT, session, 0, token);
	Heard("children", ring, [&] { InAChild([] {}); });
}

/* As many as are given; each is closed again. */
int32_t Fill(int client, uint64_t ring_bytes, const char *what)
{
	std::vector<Reply> sessions;
	Reply reply;
	while ((reply = Ask(client, Open(ring_bytes))).error == 0)
		sessions.push_back(reply);
	report("held");
	report_text("of", what);
	report_number("count", sessions.size());
	report_end();
	for (const Reply &session : sessions)
		Ask(client, OfSession(RequestType::kClose, session));
	return reply.error;
}

void TryMessages(int client)
{
	std::vector<char> bytes(2 * sizeof(Request));
	for (size_t length : { size_t{ 1 }, sizeof(Request) - 1, sizeof(Request) + 1, 2 * sizeof(Request) }) {
		if (send(client, bytes.data(), length, MSG_NOSIGNAL) < 0)
			fail("send");
		Tell("another length", Receive(client).error);
	}
	Request request = Of(RequestType::kHello);
	request.version = kProtocolVersion + 1;
	Tell("another version", Ask(client, request).error);
	Tell("an unknown request", Ask(client, Of(static_cast<RequestType>(77))).error);
	for (uint64_t bytes :
	     { uint64_t{ 0 }, uint64_t{ 1 }, kSmallRing / 2, kSmallRing + 1, 2048 * kMiB, ~uint64_t{ 0 } })
		Tell("a ring of no size", Ask(client, Open(bytes)).error);
}

void Serve(const char *helper, const char *folder)
{
	std::string path = std::string(folder) + "/socket";
	sockaddr_un address = {};
	address.sun_family = AF_UNIX;
	strcpy(address.sun_path, path.c_str());
	int listener = must(socket(AF_UNIX, SOCK_SEQPACKET, 0));
	must(bind(listener, reinterpret_cast<sockaddr *>(&address), sizeof(address)));
	must(listen(listener, 16));
	must(chmod(path.c_str(), 0777));
	InAChild([&] {
		must(dup2(listener, kHelperSocket));
		execl(helper, helper, nullptr);
		fail("exec");
	});
	close(listener);
}

void Attack(const char *helper, const char *folder)
{
	Serve(helper, folder);
	std::string path = std::string(folder) + "/socket";
	int honest = Connect(path.c_str()), other = Connect(path.c_str());
	std::vector<int> fds;
	Reply session = Ask(honest, Open(kSmallRing), &fds);
	Tell("an open", session.error);
	report("descriptor");
	report_number("count", fds.size());
	report_number("map_type", fds.empty() ? -1 : MapType(fds[0]));
	report_end();
	if (fds.empty())
		fail("no descriptor");
	TryDescriptor(fds[0]);
	TryControls(session, fds[0]);
	Reply guessed = session;
	guessed.token ^= 1;
	for (RequestType type : { RequestType::kScan, RequestType::kClose, RequestType::kStats, RequestType::kFlush }) {
		Tell("somebody else's session", Ask(other, OfSession(type, session)).error);
		Tell("a session by another token", Ask(honest, OfSession(type, guessed)).error);
		Request beyond = OfSession(type, session);
		beyond.slot = SPY_SLOTS;
		Tell("a slot that there is not", Ask(honest, beyond).error);
		Request free = OfSession(type, session);
		free.slot = SPY_SLOTS - 1;
		free.token = 0;
		Tell("a free slot", Ask(honest, free).error);
	}
	TryMessages(other);
	Tell("one session too many", Fill(other, kSmallRing, "sessions"));
	Tell("one ring too large", Fill(other, 256 * kMiB, "rings of 256 MiB"));
	Request hello = Of(RequestType::kHello);
	hello.version = kProtocolVersion;
	for (int n = 0; n < 10000; n++)
		if (send(other, &hello, sizeof(hello), MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno == EPIPE)
			break;
	Tell("a question beside one who asks and never listens", Ask(honest, Of(RequestType::kHello)).error);
	Tell("the session, after all that", Ask(honest, OfSession(RequestType::kStats, session)).error);
	report("ready");
	report_end();
	getchar();
	Tell("the session, at last", Ask(honest, OfSession(RequestType::kClose, session)).error);
}

} // namespace

int main(int argc, char **argv)
{
	if (argc != 3)
		fail("usage");
	if (strcmp(argv[1], "ask") != 0) {
		Attack(argv[1], argv[2]);
		return 0;
	}
	int client = Connect(argv[2]);
	Request hello = Of(RequestType::kHello);
	hello.version = kProtocolVersion;
	Tell("hello", send(client, &hello, sizeof(hello), MSG_NOSIGNAL) < 0 ? -1 : Receive(client).error);
	return 0;
}
