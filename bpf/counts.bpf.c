// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Counts of system calls on their way to a session that asks for them. */
#include "counts.bpf.h"
#include "arch.bpf.h"
#include "emit.bpf.h"

struct spy_counts_map spy_counts SEC(".maps");

/* One control's walk over the counts. */
struct spy_telling {
	__u64 bit; /* of the session's slot */
	__u64 round;
	__u32 sequence;
	__u32 left; /* how many may still be told */
	__u32 failed;
	__u32 unused;
};

static long spy_tell_count(struct bpf_map *map, struct spy_count_key *key, struct spy_count *count,
			   struct spy_telling *telling)
{
	struct spy_record_syscall_count *r;
	struct spy_scratch *s;
	__u64 sum;
	__u32 index;

	if (key->sequence != telling->sequence || count->round == telling->round)
		return 0;
	if (count->calls + count->errors + count->total_ns == count->told)
		return 0;
	if (!telling->left)
		return 1;
	telling->left--;
	count->round = telling->round;
	s = spy_take(&index, telling->bit, ~0ULL);
	if (!s) {
		telling->failed = 1;
		return 0;
	}
	r = (void *)spy_begin(s, SPY_RECORD_SYSCALL_COUNT, sizeof(*r), 0, 0);
	r->calls = count->calls;
	r->errors = count->errors;
	r->total_ns = count->total_ns;
	r->nr = key->nr;
	r->abi = key->abi;
	bpf_probe_read_kernel(r->buckets, sizeof(r->buckets), count->buckets);
	sum = r->calls + r->errors + r->total_ns;
	if (spy_emit(index, SPY_GROUP_SYSCALL, 0))
		count->told = sum;
	else
		telling->failed = 1;
	spy_release(s);
	return 0;
}

/* SPY_CONTROL_COUNTS, of the thread group that owns the slot. */
SEC("tp_btf/sys_enter")
int BPF_PROG(spy_tell_counts, struct pt_regs *regs, long id)
{
	__u32 slot = SPY_ARG_2(regs);
	struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);
	struct spy_telling telling = { .bit = 1ULL << (slot & 63), .left = SPY_COUNTS_AT_ONCE };

	if (!session || !session->token || session->token != SPY_ARG_4(regs) ||
	    session->owner_tgid != bpf_get_current_pid_tgid() >> 32)
		return 0;
	telling.sequence = session->sequence;
	telling.round = SPY_ARG_3(regs);
	if (session->round != telling.round) {
		if (!session->counted)
			return 0;
		session->round = telling.round;
		session->counted = 0;
	}
	bpf_for_each_map_elem(&spy_counts, spy_tell_count, &telling, 0);
	if (telling.failed)
		session->counted = 1;
	return 0;
}
