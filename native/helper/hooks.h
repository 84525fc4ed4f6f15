/* SPDX-License-Identifier: MIT */
/*
 * Programs at functions of the kernel's own (bpf/hooks.bpf.c): sessions tell more exactly with them, and do without where the kernel takes none. There are two kinds, lsm and
 * fentry. A kernel may refuse to load them or to attach them, or attach them and never call them (lsm, where it was started without `bpf` among its security modules): each is tried,
 * and what the kernel does not do is not tried again.
 */
#ifndef SPY_HELPER_HOOKS_H
#define SPY_HELPER_HOOKS_H

#include <bpf/libbpf.h>

#include <cstddef>
#include <cstdint>

#include "handlers.h"

struct spyscall_bpf;

namespace spyscall {

class KernelTypes;
class Programs;
struct Hook;

class Hooks {
 public:
  Hooks(Programs* programs, const KernelTypes* kernel) : programs_(programs), kernel_(kernel) {}
  ~Hooks();
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;

  /* Attaches those that sessions of these groups (SPY_GROUP_*) gain by and that this kernel calls. The maps have been made. */
  void Attach(uint32_t groups);
  void Detach();
  /* Bits of Reply::capabilities that sessions of these groups have by what is attached. */
  uint64_t capabilities(uint32_t groups) const;

 private:
  /* Of one hook. */
  struct State {
    size_t kind = 0; /* the one that is used, or is to be tried next; beyond the last: none */
    bool called = false;
    spyscall_bpf* skeleton = nullptr;
    bpf_link* link = nullptr;
  };

  /* False: this kernel does not do it. */
  bool AttachAs(const Hook& hook, State* state);
  bool Load(const Hook& hook, State* state) const;
  /* Whether the kernel takes a program of the kind that does nothing: libbpf needs milliseconds for one of ours. */
  bool TakesEmpty(const Hook& hook, size_t kind) const;

  Programs* programs_;
  const KernelTypes* kernel_;
  State states_[SPY_HOOKS];
};

}  // namespace spyscall

#endif
