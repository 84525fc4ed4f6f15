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
	SPY_CLASS_CLONE,
	SPY_CLASS_CHANGE,
	SPY_CLASS_TRANSFER, /* between memory and files, and between files */
	SPY_CLASS_CLOSE,
	SPY_CLASS_PROBE,
	SPY_CLASS_SYNC,
	SPY_CLASS_SOCKET,
	SPY_CLASS_BIND,
	SPY_CLASS_LISTEN,
	SPY_CLASS_ACCEPT,
	SPY_CLASS_RECEIVE,
	SPY_CLASS_SIGNAL,
	SPY_CLASS_NAMESPACE,
	SPY_CLASS_MOUNT,
	SPY_CLASS_CREDENTIALS,
	SPY_CLASS_SYSTEM,
};

#define SPY_NR_TABLE 512

#if defined(__TARGET_ARCH_x86)

#define SPY_NR_PRCTL 157
#define SPY_NR_IO_URING_SETUP 425
#define SPY_NR_IO_URING_ENTER 426
#define SPY_X32_BIT 0x40000000
#define SPY_TS_COMPAT 0x0002

// clang-format off
static const volatile __u8 spy_native_class[SPY_NR_TABLE] = {
	[2] = SPY_CLASS_OPEN, [85] = SPY_CLASS_OPEN, [257] = SPY_CLASS_OPEN, [304] = SPY_CLASS_OPEN, [437] = SPY_CLASS_OPEN,
	[59] = SPY_CLASS_EXEC, [322] = SPY_CLASS_EXEC,
	[80] = SPY_CLASS_CHDIR, [81] = SPY_CLASS_CHDIR,
	[42] = SPY_CLASS_CONNECT,
	[44] = SPY_CLASS_SEND, [46] = SPY_CLASS_SEND, [307] = SPY_CLASS_SEND,
	[56] = SPY_CLASS_CLONE, [57] = SPY_CLASS_CLONE, [58] = SPY_CLASS_CLONE, [435] = SPY_CLASS_CLONE,
	[76] = SPY_CLASS_CHANGE, [77] = SPY_CLASS_CHANGE, [82] = SPY_CLASS_CHANGE, [83] = SPY_CLASS_CHANGE, [84] = SPY_CLASS_CHANGE,
	[86] = SPY_CLASS_CHANGE, [87] = SPY_CLASS_CHANGE, [88] = SPY_CLASS_CHANGE, [90] = SPY_CLASS_CHANGE, [91] = SPY_CLASS_CHANGE,
	[92] = SPY_CLASS_CHANGE, [93] = SPY_CLASS_CHANGE, [94] = SPY_CLASS_CHANGE, [132] = SPY_CLASS_CHANGE, [133] = SPY_CLASS_CHANGE,
	[188] = SPY_CLASS_CHANGE, [189] = SPY_CLASS_CHANGE, [190] = SPY_CLASS_CHANGE, [197] = SPY_CLASS_CHANGE, [198] = SPY_CLASS_CHANGE,
	[199] = SPY_CLASS_CHANGE, [235] = SPY_CLASS_CHANGE, [258] = SPY_CLASS_CHANGE, [259] = SPY_CLASS_CHANGE, [260] = SPY_CLASS_CHANGE,
	[261] = SPY_CLASS_CHANGE, [263] = SPY_CLASS_CHANGE, [264] = SPY_CLASS_CHANGE, [265] = SPY_CLASS_CHANGE, [266] = SPY_CLASS_CHANGE,
	[268] = SPY_CLASS_CHANGE, [280] = SPY_CLASS_CHANGE, [285] = SPY_CLASS_CHANGE, [316] = SPY_CLASS_CHANGE, [452] = SPY_CLASS_CHANGE,
	[463] = SPY_CLASS_CHANGE, [466] = SPY_CLASS_CHANGE,
	[209] = SPY_CLASS_TRANSFER,
	[0] = SPY_CLASS_TRANSFER, [16] = SPY_CLASS_TRANSFER, [1] = SPY_CLASS_TRANSFER, [9] = SPY_CLASS_TRANSFER, [17] = SPY_CLASS_TRANSFER, [18] = SPY_CLASS_TRANSFER,
	[19] = SPY_CLASS_TRANSFER, [20] = SPY_CLASS_TRANSFER, [40] = SPY_CLASS_TRANSFER, [275] = SPY_CLASS_TRANSFER, [295] = SPY_CLASS_TRANSFER,
	[296] = SPY_CLASS_TRANSFER, [326] = SPY_CLASS_TRANSFER, [327] = SPY_CLASS_TRANSFER, [328] = SPY_CLASS_TRANSFER,
	[3] = SPY_CLASS_CLOSE, [33] = SPY_CLASS_CLOSE, [292] = SPY_CLASS_CLOSE, [436] = SPY_CLASS_CLOSE,
	[4] = SPY_CLASS_PROBE, [6] = SPY_CLASS_PROBE, [21] = SPY_CLASS_PROBE, [78] = SPY_CLASS_PROBE, [89] = SPY_CLASS_PROBE, [217] = SPY_CLASS_PROBE,
	[262] = SPY_CLASS_PROBE, [267] = SPY_CLASS_PROBE, [269] = SPY_CLASS_PROBE, [332] = SPY_CLASS_PROBE, [439] = SPY_CLASS_PROBE,
	[26] = SPY_CLASS_SYNC, [74] = SPY_CLASS_SYNC, [75] = SPY_CLASS_SYNC, [162] = SPY_CLASS_SYNC, [277] = SPY_CLASS_SYNC, [306] = SPY_CLASS_SYNC,
	[41] = SPY_CLASS_SOCKET, [53] = SPY_CLASS_SOCKET,
	[49] = SPY_CLASS_BIND,
	[50] = SPY_CLASS_LISTEN,
	[43] = SPY_CLASS_ACCEPT, [288] = SPY_CLASS_ACCEPT,
	[45] = SPY_CLASS_RECEIVE, [47] = SPY_CLASS_RECEIVE, [299] = SPY_CLASS_RECEIVE,
	[62] = SPY_CLASS_SIGNAL, [129] = SPY_CLASS_SIGNAL, [200] = SPY_CLASS_SIGNAL, [234] = SPY_CLASS_SIGNAL, [297] = SPY_CLASS_SIGNAL,
	[424] = SPY_CLASS_SIGNAL,
	[272] = SPY_CLASS_NAMESPACE, [308] = SPY_CLASS_NAMESPACE,
	[155] = SPY_CLASS_MOUNT, [161] = SPY_CLASS_MOUNT, [165] = SPY_CLASS_MOUNT, [166] = SPY_CLASS_MOUNT, [428] = SPY_CLASS_MOUNT,
	[429] = SPY_CLASS_MOUNT, [430] = SPY_CLASS_MOUNT, [431] = SPY_CLASS_MOUNT, [432] = SPY_CLASS_MOUNT, [433] = SPY_CLASS_MOUNT,
	[442] = SPY_CLASS_MOUNT, [467] = SPY_CLASS_MOUNT,
	[105] = SPY_CLASS_CREDENTIALS, [106] = SPY_CLASS_CREDENTIALS, [113] = SPY_CLASS_CREDENTIALS, [114] = SPY_CLASS_CREDENTIALS,
	[116] = SPY_CLASS_CREDENTIALS, [117] = SPY_CLASS_CREDENTIALS, [119] = SPY_CLASS_CREDENTIALS, [122] = SPY_CLASS_CREDENTIALS,
	[123] = SPY_CLASS_CREDENTIALS, [126] = SPY_CLASS_CREDENTIALS,
	[101] = SPY_CLASS_SYSTEM, [175] = SPY_CLASS_SYSTEM, [176] = SPY_CLASS_SYSTEM, [310] = SPY_CLASS_SYSTEM, [311] = SPY_CLASS_SYSTEM,
	[313] = SPY_CLASS_SYSTEM, [321] = SPY_CLASS_SYSTEM, [425] = SPY_CLASS_SYSTEM,
};

static const volatile __u8 spy_i386_class[SPY_NR_TABLE] = {
	[5] = SPY_CLASS_OPEN, [8] = SPY_CLASS_OPEN, [295] = SPY_CLASS_OPEN, [342] = SPY_CLASS_OPEN, [437] = SPY_CLASS_OPEN,
	[11] = SPY_CLASS_EXEC, [358] = SPY_CLASS_EXEC,
	[12] = SPY_CLASS_CHDIR, [133] = SPY_CLASS_CHDIR,
	[362] = SPY_CLASS_CONNECT,
	[345] = SPY_CLASS_SEND, [369] = SPY_CLASS_SEND, [370] = SPY_CLASS_SEND,
	[2] = SPY_CLASS_CLONE, [120] = SPY_CLASS_CLONE, [190] = SPY_CLASS_CLONE, [435] = SPY_CLASS_CLONE,
	[9] = SPY_CLASS_CHANGE, [10] = SPY_CLASS_CHANGE, [14] = SPY_CLASS_CHANGE, [15] = SPY_CLASS_CHANGE, [16] = SPY_CLASS_CHANGE, [30] = SPY_CLASS_CHANGE,
	[38] = SPY_CLASS_CHANGE, [39] = SPY_CLASS_CHANGE, [40] = SPY_CLASS_CHANGE, [83] = SPY_CLASS_CHANGE, [92] = SPY_CLASS_CHANGE,
	[93] = SPY_CLASS_CHANGE, [94] = SPY_CLASS_CHANGE, [95] = SPY_CLASS_CHANGE, [182] = SPY_CLASS_CHANGE, [193] = SPY_CLASS_CHANGE,
	[194] = SPY_CLASS_CHANGE, [198] = SPY_CLASS_CHANGE, [207] = SPY_CLASS_CHANGE, [212] = SPY_CLASS_CHANGE, [226] = SPY_CLASS_CHANGE,
	[227] = SPY_CLASS_CHANGE, [228] = SPY_CLASS_CHANGE, [235] = SPY_CLASS_CHANGE, [236] = SPY_CLASS_CHANGE, [237] = SPY_CLASS_CHANGE,
	[271] = SPY_CLASS_CHANGE, [296] = SPY_CLASS_CHANGE, [297] = SPY_CLASS_CHANGE, [298] = SPY_CLASS_CHANGE, [299] = SPY_CLASS_CHANGE,
	[301] = SPY_CLASS_CHANGE, [302] = SPY_CLASS_CHANGE, [303] = SPY_CLASS_CHANGE, [304] = SPY_CLASS_CHANGE, [306] = SPY_CLASS_CHANGE,
	[320] = SPY_CLASS_CHANGE, [324] = SPY_CLASS_CHANGE, [353] = SPY_CLASS_CHANGE, [412] = SPY_CLASS_CHANGE, [452] = SPY_CLASS_CHANGE,
	[463] = SPY_CLASS_CHANGE, [466] = SPY_CLASS_CHANGE,
	[3] = SPY_CLASS_TRANSFER, [54] = SPY_CLASS_TRANSFER, [4] = SPY_CLASS_TRANSFER, [90] = SPY_CLASS_TRANSFER, [145] = SPY_CLASS_TRANSFER, [146] = SPY_CLASS_TRANSFER,
	[180] = SPY_CLASS_TRANSFER, [181] = SPY_CLASS_TRANSFER, [187] = SPY_CLASS_TRANSFER, [192] = SPY_CLASS_TRANSFER, [239] = SPY_CLASS_TRANSFER,
	[313] = SPY_CLASS_TRANSFER, [333] = SPY_CLASS_TRANSFER, [334] = SPY_CLASS_TRANSFER, [377] = SPY_CLASS_TRANSFER, [378] = SPY_CLASS_TRANSFER,
	[379] = SPY_CLASS_TRANSFER, [248] = SPY_CLASS_TRANSFER,
	[6] = SPY_CLASS_CLOSE, [63] = SPY_CLASS_CLOSE, [330] = SPY_CLASS_CLOSE, [436] = SPY_CLASS_CLOSE,
	[18] = SPY_CLASS_PROBE, [33] = SPY_CLASS_PROBE, [84] = SPY_CLASS_PROBE, [85] = SPY_CLASS_PROBE, [106] = SPY_CLASS_PROBE, [107] = SPY_CLASS_PROBE,
	[141] = SPY_CLASS_PROBE, [195] = SPY_CLASS_PROBE, [196] = SPY_CLASS_PROBE, [220] = SPY_CLASS_PROBE, [300] = SPY_CLASS_PROBE,
	[305] = SPY_CLASS_PROBE, [307] = SPY_CLASS_PROBE, [383] = SPY_CLASS_PROBE, [439] = SPY_CLASS_PROBE,
	[36] = SPY_CLASS_SYNC, [118] = SPY_CLASS_SYNC, [144] = SPY_CLASS_SYNC, [148] = SPY_CLASS_SYNC, [314] = SPY_CLASS_SYNC, [344] = SPY_CLASS_SYNC,
	[359] = SPY_CLASS_SOCKET, [360] = SPY_CLASS_SOCKET,
	[361] = SPY_CLASS_BIND,
	[363] = SPY_CLASS_LISTEN,
	[364] = SPY_CLASS_ACCEPT,
	[337] = SPY_CLASS_RECEIVE, [371] = SPY_CLASS_RECEIVE, [372] = SPY_CLASS_RECEIVE, [417] = SPY_CLASS_RECEIVE,
	[37] = SPY_CLASS_SIGNAL, [178] = SPY_CLASS_SIGNAL, [238] = SPY_CLASS_SIGNAL, [270] = SPY_CLASS_SIGNAL, [335] = SPY_CLASS_SIGNAL,
	[424] = SPY_CLASS_SIGNAL,
	[310] = SPY_CLASS_NAMESPACE, [346] = SPY_CLASS_NAMESPACE,
	[21] = SPY_CLASS_MOUNT, [22] = SPY_CLASS_MOUNT, [52] = SPY_CLASS_MOUNT, [61] = SPY_CLASS_MOUNT, [217] = SPY_CLASS_MOUNT, [428] = SPY_CLASS_MOUNT,
	[429] = SPY_CLASS_MOUNT, [430] = SPY_CLASS_MOUNT, [431] = SPY_CLASS_MOUNT, [432] = SPY_CLASS_MOUNT, [433] = SPY_CLASS_MOUNT,
	[442] = SPY_CLASS_MOUNT, [467] = SPY_CLASS_MOUNT,
	[23] = SPY_CLASS_CREDENTIALS, [46] = SPY_CLASS_CREDENTIALS, [70] = SPY_CLASS_CREDENTIALS, [71] = SPY_CLASS_CREDENTIALS,
	[81] = SPY_CLASS_CREDENTIALS, [138] = SPY_CLASS_CREDENTIALS, [139] = SPY_CLASS_CREDENTIALS, [164] = SPY_CLASS_CREDENTIALS,
	[170] = SPY_CLASS_CREDENTIALS, [185] = SPY_CLASS_CREDENTIALS, [203] = SPY_CLASS_CREDENTIALS, [204] = SPY_CLASS_CREDENTIALS,
	[206] = SPY_CLASS_CREDENTIALS, [208] = SPY_CLASS_CREDENTIALS, [210] = SPY_CLASS_CREDENTIALS, [213] = SPY_CLASS_CREDENTIALS,
	[214] = SPY_CLASS_CREDENTIALS, [215] = SPY_CLASS_CREDENTIALS, [216] = SPY_CLASS_CREDENTIALS,
	[26] = SPY_CLASS_SYSTEM, [128] = SPY_CLASS_SYSTEM, [129] = SPY_CLASS_SYSTEM, [347] = SPY_CLASS_SYSTEM, [348] = SPY_CLASS_SYSTEM,
	[350] = SPY_CLASS_SYSTEM, [357] = SPY_CLASS_SYSTEM, [425] = SPY_CLASS_SYSTEM,
};

/* The i386 socket multiplexer: call -> number of the system call that it stands for, and how many arguments it has. */
static const volatile struct {
	__u16 nr;
	__u16 arguments;
} spy_i386_socketcall[32] = {
	[1] = { 359, 3 },  [2] = { 361, 3 },  [3] = { 362, 3 },  [4] = { 363, 2 },  [5] = { 364, 3 },  [6] = { 367, 3 },  [7] = { 368, 3 },  [8] = { 360, 4 },
	[9] = { 369, 4 },  [10] = { 371, 4 }, [11] = { 369, 6 }, [12] = { 371, 6 }, [13] = { 373, 2 }, [14] = { 366, 5 }, [15] = { 365, 5 }, [16] = { 370, 3 },
	[17] = { 372, 3 }, [18] = { 364, 4 }, [19] = { 337, 5 }, [20] = { 345, 4 },
};

// clang-format on

#define SPY_NR_I386_SOCKETCALL 102

/* How the call under way was made, beside its number. */
static __always_inline __u32 spy_abi_flags(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.status) & SPY_TS_COMPAT ? SPY_FLAG_I386 : 0;
}

/*
 * Replaces the number of the i386 socket multiplexer by that of the call that it stands for. Returns how many arguments that one has: they are in memory, at the
 * second argument; 0 for every other call.
 */
static __always_inline __u32 spy_unfold_number(struct pt_regs *regs, __u32 flags, __s32 *nr)
{
	__u32 call;

	if (*nr != SPY_NR_I386_SOCKETCALL || !(flags & SPY_FLAG_I386))
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
	if (flags & SPY_FLAG_I386) {
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

	if (!(flags & SPY_FLAG_I386))
		return regs->di;
	if (!folded)
		return regs->bx;
	bpf_probe_read_user(&first, sizeof(first), (void *)(regs->cx & 0xffffffff));
	return first;
}

#define SPY_PRCTL_OPTION(regs) ((regs)->di)
#define SPY_REGS_NUMBER(regs) ((__s32)(regs)->orig_ax)

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
#define SPY_IS_SOCKET(call) SPY_NR_IS(call, 41, 359)

/* The same by number and ABI. */
#define SPY_NUMBER_IS(nr, abi, native, i386) ((nr) == ((abi)&SPY_FLAG_I386 ? (i386) : (native)))
/* Takes up a call that a signal had stopped, on the kernel's own account. */
#define SPY_NUMBER_RESTARTS(nr, abi) SPY_NUMBER_IS(nr, abi, 219, 0)
/* What it leaves in the register of the result is the interrupted program's. */
#define SPY_NUMBER_SIGRETURN(nr, abi) (SPY_NUMBER_IS(nr, abi, 15, 173) || SPY_NUMBER_IS(nr, abi, 513, 119))
/* exit, exit_group */
#define SPY_NUMBER_ENDLESS(nr, abi) (SPY_NUMBER_IS(nr, abi, 60, 1) || SPY_NUMBER_IS(nr, abi, 231, 252))

#else
#error "no table of system calls for this architecture"
#endif

static __always_inline __u32 spy_class_of(__s32 nr, __u32 flags)
{
	__u32 index = (__u32)nr;

	if (index >= SPY_NR_TABLE)
		return SPY_CLASS_NONE;
	/* The verifier of Linux 6.1 does not follow the comparison: the compiler makes it of a copy. */
	barrier_var(index);
	index &= SPY_NR_TABLE - 1;
	return flags & SPY_FLAG_I386 ? spy_i386_class[index] : spy_native_class[index];
}

#endif
