// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Delivery of records, and the count of those that could not be. */
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

/* Lowest set bit of a mask by de Bruijn multiplication: the target has no instruction for it. */
static const volatile __u8 spy_bit_position[64] = {
	0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34, 55, 48, 28, 62, 5,  39, 46, 44, 42, 22, 9,  24, 35, 59, 56, 49, 18, 29, 11,
	63, 52, 6,  26, 37, 40, 33, 47, 61, 45, 43, 21, 23, 58, 17, 10, 51, 25, 36, 32, 60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12,
};

static __always_inline __u32 spy_lowest(__u64 mask)
{
	return spy_bit_position[((mask & -mask) * 0x022fdd63cc95386dULL) >> 58];
}

__noinline __u64 spy_valid_sessions(__u64 sessions, __u64 since)
{
	__u64 left = sessions;
	__u64 valid = 0;

	for (__u32 n = 0; n < SPY_SLOTS && left; n++, left &= left - 1) {
		__u32 slot = spy_lowest(left);
		struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);

		if (session && session->active && session->sequence <= since)
			valid |= 1ULL << (slot & 63);
	}
	return valid;
}

__noinline __u64 spy_owned_sessions(__u64 sessions)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	__u64 left = sessions;
	__u64 owned = 0;

	for (__u32 n = 0; n < SPY_SLOTS && left; n++, left &= left - 1) {
		__u32 slot = spy_lowest(left);
		struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);

		if (session && session->active && session->owner_tgid == tgid)
			owned |= 1ULL << (slot & 63);
	}
	return owned;
}

__noinline int spy_count_lost(__u64 sessions, __u64 since, __u32 reason, __u32 count)
{
	__u64 left = sessions;

	for (__u32 n = 0; n < SPY_SLOTS && left; n++, left &= left - 1) {
		__u32 slot = spy_lowest(left);
		struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);

		if (session && session->active && session->sequence <= since)
			__sync_fetch_and_add(&session->lost[reason & (SPY_LOST_REASONS - 1)], count);
	}
	return 0;
}

/*
 * Puts the record into one session's ring. The reader polls at intervals; it is woken early only when the ring becomes a quarter full,
 * so that a record costs no wake-up.
 */
static __always_inline bool spy_deliver(struct spy_scratch *s, struct spy_session *session, __u32 slot, __u32 size, bool lifecycle)
{
	void *ring = bpf_map_lookup_elem(&spy_rings, &slot);
	__u64 fill, quarter, flags;

	if (!ring)
		return false;
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

struct spy_padding {
	__u64 zero;
} __attribute__((packed));

__noinline int spy_emit(__u32 scratch, __u32 group, __u32 lifecycle)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u64 left, since;
	int delivered = 0;
	__u32 size;

	if (!s)
		return 0;
	size = s->used;
	if (size < sizeof(struct spy_header) || size > SPY_RECORD_ROOM)
		return 0;
	/* The room holds what earlier records left: the padding must not. */
	((struct spy_padding *)(s->record + size))->zero = 0;
	size = (size + 7) & ~7u;
	((struct spy_header *)s->record)->size = size;
	left = s->sessions;
	since = s->since;
	for (__u32 n = 0; n < SPY_SLOTS && left; n++, left &= left - 1) {
		__u32 slot = spy_lowest(left);
		struct spy_session *session = bpf_map_lookup_elem(&spy_sessions, &slot);

		if (session && session->active && session->sequence <= since && (session->groups & group))
			delivered += spy_deliver(s, session, slot, size, lifecycle);
	}
	return delivered;
}
