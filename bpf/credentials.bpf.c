// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Credentials set by a call, and changed by an exec. They are read from the task afterwards. */
#include "calls.bpf.h"
#include "credentials.bpf.h"
#include "passage.bpf.h"

/* As it stands in struct spy_record_credentials. */
struct spy_credentials {
	__u32 uid, euid, suid, fsuid;
	__u32 gid, egid, sgid, fsgid;
	__u64 effective, permitted, inheritable;
};
SPY_STATIC_ASSERT(sizeof(struct spy_credentials) == __builtin_offsetof(struct spy_record_credentials, nr) -
							    __builtin_offsetof(struct spy_record_credentials, uid),
		  "ABI: spy_credentials");

#define SPY_CREDENTIALS_WORDS (sizeof(struct spy_credentials) / sizeof(__u64))

static __always_inline void spy_read_credentials(struct spy_credentials *c, const struct cred *cred)
{
	c->uid = BPF_CORE_READ(cred, uid.val);
	c->euid = BPF_CORE_READ(cred, euid.val);
	c->suid = BPF_CORE_READ(cred, suid.val);
	c->fsuid = BPF_CORE_READ(cred, fsuid.val);
	c->gid = BPF_CORE_READ(cred, gid.val);
	c->egid = BPF_CORE_READ(cred, egid.val);
	c->sgid = BPF_CORE_READ(cred, sgid.val);
	c->fsgid = BPF_CORE_READ(cred, fsgid.val);
	c->effective = spy_capabilities(&cred->cap_effective);
	c->permitted = spy_capabilities(&cred->cap_permitted);
	c->inheritable = spy_capabilities(&cred->cap_inheritable);
}

/* A number that differs where the credentials do. */
static __always_inline __u64 spy_credentials_digest(struct spy_credentials *c)
{
	__u64 *words = (__u64 *)c;
	__u64 digest = 0;

	for (__u32 n = 0; n < SPY_CREDENTIALS_WORDS; n++) {
		digest = (digest ^ words[n]) * 0x9e3779b97f4a7c15ULL;
		digest ^= digest >> 29;
	}
	return digest;
}

static __always_inline void spy_tell_credentials(struct spy_scratch *s, __u32 index, struct spy_credentials *c,
						 const struct cred *cred, __u32 process, __u32 flags, __s32 nr)
{
	struct spy_record_credentials *r = (void *)spy_begin(s, SPY_RECORD_CREDENTIALS, sizeof(*r), process, flags);

	__builtin_memcpy(&r->uid, c, sizeof(*c));
	r->nr = nr;
	r->groups = BPF_CORE_READ(cred, group_info, ngroups);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_credentials, struct pt_regs *regs, long result)
{
	const struct cred *cred = bpf_get_current_task_btf()->cred;
	struct spy_record_credentials *r;
	struct spy_credentials after;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	spy_read_credentials(&after, cred);
	spy_tell_credentials(s, index, &after, cred, s->call.process, s->call.flags, s->call.nr);
	r = (void *)s->record;
	r->result = s->call.result;
	for (int n = 0; n < 3; n++)
		r->arguments[n] = s->call.args[n];
	(void)spy_emit(index, SPY_GROUP_CREDENTIALS, 0);
	spy_release(s);
	return 0;
}

/* What an exec begins with. */
SEC("tp_btf/sys_enter")
int BPF_PROG(spy_enter_credentials, struct pt_regs *regs, long id)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(task);
	struct spy_credentials before;

	if (!me)
		return 0;
	spy_read_credentials(&before, task->cred);
	me->credentials = spy_credentials_digest(&before);
	bpf_tail_call(ctx, &spy_entries, me->groups & SPY_GROUP_FILE ? SPY_ENTRY_CLOSE : SPY_ENTRY_EXEC);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(spy_exec_credentials, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
	struct spy_task *me = spy_task_of(task);
	const struct cred *cred = task->cred;
	struct spy_credentials after;
	struct spy_scratch *s;
	__u32 index;

	if (!me || !spy_comes_first(&me->skipped[SPY_PASSAGE_EXEC_CREDENTIALS]) ||
	    !(me->groups & SPY_GROUP_CREDENTIALS) || !me->credentials)
		return 0;
	spy_read_credentials(&after, cred);
	if (spy_credentials_digest(&after) == me->credentials)
		return 0;
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return 0;
	spy_tell_credentials(s, index, &after, cred, me->process, me->call_flags, me->nr);
	(void)spy_emit(index, SPY_GROUP_CREDENTIALS, 0);
	spy_release(s);
	return 0;
}
