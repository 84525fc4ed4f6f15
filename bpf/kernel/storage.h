/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a task's storage consists of. A part of kernel.h. */
#ifndef SPY_KERNEL_STORAGE_H
#define SPY_KERNEL_STORAGE_H

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct bpf_map {
	char name[16];
};

struct bpf_local_storage_map {
	struct bpf_map map;
};

struct bpf_local_storage_data {
	struct bpf_local_storage_map *smap;
};

/* Of one map. */
struct bpf_local_storage_elem {
	struct hlist_node snode;
	struct bpf_local_storage_data sdata;
};

struct bpf_local_storage {
	struct hlist_head list;
};

#endif
