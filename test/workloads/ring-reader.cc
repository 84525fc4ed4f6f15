// SPDX-License-Identifier: MIT
/*
 * L10: the reader of native/addon against rings that this program writes in the place of the kernel: records that somebody is still writing, and others that were given up.
 * usage: ring-reader
 * Lines: "read" {how, finished, taken: the first byte of each record}.
 */
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "addon/ring.h"

extern "C" {
#include "report.h"
}

namespace
{

constexpr size_t kBytes = 1 << 16;
constexpr uint32_t kBusy = 1u << 31, kDiscarded = 1u << 30, kLength = 20;

/* The consumer's page, the producer's, and the data twice in a row: the second time as a mapping of the same memory would have it. */
class Written
{
      public:
	Written() : page_(sysconf(_SC_PAGESIZE)), fd_(must(memfd_create("ring", MFD_CLOEXEC)))
	{
		must(ftruncate(fd_, 2 * page_ + 2 * kBytes));
		memory_ = static_cast<uint8_t *>(
			mmap(nullptr, 2 * page_ + 2 * kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0));
		if (memory_ == MAP_FAILED)
			fail("mmap");
	}
	int fd() const
	{
		return must(dup(fd_));
	}
	uint32_t *Put(uint8_t first, uint32_t bits, uint32_t length = kLength)
	{
		uint8_t *at = memory_ + 2 * page_ + produced_;
		memset(at + 8, first, kLength);
		memcpy(at, &(length |= bits), sizeof(length));
		produced_ += 8 + ((kLength + 7) & ~7u);
		__atomic_store_n(reinterpret_cast<uint64_t *>(memory_ + page_), produced_, __ATOMIC_RELEASE);
		return reinterpret_cast<uint32_t *>(at);
	}

      private:
	size_t page_;
	int fd_;
	uint8_t *memory_;
	uint64_t produced_ = 0;
};

bool Read(spyscall::Ring *ring, int patience_ms, std::string *taken)
{
	return ring->Consume(patience_ms, [&](const uint8_t *record, uint32_t length) {
		for (uint32_t n = 1; n < length; n++)
			if (record[n] != record[0])
				fail("a record of which one half is another");
		taken->push_back(static_cast<char>(record[0]));
	});
}

void Tell(const char *how, bool finished, const std::string &taken)
{
	report("read");
	report_text("how", how);
	report_number("finished", finished);
	report_text("taken", taken.c_str());
	report_end();
}

void Once(const char *how, spyscall::Ring *ring)
{
	std::string taken;
	bool finished = Read(ring, 0, &taken);
	Tell(how, finished, taken);
}

} // namespace

int main()
{
	Written written;
	std::unique_ptr<spyscall::Ring> ring = spyscall::Ring::Map(written.fd(), kBytes);
	if (!ring)
		fail("Map");
	written.Put('a', 0);
	uint32_t *busy = written.Put('b', kBusy);
	written.Put('c', kDiscarded);
	written.Put('d', 0);
	Once("up to one that is being written", ring.get());
	Once("and no further", ring.get());
	std::string taken;
	bool finished = false;
	std::thread reader([&] { finished = Read(ring.get(), 60'000, &taken); });
	__atomic_store_n(busy, kLength, __ATOMIC_RELEASE);
	reader.join();
	Tell("when it was written, and without one that was given up", finished, taken);
	written.Put('e', 0, kBytes);
	Once("not beyond what was produced", ring.get());
	return 0;
}
