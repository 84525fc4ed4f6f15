// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Namespaces made and entered. What they are is read from the task afterwards. */
#include "calls.bpf.h"
#include "passage.bpf.h"
#include "scope.bpf.h"

#define SPY_NSFS_MAGIC 0x6e736673
#define SPY_CSIGNAL 0xff
/* CLONE_NEWTIME is within CSIGNAL, where the legacy clone has the signal of the child's end. */
#define SPY_CLONE_NEWTIME 0x80
#define SPY_CLONE_NEW (0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x00020000)

#define SPY_NS_ID(proxy, field, type) \
	(bpf_core_field_exists(struct type, ns) ? BPF_CORE_READ(proxy, field, ns.inum) : 0)

static __always_inline void spy_read_namespaces(struct spy_record_namespace *r, struct task_struct *task)
{
	struct nsproxy *proxy = BPF_CORE_READ(task, nsproxy);
	struct user_namespace *user = BPF_CORE_READ(task, cred, user_ns);

	r->ids[SPY_NAMESPACE_MNT] = SPY_NS_ID(proxy, mnt_ns, mnt_namespace);
	r->ids[SPY_NAMESPACE_UTS] = SPY_NS_ID(proxy, uts_ns, uts_namespace);
	r->ids[SPY_NAMESPACE_IPC] = SPY_NS_ID(proxy, ipc_ns, ipc_namespace);
	r->ids[SPY_NAMESPACE_PID] = SPY_NS_ID(proxy, pid_ns_for_children, pid_namespace);
	r->ids[SPY_NAMESPACE_NET] = SPY_NS_ID(proxy, net_ns, net);
	r->ids[SPY_NAMESPACE_CGROUP] = SPY_NS_ID(proxy, cgroup_ns, cgroup_namespace);
	r->ids[SPY_NAMESPACE_TIME] = SPY_NS_ID(proxy, time_ns_for_children, time_namespace);
	r->ids[SPY_NAMESPACE_USER] = BPF_CORE_READ(user, ns.inum);
	r->user_level = BPF_CORE_READ(user, level);
	r->user_owner = BPF_CORE_READ(user, owner.val);
}

/* CLONE_NEW* of the namespace that a descriptor stands for; 0 when it is none. */
static __always_inline __u32 spy_namespace_type(__s64 fd)
{
	struct file *file = spy_file_of(fd);
	struct ns_common *ns;
	struct inode *inode;

	if (!file)
		return 0;
	inode = BPF_CORE_READ(file, f_inode);
	if (BPF_CORE_READ(inode, i_sb, s_magic) != SPY_NSFS_MAGIC)
		return 0;
	ns = BPF_CORE_READ(inode, i_private);
	if (bpf_core_field_exists(ns->ns_type))
		return BPF_CORE_READ(ns, ns_type);
	return BPF_CORE_READ(ns, ops, type);
}

/* A program of its own, attached behind the one that makes the child a member. */
SEC("tp_btf/task_newtask")
int BPF_PROG(spy_newtask_namespace, struct task_struct *child, __u64 clone_flags)
{
	struct spy_record_namespace *r;
	struct task_struct *current = bpf_get_current_task_btf();
	struct spy_task *me, *it;
	struct spy_scratch *s;
	__u32 index, flags;
	__s32 nr;

	if (!(clone_flags & (SPY_CLONE_NEW | SPY_CLONE_NEWTIME)))
		return 0;
	it = spy_task_of(child);
	if (!it || !spy_comes_first(&it->skipped[SPY_PASSAGE_NAMESPACE]) || !(it->groups & SPY_GROUP_NAMESPACE))
		return 0;
	me = spy_task_of(current);
	nr = spy_call_under_way(current, me, &flags);
	s = spy_take(&index, it->sessions, it->since);
	if (!s)
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_NAMESPACE, sizeof(*r), me && me->sessions & it->sessions ? me->process : 0,
			      flags);
	r->result = child->pid;
	r->flags = clone_flags;
	r->nr = nr;
	r->fd = -1;
	r->child_process = it->process;
	r->child_tgid = child->tgid;
	spy_read_namespaces(r, child);
	(void)spy_emit(index, SPY_GROUP_NAMESPACE, 0);
	spy_release(s);
	return 0;
}

/* Flags of a clone that failed. */
static __always_inline __u64 spy_clone_flags(struct spy_call *call)
{
	__u64 flags = 0;

	if (SPY_CALL_IS(call, clone))
		return (__u32)call->args[0] & ~SPY_CSIGNAL;
	if (SPY_CALL_IS(call, clone3))
		bpf_probe_read_user(&flags, sizeof(flags), (void *)call->args[0]);
	return flags;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_namespace, struct pt_regs *regs, long result)
{
	struct spy_record_namespace *r;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);
	__u64 flags;
	__s32 fd = -1;

	if (!s)
		return 0;
	if (s->call.class == SPY_CLASS_CLONE) {
		flags = spy_clone_flags(&s->call);
		if (!spy_call_failed(&s->call) || s->call.flags & SPY_FLAG_RESTARTED ||
		    !(flags & (SPY_CLONE_NEW | SPY_CLONE_NEWTIME)))
			goto done;
	} else if (SPY_CALL_IS(&s->call, setns)) {
		fd = s->call.args[0];
		flags = (__u32)s->call.args[1];
		if (!flags)
			flags = spy_namespace_type(fd);
	} else {
		flags = (__u32)s->call.args[0];
	}
	r = (void *)spy_begin(s, SPY_RECORD_NAMESPACE, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->flags = flags;
	r->nr = s->call.nr;
	r->fd = fd;
	spy_read_namespaces(r, bpf_get_current_task_btf());
	(void)spy_emit(index, SPY_GROUP_NAMESPACE, 0);
done:
	spy_release(s);
	return 0;
}
