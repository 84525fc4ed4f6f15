/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Places of bits, by de Bruijn multiplication: the target has no instruction for them, and branches would multiply what the verifier looks at. */
#ifndef SPY_BITS_BPF_H
#define SPY_BITS_BPF_H

#include "maps.bpf.h"

// clang-format off
static const volatile __u8 spy_bit_position[64] = {
	0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28, 62, 5,  39, 46, 44, 42, 22, 9,  24, 35, 59, 56, 49, 18, 29, 11,
	63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
};
// clang-format on

/* Of the lowest bit that is set; 0 of 0. */
static __always_inline __u32 spy_lowest(__u64 mask)
{
	return spy_bit_position[((mask & -mask) * 0x022fdd63cc95386dULL) >> 58];
}

/* Of the highest bit that is set; 0 of 0. */
static __always_inline __u32 spy_highest(__u64 mask)
{
	mask |= mask >> 1;
	mask |= mask >> 2;
	mask |= mask >> 4;
	mask |= mask >> 8;
	mask |= mask >> 16;
	mask |= mask >> 32;
	return spy_lowest(mask - (mask >> 1));
}

#endif
