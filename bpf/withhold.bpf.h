/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whose doings are kept from a session. */
#ifndef SPY_WITHHOLD_BPF_H
#define SPY_WITHHOLD_BPF_H

#include "bits.bpf.h"

/* The current task is the user of a session. */
int spy_note_owner(__u32 slot);

/* Those of the sessions whose user has fewer rights than a task with these credentials (address). */
__u64 spy_sessions_below(__u64 sessions, __u64 cred);

/* The current task has executed another program: the sessions whose user may look at it see it again. */
int spy_reveal(void);

/* What a process does is kept from these sessions from now on. */
int spy_tell_withheld(__u32 process, __u64 sessions, __u64 since);

/* The current task has executed a program: the sessions whose user may not look at it see no more of it. Once is as good as twice. */
int spy_hold_back(void);

#endif
