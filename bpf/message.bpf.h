/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Messages of sockets in the caller's memory: struct msghdr, mmsghdr and iovec, of 64 and of 32 bits. */
#ifndef SPY_MESSAGE_BPF_H
#define SPY_MESSAGE_BPF_H

#include "maps.bpf.h"

/* UIO_MAXIOV: what the kernel takes of one sendmmsg. */
#define SPY_MESSAGES_MAX 1024

struct spy_msghdr {
	__u64 name;
	__u32 name_length;
	__u32 padding;
	__u64 vector;
	__u64 segments;
	__u64 control;
	__u64 control_length;
};

struct spy_msghdr32 {
	__u32 name;
	__u32 name_length;
	__u32 vector;
	__u32 segments;
	__u32 control;
	__u32 control_length;
};

struct spy_cmsghdr {
	__u64 length;
	__s32 level;
	__s32 type;
};

struct spy_cmsghdr32 {
	__u32 length;
	__s32 level;
	__s32 type;
};

struct spy_iovec {
	__u64 base;
	__u64 length;
};

struct spy_iovec32 {
	__u32 base;
	__u32 length;
};

/* Where the number of bytes stands in a mmsghdr, and how far the next one is. */
#define SPY_MMSGHDR_BYTES 56
#define SPY_MMSGHDR_STRIDE 64
#define SPY_MMSGHDR32_BYTES 28
#define SPY_MMSGHDR32_STRIDE 32

/* A message, whatever call it is of. */
struct spy_message {
	struct spy_msghdr head;
	struct spy_iovec buffer; /* the only one, where the head has no vector */
	__u32 flags;             /* SPY_FLAG_* of the call */
	__u32 unused;
};

/* Of a msghdr at an address. */
static __always_inline void spy_message_read(struct spy_message *m, __u64 message, __u32 flags)
{
	struct spy_msghdr32 narrow = {};

	m->flags = flags;
	if (flags & SPY_FLAG_COMPAT) {
		bpf_probe_read_user(&narrow, sizeof(narrow), (void *)message);
		m->head.name = narrow.name;
		m->head.name_length = narrow.name_length;
		m->head.vector = narrow.vector;
		m->head.segments = narrow.segments;
		m->head.control = narrow.control;
		m->head.control_length = narrow.control_length;
	} else {
		bpf_probe_read_user(&m->head, sizeof(m->head), (void *)message);
	}
}

/* Control messages of one message that are looked at, at most. */
#define SPY_CONTROLS 4

/* Whether one of its control messages is of a level and type, or there are too many to tell. */
static __always_inline bool spy_message_has(const struct spy_message *m, __s32 level, __s32 type)
{
	bool narrow = m->flags & SPY_FLAG_COMPAT;
	__u64 head = narrow ? sizeof(struct spy_cmsghdr32) : sizeof(struct spy_cmsghdr);
	__u64 left = m->head.control ? m->head.control_length : 0;
	__u64 at = m->head.control;

	for (int n = 0; n < SPY_CONTROLS; n++) {
		struct spy_cmsghdr32 control32 = {};
		struct spy_cmsghdr control = {};

		if (left < head)
			return false;
		if (narrow) {
			bpf_probe_read_user(&control32, sizeof(control32), (void *)at);
			control.length = (control32.length + 3) & ~3u;
			control.level = control32.level;
			control.type = control32.type;
		} else {
			bpf_probe_read_user(&control, sizeof(control), (void *)at);
			control.length = (control.length + 7) & ~7ull;
		}
		if (control.level == level && control.type == type)
			return true;
		if (control.length < head || control.length > left)
			return false;
		at += control.length;
		left -= control.length;
	}
	return left >= head;
}

/* One of its buffers. */
static __always_inline void spy_message_segment(const struct spy_message *m, __u32 n, struct spy_iovec *out)
{
	struct spy_iovec32 narrow = {};

	if (!m->head.vector) {
		*out = m->buffer;
	} else if (m->flags & SPY_FLAG_COMPAT) {
		bpf_probe_read_user(&narrow, sizeof(narrow), (void *)(m->head.vector + n * sizeof(narrow)));
		out->base = narrow.base;
		out->length = narrow.length;
	} else {
		out->base = 0;
		out->length = 0;
		bpf_probe_read_user(out, sizeof(*out), (void *)(m->head.vector + n * sizeof(*out)));
	}
}

static __always_inline __u32 spy_message_stride(__u32 flags)
{
	return flags & SPY_FLAG_COMPAT ? SPY_MMSGHDR32_STRIDE : SPY_MMSGHDR_STRIDE;
}

/* What the kernel wrote into a mmsghdr: bytes sent or received. */
static __always_inline __u32 spy_message_bytes(__u64 message, __u32 flags)
{
	__u32 bytes = 0;

	message += flags & SPY_FLAG_COMPAT ? SPY_MMSGHDR32_BYTES : SPY_MMSGHDR_BYTES;
	bpf_probe_read_user(&bytes, sizeof(bytes), (void *)message);
	return bytes;
}

#endif
