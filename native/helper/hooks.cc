// SPDX-License-Identifier: MIT
#include "hooks.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iterator>

#include "programs.h"
#include "protocol.h"
#include "spyscall.skel.h"

namespace spyscall {
namespace {

/* The first that the kernel calls is used: functions can be inlined or renamed, hooks of security modules are there to be used. */
constexpr struct {
  bpf_prog_type type;
  bpf_attach_type attach;
  uint64_t capability;
} kKinds[] = {
    {BPF_PROG_TYPE_LSM, BPF_LSM_MAC, kCapabilityLsm},
    {BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY, kCapabilityFentry},
};

void OpenSomething() {
  int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) close(fd);
}

/* Takes the peer from a socket that has none. */
void ConnectSomething() {
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const sockaddr nobody = {AF_UNSPEC, {}};
  (void)connect(fd, &nobody, sizeof(nobody));
  close(fd);
}

}  // namespace

struct Hook {
  uint32_t groups;
  uint64_t capability;
  void (*call)(); /* makes the kernel call it */
  struct {
    const char* function;
    Part part;
  } kinds[std::size(kKinds)];
};

namespace {

/* By enum spy_hook. */
constexpr Hook kHooks[SPY_HOOKS] = {
    {SPY_GROUP_FILE,
     kCapabilityOpenSettled,
     OpenSomething,
     {{"bpf_lsm_file_open", {"spy_lsm_open", SPY_GROUP_FILE, 0, Place::kHook}},
      {"security_file_open", {"spy_fentry_open", SPY_GROUP_FILE, 0, Place::kHook}}}},
    {SPY_GROUP_NETWORK,
     kCapabilityConnectSettled,
     ConnectSomething,
     {{"bpf_lsm_socket_connect", {"spy_lsm_connect", SPY_GROUP_NETWORK, 0, Place::kHook}},
      {"security_socket_connect", {"spy_fentry_connect", SPY_GROUP_NETWORK, 0, Place::kHook}}}},
};

}  // namespace

Hooks::~Hooks() {
  Detach();
  for (State& state : states_) spyscall_bpf__destroy(state.skeleton);
}

void Hooks::Attach(uint32_t groups) {
  for (size_t n = 0; n < SPY_HOOKS; n++) {
    State& state = states_[n];
    if (!(kHooks[n].groups & groups) || state.link != nullptr) continue;
    while (state.kind < std::size(kKinds) && !AttachAs(kHooks[n], &state)) {
      bpf_link__destroy(state.link);
      spyscall_bpf__destroy(state.skeleton);
      state = {.kind = state.kind + 1};
    }
  }
}

bool Hooks::AttachAs(const Hook& hook, State* state) {
  if (state->skeleton == nullptr && !(TakesEmpty(hook, state->kind) && Load(hook, state))) return false;
  const char* name = hook.kinds[state->kind].part.name;
  state->link = bpf_program__attach(bpf_object__find_program_by_name(state->skeleton->obj, name));
  if (state->link == nullptr) return false;
  if (state->called) return true;
  uint32_t* called = &programs_->hooks_called()[&hook - kHooks];
  __atomic_store_n(called, 0u, __ATOMIC_SEQ_CST);
  hook.call();
  return state->called = __atomic_load_n(called, __ATOMIC_SEQ_CST) != 0;
}

bool Hooks::TakesEmpty(const Hook& hook, size_t kind) const {
  int function = kernel_->Function(hook.kinds[kind].function);
  if (function < 0) return false;
  const bpf_insn nothing[] = {
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  LIBBPF_OPTS(bpf_prog_load_opts, options, .expected_attach_type = kKinds[kind].attach,
              .attach_btf_id = static_cast<__u32>(function));
  int program = bpf_prog_load(kKinds[kind].type, "spy_empty", "GPL", nothing, std::size(nothing), &options);
  if (program >= 0) close(program);
  return program >= 0;
}

bool Hooks::Load(const Hook& hook, State* state) const {
  return !programs_->Open({&hook.kinds[state->kind].part}, 0, &state->skeleton) &&
         spyscall_bpf__load(state->skeleton) == 0;
}

void Hooks::Detach() {
  for (State& state : states_) {
    bpf_link__destroy(state.link);
    state.link = nullptr;
  }
}

uint64_t Hooks::capabilities(uint32_t groups) const {
  uint64_t found = 0;
  for (size_t n = 0; n < SPY_HOOKS; n++)
    if (kHooks[n].groups & groups && states_[n].link != nullptr)
      found |= kHooks[n].capability | kKinds[states_[n].kind].capability;
  return found;
}

}  // namespace spyscall
