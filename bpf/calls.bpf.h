/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Handlers of system calls that returned, one a class. Each finds the call in its scratch (`call`), writes its records and emits them; the
 * caller takes and releases the scratch.
 */
#ifndef SPY_CALLS_BPF_H
#define SPY_CALLS_BPF_H

#include "arch.bpf.h"

int spy_open_returned(__u32 scratch, __u32 process);
int spy_exec_begun(__u32 scratch, __u32 process);
int spy_exec_returned(__u32 scratch, __u32 process, __u32 executed);
int spy_chdir_returned(__u32 scratch, __u32 process);
int spy_connect_returned(__u32 scratch, __u32 process, __u64 cookie);
int spy_send_returned(__u32 scratch, __u32 process);

#endif
