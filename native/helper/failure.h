/* SPDX-License-Identifier: MIT */
/* What a step failed with, in the kernel's and libbpf's words. */
#ifndef SPY_HELPER_FAILURE_H
#define SPY_HELPER_FAILURE_H

#include <string>

namespace spyscall {

/* A step that the kernel refused. */
struct Failure {
  int error = 0; /* errno */
  std::string operation;
  std::string detail;
  explicit operator bool() const { return error != 0; }
};

/* From now on what libbpf says is kept for Refused(). */
void ListenToLibbpf();

/* A step of this thread begins: what libbpf said before is of no matter. */
void BeginStep();

/* The failure of this thread's step, with what libbpf said of it. `error`: an errno, of either sign. */
Failure Refused(int error, std::string operation);

}  // namespace spyscall

#endif
