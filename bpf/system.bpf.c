// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls that reach into other processes or into the kernel: ptrace, process_vm_*, bpf, modules, rings made. */
#include "calls.bpf.h"

/* Offset of `flags` in struct io_uring_params. */
#define SPY_URING_FLAGS_AT 8

static __always_inline __u32 spy_system_operation(struct spy_call *call)
{
	if (SPY_CALL_IS(call, ptrace) || SPY_CALL_IS(call, process_vm_readv) || SPY_CALL_IS(call, process_vm_writev))
		return SPY_SYSTEM_PTRACE;
	if (SPY_CALL_IS(call, bpf))
		return SPY_SYSTEM_BPF;
	return SPY_CALL_IS(call, io_uring_setup) ? SPY_SYSTEM_RING : SPY_SYSTEM_MODULE;
}

/* The kernel gives the parameters back as it took them. */
static __always_inline __u32 spy_uring_flags(struct spy_call *call)
{
	__u32 flags = 0;

	bpf_probe_read_user(&flags, sizeof(flags), (void *)(call->args[1] + SPY_URING_FLAGS_AT));
	return flags;
}

static __always_inline void spy_put_module(__u32 index, struct spy_call *call)
{
	struct file *file;

	if (SPY_CALL_IS(call, delete_module)) {
		(void)spy_put_user(index, call->args[0]);
		return;
	}
	file = SPY_CALL_IS(call, finit_module) ? spy_file_of((__s32)call->args[0]) : NULL;
	if (file)
		(void)spy_put_path(index, (__u64)BPF_CORE_READ(file, f_path.mnt),
				   (__u64)BPF_CORE_READ(file, f_path.dentry));
	else
		(void)spy_put_absent(index);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_system, struct pt_regs *regs, long result)
{
	struct spy_record_system *r;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_SYSTEM, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->operation = spy_system_operation(&s->call);
	r->nr = s->call.nr;
	for (int n = 0; n < 3; n++)
		r->arguments[n] = s->call.args[n];
	if (r->operation == SPY_SYSTEM_RING)
		r->arguments[1] = spy_uring_flags(&s->call);
	if (r->operation == SPY_SYSTEM_MODULE)
		spy_put_module(index, &s->call);
	else
		(void)spy_put_absent(index);
	(void)spy_emit(index, SPY_GROUP_SYSTEM, 0);
	spy_release(s);
	return 0;
}
