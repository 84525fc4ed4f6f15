/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The head of a string in a record. */
#ifndef SPY_TEXT_BPF_H
#define SPY_TEXT_BPF_H

#include "emit.bpf.h"

struct spy_string_head {
	__u32 head;
} __attribute__((packed));

static __always_inline void spy_put_head(struct spy_scratch *s, __u32 used, __u32 length, __u32 status)
{
	if (used > SPY_RECORD_ROOM - 4)
		return;
	((struct spy_string_head *)(s->record + used))->head = length | status << 24;
	s->used = used + 4 + length;
	if (status & SPY_STRING_UNREADABLE)
		s->unreadable++;
	if (status & SPY_STRING_TRUNCATED)
		s->truncated++;
}

#endif
