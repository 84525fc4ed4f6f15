// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Files looked at by name. Programs look at the same few names over and over: each program that a process runs tells each look once, by call, path and result. What was told is remembered by
 * a hash of the record, in a table that forgets the oldest: a look may then be told again, and never is one left out.
 */
#include "calls.bpf.h"
#include "text.bpf.h"

/* Where a call has its arguments: three bits each, 7 for none. */
#define NONE 7
#define FORM(operation, dirfd, path, mode, flags, buffer) \
	(SPY_PROBE_##operation | (dirfd) << 4 | (path) << 7 | (mode) << 10 | (flags) << 13 | (buffer) << 16)
/* A descriptor stands for the file. */
#define FORM_FD(operation) FORM(operation, 0, NONE, NONE, NONE, NONE)

#define SPY_HASH_STEP 32
#define SPY_HASH_STEPS (SPY_RECORD_ROOM / SPY_HASH_STEP)
#define SPY_REMEMBERED 32768

#define CALL(name, form) [SPY_NATIVE_PLACE(name)] = form,
static const volatile __u32 spy_native_probe[SPY_TABLE_SIZE] = {
#include "tables/probes.h"
};
#undef CALL

#define CALL(name, form) [SPY_COMPAT_PLACE(name)] = form,
static const volatile __u32 spy_compat_probe[SPY_TABLE_SIZE] = {
#include "tables/probes.h"
};
#undef CALL

/* 128 bits of hash of a record without its time: which process, in which session, looked how and at what. */
struct spy_look {
	__u64 one;
	__u64 other;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, SPY_REMEMBERED);
	__type(key, struct spy_look);
	__type(value, __u8);
} spy_looks SEC(".maps");

struct spy_hashing {
	struct spy_look look;
	__u32 scratch;
	__u32 at;
};

static __always_inline void spy_mix(struct spy_look *look, __u64 word)
{
	look->one = (look->one ^ word) * 0x9fb21c651e98df25ULL;
	look->one ^= look->one >> 32;
	look->other = (look->other + word) * 0xd6e8feb86659fd93ULL;
	look->other ^= look->other >> 29;
}

static long spy_hash_step(__u32 n, struct spy_hashing *h)
{
	struct spy_scratch *s = spy_scratch_at(h->scratch);
	__u32 at = h->at;
	__u64 *words;

	if (!s || at >= s->used || at > SPY_RECORD_ROOM - SPY_HASH_STEP)
		return 1;
	words = (__u64 *)(s->record + at);
	spy_mix(&h->look, words[0]);
	spy_mix(&h->look, words[1]);
	spy_mix(&h->look, words[2]);
	spy_mix(&h->look, words[3]);
	h->at = at + SPY_HASH_STEP;
	return 0;
}

/* Behind the record stand bytes of earlier ones: the last step must not see them. */
static __always_inline void spy_blank_end(struct spy_scratch *s)
{
	static const char zeros[SPY_HASH_STEP] = {};
	__u32 used = s->used;

	if (used <= SPY_RECORD_ROOM - SPY_HASH_STEP)
		bpf_probe_read_kernel(s->record + used, SPY_HASH_STEP, zeros);
}

/* Whether this process has told this look before, in the program that it runs now. The record is built; only its time and thread differ. */
static __noinline int spy_looked_before(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_hashing h = { .scratch = scratch, .at = sizeof(struct spy_header) };
	__u8 told = 1;

	if (!s)
		return 0;
	spy_blank_end(s);
	spy_mix(&h.look, s->since);
	spy_mix(&h.look, (__u64)s->call.process << 32 | s->call.flags);
	spy_mix(&h.look, bpf_get_current_task_btf()->self_exec_id);
	bpf_loop(SPY_HASH_STEPS, spy_hash_step, &h, 0);
	if (bpf_map_lookup_elem(&spy_looks, &h.look))
		return 1;
	bpf_map_update_elem(&spy_looks, &h.look, &told, BPF_ANY);
	return 0;
}

static __always_inline __u64 spy_argument(struct spy_call *call, __u32 place)
{
	return (place & 7) == NONE ? 0 : call->args[place & 7];
}

/* How many bytes the call wrote into the program's memory: the sizes of the structs of stat and statx, or of what is in a link. */
static __always_inline __u64 spy_answer_size(struct spy_call *call, __u32 operation)
{
	if (spy_call_failed(call))
		return 0;
	if (operation == SPY_PROBE_READLINK)
		return call->result;
	if (operation != SPY_PROBE_STAT)
		return 0;
	if (SPY_CALL_IS(call, statx))
		return 256;
	if (!(call->flags & SPY_FLAG_COMPAT))
		return SPY_STAT_BYTES;
	if (SPY_CALL_IS(call, oldstat) || SPY_CALL_IS(call, oldlstat))
		return 32;
	if (SPY_CALL_IS(call, stat) || SPY_CALL_IS(call, lstat))
		return 64;
	return SPY_STAT64_BYTES;
}

/* The path, unless the answer was written over it. */
static __noinline int spy_put_looked(__u32 scratch, __u64 path, __u64 answer, __u64 size)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	__u32 used;

	if (!s)
		return 0;
	used = s->used;
	(void)spy_put_user(scratch, path);
	/* With the byte that ends it. */
	if (path < answer + size && answer <= path + (s->used - used - sizeof(struct spy_string_head)))
		spy_put_head(s, used, 0, SPY_STRING_UNREADABLE);
	return 0;
}

/* What is in a link, as far as the program got it. */
static __always_inline void spy_put_target(__u32 scratch, struct spy_scratch *s, __u64 buffer)
{
	if (spy_call_failed(&s->call))
		(void)spy_put_absent(scratch);
	else
		(void)spy_put_user_bytes(scratch, buffer,
					 s->call.result < SPY_PATH_MAX ? s->call.result : SPY_PATH_MAX);
}

static __noinline int spy_tell_probe(__u32 scratch)
{
	struct spy_scratch *s = spy_scratch_at(scratch);
	struct spy_record_probe *r;
	__u32 form, nr, operation, flags;
	__s32 dirfd;
	__u64 path, answer, size;
	bool by_fd;

	if (!s)
		return 0;
	nr = s->call.nr;
	if (nr >= SPY_NR_TABLE)
		return 0;
	form = s->call.flags & SPY_FLAG_COMPAT ? spy_compat_probe[nr] : spy_native_probe[nr];
	operation = form & 15;
	path = spy_argument(&s->call, form >> 7);
	flags = spy_argument(&s->call, form >> 13);
	dirfd = (form >> 4 & 7) == NONE ? SPY_AT_FDCWD : (__s32)spy_argument(&s->call, form >> 4);
	answer = spy_argument(&s->call, form >> 16);
	size = spy_answer_size(&s->call, operation);
	/* readlinkat knows no flags, and takes an empty path for its descriptor. */
	by_fd = (form >> 7 & 7) == NONE ||
		(dirfd >= 0 && !(path >= answer && path < answer + size) &&
		 spy_is_empty_path(path, operation == SPY_PROBE_READLINK ? SPY_AT_EMPTY_PATH : flags, false));
	/* Of a descriptor that is open already, nothing is looked up. */
	if (by_fd && (operation == SPY_PROBE_STAT || operation == SPY_PROBE_ACCESS))
		return 0;
	r = (void *)spy_begin(s, SPY_RECORD_PROBE, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result < 0 ? s->call.result : 0;
	r->operation = operation;
	r->nr = nr;
	r->dirfd = dirfd;
	r->mode = spy_argument(&s->call, form >> 10);
	r->flags = flags;
	if (by_fd) {
		(void)spy_put_absent(scratch);
		(void)spy_put_absent(scratch);
		r->header.flags |= spy_put_descriptor(scratch, dirfd);
	} else {
		(void)spy_put_looked(scratch, path, answer, size);
		(void)spy_put_base(scratch, dirfd, path);
		(void)spy_put_absent(scratch);
	}
	if (operation == SPY_PROBE_READLINK)
		spy_put_target(scratch, s, answer);
	else
		(void)spy_put_absent(scratch);
	if (!spy_looked_before(scratch))
		(void)spy_emit(scratch, SPY_GROUP_PROBE, 0);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_probe, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	(void)spy_tell_probe(index);
	spy_release(s);
	return 0;
}
