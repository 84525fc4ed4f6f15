// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Calls that move bytes between memory and files, or between files, and what has to be told before a descriptor is closed. */
#include "calls.bpf.h"
#include "io.bpf.h"
#include "uring.bpf.h"

enum spy_transfer_form {
	SPY_FORM_NONE = 0,
	SPY_FORM_READ,
	SPY_FORM_WRITE,
	SPY_FORM_SENDFILE,
	SPY_FORM_SPLICE, /* and copy_file_range: from the first to the third argument */
	SPY_FORM_MAP,
	SPY_FORM_MAP_OLD, /* i386: arguments in memory */
	SPY_FORM_IOCTL,
	SPY_FORM_SUBMIT, /* what it begins is not followed */
};

#define SPY_MAP_ANONYMOUS 0x20
#define SPY_MAP_TYPE 0x0f
#define SPY_MAP_PRIVATE 0x02
#define SPY_PROT_WRITE 0x2
#define SPY_TIOCGPTPEER 0x5441
#define SPY_FICLONE 0x40049409
#define SPY_FICLONERANGE 0x4020940d
/* fallocate by other names, of which the size differs by ABI. */
#define SPY_IOCTL_NAME(command) ((command)&0xffff)
#define SPY_UNRESVSP 0x5829
#define SPY_UNRESVSP64 0x582b
#define SPY_ZERO_RANGE 0x5839
#define SPY_BLKDISCARD 0x1277
#define SPY_BLKSECDISCARD 0x127d
#define SPY_BLKZEROOUT 0x127f

#define CALL(name, form) [SPY_NATIVE_PLACE(name)] = SPY_FORM_##form,
#define BY_ABI(name, native, compat) CALL(name, native)
static const volatile __u8 spy_native_transfer[SPY_TABLE_SIZE] = {
#include "tables/transfers.h"
};
#undef CALL
#undef BY_ABI

#define CALL(name, form) [SPY_COMPAT_PLACE(name)] = SPY_FORM_##form,
#define BY_ABI(name, native, compat) CALL(name, compat)
static const volatile __u8 spy_compat_transfer[SPY_TABLE_SIZE] = {
#include "tables/transfers.h"
};
#undef CALL
#undef BY_ABI

/* Whether it has content of its own: of pipes, sockets and terminals there is nothing to say by file. */
static __always_inline bool spy_has_content(const struct spy_open_file *found)
{
	__u32 type = found->mode & SPY_S_IFMT;

	return type == SPY_S_IFREG || type == SPY_S_IFBLK;
}

static __noinline int spy_transfer_on(__s32 fd, __u32 transfer, __u64 bytes)
{
	struct spy_open_file found = {};

	if (spy_find_file(fd, &found) && spy_has_content(&found))
		(void)spy_io_add(&found, transfer, bytes);
	return 0;
}

/* Arguments of the old mmap of i386. */
struct spy_map_arguments {
	__u32 address;
	__u32 length;
	__u32 protection;
	__u32 flags;
	__u32 fd;
	__u32 offset;
};

/* What a call of two files or a mapping transfers: up to two parts, which are handled in the program itself, where there is stack left. */
struct spy_parts {
	__s32 from;     /* read by the call; -1: none */
	__s32 to;       /* written, or mapped */
	__u32 transfer; /* to the second one */
	__u32 opens;    /* 1: it opens the other end of a terminal */
	__u64 bytes;
};

static __always_inline void spy_mapped(struct spy_parts *parts, __u64 length, __u64 protection, __u64 flags, __s32 fd)
{
	bool shared = (flags & SPY_MAP_TYPE) != SPY_MAP_PRIVATE;

	if (flags & SPY_MAP_ANONYMOUS)
		return;
	parts->to = fd;
	parts->transfer = shared && protection & SPY_PROT_WRITE ? SPY_TRANSFER_MAP_WRITABLE : SPY_TRANSFER_MAP;
	parts->bytes = length;
}

/* struct file_clone_range. */
struct spy_clone_range {
	__s64 source;
	__u64 source_offset;
	__u64 length;
	__u64 offset;
};

/* Content shared instead of copied: the whole file, or as much as is asked for. */
static __always_inline void spy_cloned(struct spy_parts *parts, __u64 *args)
{
	struct spy_clone_range range = {};
	struct spy_open_file source = {};
	struct inode *inode;

	if ((__u32)args[1] == SPY_FICLONERANGE)
		bpf_probe_read_user(&range, sizeof(range), (void *)args[2]);
	else if ((__u32)args[1] == SPY_FICLONE)
		range.source = (__s32)args[2];
	else
		return;
	if (!range.length && spy_find_file(range.source, &source)) {
		inode = (struct inode *)source.inode;
		range.length = BPF_CORE_READ(inode, i_size) - range.source_offset;
	}
	parts->from = range.source;
	parts->to = args[0];
	parts->bytes = range.length;
}

/* Zeros put in the place of content: struct space_resv; of a block device two numbers, where and how many. */
static __always_inline void spy_zeroed(struct spy_parts *parts, __u64 *args, __u32 flags)
{
	__u32 name = SPY_IOCTL_NAME(args[1]);

	if (name == SPY_BLKDISCARD || name == SPY_BLKSECDISCARD || name == SPY_BLKZEROOUT) {
		parts->to = args[0];
		bpf_probe_read_user(&parts->bytes, sizeof(parts->bytes), (void *)(args[2] + sizeof(__u64)));
		return;
	}
	if (name != SPY_UNRESVSP && name != SPY_UNRESVSP64 && name != SPY_ZERO_RANGE)
		return;
	parts->to = args[0];
	bpf_probe_read_user(&parts->bytes, sizeof(parts->bytes),
			    (void *)(args[2] + (flags & SPY_FLAG_COMPAT ? SPY_COMPAT_RANGE_LENGTH : 16)));
}

static __noinline int spy_find_parts(struct pt_regs *regs, __u32 form, __s64 result, struct spy_parts *parts)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, result, &index, &me);
	struct spy_map_arguments map = {};
	__u64 *args;

	if (!s)
		return 0;
	args = s->call.args;
	parts->bytes = result;
	parts->transfer = SPY_TRANSFER_WRITE;
	if (form == SPY_FORM_SENDFILE) {
		parts->from = args[1];
		parts->to = args[0];
	} else if (form == SPY_FORM_SPLICE) {
		parts->from = args[0];
		parts->to = args[2];
	} else if (form == SPY_FORM_MAP) {
		spy_mapped(parts, args[1], args[2], args[3], args[4]);
	} else if (form == SPY_FORM_MAP_OLD) {
		bpf_probe_read_user(&map, sizeof(map), (void *)args[0]);
		spy_mapped(parts, map.length, map.protection, map.flags, map.fd);
	} else if (form == SPY_FORM_IOCTL) {
		spy_cloned(parts, args);
		spy_zeroed(parts, args, s->call.flags);
		parts->opens = (__u32)args[1] == SPY_TIOCGPTPEER;
	}
	spy_release(s);
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spy_on_transfer, struct pt_regs *regs, long result)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());
	struct spy_parts parts = { .from = -1, .to = -1 };
	struct spy_open_file found = {};
	__u32 form, flags, nr;
	__s32 fd;

	if (!me)
		return 0;
	flags = me->call_flags;
	nr = me->nr;
	if (nr >= SPY_NR_TABLE)
		return 0;
	form = flags & SPY_FLAG_COMPAT ? spy_compat_transfer[nr] : spy_native_transfer[nr];
	/* An address can be anything; an error is one of the last 4095 values. */
	if ((result < 0 && result >= -4095) || flags & SPY_FLAG_BLOCKED) {
		/* A name was to be asked for. */
		if (form == SPY_FORM_WRITE && me->groups & SPY_GROUP_NETWORK)
			bpf_tail_call(ctx, &spy_handlers, SPY_HANDLER_DNS);
		return 0;
	}
	if (form == SPY_FORM_SUBMIT)
		return result ? spy_blind(SPY_ROUTE_AIO, result, SPY_GROUP_FILE) : 0;
	if (form != SPY_FORM_READ && form != SPY_FORM_WRITE) {
		spy_find_parts(regs, form, result, &parts);
		if (parts.from >= 0)
			(void)spy_transfer_on(parts.from, SPY_TRANSFER_READ, parts.bytes);
		if (parts.to >= 0)
			(void)spy_transfer_on(parts.to, parts.transfer, parts.bytes);
		if (parts.opens)
			bpf_tail_call(ctx, &spy_handlers, SPY_HANDLER_OPEN);
		if ((form == SPY_FORM_SENDFILE || form == SPY_FORM_SPLICE) && me->groups & SPY_GROUP_NETWORK)
			bpf_tail_call(ctx, &spy_handlers, SPY_HANDLER_DNS);
		return 0;
	}
	fd = spy_first_arg(regs, flags, 0);
	if (!spy_find_file(fd, &found))
		return 0;
	if (spy_has_content(&found))
		(void)spy_io_add(&found, form == SPY_FORM_READ ? SPY_TRANSFER_READ : SPY_TRANSFER_WRITE, result);
	else if ((found.mode & SPY_S_IFMT) == SPY_S_IFSOCK && me->groups & SPY_GROUP_NETWORK)
		bpf_tail_call(ctx, &spy_handlers, SPY_HANDLER_DNS);
	return 0;
}

static __always_inline void spy_tell_pending(struct pt_regs *regs)
{
	struct spy_task *me;
	__u32 index;
	struct spy_scratch *s = spy_call_take(regs, 0, &index, &me);

	if (!s)
		return;
	if (s->call.class == SPY_CLASS_CLOSE && !SPY_CALL_IS(&s->call, close_range))
		(void)spy_io_close(index, s->call.args[SPY_CALL_IS(&s->call, close) ? 0 : 1]);
	else
		(void)spy_io_flush(index);
	spy_release(s);
}

/*
 * Before descriptors go: of one that is closed or replaced, of a range, and of those that an exec closes. And before names, attributes, mounts and roots change, and data is put on
 * the disk: what was written before is told before, by its name of that time, and what another thread writes meanwhile is not.
 */
SEC("tp_btf/sys_enter")
int BPF_PROG(spy_enter_close, struct pt_regs *regs, long id)
{
	struct spy_task *me = spy_task_of(bpf_get_current_task_btf());

	if (!me)
		return 0;
	if (spy_io_pending())
		spy_tell_pending(regs);
	if (me->call_class == SPY_CLASS_EXEC)
		bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_EXEC);
	if (me->call_class == SPY_CLASS_MOUNT && me->groups & SPY_GROUP_NAMESPACE)
		bpf_tail_call(ctx, &spy_entries, SPY_ENTRY_MOUNT);
	return 0;
}
