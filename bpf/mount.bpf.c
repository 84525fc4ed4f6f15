// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is mounted where, and roots. */
#include "calls.bpf.h"

#define SPY_MS_BIND 4096
#define SPY_MS_MOVE 8192
#define SPY_SOURCE 0x656372756f73ULL /* "source" and its end, as a number */

/* struct mount_attr of mount_setattr(2). */
struct spy_mount_attr {
	__u64 set;
	__u64 cleared;
	__u64 propagation;
};

/* Pointers are into user memory; 0 is none. */
struct spy_mount_arguments {
	__u64 target;
	__u64 source;
	__u64 type;
	__u64 option;
	__u64 flags;
	struct spy_mount_attr attributes;
	__u32 operation;
	__s32 dirfd;
	__s32 source_dirfd;
	__u32 names_target;
	__u32 names_source; /* the source is a path */
};

/* Of fsconfig only the source is told: values of other options can be secrets. */
static __always_inline void spy_fsconfig_read(struct spy_call *call, struct spy_mount_arguments *a)
{
	__u64 key = 0;

	a->flags = (__u32)call->args[1];
	a->option = call->args[2];
	bpf_probe_read_user_str(&key, sizeof(key), (void *)call->args[2]);
	if (key == SPY_SOURCE)
		a->source = call->args[3];
}

static __always_inline void spy_mount_read(struct spy_call *call, struct spy_mount_arguments *a)
{
	a->operation = SPY_MOUNT_MOUNT;
	a->dirfd = SPY_AT_FDCWD;
	a->source_dirfd = SPY_AT_FDCWD;
	a->names_target = 1;
	if (SPY_CALL_IS(call, mount)) {
		a->source = call->args[0];
		a->target = call->args[1];
		a->type = call->args[2];
		a->flags = call->args[3];
		a->names_source = !!(a->flags & (SPY_MS_BIND | SPY_MS_MOVE));
	} else if (SPY_CALL_IS(call, umount2) || SPY_CALL_IS(call, umount)) {
		a->operation = SPY_MOUNT_UMOUNT;
		a->target = call->args[0];
		if (SPY_CALL_IS(call, umount2))
			a->flags = (__u32)call->args[1];
	} else if (SPY_CALL_IS(call, chroot)) {
		a->operation = SPY_MOUNT_CHROOT;
		a->target = call->args[0];
	} else if (SPY_CALL_IS(call, pivot_root)) {
		a->operation = SPY_MOUNT_PIVOT_ROOT;
		a->target = call->args[0];
		a->source = call->args[1];
	} else if (SPY_CALL_IS(call, move_mount)) {
		a->source_dirfd = call->args[0];
		a->source = call->args[1];
		a->names_source = 1;
		a->dirfd = call->args[2];
		a->target = call->args[3];
		a->flags = (__u32)call->args[4];
	} else if (SPY_CALL_IS(call, fsopen)) {
		a->names_target = 0;
		a->type = call->args[0];
		a->flags = (__u32)call->args[1];
	} else if (SPY_CALL_IS(call, fsconfig)) {
		a->names_target = 0;
		spy_fsconfig_read(call, a);
	} else if (SPY_CALL_IS(call, fsmount)) {
		a->names_target = 0;
		a->flags = (__u32)call->args[1];
		a->attributes.set = (__u32)call->args[2];
	} else {
		a->dirfd = call->args[0];
		a->target = call->args[1];
		a->flags = (__u32)call->args[2];
		if (SPY_CALL_IS(call, mount_setattr) || (SPY_CALL_IS(call, open_tree_attr) && call->args[3]))
			bpf_probe_read_user(&a->attributes, sizeof(a->attributes), (void *)call->args[3]);
	}
}

static __always_inline void spy_put_optional(__u32 index, __u64 pointer)
{
	if (pointer)
		(void)spy_put_user(index, pointer);
	else
		(void)spy_put_absent(index);
}

static __always_inline void spy_put_base_if(__u32 index, __u32 wanted, __s32 dirfd, __u64 path)
{
	if (wanted)
		(void)spy_put_base(index, dirfd, path);
	else
		(void)spy_put_absent(index);
}

/* The folders that its paths are relative to, as long as they are what they are: a root or a mount below them can be another one afterwards. */
SEC("tp_btf/sys_enter")
int BPF_PROG(spy_enter_mount, struct pt_regs *regs, long id)
{
	struct spy_mount_arguments a = {};
	struct spy_record_mount_begun *r;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, 0, &index, &me);

	if (!s)
		return 0;
	s->call.nr &= ~SPY_X32_BIT;
	spy_mount_read(&s->call, &a);
	if (a.names_target) {
		r = (void *)spy_begin(s, SPY_RECORD_MOUNT_BEGUN, sizeof(*r), s->call.process, s->call.flags);
		r->nr = s->call.nr;
		spy_put_base_if(index, 1, a.dirfd, a.target);
		spy_put_base_if(index, a.names_source, a.source_dirfd, a.source);
		(void)spy_emit(index, SPY_GROUP_NAMESPACE, 0);
	}
	spy_release(s);
	return 0;
}

/* Of a mount that fsmount made, by its descriptor. */
static __always_inline void spy_put_type_of_mount(__u32 index, __s64 fd)
{
	struct file *file = spy_file_of(fd);

	if (file)
		(void)spy_put_kernel(index, (__u64)BPF_CORE_READ(file, f_inode, i_sb, s_type, name));
	else
		(void)spy_put_absent(index);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_mount, struct pt_regs *regs, long result)
{
	struct spy_mount_arguments a = {};
	struct spy_record_mount *r;
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);
	bool unseen;

	if (!s)
		return 0;
	unseen = s->call.flags & (SPY_FLAG_BLOCKED | SPY_FLAG_PARTIAL);
	spy_mount_read(&s->call, &a);
	r = (void *)spy_begin(s, SPY_RECORD_MOUNT, sizeof(*r), s->call.process, s->call.flags);
	r->result = s->call.result;
	r->flags = a.flags | a.attributes.propagation << 32;
	r->attributes = a.attributes.set;
	r->cleared = a.attributes.cleared;
	r->operation = a.operation;
	r->nr = s->call.nr;
	r->dirfd = a.dirfd;
	r->source_dirfd = a.source_dirfd;
	if (a.names_target && a.dirfd == SPY_AT_FDCWD)
		(void)spy_put_user(index, a.target);
	else
		spy_put_optional(index, a.target);
	spy_put_base_if(index, unseen && a.names_target, a.dirfd, a.target);
	spy_put_optional(index, a.source);
	spy_put_base_if(index, unseen && a.names_source, a.source_dirfd, a.source);
	if (SPY_CALL_IS(&s->call, fsmount) && !spy_call_failed(&s->call))
		spy_put_type_of_mount(index, s->call.result);
	else
		spy_put_optional(index, a.type);
	spy_put_optional(index, a.option);
	(void)spy_emit(index, SPY_GROUP_NAMESPACE, 0);
	spy_release(s);
	return 0;
}
