/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Registers of x86-64, and of its 32-bit programs. A part of arch.bpf.h. */
#ifndef SPY_ARCH_X86_BPF_H
#define SPY_ARCH_X86_BPF_H

#include "../numbers/x86.generated.h"

#define SPY_X32_BIT 0x40000000
#define SPY_TS_COMPAT 0x0002
/* x32 has a number of its own for it. */
#define SPY_NR_X32_RT_SIGRETURN 513

/* sizeof(struct stat), and of 32-bit programs struct stat64 */
#define SPY_STAT_BYTES 144
#define SPY_STAT64_BYTES 96

/* O_LARGEFILE, which the kernel adds to the flags of an open through a ring. */
#define SPY_O_LARGEFILE 0100000

/* The pair of arguments that holds 64 bits of a 32-bit program begins anywhere. */
#define SPY_COMPAT_PAIR(place) (place)

/* Where the length stands in a 32-bit program's struct space_resv, whose numbers of 64 bits begin at any four bytes. */
#define SPY_COMPAT_RANGE_LENGTH 12

/* The i386 socket multiplexer: call -> number of the system call that it stands for, and how many arguments it has. */
static const volatile struct {
	__u16 nr;
	__u16 arguments;
} spy_i386_socketcall[32] = {
	[1] = { 359, 3 },  [2] = { 361, 3 },  [3] = { 362, 3 },  [4] = { 363, 2 },  [5] = { 364, 3 },
	[6] = { 367, 3 },  [7] = { 368, 3 },  [8] = { 360, 4 },  [9] = { 369, 4 },  [10] = { 371, 4 },
	[11] = { 369, 6 }, [12] = { 371, 6 }, [13] = { 373, 2 }, [14] = { 366, 5 }, [15] = { 365, 5 },
	[16] = { 370, 3 }, [17] = { 372, 3 }, [18] = { 364, 4 }, [19] = { 337, 5 }, [20] = { 345, 4 },
};

/* How the call under way was made, beside its number. */
static __always_inline __u32 spy_abi_flags(struct task_struct *task, struct pt_regs *regs)
{
	return BPF_CORE_READ(task, thread_info.status) & SPY_TS_COMPAT ? SPY_FLAG_COMPAT : 0;
}

/*
 * Replaces the number of the i386 socket multiplexer by that of the call that it stands for. Returns how many arguments that one has: they are in memory, at the
 * second argument; 0 for every other call.
 */
static __always_inline __u32 spy_unfold_number(struct pt_regs *regs, __u32 flags, __s32 *nr)
{
	__u32 call;

	if (!(flags & SPY_FLAG_COMPAT) || *nr != SPY_COMPAT_NR(socketcall))
		return 0;
	call = regs->bx;
	if (call >= 32 || !spy_i386_socketcall[call].nr)
		return 0;
	*nr = spy_i386_socketcall[call].nr;
	return spy_i386_socketcall[call].arguments;
}

#define SPY_REGS_COPY 168

typedef __u64 spy_regs_copy[SPY_REGS_COPY / sizeof(__u64)];

/* `copy`: for the registers; elsewhere than on the stack, of which it is a third, where there is a place. */
static __always_inline void spy_read_args_in(struct pt_regs *regs, __u32 flags, __u64 *args, spy_regs_copy *copy)
{
	bpf_probe_read_kernel(*copy, sizeof(*copy), regs);
	if (flags & SPY_FLAG_COMPAT) {
		args[0] = (__u32)SPY_IN_COPY(*copy, regs, bx);
		args[1] = (__u32)SPY_IN_COPY(*copy, regs, cx);
		args[2] = (__u32)SPY_IN_COPY(*copy, regs, dx);
		args[3] = (__u32)SPY_IN_COPY(*copy, regs, si);
		args[4] = (__u32)SPY_IN_COPY(*copy, regs, di);
		args[5] = (__u32)SPY_IN_COPY(*copy, regs, bp);
	} else {
		args[0] = SPY_IN_COPY(*copy, regs, di);
		args[1] = SPY_IN_COPY(*copy, regs, si);
		args[2] = SPY_IN_COPY(*copy, regs, dx);
		args[3] = SPY_IN_COPY(*copy, regs, r10);
		args[4] = SPY_IN_COPY(*copy, regs, r8);
		args[5] = SPY_IN_COPY(*copy, regs, r9);
	}
}

static __always_inline void spy_read_args(struct pt_regs *regs, __u32 flags, __u64 *args)
{
	spy_regs_copy copy;

	spy_read_args_in(regs, flags, args, &copy);
}

/* The first argument alone, for who looks at the descriptor before anything else. `folded`: of the i386 socket multiplexer. */
static __always_inline __s32 spy_first_arg(struct pt_regs *regs, __u32 flags, __u32 folded)
{
	__s32 first = 0;

	if (!(flags & SPY_FLAG_COMPAT))
		return regs->di;
	if (!folded)
		return regs->bx;
	bpf_probe_read_user(&first, sizeof(first), (void *)(regs->cx & 0xffffffff));
	return first;
}

/* Arguments of 64-bit programs; the third is that of 32-bit ones, too. */
#define SPY_ARG_0(regs) ((regs)->di)
#define SPY_ARG_1(regs) ((regs)->si)
#define SPY_ARG_2(regs) ((regs)->dx)
#define SPY_ARG_3(regs) ((regs)->r10)
#define SPY_ARG_4(regs) ((regs)->r8)
#define SPY_REGS_NUMBER(regs) ((__s32)(regs)->orig_ax)

#endif
