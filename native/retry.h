/* SPDX-License-Identifier: MIT */
#ifndef SPY_RETRY_H
#define SPY_RETRY_H

#include <cerrno>

namespace spyscall {

/*
 * The result of a call, made again as long as a signal interrupts it. Every call that may wait needs it, those on a socket with a time limit above all: the kernel
 * never restarts these by itself, whatever the handler of the signal asked for.
 */
template <typename Call>
auto Retry(Call call) {
  for (;;) {
    auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

}  // namespace spyscall

#endif
