/* SPDX-License-Identifier: MIT */
/* The loaded set of programs: chosen by what the kernel's BTF has, attached when sessions are open. */
#ifndef SPY_HELPER_PROGRAMS_H
#define SPY_HELPER_PROGRAMS_H

#include <bpf/libbpf.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "failure.h"
#include "hooks.h"
#include "parts.h"
#include "control.h"

struct spyscall_bpf;

namespace spyscall {

class Programs {
 public:
  Programs();
  ~Programs();
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;

  /* Loads the programs that sessions of these groups (SPY_GROUP_*) need and that are not loaded yet. */
  Failure Load(uint32_t groups);
  /* Attaches what is loaded and not attached. */
  Failure Attach();
  void Detach();
  bool attached() const { return !links_.empty(); }

  /* Bits of Reply::capabilities of a session of these groups. */
  uint64_t capabilities(uint32_t groups) const { return capabilities_ | hooks_.capabilities(groups); }
  /* How often so far the kernel skipped something, and what the programs noticed of it. */
  struct Tally {
    std::map<const bpf_program*, uint64_t> skipped;
    uint64_t unentered = 0;
    uint64_t unreturned = 0;
    uint64_t noticed = 0;
  };
  Tally Count() const;
  /* Runs that the kernel skipped since then because a program was already running on the CPU, and tasks whose storage it refused because of that. */
  uint64_t MissedSince(const Tally& before) const;
  /* Walks the tasks for the session in a slot. */
  Failure Scan(uint32_t slot, bool self);
  /* Makes the programs tell what processes that go on have added up. */
  Failure Flush();

  /* Opens the object for these programs or those that stand in for them, with the maps that there are. `opened` is to be destroyed also when this fails. */
  Failure Open(const std::vector<const Part*>& parts, uint32_t stand_in, spyscall_bpf** opened) const;
  /* By enum spy_hook: set by the programs at hooks when they are called. */
  uint32_t* hooks_called();

  /* Deletes the counts of system calls of sessions that are closed. */
  void DropCounts();

  spy_session* session(uint32_t slot);
  Failure SetRing(uint32_t slot, int ring_fd);
  void ClearRing(uint32_t slot);
  /* Number for the next session; membership that began earlier is not its own. */
  uint64_t NextSequence();

 private:
  struct Loaded {
    const Part* part;
    uint32_t stand_in; /* 0, or as whose stand-in it is attached */
    bpf_program* program;
    bool attached;
  };

  /* Looks at the kernel, once. */
  Failure Settle();
  /* Makes the maps that these programs need and that are not made yet. */
  Failure MakeMaps(const std::vector<const Part*>& parts);
  /* Makes the maps that the stand-ins of this number share with no others. */
  Failure MakeSet(uint32_t stand_in);
  /* Loads them, or those that stand in for them, by several threads: the kernel's verifier takes most of the time. */
  Failure LoadParts(const std::vector<const Part*>& parts, uint32_t stand_in);
  /* Divides them into shares that take about as long. */
  std::vector<std::vector<const Part*>> Share(std::vector<const Part*> parts) const;
  /* Puts a handler where the dispatchers find it. */
  Failure Store(const Part& part, uint32_t stand_in, int program);
  /* Descriptor of a map that was made already, or a negative number. `set`: of the maps that the stand-ins of that number have; 0: of all others. */
  int FindMap(const char* name, uint32_t set = 0) const;
  /* Runs a program over all tasks; one that is not loaded has nothing to do. */
  Failure Walk(const char* name);

  KernelTypes kernel_;
  std::string types_; /* path of the kernel's types that the programs need; empty: libbpf looks through all */
  /* Those of the maps and of the programs, in the order in which they were made; the first owns most maps. */
  std::vector<spyscall_bpf*> skeletons_;
  /*
   * By number of stand-in, from 1: what has the maps that those of one number share with no others. These are their constants, and where their handlers are: a handler is run in the name of
   * the program that it goes on for, so that two of them in the middle of one handler would be in each other's stack.
   */
  std::vector<spyscall_bpf*> sets_;
  std::vector<Loaded> loaded_;
  std::vector<bpf_link*> links_;
  uint32_t variants_ = 0; /* of programs, that this kernel takes */
  uint64_t capabilities_ = 0;
  spy_session* sessions_ = nullptr; /* mapped */
  uint32_t groups_ = 0;             /* of all sessions so far */
  Hooks hooks_{this, &kernel_};
};

}  // namespace spyscall

#endif
