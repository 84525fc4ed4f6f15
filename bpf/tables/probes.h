/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where calls that look at files have their arguments: the forms of probe.bpf.c. Included once for each ABI, with CALL(name, form) defined. */
// clang-format off
CALL(stat, FORM(STAT, NONE, 0, NONE, NONE, 1))
CALL(lstat, FORM(STAT, NONE, 0, NONE, NONE, 1))
CALL(stat64, FORM(STAT, NONE, 0, NONE, NONE, 1))
CALL(lstat64, FORM(STAT, NONE, 0, NONE, NONE, 1))
CALL(oldstat, FORM(STAT, NONE, 0, NONE, NONE, 1))
CALL(oldlstat, FORM(STAT, NONE, 0, NONE, NONE, 1))
CALL(newfstatat, FORM(STAT, 0, 1, NONE, 3, 2))
CALL(fstatat64, FORM(STAT, 0, 1, NONE, 3, 2))
CALL(statx, FORM(STAT, 0, 1, NONE, 2, 4))
CALL(access, FORM(ACCESS, NONE, 0, 1, NONE, NONE))
CALL(faccessat, FORM(ACCESS, 0, 1, 2, NONE, NONE))
CALL(faccessat2, FORM(ACCESS, 0, 1, 2, 3, NONE))
CALL(readlink, FORM(READLINK, NONE, 0, NONE, NONE, 1))
CALL(readlinkat, FORM(READLINK, 0, 1, NONE, NONE, 2))
CALL(getdents, FORM_FD(LIST))
CALL(getdents64, FORM_FD(LIST))
