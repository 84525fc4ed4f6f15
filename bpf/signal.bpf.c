// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Signals sent, and calls that could send none. */
#include "calls.bpf.h"
#include "scope.bpf.h"

/* In place of a pointer to information. */
#define SPY_SEND_SIG_NOINFO 0
#define SPY_SEND_SIG_PRIV 1
#define SPY_SI_USER 0
#define SPY_SI_KERNEL 0x80
#define SPY_SI_TKILL (-6)
#define SPY_TRACE_SIGNAL_OVERFLOW_FAIL 3
/* Of a kernel stack, at least. */
#define SPY_STACK_BYTES 16384
#define SPY_PIDFS_MAGIC 0x50494446
#define SPY_ANON_INODE_MAGIC 0x09041934
#define SPY_PIDFD_NAME 0x005d64666469705bULL /* "[pidfd]" and its end, as a number */

struct spy_signal_facts {
	struct task_struct *target;
	__s32 signal;
	__s32 code;
	__u32 target_process;
	__u32 to_group;
	__u32 delivery;
	__s32 nr;
	__u32 flags;
};

/*
 * Number of the call by which the current task sends the signal, its ABI in `flags`; -1 when the kernel does, for whom `current` is just who ran. Calls that send signals make the codes SI_USER and SI_TKILL, kill without
 * information since Linux 7; any other code can be forged by sigqueue, whose information is on the caller's own stack (a timer's is not).
 */
static __always_inline __s32 spy_sending_call(struct task_struct *current, struct spy_task *me, __u64 info, __s32 code,
					      __u32 *flags)
{
	__u64 stack_end = (__u64)bpf_task_pt_regs(current);
	__u64 stack_bytes = spy_page_bytes > SPY_STACK_BYTES ? spy_page_bytes : SPY_STACK_BYTES;
	__s32 nr = spy_call_under_way(current, me, flags);

	if (info == SPY_SEND_SIG_PRIV)
		return -1;
	if (spy_class_of(nr, *flags) != SPY_CLASS_SIGNAL)
		return -1;
	if (code == SPY_SI_USER || code == SPY_SI_TKILL)
		return nr;
	/* That a call is under way is known of members only; an end by a signal at its return tells the parent, with a code above 0. */
	if (code > 0 && !(me && me->sessions))
		return -1;
	return info < stack_end && info >= stack_end - stack_bytes ? nr : -1;
}

static __noinline int spy_tell_signal(struct spy_signal_facts *facts, __u64 sessions, __u64 since, __u32 process)
{
	struct task_struct *target = facts->target;
	struct spy_record_signal *r;
	struct spy_scratch *s;
	__u32 index;

	s = spy_take(&index, sessions, since);
	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_SIGNAL, sizeof(*r), process, facts->flags);
	r->signal = facts->signal;
	r->code = facts->code;
	r->target_process = facts->target_process;
	r->target_tgid = BPF_CORE_READ(target, tgid);
	r->target_tid = BPF_CORE_READ(target, pid);
	r->to_group = facts->to_group;
	r->delivery = facts->delivery;
	r->nr = facts->nr;
	if (facts->nr < 0) {
		r->header.tgid = r->target_tgid;
		r->header.tid = r->target_tid;
	}
	spy_put_comm(index, s, target);
	(void)spy_emit(index, SPY_GROUP_SIGNAL, 0);
	spy_release(s);
	return 0;
}

/* Sessions of the sender are told as of the sender; sessions of the target alone, as of somebody outside. */
SEC("tp_btf/signal_generate")
int BPF_PROG(spy_signal_generate, int signal, struct kernel_siginfo *siginfo, struct task_struct *target, int group,
	     int result)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(current);
	struct spy_task *it = spy_task_of(target);
	__u64 info = 0;
	struct spy_signal_facts facts = { .target = target, .signal = signal, .to_group = group, .delivery = result };
	__u64 senders = 0, targets = 0;

	if (!(me && me->groups & SPY_GROUP_SIGNAL) && !(it && it->groups & SPY_GROUP_SIGNAL))
		return 0;
	/* The verifier takes the argument for a pointer that is never NULL, and would leave the comparison out. */
	bpf_probe_read_kernel(&info, sizeof(info), &ctx[1]);
	facts.code = info == SPY_SEND_SIG_NOINFO ? SPY_SI_USER : SPY_SI_KERNEL;
	if (info > SPY_SEND_SIG_PRIV)
		bpf_core_read(&facts.code, sizeof(facts.code), &((struct kernel_siginfo *)info)->si_code);
	facts.nr = spy_sending_call(current, me, info, facts.code, &facts.flags);
	if (it)
		targets = spy_valid_sessions(it->sessions, it->since);
	if (facts.nr >= 0 && me)
		senders = spy_valid_sessions(me->sessions, me->since);
	/* What finds no room is told to its sender by the call that fails. */
	if (result == SPY_TRACE_SIGNAL_OVERFLOW_FAIL) {
		targets &= ~senders;
		senders = 0;
	}
	if (me && senders & ~targets)
		spy_tell_signal(&facts, senders & ~targets, me->since, me->process);
	if (!it)
		return 0;
	facts.target_process = it->process;
	if (me && senders & targets)
		spy_tell_signal(&facts, senders & targets, me->since, me->process);
	if (targets & ~senders)
		spy_tell_signal(&facts, targets & ~senders, it->since, facts.nr < 0 ? it->process : 0);
	return 0;
}

/* Pid of who a descriptor stands for, in the initial namespace; 0 when it stands for nobody. Before Linux 6.9 a pidfd is an anonymous inode by its name. */
static __always_inline __s32 spy_pid_of_descriptor(__s64 fd)
{
	struct file *file = spy_file_of(fd);
	struct pid *pid = NULL;
	struct inode *inode;
	__u64 name = 0, magic;

	if (!file)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	magic = BPF_CORE_READ(inode, i_sb, s_magic);
	if (magic == SPY_PIDFS_MAGIC) {
		pid = BPF_CORE_READ(inode, i_private);
	} else if (magic == SPY_ANON_INODE_MAGIC) {
		bpf_probe_read_kernel_str(&name, sizeof(name), BPF_CORE_READ(file, f_path.dentry, d_name.name));
		if (name == SPY_PIDFD_NAME)
			pid = BPF_CORE_READ(file, private_data);
	}
	return pid ? BPF_CORE_READ(pid, numbers[0].nr) : 0;
}

static __always_inline void spy_signal_read(struct spy_call *call, struct spy_record_signal *r)
{
	r->to_group =
		SPY_CALL_IS(call, kill) || SPY_CALL_IS(call, rt_sigqueueinfo) || SPY_CALL_IS(call, pidfd_send_signal);
	if (SPY_CALL_IS(call, tkill)) {
		r->target_tid = call->args[0];
		r->signal = call->args[1];
	} else if (SPY_CALL_IS(call, pidfd_send_signal)) {
		r->target_tgid = spy_pid_of_descriptor((__s32)call->args[0]);
		r->signal = call->args[1];
	} else if (r->to_group) {
		r->target_tgid = call->args[0];
		r->signal = call->args[1];
	} else {
		r->target_tgid = call->args[0];
		r->target_tid = call->args[1];
		r->signal = call->args[2];
	}
}

/* Signal 0 asks whether there is such a process, and sends nothing. */
SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_signal, struct pt_regs *regs, long result)
{
	struct spy_record_signal *r;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	if (spy_call_failed(&s->call)) {
		r = (void *)spy_begin(s, SPY_RECORD_SIGNAL, sizeof(*r), s->call.process, s->call.flags);
		r->result = s->call.result;
		r->nr = s->call.nr;
		spy_signal_read(&s->call, r);
		if (r->signal) {
			(void)spy_put_absent(index);
			(void)spy_emit(index, SPY_GROUP_SIGNAL, 0);
		}
	}
	spy_release(s);
	return 0;
}
