// SPDX-License-Identifier: MIT
/* Maps and programs of Programs into the kernel: the maps once, the programs by several threads. */
#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <thread>

#include "programs.h"
#include "spyscall.skel.h"

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

}  // namespace spyscall
