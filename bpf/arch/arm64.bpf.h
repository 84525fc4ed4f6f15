/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Registers of arm64, and of its 32-bit programs (AArch32, EABI). A call's result takes the place of its first argument, which the kernel keeps in orig_x0. A part of
 * arch.bpf.h.
 */
#ifndef SPY_ARCH_ARM64_BPF_H
#define SPY_ARCH_ARM64_BPF_H

#include "../numbers/arm64.generated.h"

/* There is no x32. */
#define SPY_X32_BIT 0
#define SPY_NR_X32_RT_SIGRETURN (-1)

/* PSR_MODE32_BIT: the processor was in the state of 32-bit programs. */
#define SPY_PSR_MODE32 0x10

/* sizeof(struct stat), and of 32-bit programs struct stat64 */
#define SPY_STAT_BYTES 128
#define SPY_STAT64_BYTES 104

/* O_LARGEFILE, which the kernel adds to the flags of an open through a ring. */
#define SPY_O_LARGEFILE 0400000

/* The pair of arguments that holds 64 bits of a 32-bit program begins with an even one. */
#define SPY_COMPAT_PAIR(place) (((place) + 1) & ~1)

/* Where the length stands in a 32-bit program's struct space_resv: where others have it. */
#define SPY_COMPAT_RANGE_LENGTH 16

/* How the call under way was made, beside its number. */
static __always_inline __u32 spy_abi_flags(struct task_struct *task, struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, pstate) & SPY_PSR_MODE32 ? SPY_FLAG_COMPAT : 0;
}

/* There is no call that stands for others. */
static __always_inline __u32 spy_unfold_number(struct pt_regs *regs, __u32 flags, __s32 *nr)
{
	return 0;
}

typedef __u64 spy_regs_copy[1];

static __always_inline void spy_read_args(struct pt_regs *regs, __u32 flags, __u64 *args)
{
	__s32 nr;

	bpf_core_read(args, 6 * sizeof(__u64), &regs->regs);
	args[0] = BPF_CORE_READ(regs, orig_x0);
	if (!(flags & SPY_FLAG_COMPAT))
		return;
	for (int n = 0; n < 6; n++)
		args[n] = (__u32)args[n];
	/* The kernel takes them for sendto and recvfrom without an address. */
	nr = BPF_CORE_READ(regs, syscallno);
	if (nr == SPY_COMPAT_NR(send) || nr == SPY_COMPAT_NR(recv))
		args[4] = args[5] = 0;
}

/* `copy` is not needed here. */
static __always_inline void spy_read_args_in(struct pt_regs *regs, __u32 flags, __u64 *args, spy_regs_copy *copy)
{
	spy_read_args(regs, flags, args);
}

/* The first argument alone, for who looks at the descriptor before anything else. */
static __always_inline __s32 spy_first_arg(struct pt_regs *regs, __u32 flags, __u32 folded)
{
	return regs->orig_x0;
}

#define SPY_ARG_0(regs) ((regs)->orig_x0)
#define SPY_ARG_1(regs) ((regs)->regs[1])
#define SPY_ARG_2(regs) ((regs)->regs[2])
#define SPY_ARG_3(regs) ((regs)->regs[3])
#define SPY_ARG_4(regs) ((regs)->regs[4])
/* By a copy: the compiler would make one load of this and of what has the number otherwise, which the verifier refuses. */
#define SPY_REGS_NUMBER(regs) BPF_CORE_READ(regs, syscallno)

#endif
