// SPDX-License-Identifier: MIT
#include "programs.h"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <tuple>

#include "protocol.h"
#include "spyscall.skel.h"
#include "retry.h"

namespace spyscall {

Programs::Programs() {
  ListenToLibbpf();
  libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
}

Programs::~Programs() {
  Detach();
  if (sessions_ != nullptr) munmap(sessions_, SPY_SLOTS * sizeof(spy_session));
  /* The first one owns the maps: it goes last. */
  for (spyscall_bpf* set : sets_) spyscall_bpf__destroy(set);
  while (!skeletons_.empty()) {
    spyscall_bpf__destroy(skeletons_.back());
    skeletons_.pop_back();
  }
}

Failure Programs::Settle() {
  if (variants_ != 0) return {};
  if (int error = kernel_.Read()) return Refused(error, "read the kernel's BTF (/sys/kernel/btf/vmlinux)");
  /* Linux 5.17. An older kernel says of each map or program something else, and to a user only that it is forbidden. */
  if (!kernel_.HasFunction("bpf_loop")) return {EOPNOTSUPP, "find bpf_loop() in this kernel", ""};
  variants_ = VariantsOf(kernel_);
  capabilities_ =
      (variants_ & kGroupDead ? kCapabilityGroupDead : 0) | (variants_ & kUringSubmitted ? kCapabilityUringWatched : 0);
  spyscall_bpf* skeleton = spyscall_bpf__open();
  if (skeleton == nullptr) return Refused(errno, "open the BPF object");
  types_ = kernel_.Excerpt(bpf_object__btf(skeleton->obj));
  spyscall_bpf__destroy(skeleton);
  return {};
}

Failure Programs::Load(uint32_t groups) {
  BeginStep();
  if (Failure failure = Settle()) return failure;
  groups_ |= groups;
  for (uint32_t stand_in = 0;; stand_in++) {
    std::vector<const Part*> parts = PartsFor(groups, variants_);
    std::erase_if(parts, [&](const Part* part) { return StandIns(*part, variants_) < stand_in; });
    if (parts.empty()) return {};
    std::erase_if(parts, [&](const Part* part) {
      return std::any_of(loaded_.begin(), loaded_.end(),
                         [&](const Loaded& one) { return one.part == part && one.stand_in == stand_in; });
    });
    if (parts.empty()) continue;
    Failure failure = stand_in == 0 ? MakeMaps(parts) : stand_in > sets_.size() ? MakeSet(stand_in) : Failure{};
    if (!failure) failure = LoadParts(parts, stand_in);
    if (failure) return failure;
  }
}

Failure Programs::Attach() {
  BeginStep();
  /* A tracepoint runs its programs as they were attached, and who makes a task a member has to come before who tells of its namespaces. */
  std::sort(loaded_.begin(), loaded_.end(), [](const Loaded& one, const Loaded& other) {
    return std::tie(one.part, one.stand_in) < std::tie(other.part, other.stand_in);
  });
  for (Loaded& one : loaded_) {
    if (one.attached || !IsAttached(*one.part)) continue;
    bpf_link* link = bpf_program__attach(one.program);
    if (link == nullptr) {
      Failure failure = Refused(errno, std::string("attach program ") + one.part->name);
      Detach();
      return failure;
    }
    one.attached = true;
    links_.push_back(link);
  }
  hooks_.Attach(groups_);
  return {};
}

void Programs::Detach() {
  hooks_.Detach();
  for (bpf_link* link : links_) bpf_link__destroy(link);
  links_.clear();
  for (Loaded& one : loaded_) one.attached = false;
}

Programs::Tally Programs::Count() const {
  Tally tally;
  if (skeletons_.empty()) return tally;
  const auto& counted = *skeletons_[0]->bss;
  tally.unentered = counted.spy_unentered;
  tally.unreturned = counted.spy_unreturned;
  tally.noticed = counted.spy_refused + counted.spy_sock_crowded;
  for (const Loaded& one : loaded_) {
    bpf_prog_info info = {};
    uint32_t size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_program__fd(one.program), &info, &size) == 0)
      tally.skipped[one.program] = info.recursion_misses;
  }
  return tally;
}

/* What one program is skipped for, its stand-ins see: it is lost if all are skipped. */
uint64_t Programs::MissedSince(const Tally& before) const {
  Tally now = Count();
  uint64_t missed = now.noticed - before.noticed;
  std::map<const Part*, uint64_t> least;
  for (const Loaded& one : loaded_) {
    if (one.part->place == Place::kInterrupts) continue;
    auto found = before.skipped.find(one.program);
    uint64_t skipped = now.skipped[one.program] - (found == before.skipped.end() ? 0 : found->second);
    auto [at, is_first] = least.try_emplace(one.part, skipped);
    if (!is_first) at->second = std::min(at->second, skipped);
  }
  for (const auto& [part, count] : least) {
    uint64_t most = UINT64_MAX;
    if (variants_ & kPreempted && strcmp(part->name, "spy_sys_enter") == 0) most = now.unentered - before.unentered;
    if (variants_ & kPreempted && strcmp(part->name, "spy_sys_exit") == 0) most = now.unreturned - before.unreturned;
    missed += std::min(count, most);
  }
  return missed;
}

Failure Programs::Walk(const char* name) {
  BeginStep();
  auto found = std::find_if(loaded_.begin(), loaded_.end(),
                            [&](const Loaded& one) { return strcmp(one.part->name, name) == 0; });
  if (found == loaded_.end()) return {};
  bpf_link* link = bpf_program__attach_iter(found->program, nullptr);
  if (link == nullptr) return Refused(errno, "attach the walk over tasks");
  int walk = bpf_iter_create(bpf_link__fd(link));
  Failure failure;
  if (walk < 0) {
    failure = Refused(errno, "start the walk over tasks");
  } else {
    char nothing[256];
    ssize_t length;
    do {
      length = Retry([&] { return read(walk, nothing, sizeof(nothing)); });
    } while (length > 0 || (length < 0 && errno == EAGAIN));
    if (length < 0) failure = Refused(errno, "walk over tasks");
    close(walk);
  }
  bpf_link__destroy(link);
  return failure;
}

Failure Programs::Scan(uint32_t slot, bool self) {
  skeletons_[0]->bss->spy_scan_slot = slot;
  skeletons_[0]->bss->spy_scan_self = self;
  return Walk("spy_scan");
}

Failure Programs::Flush() { return Walk("spy_flush"); }

void Programs::DropCounts() {
  int counts = FindMap("spy_counts");
  if (counts < 0) return;
  spy_count_key key, next;
  bool more = bpf_map_get_next_key(counts, nullptr, &next) == 0;
  while (more) {
    key = next;
    more = bpf_map_get_next_key(counts, &key, &next) == 0;
    bool open = std::any_of(sessions_, sessions_ + SPY_SLOTS, [&](const spy_session& session) {
      return session.token != 0 && static_cast<uint32_t>(session.sequence) == key.sequence;
    });
    if (!open) bpf_map_delete_elem(counts, &key);
  }
}

spy_session* Programs::session(uint32_t slot) { return slot < SPY_SLOTS ? &sessions_[slot] : nullptr; }

Failure Programs::SetRing(uint32_t slot, int ring_fd) {
  BeginStep();
  int error = bpf_map_update_elem(bpf_map__fd(skeletons_[0]->maps.spy_rings), &slot, &ring_fd, BPF_ANY);
  return error != 0 ? Refused(errno, "store the ring") : Failure{};
}

void Programs::ClearRing(uint32_t slot) { bpf_map_delete_elem(bpf_map__fd(skeletons_[0]->maps.spy_rings), &slot); }

uint32_t* Programs::hooks_called() { return skeletons_[0]->bss->spy_hooks_called; }

uint64_t Programs::NextSequence() { return ++skeletons_[0]->bss->spy_sequence; }

}  // namespace spyscall
