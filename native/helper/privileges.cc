// SPDX-License-Identifier: MIT
#include "privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace spyscall {
namespace {

constexpr uid_t kNobody = 65534;

struct Capabilities {
  uint64_t effective = 0, permitted = 0;
};

bool Get(Capabilities* out) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  out->effective = data[0].effective | uint64_t{data[1].effective} << 32;
  out->permitted = data[0].permitted | uint64_t{data[1].permitted} << 32;
  return true;
}

/* None is inheritable. */
bool Set(const Capabilities& wanted) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  data[0].effective = wanted.effective;
  data[1].effective = wanted.effective >> 32;
  data[0].permitted = wanted.permitted;
  data[1].permitted = wanted.permitted >> 32;
  return syscall(SYS_capset, &header, data) == 0;
}

constexpr uint64_t Bit(int capability) { return uint64_t{1} << capability; }

}  // namespace

int GiveUpPrivileges() {
  Capabilities had;
  if (!Get(&had)) return errno;
  constexpr uint64_t needed = Bit(CAP_BPF) | Bit(CAP_PERFMON);
  uint64_t kept = had.permitted & needed;
  if (kept != needed) kept |= had.permitted & Bit(CAP_SYS_ADMIN);

  const rlimit no_core = {0, 0};
  if (setrlimit(RLIMIT_CORE, &no_core) != 0) return errno;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0) return errno;
  if (had.effective & Bit(CAP_SETPCAP))
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
      if (!(kept & Bit(capability)) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return errno;
  /* Root owns most files, with capabilities or without. */
  if (geteuid() == 0 && had.effective & Bit(CAP_SETUID) && had.effective & Bit(CAP_SETGID)) {
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return errno;
    if (setgroups(0, nullptr) != 0 || setresgid(kNobody, kNobody, kNobody) != 0 ||
        setresuid(kNobody, kNobody, kNobody) != 0)
      return errno;
  }
  if (!Set({kept, kept})) return errno;
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ? errno : 0;
}

}  // namespace spyscall
