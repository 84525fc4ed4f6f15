/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is recorded. */
#ifndef SPY_SCOPE_BPF_H
#define SPY_SCOPE_BPF_H

#include "maps.bpf.h"

/* Number of the session opened last; written by the helper before a session becomes active. */
extern __u64 spy_sequence;
extern __u32 spy_last_process;
extern const volatile __u32 spy_page_bytes;

/* The open sessions of a mask that belong to the current process, and were open when the mask was made (`since`). */
__u64 spy_owned_sessions(__u64 sessions, __u64 since);

/* Obeys a control of the current thread. */
int spy_control(__u64 operation, __u64 slot, __u64 argument, __u64 token);

#endif
