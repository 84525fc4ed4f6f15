/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef SPY_COPY_BPF_H
#define SPY_COPY_BPF_H

#include "maps.bpf.h"

/*
 * Fields of one kernel object out of one copy of its first bytes: a copy costs far more than its size. Where a kernel keeps a field
 * further back, it is read by itself; which of the two is settled at load. (A typed
 * load needs no copy, but the verifier looks its field up by name, a third of a millisecond each time that it comes by.)
 */
#define SPY_IN_COPY(copy, pointer, field)                                            \
	({                                                                           \
		typeof((pointer)->field) value__;                                    \
		__u32 offset__ = bpf_core_field_offset(typeof(*(pointer)), field);   \
		if (offset__ <= sizeof(copy) - sizeof(value__))                      \
			value__ = *(typeof(value__) *)((char *)(copy) + offset__);   \
		else                                                                 \
			bpf_core_read(&value__, sizeof(value__), &(pointer)->field); \
		value__;                                                             \
	})

#endif
