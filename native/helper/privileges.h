/* SPDX-License-Identifier: MIT */
/* What the helper gives up before it listens to anybody. */
#ifndef SPY_HELPER_PRIVILEGES_H
#define SPY_HELPER_PRIVILEGES_H

namespace spyscall {

/*
 * Keeps CAP_BPF and CAP_PERFMON, as far as they were given, and nothing else: no other capability (CAP_SYS_ADMIN is kept where it stands in for a missing one),
 * no root's user id, no program that gives more than its user has, no core dump, no reader of its memory. 0 or an errno.
 */
int GiveUpPrivileges();

}  // namespace spyscall

#endif
