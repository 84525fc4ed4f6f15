/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is read of a task's credentials. */
#ifndef SPY_CREDENTIALS_BPF_H
#define SPY_CREDENTIALS_BPF_H

#include "maps.bpf.h"

static __always_inline __u64 spy_capabilities(const kernel_cap_t *set)
{
	__u64 bits = 0;

	bpf_probe_read_kernel(&bits, sizeof(bits), set);
	return bits;
}

#endif
