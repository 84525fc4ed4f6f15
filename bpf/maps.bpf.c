// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One definition of each shared map and counter. */
#include "passage.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

const volatile __u32 spy_preempted = 0;
const volatile __u32 spy_stand_in = 0;
const volatile __u32 spy_storage_refuses = 0;
__u64 spy_refused;

struct spy_tasks_map spy_tasks SEC(".maps");
struct spy_socks_map spy_socks SEC(".maps");
struct spy_sessions_map spy_sessions SEC(".maps");
struct spy_scratch_map spy_scratch SEC(".maps");
struct spy_handlers_map spy_handlers SEC(".maps");
struct spy_entries_map spy_entries SEC(".maps");
struct spy_exits_map spy_exits SEC(".maps");
struct spy_execs_map spy_execs SEC(".maps");
