// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Tasks with more rights than the user whose session they are in: that they are there is told, and what they do is not. The user could not look at them otherwise
 * either: the rule is that of ptrace, and as there only an exec begins or ends it.
 */
#include "credentials.bpf.h"
#include "emit.bpf.h"
#include "withhold.bpf.h"

#define SPY_CAP_SYS_PTRACE 19
#define SPY_USER_NAMESPACES_MOST 33 /* nested in one another: the kernel takes no more */

__noinline int spy_note_owner(__u32 slot)
{
	struct task_struct *current = bpf_get_current_task_btf();
	const struct cred *cred = BPF_CORE_READ(current, cred);
	struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);

	if (!session)
		return 0;
	session->owner_uid = BPF_CORE_READ(cred, uid.val);
	session->owner_gid = BPF_CORE_READ(cred, gid.val);
	session->owner_permitted = spy_capabilities(&cred->cap_permitted);
	session->owner_user_ns = (__u64)BPF_CORE_READ(cred, user_ns);
	session->withholds = !(spy_capabilities(&cred->cap_effective) & (1ULL << SPY_CAP_SYS_PTRACE));
	return 0;
}

/* What a task may, and the sessions that are looked at. */
struct spy_rights {
	__u64 left;
	__u64 found;
	__u64 permitted;
	__u64 user_ns;
	__u32 uid, euid, suid;
	__u32 gid, egid, sgid;
};

/* A walk from a user namespace towards the first one. */
struct spy_ascent {
	__u64 at;
	__u64 wanted;
	__u32 owner; /* of the namespace directly below the wanted one */
	__u32 found;
};

static long spy_ascend(__u32 n, struct spy_ascent *ascent)
{
	struct user_namespace *at = (void *)ascent->at;
	__u64 parent = (__u64)BPF_CORE_READ(at, parent);

	if (!parent)
		return 1;
	if (parent == ascent->wanted) {
		ascent->owner = BPF_CORE_READ(at, owner.val);
		ascent->found = 1;
		return 1;
	}
	ascent->at = parent;
	return 0;
}

/* In a user namespace that the user made everything is the user's. */
static __always_inline bool spy_is_above(struct spy_rights *rights, struct spy_session *session)
{
	struct spy_ascent ascent = { .at = rights->user_ns, .wanted = session->owner_user_ns };

	if (!session->withholds)
		return false;
	if (rights->user_ns != session->owner_user_ns) {
		bpf_loop(SPY_USER_NAMESPACES_MOST, spy_ascend, &ascent, 0);
		return !ascent.found || ascent.owner != session->owner_uid;
	}
	return rights->uid != session->owner_uid || rights->euid != session->owner_uid ||
	       rights->suid != session->owner_uid || rights->gid != session->owner_gid ||
	       rights->egid != session->owner_gid || rights->sgid != session->owner_gid ||
	       rights->permitted & ~session->owner_permitted;
}

static long spy_above_step(__u32 n, struct spy_rights *rights)
{
	struct spy_session *session;
	__u32 slot;

	if (!rights->left)
		return 1;
	slot = spy_lowest(rights->left);
	rights->left &= rights->left - 1;
	session = bpf_map_lookup_elem(&spy_sessions, &slot);
	if (session && spy_is_above(rights, session))
		rights->found |= 1ULL << (slot & 63);
	return 0;
}

__noinline __u64 spy_sessions_below(__u64 sessions, __u64 cred_address)
{
	const struct cred *cred = (void *)cred_address;
	struct spy_rights rights = { .left = sessions };

	rights.permitted = spy_capabilities(&cred->cap_permitted);
	rights.user_ns = (__u64)BPF_CORE_READ(cred, user_ns);
	rights.uid = BPF_CORE_READ(cred, uid.val);
	rights.euid = BPF_CORE_READ(cred, euid.val);
	rights.suid = BPF_CORE_READ(cred, suid.val);
	rights.gid = BPF_CORE_READ(cred, gid.val);
	rights.egid = BPF_CORE_READ(cred, egid.val);
	rights.sgid = BPF_CORE_READ(cred, sgid.val);
	bpf_loop(SPY_SLOTS, spy_above_step, &rights, 0);
	return rights.found;
}

__noinline int spy_tell_withheld(__u32 process, __u64 sessions, __u64 since)
{
	__u32 index;
	struct spy_scratch *s = spy_take(&index, sessions, since);

	if (!s)
		return 0;
	(void)spy_begin(s, SPY_RECORD_WITHHELD, sizeof(struct spy_record_withheld), process, 0);
	(void)spy_emit(index, ~0u, 1);
	spy_release(s);
	return 0;
}

__noinline int spy_reveal(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(current);
	__u64 below;

	if (!me)
		return 0;
	below = spy_sessions_below(me->withheld, (__u64)BPF_CORE_READ(current, cred));
	me->sessions |= me->withheld & ~below;
	me->withheld &= below;
	me->groups = spy_groups_of(me->sessions);
	return 0;
}

__noinline int spy_hold_back(void)
{
	struct task_struct *current = bpf_get_current_task_btf();
	struct spy_task *me = spy_task_of(current);
	__u64 below;

	if (!me || !me->sessions)
		return 0;
	below = spy_sessions_below(me->sessions, (__u64)BPF_CORE_READ(current, cred));
	if (!below)
		return 0;
	me->sessions &= ~below;
	me->withheld |= below;
	me->groups = spy_groups_of(me->sessions);
	return spy_tell_withheld(me->process, below, me->since);
}

/* After everything that tells of an exec: the program and its arguments are what the user gave. Where it may be skipped, the return of the exec looks again. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(spy_withhold, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
	return spy_hold_back();
}
