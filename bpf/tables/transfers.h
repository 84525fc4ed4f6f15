/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How calls move bytes: SPY_FORM_* of transfer.bpf.c. Included once for each ABI, with CALL(name, form) defined, and BY_ABI(name, native form, form of 32-bit programs). */
// clang-format off
CALL(read, READ) CALL(pread64, READ) CALL(readv, READ) CALL(preadv, READ) CALL(preadv2, READ)
CALL(write, WRITE) CALL(pwrite64, WRITE) CALL(writev, WRITE) CALL(pwritev, WRITE) CALL(pwritev2, WRITE)
CALL(sendfile, SENDFILE) CALL(sendfile64, SENDFILE)
CALL(splice, SPLICE) CALL(copy_file_range, SPLICE)
BY_ABI(mmap, MAP, MAP_OLD) CALL(mmap2, MAP)
CALL(ioctl, IOCTL)
CALL(io_submit, SUBMIT)
