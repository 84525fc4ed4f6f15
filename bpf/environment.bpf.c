// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The environment of an executed program, from the new memory, before the program can change it. Comes behind the exec's own records. */
#include "calls.bpf.h"

#define SPY_ENVIRONMENT_CHUNKS 512 /* 8 MiB: more than the kernel takes */

struct spy_environment {
	__u64 exec_id;
	__u64 start;
	__u32 bytes;
	__u32 process;
	__u32 scratch;
	__u32 unused;
};

/* Also of an empty environment there is one. */
static long spy_tell_environment(__u32 n, struct spy_environment *area)
{
	struct spy_scratch *s = spy_scratch_at(area->scratch);
	__u32 offset = n * SPY_ARGV_CHUNK;
	struct spy_record_environment *r;
	__u32 length;

	if (!s || (n && offset >= area->bytes))
		return 1;
	length = area->bytes - offset;
	if (length > SPY_ARGV_CHUNK)
		length = SPY_ARGV_CHUNK;
	s->unreadable = 0;
	s->truncated = 0;
	r = (void *)spy_begin(s, SPY_RECORD_ENVIRONMENT, sizeof(*r), area->process, 0);
	r->exec_id = area->exec_id;
	r->offset = offset;
	r->bytes = area->bytes;
	(void)spy_put_user_bytes(area->scratch, area->start + offset, length);
	(void)spy_emit(area->scratch, SPY_GROUP_ENVIRONMENT, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(spy_exec_environment, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
	struct spy_task *me = spy_task_of(task);
	struct spy_environment area = {};
	struct spy_scratch *s;

	if (!me)
		return 0;
	s = spy_take(&area.scratch, me->sessions, me->since);
	if (!s)
		return 0;
	area.exec_id = me->exec_id;
	area.start = BPF_CORE_READ(task, mm, env_start);
	area.bytes = BPF_CORE_READ(task, mm, env_end) - area.start;
	area.process = me->process;
	bpf_loop(SPY_ENVIRONMENT_CHUNKS, spy_tell_environment, &area, 0);
	spy_release(s);
	return 0;
}
