// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Delivery of records, and the count of those that could not be. */
#include "bits.bpf.h"
#include "emit.bpf.h"
#include "scope.bpf.h"

/* slot -> ring of the session; the helper sets and clears entries */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, SPY_SLOTS);
	__type(key, __u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_RINGBUF);
			__uint(max_entries, 4096);
		});
} spy_rings SEC(".maps");

/* A walk over the sessions of a mask: each step takes the lowest bit. Steps are callbacks, which the verifier looks at once and not per slot. */
struct spy_each {
	__u64 left;
	__u64 since;
	__u64 found;
	__u32 tgid;
	__u32 reason;
	__u32 count;
	__u32 scratch;
	__u32 group;
	__u32 lifecycle;
};

static __always_inline struct spy_session *spy_next_session(struct spy_each *each, __u32 *slot)
{
	*slot = spy_lowest(each->left);
	each->left &= each->left - 1;
	return bpf_map_lookup_elem(&spy_sessions, slot);
}

static __always_inline bool spy_is_valid(struct spy_session *session, __u64 since)
{
	return session && session->active && session->sequence <= since;
}

static long spy_valid_step(__u32 n, struct spy_each *each)
{
	struct spy_session *session;
	__u32 slot;

	if (!each->left)
		return 1;
	session = spy_next_session(each, &slot);
	if (spy_is_valid(session, each->since)) {
		each->found |= 1ULL << (slot & 63);
		each->group |= session->groups;
	}
	return 0;
}

__noinline int spy_groups_of(__u64 sessions)
{
	struct spy_each each = { .left = sessions, .since = ~0ULL };

	bpf_loop(SPY_SLOTS, spy_valid_step, &each, 0);
	return each.group;
}

__noinline __u64 spy_valid_sessions(__u64 sessions, __u64 since)
{
	struct spy_each each = { .left = sessions, .since = since };

	bpf_loop(SPY_SLOTS, spy_valid_step, &each, 0);
	return each.found;
}

static long spy_owned_step(__u32 n, struct spy_each *each)
{
	struct spy_session *session;
	__u32 slot;

	if (!each->left)
		return 1;
	session = spy_next_session(each, &slot);
	if (spy_is_valid(session, each->since) && session->owner_tgid == each->tgid)
		each->found |= 1ULL << (slot & 63);
	return 0;
}

__noinline __u64 spy_owned_sessions(__u64 sessions, __u64 since)
{
	struct spy_each each = { .left = sessions, .since = since, .tgid = bpf_get_current_pid_tgid() >> 32 };

	bpf_loop(SPY_SLOTS, spy_owned_step, &each, 0);
	return each.found;
}

static long spy_lost_step(__u32 n, struct spy_each *each)
{
	struct spy_session *session;
	__u32 slot;

	if (!each->left)
		return 1;
	session = spy_next_session(each, &slot);
	if (spy_is_valid(session, each->since))
		__sync_fetch_and_add(&session->lost[each->reason & (SPY_LOST_REASONS - 1)], each->count);
	return 0;
}

__noinline int spy_count_lost(__u64 sessions, __u64 since, __u32 reason, __u32 count)
{
	struct spy_each each = { .left = sessions, .since = since, .reason = reason, .count = count };

	bpf_loop(SPY_SLOTS, spy_lost_step, &each, 0);
	return 0;
}

static long spy_pending_step(__u32 n, struct spy_each *each)
{
	struct spy_session *session;
	__u32 slot;

	if (!each->left)
		return 1;
	session = spy_next_session(each, &slot);
	if (spy_is_valid(session, each->since))
		__sync_fetch_and_add(&session->pending, (__s64)(__s32)each->count);
	return 0;
}

__noinline int spy_count_pending(__u64 sessions, __u64 since, __s32 count)
{
	struct spy_each each = { .left = sessions, .since = since, .count = count };

	bpf_loop(SPY_SLOTS, spy_pending_step, &each, 0);
	return 0;
}

__noinline int spy_take_index(__u64 sessions, __u64 since)
{
	__u32 first = bpf_get_smp_processor_id() * SPY_SCRATCH_PER_CPU;

	for (__u32 n = 0; n < SPY_SCRATCH_PER_CPU; n++) {
		struct spy_scratch *s = spy_scratch_at(first + n);

		if (s && !__sync_lock_test_and_set(&s->busy, 1)) {
			s->sessions = sessions;
			s->since = since;
			s->viewer = 0;
			s->unreadable = 0;
			s->truncated = 0;
			return first + n;
		}
	}
	spy_count_lost(sessions, since, SPY_LOST_SCRATCH, 1);
	return -1;
}

/*
 * Puts the record into one session's ring. The reader polls at intervals; it is woken early only when the ring becomes a quarter full,
 * so that a record costs no wake-up.
 */
static __always_inline bool spy_deliver(struct spy_scratch *s, struct spy_session *session, __u64 sequence, __u32 slot,
					__u32 size, bool lifecycle)
{
	void *ring = bpf_map_lookup_elem(&spy_rings, &slot);
	__u64 fill, quarter, flags;

	if (!ring || size > sizeof(s->record))
		return false;
	((struct spy_header *)s->record)->session = sequence;
	fill = bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA);
	quarter = session->ring_bytes / 4;
	flags = fill < quarter && fill + size + 8 >= quarter ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
	if ((!lifecycle && fill + size + 8 > session->ring_bytes - session->reserve_bytes) ||
	    bpf_ringbuf_output(ring, s->record, size, flags)) {
		__sync_fetch_and_add(&session->lost[lifecycle ? SPY_LOST_LIFECYCLE : SPY_LOST_RING], 1);
		return false;
	}
	__sync_fetch_and_add(&session->delivered, 1);
	if (s->unreadable)
		__sync_fetch_and_add(&session->lost[SPY_LOST_UNREADABLE], s->unreadable);
	if (s->truncated)
		__sync_fetch_and_add(&session->lost[SPY_LOST_TRUNCATED], s->truncated);
	return true;
}

static long spy_emit_step(__u32 n, struct spy_each *each)
{
	struct spy_scratch *s = spy_scratch_at(each->scratch);
	struct spy_session *session;
	__u64 sequence;
	__u32 slot;

	if (!each->left || !s)
		return 1;
	session = spy_next_session(each, &slot);
	if (!session)
		return 0;
	/* Read once: the stamp is of the session that was checked, also when the slot is given to another meanwhile. */
	sequence = *(volatile __u64 *)&session->sequence;
	if (session->active && sequence <= each->since && session->groups & each->group)
		each->found += spy_deliver(s, session, sequence, slot, each->count, each->lifecycle);
	return 0;
}

struct spy_padding {
	__u64 zero;
} __attribute__((packed));

__noinline int spy_emit(__u32 scratch, __u32 group, __u32 lifecycle)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_each each = { .scratch = scratch, .group = group, .lifecycle = lifecycle };
	__u32 size;

	if (!s)
		return 0;
	size = s->used;
	if (size > SPY_RECORD_ROOM)
		return 0;
	/* The room holds what earlier records left: the padding must not. */
	((struct spy_padding *)(s->record + size))->zero = 0;
	size = (size + 7) & ~7u;
	((struct spy_header *)s->record)->size = size;
	each.left = s->sessions;
	each.since = s->since;
	each.count = size;
	bpf_loop(SPY_SLOTS, spy_emit_step, &each, 0);
	return each.found;
}
