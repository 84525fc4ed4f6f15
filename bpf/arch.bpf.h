/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What depends on the architecture: registers, and which system call numbers are of interest. A table maps a number to a class, so that
 * the common uninteresting call costs one load. Tables are written by name (tables/), and compiled for the two ABIs of an architecture: that of its own programs, and
 * that of 32-bit ones.
 */
#ifndef SPY_ARCH_BPF_H
#define SPY_ARCH_BPF_H

#include "copy.bpf.h"
#include "maps.bpf.h"

/* Numbers of a call by its name, where an architecture's header has both; -1: there is no such call. */
#define SPY_NATIVE_NR(name) SPY_FIRST_NUMBER(SPY_CALL_##name)
#define SPY_COMPAT_NR(name) SPY_SECOND_NUMBER(SPY_CALL_##name)
#define SPY_FIRST_NUMBER(...) SPY_FIRST_OF(__VA_ARGS__)
#define SPY_SECOND_NUMBER(...) SPY_SECOND_OF(__VA_ARGS__)
#define SPY_FIRST_OF(native, compat) native
#define SPY_SECOND_OF(native, compat) compat

#if defined(__TARGET_ARCH_x86)
#include "arch/x86.bpf.h"
#elif defined(__TARGET_ARCH_arm64)
#include "arch/arm64.bpf.h"
#else
#error "no registers of this architecture"
#endif

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

/* Tables are looked at below this number. The place behind is for all calls that an ABI lacks. */
#define SPY_NR_TABLE 512
#define SPY_TABLE_SIZE (SPY_NR_TABLE + 1)
#define SPY_PLACE(nr) ((nr) < 0 ? SPY_NR_TABLE : (nr))
#define SPY_NATIVE_PLACE(name) SPY_PLACE(SPY_NATIVE_NR(name))
#define SPY_COMPAT_PLACE(name) SPY_PLACE(SPY_COMPAT_NR(name))
#pragma clang diagnostic ignored "-Winitializer-overrides"

#define CALL(name, class) [SPY_NATIVE_PLACE(name)] = SPY_CLASS_##class,
static const volatile __u8 spy_native_class[SPY_TABLE_SIZE] = {
#include "tables/classes.h"
};
#undef CALL

#define CALL(name, class) [SPY_COMPAT_PLACE(name)] = SPY_CLASS_##class,
static const volatile __u8 spy_compat_class[SPY_TABLE_SIZE] = {
#include "tables/classes.h"
};
#undef CALL

static __always_inline __u32 spy_class_of(__s32 nr, __u32 flags)
{
	__u32 index = (__u32)nr;

	if (index >= SPY_NR_TABLE)
		return SPY_CLASS_NONE;
	/* The verifier of Linux 6.1 does not follow the comparison: the compiler makes it of a copy. */
	barrier_var(index);
	index &= SPY_NR_TABLE - 1;
	return flags & SPY_FLAG_COMPAT ? spy_compat_class[index] : spy_native_class[index];
}

/* Whether a number, with its ABI in `flags`, is that of a call. */
#define SPY_NUMBER_IS(number, flags, name)                                                     \
	((flags)&SPY_FLAG_COMPAT ? SPY_COMPAT_NR(name) >= 0 && (number) == SPY_COMPAT_NR(name) \
				 : SPY_NATIVE_NR(name) >= 0 && (number) == SPY_NATIVE_NR(name))
#define SPY_CALL_IS(call, name) SPY_NUMBER_IS((call)->nr, (call)->flags, name)

/* Takes up a call that a signal had stopped, on the kernel's own account. */
#define SPY_NUMBER_RESTARTS(nr, flags) SPY_NUMBER_IS(nr, flags, restart_syscall)
/* What it leaves in the register of the result is the interrupted program's. */
#define SPY_NUMBER_SIGRETURN(nr, flags)                                                   \
	(SPY_NUMBER_IS(nr, flags, rt_sigreturn) || SPY_NUMBER_IS(nr, flags, sigreturn) || \
	 (SPY_X32_BIT && !((flags)&SPY_FLAG_COMPAT) && (nr) == SPY_NR_X32_RT_SIGRETURN))
#define SPY_NUMBER_ENDLESS(nr, flags) (SPY_NUMBER_IS(nr, flags, exit) || SPY_NUMBER_IS(nr, flags, exit_group))

#endif
