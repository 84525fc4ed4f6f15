// SPDX-License-Identifier: MIT
#include "programs.h"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <thread>
#include <tuple>

#include "protocol.h"
#include "spyscall.skel.h"
#include "retry.h"

namespace spyscall {
namespace {

/* More threads than this gain nothing: the longest program is verified by one. */
constexpr size_t kLoadersMost = 4;

/* What programs share only with those that stand in for as many others as they. */
bool IsOfEachSet(const spyscall_bpf* skeleton, const bpf_map* map) {
  const auto& maps = skeleton->maps;
  return map == maps.rodata || map == maps.spy_handlers || map == maps.spy_entries || map == maps.spy_exits ||
         map == maps.spy_execs;
}

}  // namespace

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

int Programs::FindMap(const char* name, uint32_t set) const {
  if (set > sets_.size()) return -1;
  if (set != 0) return bpf_object__find_map_fd_by_name(sets_[set - 1]->obj, name);
  for (spyscall_bpf* skeleton : skeletons_) {
    int fd = bpf_object__find_map_fd_by_name(skeleton->obj, name);
    if (fd >= 0) return fd;
  }
  return -1;
}

Failure Programs::Open(const std::vector<const Part*>& parts, uint32_t stand_in, spyscall_bpf** opened) const {
  LIBBPF_OPTS(bpf_object_open_opts, options, .btf_custom_path = types_.empty() ? nullptr : types_.c_str());
  spyscall_bpf* skeleton = *opened = spyscall_bpf__open_opts(&options);
  if (skeleton == nullptr) return Refused(errno, "open the BPF object");
  bpf_program* program;
  bpf_object__for_each_program(program, skeleton->obj) bpf_program__set_autoload(program, false);
  for (const Part* part : parts) {
    program = bpf_object__find_program_by_name(skeleton->obj, part->name);
    if (program == nullptr) return Refused(ENOENT, std::string("find program ") + part->name);
    bpf_program__set_autoload(program, true);
  }
  bpf_map* map;
  bpf_object__for_each_map(map, skeleton->obj) {
    int made = FindMap(bpf_map__name(map), IsOfEachSet(skeleton, map) ? stand_in : 0);
    if (made >= 0 && bpf_map__reuse_fd(map, made) != 0)
      return Refused(errno, std::string("share map ") + bpf_map__name(map));
    if (made < 0) bpf_map__set_autocreate(map, false);
  }
  return {};
}

Failure Programs::MakeMaps(const std::vector<const Part*>& parts) {
  spyscall_bpf* skeleton = nullptr;
  Failure failure = Open({}, 0, &skeleton);
  if (failure) {
    spyscall_bpf__destroy(skeleton);
    return failure;
  }
  if (skeletons_.empty()) {
    skeleton->rodata->spy_storage_refuses =
        kernel_.HasVariable("bpf_task_storage_busy") && !kernel_.HasFunction("bpf_task_storage_get_recur");
    skeleton->rodata->spy_preempted = (variants_ & kPreempted) != 0;
    skeleton->rodata->spy_uring_watched = (variants_ & kUringSubmitted) != 0;
    if (variants_ & kUringDone7) skeleton->rodata->spy_uring_multishot = kernel_.Enumerator("REQ_F_APOLL_MULTISHOT");
    skeleton->rodata->spy_page_bytes = sysconf(_SC_PAGESIZE);
    int cpus = libbpf_num_possible_cpus();
    bpf_map__set_max_entries(skeleton->maps.spy_scratch, SPY_SCRATCH_PER_CPU * (cpus > 0 ? cpus : 1));
  }
  bpf_map* map;
  bpf_object__for_each_map(map, skeleton->obj) if (FindMap(bpf_map__name(map)) < 0)
      bpf_map__set_autocreate(map, NeedsMap(parts, bpf_map__name(map)));
  if (int error = spyscall_bpf__load(skeleton)) {
    failure = Refused(error, "make the BPF maps");
    spyscall_bpf__destroy(skeleton);
    return failure;
  }
  skeletons_.push_back(skeleton);
  if (sessions_ != nullptr) return {};
  void* mapped =
      mmap(nullptr, SPY_SLOTS * sizeof(spy_session), PROT_READ | PROT_WRITE, MAP_SHARED, FindMap("spy_sessions"), 0);
  if (mapped == MAP_FAILED) return Refused(errno, "map the table of sessions");
  sessions_ = static_cast<spy_session*>(mapped);
  return {};
}

Failure Programs::MakeSet(uint32_t stand_in) {
  spyscall_bpf* skeleton = nullptr;
  Failure failure = Open({}, stand_in, &skeleton);
  if (!failure) {
    *skeleton->rodata = *skeletons_[0]->rodata;
    skeleton->rodata->spy_stand_in = stand_in;
    bpf_map* map;
    bpf_object__for_each_map(map, skeleton->obj) if (IsOfEachSet(skeleton, map)) bpf_map__set_autocreate(map, true);
    if (int error = spyscall_bpf__load(skeleton)) failure = Refused(error, "make the BPF maps of the stand-ins");
  }
  if (failure)
    spyscall_bpf__destroy(skeleton);
  else
    sets_.push_back(skeleton);
  return failure;
}

Failure Programs::LoadParts(const std::vector<const Part*>& parts, uint32_t stand_in) {
  std::vector<std::vector<const Part*>> shares = Share(parts);
  std::vector<spyscall_bpf*> skeletons(shares.size());
  std::vector<Failure> failures(shares.size());
  std::vector<std::thread> threads;
  auto load = [&](size_t n) {
    BeginStep();
    failures[n] = Open(shares[n], stand_in, &skeletons[n]);
    if (failures[n]) return;
    if (int error = spyscall_bpf__load(skeletons[n])) failures[n] = Refused(error, "load the BPF programs");
  };
  for (size_t n = 1; n < shares.size(); n++) {
    try {
      threads.emplace_back(load, n);
    } catch (const std::system_error&) {
      load(n); /* the user may have no more threads */
    }
  }
  load(0);
  for (std::thread& thread : threads) thread.join();
  auto failed = std::find_if(failures.begin(), failures.end(), [](const Failure& one) { return bool(one); });
  if (failed != failures.end()) {
    for (spyscall_bpf* skeleton : skeletons) spyscall_bpf__destroy(skeleton);
    return *failed;
  }
  skeletons_.insert(skeletons_.end(), skeletons.begin(), skeletons.end());
  for (size_t n = 0; n < shares.size(); n++)
    for (const Part* part : shares[n]) {
      bpf_program* program = bpf_object__find_program_by_name(skeletons[n]->obj, part->name);
      if (Failure failure = Store(*part, stand_in, bpf_program__fd(program))) return failure;
      loaded_.push_back({part, stand_in, program, false});
    }
  return {};
}

std::vector<std::vector<const Part*>> Programs::Share(std::vector<const Part*> parts) const {
  auto length = [&](const Part* part) {
    return bpf_program__insn_cnt(bpf_object__find_program_by_name(skeletons_[0]->obj, part->name));
  };
  size_t count = std::min<size_t>({std::max(1u, std::thread::hardware_concurrency()), kLoadersMost, parts.size()});
  std::vector<std::vector<const Part*>> shares(count);
  std::vector<size_t> lengths(count);
  std::stable_sort(parts.begin(), parts.end(), [&](auto* one, auto* other) { return length(one) > length(other); });
  for (const Part* part : parts) {
    size_t least = std::min_element(lengths.begin(), lengths.end()) - lengths.begin();
    shares[least].push_back(part);
    lengths[least] += length(part);
  }
  return shares;
}

Failure Programs::Store(const Part& part, uint32_t stand_in, int program) {
  const char* table = part.place == Place::kReturn  ? "spy_handlers"
                      : part.place == Place::kEntry ? "spy_entries"
                      : part.place == Place::kExec  ? "spy_execs"
                      : part.place == Place::kExit  ? "spy_exits"
                                                    : nullptr;
  if (table == nullptr) return {};
  if (bpf_map_update_elem(FindMap(table, stand_in), &part.number, &program, BPF_ANY) == 0) return {};
  return Refused(errno, std::string("store handler ") + part.name);
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
