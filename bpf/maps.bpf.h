/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps. Defined in maps.bpf.c, shared by every object of the set. */
#ifndef SPY_MAPS_BPF_H
#define SPY_MAPS_BPF_H

#define SPY_BPF
#include "kernel.h"
#include "handlers.h"
#include "control.h"
#include "record.h"
#include "scratch.bpf.h"
#include "task.bpf.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* task -> what we know of it */
struct spy_tasks_map {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct spy_task);
};

/* socket -> whose attempt */
struct spy_socks_map {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct spy_sock);
};

/* slot -> session; the helper fills and frees it */
struct spy_sessions_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SPY_SLOTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct spy_session);
};

/* cpu * SPY_SCRATCH_PER_CPU + n -> build space; the helper sets the number of CPUs before load */
struct spy_scratch_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SPY_SCRATCH_PER_CPU);
	__type(key, __u32);
	__type(value, struct spy_scratch);
};

/* enum spy_handler -> program of sys_exit; the helper fills it */
struct spy_handlers_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_HANDLERS);
	__type(key, __u32);
	__type(value, __u32);
};

/* enum spy_entry_handler -> program of sys_enter */
struct spy_entries_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_ENTRIES);
	__type(key, __u32);
	__type(value, __u32);
};

/* enum spy_exit_handler -> program of sched_process_exit */
struct spy_exits_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_EXITS);
	__type(key, __u32);
	__type(value, __u32);
};

/* enum spy_exec_handler -> program of sched_process_exec */
struct spy_execs_map {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SPY_EXECS);
	__type(key, __u32);
	__type(value, __u32);
};

extern struct spy_execs_map spy_execs SEC(".maps");
extern struct spy_exits_map spy_exits SEC(".maps");
extern struct spy_handlers_map spy_handlers SEC(".maps");
extern struct spy_entries_map spy_entries SEC(".maps");
extern struct spy_tasks_map spy_tasks SEC(".maps");
extern struct spy_socks_map spy_socks SEC(".maps");
extern struct spy_sessions_map spy_sessions SEC(".maps");
extern struct spy_scratch_map spy_scratch SEC(".maps");

/*
 * Most tasks of the machine have no storage at all, and pay for no look-up. For what runs in every system call, only: the verifier looks through all of the
 * kernel's types, four times, for each pointer that is read from a task as it is here.
 */
static __always_inline bool spy_is_bystander(struct task_struct *task)
{
	return !task->bpf_storage;
}

/*
 * Before Linux 6.2 a task's storage is not given while this CPU is at some task's storage already: in an interrupt that came in the middle of that. The helper says
 * whether the kernel is such a one, and asks how often it was so.
 */
extern const volatile __u32 spy_storage_refuses;
extern __u64 spy_refused;

/* "spy_task", of which the name of our map consists. */
#define SPY_TASKS_NAME 0x6b7361745f797073ULL
#define SPY_STORAGES_MOST 16

/* Counts that a task's storage was not given, if it has some. */
static __noinline __attribute__((unused)) int spy_count_refused(struct task_struct *task)
{
	struct bpf_local_storage *storage = BPF_CORE_READ(task, bpf_storage);
	struct hlist_node *node = storage ? BPF_CORE_READ(storage, list.first) : NULL;

	for (int n = 0; node && n < SPY_STORAGES_MOST; n++) {
		void *at = (void *)node - bpf_core_field_offset(struct bpf_local_storage_elem, snode);
		struct bpf_local_storage_elem *one = at;
		struct bpf_local_storage_map *map = BPF_CORE_READ(one, sdata.smap);
		__u64 name = 0;

		bpf_core_read(&name, sizeof(name), &map->map.name);
		if (name == SPY_TASKS_NAME) {
			__sync_fetch_and_add(&spy_refused, 1);
			return 0;
		}
		node = BPF_CORE_READ(node, next);
	}
	return 0;
}

static __always_inline struct spy_task *spy_task_of(struct task_struct *task)
{
	struct spy_task *it = bpf_task_storage_get(&spy_tasks, task, NULL, 0);

	if (spy_storage_refuses && !it)
		(void)spy_count_refused(task);
	return it;
}

static __always_inline struct spy_scratch *spy_scratch_at(__u32 index)
{
	return bpf_map_lookup_elem(&spy_scratch, &index);
}

#endif
