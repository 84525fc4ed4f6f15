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

}  // namespace

Programs::Programs() {
  libbpf_set_print(Listen);
  libbpf_set_strict_mode(LIBBPF_STRICT_ALL);
}

Programs::~Programs() {
  Detach();
  if (sessions_ != nullptr) munmap(sessions_, SPY_SLOTS * sizeof(spy_session));
  if (skeleton_ != nullptr) spyscall_bpf__destroy(skeleton_);
}

Failure Programs::Load() {
  g_words.clear();
  btf* kernel = btf__load_vmlinux_btf();
  if (kernel == nullptr) return Refused(errno, "read the kernel's BTF (/sys/kernel/btf/vmlinux)");
  bool group_dead = TracepointArguments(kernel, "sched_process_exit") >= 2;
  bool uring_req = TracepointArguments(kernel, "io_uring_submit_req") == 1;
  bool uring_sqe = !uring_req && TracepointArguments(kernel, "io_uring_submit_sqe") == 2;
  btf__free(kernel);

  spyscall_bpf* skeleton = spyscall_bpf__open();
  if (skeleton == nullptr) return Refused(errno, "open the BPF object");
  bpf_program__set_autoload(skeleton->progs.spy_exit, group_dead);
  bpf_program__set_autoload(skeleton->progs.spy_exit_old, !group_dead);
  bpf_program__set_autoload(skeleton->progs.spy_uring_req, uring_req);
  bpf_program__set_autoload(skeleton->progs.spy_uring_sqe, uring_sqe);
  skeleton->rodata->spy_uring_watched = uring_req || uring_sqe;
  int cpus = libbpf_num_possible_cpus();
  bpf_map__set_max_entries(skeleton->maps.spy_scratch, SPY_SCRATCH_PER_CPU * (cpus > 0 ? cpus : 1));
  int error = spyscall_bpf__load(skeleton);
  if (error != 0) {
    Failure failure = Refused(error, "load the BPF programs");
    spyscall_bpf__destroy(skeleton);
    return failure;
  }
  void* mapped = mmap(nullptr, SPY_SLOTS * sizeof(spy_session), PROT_READ | PROT_WRITE, MAP_SHARED,
                      bpf_map__fd(skeleton->maps.spy_sessions), 0);
  if (mapped == MAP_FAILED) {
    Failure failure = Refused(errno, "map the table of sessions");
    spyscall_bpf__destroy(skeleton);
    return failure;
  }
  skeleton_ = skeleton;
  sessions_ = static_cast<spy_session*>(mapped);
  capabilities_ = (group_dead ? kCapabilityGroupDead : 0) | (uring_req || uring_sqe ? kCapabilityUringWatched : 0);
  return {};
}

Failure Programs::Attach() {
  if (!links_.empty()) return {};
  g_words.clear();
  bpf_program* program;
  bpf_object__for_each_program(program, skeleton_->obj) {
    if (!bpf_program__autoload(program) || bpf_program__expected_attach_type(program) == BPF_TRACE_ITER) continue;
    bpf_link* link = bpf_program__attach(program);
    if (link == nullptr) {
      Failure failure = Refused(errno, std::string("attach program ") + bpf_program__name(program));
      Detach();
      return failure;
    }
    links_.push_back(link);
  }
  return {};
}

void Programs::Detach() {
  for (bpf_link* link : links_) bpf_link__destroy(link);
  links_.clear();
}

uint64_t Programs::Missed() const {
  uint64_t missed = 0;
  bpf_program* program;
  bpf_object__for_each_program(program, skeleton_->obj) {
    if (!bpf_program__autoload(program)) continue;
    bpf_prog_info info = {};
    uint32_t size = sizeof(info);
    if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0) missed += info.recursion_misses;
  }
  return missed;
}

Failure Programs::Scan(uint32_t slot, bool self) {
  g_words.clear();
  skeleton_->bss->spy_scan_slot = slot;
  skeleton_->bss->spy_scan_self = self;
  bpf_link* link = bpf_program__attach_iter(skeleton_->progs.spy_scan, nullptr);
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

spy_session* Programs::session(uint32_t slot) { return slot < SPY_SLOTS ? &sessions_[slot] : nullptr; }

Failure Programs::SetRing(uint32_t slot, int ring_fd) {
  g_words.clear();
  int error = bpf_map_update_elem(bpf_map__fd(skeleton_->maps.spy_rings), &slot, &ring_fd, BPF_ANY);
  return error != 0 ? Refused(errno, "store the ring") : Failure{};
}

void Programs::ClearRing(uint32_t slot) { bpf_map_delete_elem(bpf_map__fd(skeleton_->maps.spy_rings), &slot); }

uint64_t Programs::NextSequence() { return ++skeleton_->bss->spy_sequence; }

}  // namespace spyscall
