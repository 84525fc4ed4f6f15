/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What depends on the architecture: registers, and which system call numbers are of interest. A table maps a number to a class, so that
 * the common uninteresting call costs one load.
 */
#ifndef SPY_ARCH_BPF_H
#define SPY_ARCH_BPF_H

#include "copy.bpf.h"
#include "maps.bpf.h"

enum spy_class {
	SPY_CLASS_NONE = 0,
	SPY_CLASS_OPEN,
	SPY_CLASS_EXEC,
	SPY_CLASS_CHDIR,
	SPY_CLASS_CONNECT,
	SPY_CLASS_SEND,
	SPY_CLASS_SOCKETCALL, /* i386 multiplexer */
	SPY_CLASS_IO_URING,
	SPY_CLASS_CLONE,
};

#define SPY_NR_TABLE 512

#if defined(__TARGET_ARCH_x86)

#define SPY_NR_PRCTL 157
#define SPY_X32_BIT 0x40000000
#define SPY_TS_COMPAT 0x0002

// clang-format off
static const volatile __u8 spy_native_class[SPY_NR_TABLE] = {
	[2] = SPY_CLASS_OPEN,    [257] = SPY_CLASS_OPEN,    [437] = SPY_CLASS_OPEN,     [85] = SPY_CLASS_OPEN,    [304] = SPY_CLASS_OPEN,
	[59] = SPY_CLASS_EXEC,   [322] = SPY_CLASS_EXEC,    [80] = SPY_CLASS_CHDIR,     [81] = SPY_CLASS_CHDIR,   [42] = SPY_CLASS_CONNECT,
	[44] = SPY_CLASS_SEND,   [46] = SPY_CLASS_SEND,     [307] = SPY_CLASS_SEND,     [425] = SPY_CLASS_IO_URING, [56] = SPY_CLASS_CLONE,
	[57] = SPY_CLASS_CLONE,  [58] = SPY_CLASS_CLONE,    [435] = SPY_CLASS_CLONE,
};

static const volatile __u8 spy_i386_class[SPY_NR_TABLE] = {
	[5] = SPY_CLASS_OPEN,    [295] = SPY_CLASS_OPEN,    [437] = SPY_CLASS_OPEN,     [8] = SPY_CLASS_OPEN,     [342] = SPY_CLASS_OPEN,
	[11] = SPY_CLASS_EXEC,   [358] = SPY_CLASS_EXEC,    [12] = SPY_CLASS_CHDIR,     [133] = SPY_CLASS_CHDIR,  [362] = SPY_CLASS_CONNECT,
	[369] = SPY_CLASS_SEND,  [370] = SPY_CLASS_SEND,    [345] = SPY_CLASS_SEND,     [425] = SPY_CLASS_IO_URING, [102] = SPY_CLASS_SOCKETCALL,
	[120] = SPY_CLASS_CLONE, [2] = SPY_CLASS_CLONE,     [190] = SPY_CLASS_CLONE,    [435] = SPY_CLASS_CLONE,
};

// clang-format on

/* How the call under way was made, beside its number. */
static __always_inline __u32 spy_abi_flags(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.status) & SPY_TS_COMPAT ? SPY_FLAG_I386 : 0;
}

#define SPY_REGS_COPY 168

static __always_inline void spy_read_args(struct pt_regs *regs, __u32 flags, __u64 *args)
{
	__u64 copy[SPY_REGS_COPY / sizeof(__u64)];

	bpf_probe_read_kernel(copy, sizeof(copy), regs);
	if (flags & SPY_FLAG_I386) {
		args[0] = (__u32)SPY_IN_COPY(copy, regs, bx);
		args[1] = (__u32)SPY_IN_COPY(copy, regs, cx);
		args[2] = (__u32)SPY_IN_COPY(copy, regs, dx);
		args[3] = (__u32)SPY_IN_COPY(copy, regs, si);
		args[4] = (__u32)SPY_IN_COPY(copy, regs, di);
		args[5] = (__u32)SPY_IN_COPY(copy, regs, bp);
	} else {
		args[0] = SPY_IN_COPY(copy, regs, di);
		args[1] = SPY_IN_COPY(copy, regs, si);
		args[2] = SPY_IN_COPY(copy, regs, dx);
		args[3] = SPY_IN_COPY(copy, regs, r10);
		args[4] = SPY_IN_COPY(copy, regs, r8);
		args[5] = SPY_IN_COPY(copy, regs, r9);
	}
}

#define SPY_PRCTL_OPTION(regs) ((regs)->di)

/* Calls that one handler tells apart by number. */
#define SPY_NR_IS(call, native, i386) ((call)->nr == ((call)->flags & SPY_FLAG_I386 ? (i386) : (native)))
#define SPY_IS_OPEN(call) SPY_NR_IS(call, 2, 5)
#define SPY_IS_CREAT(call) SPY_NR_IS(call, 85, 8)
#define SPY_IS_OPENAT2(call) SPY_NR_IS(call, 437, 437)
#define SPY_IS_OPEN_BY_HANDLE(call) SPY_NR_IS(call, 304, 342)
#define SPY_IS_EXECVEAT(call) SPY_NR_IS(call, 322, 358)
#define SPY_IS_FCHDIR(call) SPY_NR_IS(call, 81, 133)
#define SPY_IS_SENDTO(call) SPY_NR_IS(call, 44, 369)
#define SPY_IS_SENDMMSG(call) SPY_NR_IS(call, 307, 345)
#define SPY_I386_CONNECT 362
#define SPY_I386_SENDTO 369
#define SPY_I386_SENDMSG 370
#define SPY_I386_SENDMMSG 345

#else
#error "no table of system calls for this architecture"
#endif

static __always_inline __u32 spy_class_of(__s32 nr, __u32 flags)
{
	__u32 index = (__u32)nr;

	if (index >= SPY_NR_TABLE)
		return SPY_CLASS_NONE;
	return flags & SPY_FLAG_I386 ? spy_i386_class[index] : spy_native_class[index];
}

#endif
