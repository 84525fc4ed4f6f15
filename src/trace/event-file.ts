// SPDX-License-Identifier: MIT
// Events of the groups `file`, `probe` and `sync`.
import type { EventBase, SystemCall, Text } from './event-base.ts'

/** What an open gives the right to do. `path`: O_PATH, neither read nor written. */
export type OpenMode = 'read' | 'write' | 'readwrite' | 'path'

/** A file was opened, or could not be. Source: sys_exit, and the kernel's file behind the new descriptor. */
export interface OpenEvent extends SystemCall {
  readonly kind: 'open'
  readonly call:
    | 'open'
    | 'openat'
    | 'openat2'
    | 'creat'
    | 'open_by_handle_at'
    | 'ioctl'
    | 'io_uring:openat'
    | 'io_uring:openat2'
  /** The path as the caller gave it, read when the call returned; absent where it gave none (`open_by_handle_at`, and `ioctl`, which opens the other end of a terminal). */
  readonly asked: Text
  /**
   * Success: walked by the kernel from the file that was really opened, links resolved, relative to the task's own root.
   * Failure: `asked` joined to the folder it was relative to; links not resolved.
   */
  readonly path: Text
  /** `'kernel'` for a walked `path`, `'lexical'` for a joined one. */
  readonly resolved: 'kernel' | 'lexical'
  readonly mode: OpenMode
  /** Names of the O_* flags, access mode first. */
  readonly flags: readonly string[]
  /** Names of the RESOLVE_* flags of openat2. */
  readonly resolve: readonly string[]
  /** Permission bits as asked; meaningful with O_CREAT or O_TMPFILE. */
  readonly permissions: number
  /** The call made the file. */
  readonly created: boolean
  /** The file had no name any more (or never had: O_TMPFILE). */
  readonly deleted: boolean
  /** `path` is relative to a root that the process cannot reach (detached mount, outside a chroot). */
  readonly disconnected: boolean
  /** Its root is another than that of the test (chroot, pivot_root): `path` is not the test's. */
  readonly chrooted: boolean
  /** Descriptor of the folder as given (AT_FDCWD is -100); of `ioctl` the terminal's first end. */
  readonly dirfd: number
  /** `'file' 'directory' 'symlink' 'fifo' 'socket' 'characterDevice' 'blockDevice'`; null on failure. */
  readonly fileType: FileType | null
  /** `major:minor`; '' on failure. */
  readonly device: string
  /** 0n on failure. */
  readonly inode: bigint
}

export type FileType = 'file' | 'directory' | 'symlink' | 'fifo' | 'socket' | 'characterDevice' | 'blockDevice'

/** A call that names one file, or stands on a descriptor of it. Source: sys_exit. */
interface NamedCall extends SystemCall {
  /** The path as the caller gave it, read when the call returned; absent where the call was given a descriptor instead. */
  readonly asked: Text
  /**
   * `asked` joined to the folder it was relative to, links not resolved (the name itself is gone or new when the call returns); of a descriptor, the kernel's
   * walk from its file.
   */
  readonly path: Text
  /** `'kernel'` for a walked `path`, `'lexical'` for a joined one. */
  readonly resolved: 'kernel' | 'lexical'
  /** A symbolic link at the end of `path` is followed by the call: its effect is on what the link leads to. */
  readonly followed: boolean
  /** Its root is another than that of the test (chroot, pivot_root): `path` is not the test's. */
  readonly chrooted: boolean
}

/** A name was given to a file that had another one, or could not be. */
export interface RenameEvent extends NamedCall {
  readonly kind: 'rename'
  /** The new name as given. `asked` and `path` are the old one. */
  readonly askedTo: Text
  readonly to: Text
  /** Names of the RENAME_* flags. */
  readonly flags: readonly string[]
}

/** A name was removed. */
export interface UnlinkEvent extends NamedCall {
  readonly kind: 'unlink'
}

export interface RmdirEvent extends NamedCall {
  readonly kind: 'rmdir'
}

export interface MkdirEvent extends NamedCall {
  readonly kind: 'mkdir'
  /** Permission bits as asked, before the umask. */
  readonly permissions: number
}

/** A second name was given to a file. `path` is the existing one. */
export interface LinkEvent extends NamedCall {
  readonly kind: 'link'
  readonly askedTo: Text
  /** The new name. */
  readonly to: Text
}

/** A symbolic link was made: `path` is the link. */
export interface SymlinkEvent extends NamedCall {
  readonly kind: 'symlink'
  /** What is in it, as given. */
  readonly target: Text
}

export interface MknodEvent extends NamedCall {
  readonly kind: 'mknod'
  readonly permissions: number
  readonly fileType: FileType
  /** `major:minor` of a device; '' of others. */
  readonly device: string
}

export interface ChmodEvent extends NamedCall {
  readonly kind: 'chmod'
  readonly permissions: number
}

export interface ChownEvent extends NamedCall {
  readonly kind: 'chown'
  /** null: left as it is. */
  readonly uid: number | null
  readonly gid: number | null
}

/** The length was set: truncate, ftruncate, fallocate. */
export interface TruncateEvent extends NamedCall {
  readonly kind: 'truncate'
  /** Bytes; of fallocate the end of the range. */
  readonly length: number
}

export interface UtimesEvent extends NamedCall {
  readonly kind: 'utimes'
}

/** An extended attribute was set or removed; the call tells which. */
export interface XattrEvent extends NamedCall {
  readonly kind: 'xattr'
  readonly name: Text
}

export type ChangeEvent =
  | RenameEvent
  | UnlinkEvent
  | RmdirEvent
  | MkdirEvent
  | LinkEvent
  | SymlinkEvent
  | MknodEvent
  | ChmodEvent
  | ChownEvent
  | TruncateEvent
  | UtimesEvent
  | XattrEvent

/** Calls and bytes of one direction. */
export interface Transfer {
  readonly calls: number
  readonly bytes: number
}

/**
 * What a process did with one open file (a regular file or a block device): read, write, pread, sendfile, splice, copy_file_range, mmap … added up in the kernel. Its place in the order is
 * the end of the stretch that it covers: the file's close, the next event whose order matters (sync, change, exec, exit), or the drain. Source: sys_exit; io_uring_complete where some of it went
 * through io_uring.
 */
export interface IoEvent extends EventBase {
  readonly kind: 'io'
  /** Nanoseconds since the session opened, of the first call counted. `timeNs` is that of the record. */
  readonly firstNs: bigint
  /** Walked by the kernel from the file; where it was closed elsewhere meanwhile, the path of the open of the same inode by this process, else absent. */
  readonly path: Text
  readonly read: Transfer
  readonly written: Transfer
  /** Bytes of all mappings. */
  readonly mapped: Transfer
  /** Bytes, of `mapped`, that may be written through (shared and writable). */
  readonly mappedWritable: number
  /** Every call was made by the thread `tid`; otherwise that is the thread of the last one. */
  readonly oneThread: boolean
  readonly fd: number
  readonly fileType: FileType
  readonly device: string
  readonly inode: bigint
  readonly chrooted: boolean
}

/** A file was looked at by name. Told once for each process and program that it runs, by call, path and result. Source: sys_exit. */
interface ProbeCall extends SystemCall {
  /** Absent where the call was given a descriptor (`list`). */
  readonly asked: Text
  /** `asked` made absolute, links not resolved; of `list` walked by the kernel. */
  readonly path: Text
  readonly resolved: 'kernel' | 'lexical'
  /** A symbolic link at the end of `path` is followed by the call: it looks at what the link leads to. */
  readonly followed: boolean
  readonly chrooted: boolean
}

export interface StatEvent extends ProbeCall {
  readonly kind: 'stat'
}

export interface AccessEvent extends ProbeCall {
  readonly kind: 'access'
  /** What was asked: of `'exists' 'read' 'write' 'execute'`. */
  readonly mode: readonly ('exists' | 'read' | 'write' | 'execute')[]
}

export interface ReadlinkEvent extends ProbeCall {
  readonly kind: 'readlink'
  /** What is in the link; absent on failure. */
  readonly target: Text
}

/** The entries of a folder were read (getdents). */
export interface ListEvent extends ProbeCall {
  readonly kind: 'list'
}

export type ProbeEvent = StatEvent | AccessEvent | ReadlinkEvent | ListEvent

/** Data was asked to be on the disk. Source: sys_exit. */
export interface SyncEvent extends SystemCall {
  readonly kind: 'sync'
  readonly call:
    | 'fsync'
    | 'fdatasync'
    | 'syncfs'
    | 'sync_file_range'
    | 'msync'
    | 'sync'
    | 'io_uring:fsync'
    | 'io_uring:sync_file_range'
  /** `'MS_SYNC'`, `'SYNC_FILE_RANGE_WRITE'`, `'IORING_FSYNC_DATASYNC'` …; empty without any. */
  readonly flags: readonly string[]
  /** The file, walked by the kernel; absent for `sync`, and of an msync without a file. */
  readonly path: Text
  readonly fileType: FileType | null
  readonly device: string
  readonly inode: bigint
  readonly chrooted: boolean
}
