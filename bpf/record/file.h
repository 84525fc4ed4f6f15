/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Opens, changes, transfers, looks and syncs of files. A part of record.h. */
#ifndef SPY_RECORD_FILE_H
#define SPY_RECORD_FILE_H

/*
 * open, openat, openat2, creat or open_by_handle_at returned, or the ioctl that opens the other end of a terminal. Strings: asked, base (cwd or dirfd, of a relative or failed one),
 * resolved (walked from the new file; absent on failure).
 */
struct spy_record_open {
	struct spy_header header;
	__s64 result;
	__u64 open_flags; /* O_* as asked */
	__u64 inode;      /* 0 on failure */
	__u32 dev_major;
	__u32 dev_minor;
	__u32 mode;      /* permission bits as asked */
	__u32 file_mode; /* i_mode of the opened file: type and permissions; 0 on failure */
	__u32 resolve;   /* RESOLVE_* of openat2 */
	__s32 dirfd;
	__s32 nr;
	__u32 fs_magic; /* s_magic of the file system, 0 on failure */
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_open) == 88, "ABI: spy_record_open");

enum spy_change {
	SPY_CHANGE_RENAME = 1,
	SPY_CHANGE_UNLINK = 2,
	SPY_CHANGE_RMDIR = 3,
	SPY_CHANGE_MKDIR = 4,
	SPY_CHANGE_LINK = 5,
	SPY_CHANGE_SYMLINK = 6,
	SPY_CHANGE_MKNOD = 7,
	SPY_CHANGE_CHMOD = 8,
	SPY_CHANGE_CHOWN = 9,
	SPY_CHANGE_TRUNCATE = 10,
	SPY_CHANGE_UTIMES = 11,
	SPY_CHANGE_XATTR = 12,
};

/*
 * A call that changes names or attributes of files returned. Strings: asked, base (of a relative one), resolved (walked from the descriptor that
 * the call was given in place of a path, else absent), to (new name of rename and link, text of a symlink, name of an xattr), to base.
 */
struct spy_record_change {
	struct spy_header header;
	__s64 result;
	__u64 arguments
		[3]; /* rename: flags. mkdir: mode. mknod: mode, device. chmod: mode, flags. chown: uid, gid, flags. truncate: length. unlink, link: flags */
	__u32 operation; /* enum spy_change */
	__s32 nr;
	__s32 dirfd; /* or the descriptor that stands for the file */
	__s32 to_dirfd;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_change) == 80, "ABI: spy_record_change");

/*
 * What a process did to one open file since the record before of the same: written before the file is closed, before an event whose order
 * with it matters (sync, change, exec, exit), when the thread goes on to too many other files, and at drain. Strings: resolved (absent when the
 * descriptor stands for another file by now: then device and inode tell which of the opens it was).
 */
struct spy_record_io {
	struct spy_header header;
	__u64 first_ns; /* CLOCK_BOOTTIME, of the first call counted here */
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 file_mode; /* i_mode */
	__s32 fd;
	__u64 read_bytes;
	__u64 read_calls;
	__u64 written_bytes;
	__u64 write_calls;
	__u64 mapped_bytes;
	__u64 map_calls;
	__u64 mapped_writable_bytes; /* of mapped_bytes: shared mappings that may be written through */
	__u32 one_thread;            /* 1: all of it was done by the thread of the header */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_io) == 128, "ABI: spy_record_io");

enum spy_probe {
	SPY_PROBE_STAT = 1,
	SPY_PROBE_ACCESS = 2,
	SPY_PROBE_READLINK = 3,
	SPY_PROBE_LIST = 4,
};

/*
 * A file was looked at by name: the first time that this process did so with this call, path and result in the program that it runs. Strings: asked, base (of a relative one),
 * resolved (of a list: the folder; else absent), target (of a readlink).
 */
struct spy_record_probe {
	struct spy_header header;
	__s64 result;
	__u32 operation; /* enum spy_probe */
	__s32 nr;
	__s32 dirfd;
	__u32 mode;  /* of access: R_OK … */
	__u32 flags; /* AT_* */
	__u32 reserved;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_probe) == 64, "ABI: spy_record_probe");

/* fsync, fdatasync, syncfs, sync_file_range, msync or sync returned. Strings: resolved (of the file or mapping; absent for sync). */
struct spy_record_sync {
	struct spy_header header;
	__s64 result;
	__u64 inode;
	__u32 dev_major;
	__u32 dev_minor;
	__u32 flags; /* of sync_file_range and msync */
	__s32 fd;    /* -1: none */
	__s32 nr;
	__u32 file_mode;
};
SPY_STATIC_ASSERT(sizeof(struct spy_record_sync) == 72, "ABI: spy_record_sync");

#endif
