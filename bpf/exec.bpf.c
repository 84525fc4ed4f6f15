// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs executed: the successful from the new memory, the failed from the return of the call. And working folders. */
#include "calls.bpf.h"
#include "passage.bpf.h"
#include "withhold.bpf.h"

#define SPY_ARGV_CHUNKS 512 /* 8 MiB: more than the kernel takes (three quarters of the 8 MiB stack limit) */

static __u64 spy_last_exec;

struct spy_argv_rest {
	__u64 exec_id;
	__u64 start;
	__u32 bytes;
	__u32 process;
	__u32 scratch;
	__u32 reserved;
};

static long spy_tell_argv(__u32 n, struct spy_argv_rest *rest)
{
	struct spy_scratch *s = spy_scratch_at(rest->scratch);
	__u32 offset = (n + 1) * SPY_ARGV_CHUNK;
	struct spy_record_argv *r;
	__u32 length;

	if (!s || offset >= rest->bytes)
		return 1;
	length = rest->bytes - offset;
	if (length > SPY_ARGV_CHUNK)
		length = SPY_ARGV_CHUNK;
	s->unreadable = 0;
	s->truncated = 0;
	r = (void *)spy_begin(s, SPY_RECORD_ARGV, sizeof(*r), rest->process, 0);
	r->exec_id = rest->exec_id;
	r->offset = offset;
	(void)spy_put_user_bytes(rest->scratch, rest->start + offset, length);
	(void)spy_emit(rest->scratch, SPY_GROUP_PROCESS, 0);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(spy_exec, struct task_struct *task, int old_tid, struct linux_binprm *bprm)
{
	struct spy_task *me = spy_task_of(task);
	struct file *file = bprm->file;
	struct inode *inode = file->f_inode;
	struct spy_argv_rest rest = {};
	struct spy_record_exec *r;
	struct spy_scratch *s;
	__u64 start, end;
	__u32 index;
	__u32 dev;
	int found;

	if (!me || !spy_comes_first(&me->skipped[SPY_PASSAGE_EXEC]))
		return 0;
	if (me->withheld)
		(void)spy_reveal();
	if (!me->sessions)
		return 0;
	me->executed = 1;
	s = spy_take(&index, me->sessions, me->since);
	if (!s)
		return 0;
	start = BPF_CORE_READ(task, mm, arg_start);
	end = BPF_CORE_READ(task, mm, arg_end);
	rest.exec_id = __sync_fetch_and_add(&spy_last_exec, 1) + 1;
	rest.start = start;
	rest.bytes = end - start;
	rest.process = me->process;
	rest.scratch = index;

	r = (void *)spy_begin(s, SPY_RECORD_EXEC, sizeof(*r), me->process, spy_root_flags(&me->root));
	r->exec_id = rest.exec_id;
	r->argc = bprm->argc;
	r->argv_bytes = rest.bytes;
	r->old_tid = old_tid;
	dev = BPF_CORE_READ(inode, i_sb, s_dev);
	r->dev_major = spy_dev_major(dev);
	r->dev_minor = spy_dev_minor(dev);
	r->inode = inode->i_ino;
	s->call.result = 0;
	(void)spy_put_kernel(index, (__u64)BPF_CORE_READ(bprm, filename));
	(void)spy_put_kernel(index, (__u64)BPF_CORE_READ(bprm, interp));
	found = spy_put_path(index, (__u64)BPF_CORE_READ(file, f_path.mnt), (__u64)BPF_CORE_READ(file, f_path.dentry));
	if (found & (SPY_FLAG_DELETED | SPY_FLAG_DISCONNECTED))
		found |= SPY_FLAG_FILELESS;
	r->header.flags |= found;
	(void)spy_put_cwd(index);
	spy_put_comm(index, s, task);
	(void)spy_put_user_bytes(index, start, rest.bytes < SPY_ARGV_CHUNK ? rest.bytes : SPY_ARGV_CHUNK);
	(void)spy_emit(index, SPY_GROUP_PROCESS, 1);
	if (rest.bytes > SPY_ARGV_CHUNK)
		bpf_loop(SPY_ARGV_CHUNKS, spy_tell_argv, &rest, 0);
	spy_release(s);
	me->exec_id = rest.exec_id;
	if (me->groups & SPY_GROUP_ENVIRONMENT)
		bpf_tail_call(ctx, &spy_execs, SPY_EXEC_ENVIRONMENT);
	return 0;
}

/* The path argument of an exec; its folder's descriptor in `dirfd`. */
static __always_inline __u64 spy_exec_path(struct spy_call *call, __s32 *dirfd)
{
	*dirfd = SPY_AT_FDCWD;
	if (!SPY_CALL_IS(call, execveat))
		return call->args[0];
	*dirfd = call->args[0];
	return call->args[1];
}

/* Not read yet is no loss: the return reads it again. */
SEC("tp_btf/sys_enter")
int BPF_PROG(spy_enter_exec, struct pt_regs *regs, long id)
{
	struct spy_record_exec_begun *r;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, 0, &index, &me);
	__s32 dirfd;
	__u64 path;

	if (!s)
		return 0;
	path = spy_exec_path(&s->call, &dirfd);
	r = (void *)spy_begin(s, SPY_RECORD_EXEC_BEGUN, sizeof(*r), s->call.process, s->call.flags);
	r->nr = s->call.nr;
	r->dirfd = dirfd;
	(void)spy_put_user(index, path);
	(void)spy_put_base(index, dirfd, path);
	s->unreadable = 0;
	(void)spy_emit(index, SPY_GROUP_PROCESS, 0);
	spy_release(s);
	return 0;
}

/* Also told: a success that replaced no program (AT_EXECVE_CHECK), which settles the entry. */
static __always_inline void spy_tell_exec_failed(struct spy_scratch *s, __u32 index)
{
	struct spy_record_exec_failed *r;
	__s32 dirfd;
	__u64 path = spy_exec_path(&s->call, &dirfd);

	r = (void *)spy_begin(s, SPY_RECORD_EXEC_FAILED, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->nr = s->call.nr;
	r->dirfd = dirfd;
	(void)spy_put_user(index, path);
	(void)spy_put_base(index, dirfd, path);
	(void)spy_emit(index, SPY_GROUP_PROCESS, 0);
}

static __always_inline void spy_tell_chdir(struct spy_scratch *s, __u32 index)
{
	bool by_fd = SPY_CALL_IS(&s->call, fchdir);
	struct spy_record_chdir *r;

	r = (void *)spy_begin(s, SPY_RECORD_CHDIR, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->nr = s->call.nr;
	r->fd = by_fd ? (__s32)s->call.args[0] : -1;
	if (by_fd)
		(void)spy_put_absent(index);
	else
		(void)spy_put_user(index, s->call.args[0]);
	if (!spy_call_failed(&s->call)) {
		(void)spy_put_absent(index);
		r->header.flags |= spy_put_cwd_of_call(index, SPY_FOLDER_CHANGE);
	} else {
		if (by_fd)
			(void)spy_put_absent(index);
		else
			(void)spy_put_base(index, SPY_AT_FDCWD, s->call.args[0]);
		(void)spy_put_absent(index);
	}
	(void)spy_emit(index, SPY_GROUP_PROCESS, 0);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_process, struct pt_regs *regs, long result)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);

	if (!s)
		return 0;
	if (s->call.class == SPY_CLASS_CHDIR)
		spy_tell_chdir(s, index);
	else if (!me->executed)
		spy_tell_exec_failed(s, index);
	spy_release(s);
	return 0;
}
