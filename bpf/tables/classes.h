/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which system calls are of interest, by class. Included once for each ABI, with CALL(name, class) defined. */
// clang-format off
CALL(open, OPEN) CALL(creat, OPEN) CALL(openat, OPEN) CALL(openat2, OPEN) CALL(open_by_handle_at, OPEN)

CALL(execve, EXEC) CALL(execveat, EXEC)

CALL(chdir, CHDIR) CALL(fchdir, CHDIR)

CALL(connect, CONNECT)

CALL(send, SEND) CALL(sendto, SEND) CALL(sendmsg, SEND) CALL(sendmmsg, SEND)

CALL(fork, CLONE) CALL(vfork, CLONE) CALL(clone, CLONE) CALL(clone3, CLONE)

CALL(rename, CHANGE) CALL(renameat, CHANGE) CALL(renameat2, CHANGE)
CALL(unlink, CHANGE) CALL(unlinkat, CHANGE) CALL(rmdir, CHANGE)
CALL(mkdir, CHANGE) CALL(mkdirat, CHANGE)
CALL(link, CHANGE) CALL(linkat, CHANGE)
CALL(symlink, CHANGE) CALL(symlinkat, CHANGE)
CALL(mknod, CHANGE) CALL(mknodat, CHANGE)
CALL(chmod, CHANGE) CALL(fchmod, CHANGE) CALL(fchmodat, CHANGE) CALL(fchmodat2, CHANGE)
CALL(chown, CHANGE) CALL(lchown, CHANGE) CALL(fchown, CHANGE) CALL(fchownat, CHANGE)
CALL(chown32, CHANGE) CALL(lchown32, CHANGE) CALL(fchown32, CHANGE)
CALL(truncate, CHANGE) CALL(ftruncate, CHANGE) CALL(truncate64, CHANGE) CALL(ftruncate64, CHANGE) CALL(fallocate, CHANGE)
CALL(utime, CHANGE) CALL(utimes, CHANGE) CALL(futimesat, CHANGE) CALL(utimensat, CHANGE) CALL(utimensat_time64, CHANGE)
CALL(setxattr, CHANGE) CALL(lsetxattr, CHANGE) CALL(fsetxattr, CHANGE) CALL(setxattrat, CHANGE)
CALL(removexattr, CHANGE) CALL(lremovexattr, CHANGE) CALL(fremovexattr, CHANGE) CALL(removexattrat, CHANGE)

CALL(read, TRANSFER) CALL(pread64, TRANSFER) CALL(readv, TRANSFER) CALL(preadv, TRANSFER) CALL(preadv2, TRANSFER)
CALL(write, TRANSFER) CALL(pwrite64, TRANSFER) CALL(writev, TRANSFER) CALL(pwritev, TRANSFER) CALL(pwritev2, TRANSFER)
CALL(sendfile, TRANSFER) CALL(sendfile64, TRANSFER) CALL(splice, TRANSFER) CALL(copy_file_range, TRANSFER)
CALL(mmap, TRANSFER) CALL(mmap2, TRANSFER) CALL(ioctl, TRANSFER) CALL(io_submit, TRANSFER)

CALL(close, CLOSE) CALL(close_range, CLOSE) CALL(dup2, CLOSE) CALL(dup3, CLOSE)

CALL(stat, PROBE) CALL(lstat, PROBE) CALL(newfstatat, PROBE) CALL(statx, PROBE)
CALL(stat64, PROBE) CALL(lstat64, PROBE) CALL(fstatat64, PROBE) CALL(oldstat, PROBE) CALL(oldlstat, PROBE)
CALL(access, PROBE) CALL(faccessat, PROBE) CALL(faccessat2, PROBE)
CALL(readlink, PROBE) CALL(readlinkat, PROBE)
CALL(getdents, PROBE) CALL(getdents64, PROBE)

CALL(sync, SYNC) CALL(syncfs, SYNC) CALL(fsync, SYNC) CALL(fdatasync, SYNC) CALL(msync, SYNC)
CALL(sync_file_range, SYNC) CALL(arm_sync_file_range, SYNC)

CALL(socket, SOCKET) CALL(socketpair, SOCKET)

CALL(bind, BIND)

CALL(listen, LISTEN)

CALL(accept, ACCEPT) CALL(accept4, ACCEPT)

CALL(recv, RECEIVE) CALL(recvfrom, RECEIVE) CALL(recvmsg, RECEIVE) CALL(recvmmsg, RECEIVE) CALL(recvmmsg_time64, RECEIVE)

CALL(kill, SIGNAL) CALL(tkill, SIGNAL) CALL(tgkill, SIGNAL)
CALL(rt_sigqueueinfo, SIGNAL) CALL(rt_tgsigqueueinfo, SIGNAL) CALL(pidfd_send_signal, SIGNAL)

CALL(unshare, NAMESPACE) CALL(setns, NAMESPACE)

CALL(mount, MOUNT) CALL(umount, MOUNT) CALL(umount2, MOUNT) CALL(pivot_root, MOUNT) CALL(chroot, MOUNT)
CALL(open_tree, MOUNT) CALL(open_tree_attr, MOUNT) CALL(move_mount, MOUNT) CALL(mount_setattr, MOUNT)
CALL(fsopen, MOUNT) CALL(fsconfig, MOUNT) CALL(fsmount, MOUNT) CALL(fspick, MOUNT)

CALL(setuid, CREDENTIALS) CALL(setgid, CREDENTIALS) CALL(setreuid, CREDENTIALS) CALL(setregid, CREDENTIALS)
CALL(setresuid, CREDENTIALS) CALL(setresgid, CREDENTIALS) CALL(setfsuid, CREDENTIALS) CALL(setfsgid, CREDENTIALS)
CALL(setgroups, CREDENTIALS) CALL(capset, CREDENTIALS)
CALL(setuid32, CREDENTIALS) CALL(setgid32, CREDENTIALS) CALL(setreuid32, CREDENTIALS) CALL(setregid32, CREDENTIALS)
CALL(setresuid32, CREDENTIALS) CALL(setresgid32, CREDENTIALS) CALL(setfsuid32, CREDENTIALS) CALL(setfsgid32, CREDENTIALS)
CALL(setgroups32, CREDENTIALS)

CALL(ptrace, SYSTEM) CALL(process_vm_readv, SYSTEM) CALL(process_vm_writev, SYSTEM) CALL(bpf, SYSTEM)
CALL(init_module, SYSTEM) CALL(finit_module, SYSTEM) CALL(delete_module, SYSTEM) CALL(io_uring_setup, SYSTEM)
