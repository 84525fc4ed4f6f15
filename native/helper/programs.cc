// SPDX-License-Identifier: MIT
#include "programs.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "handlers.h"
#include "protocol.h"
#include "spyscall.skel.h"

namespace spyscall {
namespace {

/* libbpf's words since the last step began; the end of them matters most. */
std::string g_words;

int Listen(libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  char line[2048];
  int length = vsnprintf(line, sizeof(line), format, arguments);
  if (length > 0) g_words.append(line, std::min<size_t>(length, sizeof(line) - 1));
  if (g_words.size() > 16384) g_words.erase(0, g_words.size() - 16384);
  return 0;
}

Failure Refused(int error, std::string operation) {
  return {error < 0 ? -error : error, std::move(operation), g_words};
}

/* How many arguments a tracepoint's handler takes, by its prototype in the kernel's BTF, the leading context not counted; -1 without it. */
int TracepointArguments(const btf* kernel, const char* tracepoint) {
  std::string name = std::string("btf_trace_") + tracepoint;
  int id = btf__find_by_name_kind(kernel, name.c_str(), BTF_KIND_TYPEDEF);
  if (id < 0) return -1;
  const btf_type* type = btf__type_by_id(kernel, id);
  type = btf__type_by_id(kernel, type->type); /* pointer */
  type = btf__type_by_id(kernel, type->type); /* prototype */
  return btf_is_func_proto(type) ? btf_vlen(type) - 1 : -1;
}

/* Variants of programs, by what the kernel's BTF says of its tracepoints. */
constexpr uint32_t kGroupDead = 1 << 0; /* sched_process_exit says which thread was the last */
constexpr uint32_t kNoGroupDead = 1 << 1;
constexpr uint32_t kUringReq = 1 << 2;   /* io_uring_submit_req */
constexpr uint32_t kUringSqe = 1 << 3;   /* io_uring_submit_sqe with the same first argument */
constexpr uint32_t kUringDone = 1 << 4;  /* io_uring_complete with the entry of the completion queue */
constexpr uint32_t kUringDone7 = 1 << 5; /* io_uring_complete with its seven fields */
constexpr uint32_t kUringSubmitted = kUringReq | kUringSqe;
constexpr uint32_t kUringCompleted = kUringDone | kUringDone7;

/* kInterrupts: a tracepoint that interrupts pass, too. Two programs are attached to it: what one is skipped for, the other sees. */
enum class Place { kTracepoint, kInterrupts, kReturn, kEntry, kExec, kExit, kWalk };

}  // namespace

/* What a program is for. */
struct Part {
  const char* name;
  uint32_t groups;  /* of which one has to be asked for; 0: needed by every session */
  uint32_t variant; /* 0: every kernel takes it */
  Place place;
  uint32_t number = 0; /* of a handler: enum spy_handler or spy_entry_handler */
};

namespace {

constexpr uint32_t kUringGroups = SPY_GROUP_FILE | SPY_GROUP_NETWORK | SPY_GROUP_PROBE | SPY_GROUP_SYNC;

constexpr Part kParts[] = {
    {"spy_sys_enter", 0, 0, Place::kTracepoint},
    {"spy_sys_exit", 0, 0, Place::kTracepoint},
    {"spy_signal", 0, 0, Place::kTracepoint},
    {"spy_newtask", 0, 0, Place::kTracepoint},
    {"spy_exit", 0, kGroupDead, Place::kTracepoint},
    {"spy_exit_old", 0, kNoGroupDead, Place::kTracepoint},
    {"spy_exec", 0, 0, Place::kTracepoint},
    {"spy_scan", 0, 0, Place::kWalk},
    {"spy_enter_exec", 0, 0, Place::kEntry, SPY_ENTRY_EXEC},
    {"spy_on_process", 0, 0, Place::kReturn, SPY_HANDLER_PROCESS},
    {"spy_exit_files", SPY_GROUP_FILE, 0, Place::kExit, SPY_EXIT_FILES},
    {"spy_flush", SPY_GROUP_FILE, 0, Place::kWalk},
    {"spy_on_open", SPY_GROUP_FILE, 0, Place::kReturn, SPY_HANDLER_OPEN},
    {"spy_on_change", SPY_GROUP_FILE, 0, Place::kReturn, SPY_HANDLER_CHANGE},
    {"spy_on_transfer", SPY_GROUP_FILE, 0, Place::kReturn, SPY_HANDLER_TRANSFER},
    {"spy_enter_close", SPY_GROUP_FILE, 0, Place::kEntry, SPY_ENTRY_CLOSE},
    {"spy_on_probe", SPY_GROUP_PROBE, 0, Place::kReturn, SPY_HANDLER_PROBE},
    {"spy_on_sync", SPY_GROUP_SYNC, 0, Place::kReturn, SPY_HANDLER_SYNC},
    {"spy_on_connect", SPY_GROUP_NETWORK, 0, Place::kReturn, SPY_HANDLER_CONNECT},
    {"spy_signal_generate", SPY_GROUP_SIGNAL, 0, Place::kTracepoint},
    {"spy_on_signal", SPY_GROUP_SIGNAL, 0, Place::kReturn, SPY_HANDLER_SIGNAL},
    {"spy_newtask_namespace", SPY_GROUP_NAMESPACE, 0, Place::kTracepoint},
    {"spy_on_namespace", SPY_GROUP_NAMESPACE, 0, Place::kReturn, SPY_HANDLER_NAMESPACE},
    {"spy_enter_mount", SPY_GROUP_NAMESPACE, 0, Place::kEntry, SPY_ENTRY_MOUNT},
    {"spy_on_mount", SPY_GROUP_NAMESPACE, 0, Place::kReturn, SPY_HANDLER_MOUNT},
    {"spy_enter_credentials", SPY_GROUP_CREDENTIALS, 0, Place::kEntry, SPY_ENTRY_CREDENTIALS},
    {"spy_exec_credentials", SPY_GROUP_CREDENTIALS, 0, Place::kTracepoint},
    {"spy_on_credentials", SPY_GROUP_CREDENTIALS, 0, Place::kReturn, SPY_HANDLER_CREDENTIALS},
    {"spy_on_system", SPY_GROUP_SYSTEM, 0, Place::kReturn, SPY_HANDLER_SYSTEM},
    {"spy_sock_state", SPY_GROUP_NETWORK, 0, Place::kInterrupts},
    {"spy_sock_state_again", SPY_GROUP_NETWORK, 0, Place::kInterrupts},
    {"spy_on_dns", SPY_GROUP_NETWORK, 0, Place::kReturn, SPY_HANDLER_DNS},
    {"spy_on_socket", SPY_GROUP_NETWORK, 0, Place::kReturn, SPY_HANDLER_SOCKET},
    {"spy_exec_environment", SPY_GROUP_ENVIRONMENT, 0, Place::kExec, SPY_EXEC_ENVIRONMENT},
    {"spy_enter_syscall", SPY_GROUP_SYSCALL, 0, Place::kEntry, SPY_ENTRY_SYSCALL},
    {"spy_on_syscall", SPY_GROUP_SYSCALL, 0, Place::kReturn, SPY_HANDLER_SYSCALL},
    {"spy_syscall_signal", SPY_GROUP_SYSCALL, 0, Place::kTracepoint},
    {"spy_tell_counts", SPY_GROUP_SYSCALL, 0, Place::kEntry, SPY_ENTRY_COUNTS},
    {"spy_uring_req", kUringGroups, kUringReq, Place::kTracepoint},
    {"spy_uring_sqe", kUringGroups, kUringSqe, Place::kTracepoint},
    {"spy_uring_done", kUringGroups, kUringDone, Place::kTracepoint},
    {"spy_uring_done_7", kUringGroups, kUringDone7, Place::kTracepoint},
    {"spy_uring_punt", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_refuse", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_unlink", kUringGroups, kUringSubmitted, Place::kTracepoint},
    {"spy_uring_spill", kUringGroups, kUringSubmitted, Place::kTracepoint},
};

/* Maps that take memory from the start, and whose programs they are for. */
constexpr struct {
  const char* map;
  const char* program;
} kMapsOf[] = {
    {"spy_looks", "spy_on_probe"},
    {"spy_counts", "spy_on_syscall"},
};

bool IsAttached(const Part& part) { return part.place == Place::kTracepoint || part.place == Place::kInterrupts; }

bool NeedsMap(const std::vector<const Part*>& parts, const char* map) {
  for (const auto& one : kMapsOf)
    if (strcmp(one.map, map) == 0)
      return std::any_of(parts.begin(), parts.end(),
                         [&](const Part* part) { return strcmp(part->name, one.program) == 0; });
  return true;
}

}  // namespace

Programs::Programs() {
  libbpf_set_print(Listen);
  libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
}

Programs::~Programs() {
  Detach();
  if (sessions_ != nullptr) munmap(sessions_, SPY_SLOTS * sizeof(spy_session));
  /* The first one owns the maps: it goes last. */
  while (!skeletons_.empty()) {
    spyscall_bpf__destroy(skeletons_.back());
    skeletons_.pop_back();
  }
}

/* Looks at the kernel, once. */
Failure Programs::Settle() {
  if (kernel_ != 0) return {};
  btf* kernel = btf__load_vmlinux_btf();
  if (kernel == nullptr) return Refused(errno, "read the kernel's BTF (/sys/kernel/btf/vmlinux)");
  kernel_ = TracepointArguments(kernel, "sched_process_exit") >= 2 ? kGroupDead : kNoGroupDead;
  if (TracepointArguments(kernel, "io_uring_submit_req") == 1)
    kernel_ |= kUringReq;
  else if (TracepointArguments(kernel, "io_uring_submit_sqe") == 2)
    kernel_ |= kUringSqe;
  int completed = TracepointArguments(kernel, "io_uring_complete");
  if (completed == 3)
    kernel_ |= kUringDone;
  else if (completed == 7)
    kernel_ |= kUringDone7;
  /* One without the other is nothing. */
  if ((kernel_ & kUringSubmitted) == 0 || (kernel_ & kUringCompleted) == 0)
    kernel_ &= ~(kUringSubmitted | kUringCompleted);
  btf__free(kernel);
  capabilities_ =
      (kernel_ & kGroupDead ? kCapabilityGroupDead : 0) | (kernel_ & kUringSubmitted ? kCapabilityUringWatched : 0);
  return {};
}

Failure Programs::Load(uint32_t groups) {
  g_words.clear();
  if (Failure failure = Settle()) return failure;
  std::vector<const Part*> missing;
  for (const Part& part : kParts) {
    bool wanted = (part.groups == 0 || part.groups & groups) && (part.variant == 0 || part.variant & kernel_);
    bool have = std::any_of(loaded_.begin(), loaded_.end(), [&](const Loaded& one) { return one.part == &part; });
    if (wanted && !have) missing.push_back(&part);
  }
  return missing.empty() ? Failure{} : LoadParts(missing);
}

int Programs::FindMap(const char* name) const {
  for (spyscall_bpf* skeleton : skeletons_) {
    int fd = bpf_object__find_map_fd_by_name(skeleton->obj, name);
    if (fd >= 0) return fd;
  }
  return -1;
}

Failure Programs::LoadParts(const std::vector<const Part*>& parts) {
  spyscall_bpf* skeleton = spyscall_bpf__open();
  if (skeleton == nullptr) return Refused(errno, "open the BPF object");
  auto refuse = [&](int error, const std::string& operation) {
    Failure failure = Refused(error, operation);
    spyscall_bpf__destroy(skeleton);
    return failure;
  };
  bpf_program* program;
  bpf_object__for_each_program(program, skeleton->obj) bpf_program__set_autoload(program, false);
  std::vector<Loaded> fresh;
  for (const Part* part : parts) {
    program = bpf_object__find_program_by_name(skeleton->obj, part->name);
    if (program == nullptr) return refuse(ENOENT, std::string("find program ") + part->name);
    bpf_program__set_autoload(program, true);
    fresh.push_back({part, program, false});
  }
  if (skeletons_.empty()) {
    skeleton->rodata->spy_uring_watched = (kernel_ & kUringSubmitted) != 0;
    int cpus = libbpf_num_possible_cpus();
    bpf_map__set_max_entries(skeleton->maps.spy_scratch, SPY_SCRATCH_PER_CPU * (cpus > 0 ? cpus : 1));
  }
  bpf_map* map;
  bpf_object__for_each_map(map, skeleton->obj) {
    int made = FindMap(bpf_map__name(map));
    if (made >= 0 && bpf_map__reuse_fd(map, made) != 0)
      return refuse(errno, std::string("share map ") + bpf_map__name(map));
    if (made < 0) bpf_map__set_autocreate(map, NeedsMap(parts, bpf_map__name(map)));
  }
  if (int error = spyscall_bpf__load(skeleton)) return refuse(error, "load the BPF programs");
  if (sessions_ == nullptr) {
    void* mapped = mmap(nullptr, SPY_SLOTS * sizeof(spy_session), PROT_READ | PROT_WRITE, MAP_SHARED,
                        bpf_map__fd(skeleton->maps.spy_sessions), 0);
    if (mapped == MAP_FAILED) return refuse(errno, "map the table of sessions");
    sessions_ = static_cast<spy_session*>(mapped);
  }
  for (const Loaded& one : fresh) {
    bpf_map* table = one.part->place == Place::kReturn  ? skeleton->maps.spy_handlers
                     : one.part->place == Place::kEntry ? skeleton->maps.spy_entries
                     : one.part->place == Place::kExec  ? skeleton->maps.spy_execs
                     : one.part->place == Place::kExit  ? skeleton->maps.spy_exits
                                                        : nullptr;
    if (table == nullptr) continue;
    int handler = bpf_program__fd(one.program);
    if (bpf_map_update_elem(bpf_map__fd(table), &one.part->number, &handler, BPF_ANY) != 0)
      return refuse(errno, std::string("store handler ") + one.part->name);
  }
  skeletons_.push_back(skeleton);
  loaded_.insert(loaded_.end(), fresh.begin(), fresh.end());
  return {};
}

Failure Programs::Attach() {
  g_words.clear();
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
  return {};
}

void Programs::Detach() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  links_.clear();
  for (Loaded& one : loaded_) one.attached = false;
}

uint64_t Programs::Missed() const {
  uint64_t missed = 0;
  for (const Loaded& one : loaded_) {
    if (one.part->place == Place::kInterrupts) continue;
    bpf_prog_info info = {};
    uint32_t size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_program__fd(one.program), &info, &size) == 0) missed += info.recursion_misses;
  }
  return missed;
}

Failure Programs::Walk(const char* name) {
  g_words.clear();
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
      length = read(walk, nothing, sizeof(nothing));
    } while (length > 0 || (length < 0 && (errno == EINTR || errno == EAGAIN)));
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
  g_words.clear();
  int error = bpf_map_update_elem(bpf_map__fd(skeletons_[0]->maps.spy_rings), &slot, &ring_fd, BPF_ANY);
  return error != 0 ? Refused(errno, "store the ring") : Failure{};
}

void Programs::ClearRing(uint32_t slot) { bpf_map_delete_elem(bpf_map__fd(skeletons_[0]->maps.spy_rings), &slot); }

uint64_t Programs::NextSequence() { return ++skeletons_[0]->bss->spy_sequence; }

}  // namespace spyscall
