// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Every system call counted, with how long it took, and those told one by one that a session asks for. These programs stand in front of the handlers of the classes, and go on
 * to them.
 */
#include "bits.bpf.h"
#include "calls.bpf.h"
#include "counts.bpf.h"

#define SPY_EINTR 4
#define SPY_MAX_ERRNO 4095

static const volatile struct spy_count spy_none;

/* One call on its way through the sessions of its task. */
struct spy_accounting {
	__u64 left;
	__u64 since;
	__u64 wanted; /* sessions that are told of it */
	__u64 added_ns;
	struct spy_count_key key;
	__u32 bit; /* of spy_session.syscalls */
	__u32 bucket;
	__u32 before; /* the bucket that it was in */
	__u32 calls;
	__u32 errors;
};

static __always_inline void spy_add(struct spy_count *count, struct spy_accounting *a)
{
	if (a->calls)
		__sync_fetch_and_add(&count->calls, a->calls);
	if (a->errors)
		__sync_fetch_and_add(&count->errors, a->errors);
	if (a->bucket == a->before && !a->added_ns)
		return;
	__sync_fetch_and_add(&count->total_ns, a->added_ns);
	if (a->bucket == a->before)
		return;
	if (a->before < SPY_LATENCY_BUCKETS)
		__sync_fetch_and_add(&count->buckets[a->before], -1);
	if (a->bucket < SPY_LATENCY_BUCKETS)
		__sync_fetch_and_add(&count->buckets[a->bucket], 1);
}

static long spy_account_step(__u32 n, struct spy_accounting *a)
{
	struct spy_session *session;
	struct spy_count *count;
	__u64 sequence;
	__u32 slot, word;

	if (!a->left)
		return 1;
	slot = spy_lowest(a->left);
	a->left &= a->left - 1;
	session = bpf_map_lookup_elem(&spy_sessions, &slot);
	if (!session)
		return 0;
	/* Read once, as in spy_emit. */
	sequence = *(volatile __u64 *)&session->sequence;
	if (!session->active || sequence > a->since || !(session->groups & SPY_GROUP_SYSCALL))
		return 0;
	word = a->bit / 64;
	if (word < SPY_SYSCALL_WORDS && session->syscalls[word] >> (a->bit & 63) & 1)
		a->wanted |= 1ULL << (slot & 63);
	a->key.sequence = sequence;
	count = bpf_map_lookup_elem(&spy_counts, &a->key);
	if (!count) {
		(void)bpf_map_update_elem(&spy_counts, &a->key, (void *)&spy_none, BPF_NOEXIST);
		count = bpf_map_lookup_elem(&spy_counts, &a->key);
	}
	if (count)
		spy_add(count, a);
	if (!session->counted)
		session->counted = 1;
	if (!count)
		__sync_fetch_and_add(&session->lost[SPY_LOST_SCRATCH], 1);
	return 0;
}

/* Counts a call that ended at `now`, or that returned then to be restarted, and tells it to who asked for it. */
static __noinline int spy_account(struct spy_task *me, struct spy_timed *call, __u64 now, __s64 result, __u32 flags)
{
	__u64 duration_ns = call->entered_ns && !call->endless ? now - call->entered_ns : 0;
	bool known = (__u32)call->nr < SPY_SYSCALL_NUMBERS - 1;
	struct spy_accounting a = { .left = me->sessions, .since = me->since };
	struct spy_record_syscall *r;
	struct spy_scratch *s;
	__u32 index;

	a.key.nr = known ? call->nr : -1;
	a.key.abi = call->abi;
	a.bit = (known ? call->nr : SPY_SYSCALL_NUMBERS - 1) + (call->abi & SPY_FLAG_COMPAT ? SPY_SYSCALL_NUMBERS : 0);
	a.calls = !call->again;
	a.errors = result < 0 && result >= -SPY_MAX_ERRNO && !(flags & SPY_FLAG_RESTARTED);
	a.added_ns = duration_ns - call->counted_ns;
	a.before = call->bucket;
	a.bucket = call->bucket;
	if (duration_ns) {
		a.bucket = spy_highest(duration_ns);
		if (a.bucket >= SPY_LATENCY_BUCKETS)
			a.bucket = SPY_LATENCY_BUCKETS - 1;
	}
	call->counted_ns = duration_ns;
	call->bucket = a.bucket;
	bpf_loop(SPY_SLOTS, spy_account_step, &a, 0);
	if (!a.wanted)
		return 0;

	s = spy_take(&index, a.wanted, me->since);
	if (!s)
		return 0;
	__builtin_memcpy(s->call.args, call->args, sizeof(call->args));
	if (call->folded)
		spy_unfold_args(&s->call, call->folded);
	r = (void *)spy_begin(s, SPY_RECORD_SYSCALL, sizeof(*r), me->process, flags | call->abi);
	r->result = result;
	__builtin_memcpy(r->arguments, s->call.args, sizeof(r->arguments));
	r->duration_ns = duration_ns;
	r->nr = call->nr;
	r->again = call->again;
	r->endless = call->endless;
	(void)spy_emit(index, SPY_GROUP_SYSCALL, 0);
	spy_release(s);
	return 0;
}

/* A function of its own: what is called later has the stack that the registers take here. */
static __noinline int spy_begin_call(struct spy_timed *call, struct pt_regs *regs, __s32 number, __u32 abi)
{
	__builtin_memset(call, 0, sizeof(*call));
	spy_read_args(regs, abi, call->args);
	call->number = number & ~SPY_X32_BIT;
	call->nr = call->number;
	call->abi = (abi & SPY_FLAG_COMPAT) | (number & SPY_X32_BIT ? SPY_FLAG_X32 : 0);
	call->bucket = SPY_LATENCY_BUCKETS;
	return 0;
}

/* The kernel begins a call once more, as it was: or by restart_syscall, when what is left of it to do is not what its registers say. */
static __always_inline bool spy_is_again(struct spy_timed *call, struct spy_timed *pending)
{
	__u64 difference = 0;

	if (!pending->restart || call->abi != pending->abi)
		return false;
	if (SPY_NUMBER_RESTARTS(call->number, call->abi))
		return pending->restart == -SPY_ERESTART_RESTARTBLOCK;
	for (int n = 0; n < 6; n++)
		difference |= call->args[n] ^ pending->args[n];
	return call->number == pending->number && !difference;
}

SEC("tp_btf/sys_enter")
int BPF_PROG(spy_enter_syscall, struct pt_regs *regs, long id)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_timed *call, *pending;

	if (!me)
		return 0;
	call = &me->timed;
	pending = &me->pending;
	(void)spy_begin_call(call, regs, id, me->call_flags);
	pending->undecided = 0;
	if (spy_is_again(call, pending)) {
		*call = *pending;
		call->again = 1;
		pending->restart = 0;
	} else if (SPY_NUMBER_ENDLESS(call->number, call->abi)) {
		call->endless = 1;
		(void)spy_account(me, call, 0, 0, 0);
	} else {
		call->entered_ns = bpf_ktime_get_boot_ns();
	}
	spy_enter_class(ctx, me);
	return 0;
}

/* What a session says to the programs is no call of a program. Such a call has no entry here either. */
static __always_inline bool spy_is_control(struct spy_timed *call)
{
	return call->number == SPY_NATIVE_NR(prctl) && !call->abi && call->args[0] == SPY_CONTROL;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_syscall, struct pt_regs *regs, long result)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_timed *call;
	__u32 flags;

	if (!me)
		return 0;
	call = &me->timed;
	flags = me->call_flags & (SPY_FLAG_BLOCKED | SPY_FLAG_PARTIAL | SPY_FLAG_RESTARTED);
	if (flags & (SPY_FLAG_BLOCKED | SPY_FLAG_PARTIAL))
		(void)spy_begin_call(call, regs, SPY_REGS_NUMBER(regs), me->call_flags);
	if (!call->again) {
		call->nr = me->nr;
		call->folded = me->folded_args;
	}
	if (SPY_NUMBER_SIGRETURN(call->number, call->abi))
		result = 0;
	if (!(flags & (SPY_FLAG_BLOCKED | SPY_FLAG_PARTIAL)) || !spy_is_control(call))
		(void)spy_account(me, call, now, result, flags);
	if (flags & SPY_FLAG_RESTARTED) {
		me->pending = *call;
		me->pending.restart = result;
		me->pending.undecided = 1;
	}
	bpf_tail_call(ctx, &spy_handlers, me->handler);
	return 0;
}

/* As spy_signal: a handler runs, and a call that was to be restarted has ended with EINTR. */
SEC("tp_btf/signal_deliver")
int BPF_PROG(spy_syscall_signal, int signal, struct kernel_siginfo *info, struct k_sigaction *action)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_timed *pending;

	if (!me || !me->pending.restart || !me->pending.undecided || !spy_is_handled(action))
		return 0;
	pending = &me->pending;
	pending->undecided = 0;
	if (!spy_is_interrupted(pending->restart, action))
		return 0;
	pending->restart = 0;
	pending->again = 1;
	(void)spy_account(me, pending, pending->entered_ns + pending->counted_ns, -SPY_EINTR, 0);
	return 0;
}
