/* SPDX-License-Identifier: MIT */
/*
 * Files looked at by name. Built for 64 and 32 bits (probes32).
 * usage: probes FOLDER calls|changed|processes|threads|many|blocked      (an empty folder)
 *   calls: each call, three times over · changed: looks whose answer changes · processes: the same looks by several, and after an exec · threads: by threads
 *   many: more names than are remembered, each twice · blocked: by a filter
 * Lines: "probe" {kind, call, result, asked, path, and what the kind has: mode, target}; XStatus says why X is none. "many" {count}. The first is of a look at "begin".
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "changes.h"

#define MANY 40009

#if __SIZEOF_POINTER__ == 4
#define NR_FSTATAT SYS_fstatat64
#define FSTATAT "fstatat64"
#else
#define NR_FSTATAT SYS_newfstatat
#define FSTATAT "newfstatat"
#endif

static char room[4096];
static int sub, there, soft;
static int silent;

static const int calls[] = {
#ifdef SYS_stat
	SYS_stat,    SYS_lstat,    SYS_access,    SYS_readlink,   SYS_getdents,
#endif
#if __SIZEOF_POINTER__ == 4
	SYS_stat64,  SYS_lstat64,
#endif
#ifdef SYS_oldstat
	SYS_oldstat, SYS_oldlstat,
#endif
	NR_FSTATAT,  SYS_statx,    SYS_faccessat, SYS_faccessat2, SYS_readlinkat, SYS_getdents64,
};

static void looked(const char *kind, const char *call, long value, const char *asked, const char *path)
{
	int error = errno;

	if (silent)
		return;
	report("probe");
	report_text("kind", kind);
	report_text("call", call);
	report_result(value < 0 ? value : 0, error);
	say("asked", asked);
	say_path("path", path);
	report_end();
}

static void accessed(const char *call, long value, const char *asked, const char *path, char *mode)
{
	int error = errno;

	if (silent)
		return;
	report("probe");
	report_text("kind", "access");
	report_text("call", call);
	report_result(value, error);
	say("asked", asked);
	say_path("path", path);
	report_texts("mode", &mode, 1);
	report_end();
}

static void read_link(const char *call, long value, const char *asked, const char *path)
{
	int error = errno;

	if (silent)
		return;
	report("probe");
	report_text("kind", "readlink");
	report_text("call", call);
	report_result(value < 0 ? value : 0, error);
	say("asked", asked);
	say_path("path", path);
	if (value < 0)
		say("target", NULL);
	else
		report_bytes("target", room, value);
	report_end();
}

static long list(long nr, int fd)
{
	lseek(fd, 0, SEEK_SET);
	return syscall(nr, fd, room, sizeof(room));
}

static void each_call(void)
{
#ifdef SYS_stat
	looked("stat", "stat", syscall(SYS_stat, "there", room), "there", "there");
	looked("stat", "stat", syscall(SYS_stat, "sub/../not-there", room), "sub/../not-there", "not-there");
	looked("stat", "stat", syscall(SYS_stat, "", room), "", "");
	looked("stat", "stat", syscall(SYS_stat, BAD, room), BAD, BAD);
	looked("stat", "lstat", syscall(SYS_lstat, "soft", room), "soft", "soft");
	accessed("access", syscall(SYS_access, "there", F_OK), "there", "there", "exists");
	accessed("access", syscall(SYS_access, "there", X_OK), "there", "there", "execute");
	accessed("access", syscall(SYS_access, "not-there", W_OK), "not-there", "not-there", "write");
	read_link("readlink", syscall(SYS_readlink, "soft", room, sizeof(room)), "soft", "soft");
	read_link("readlink", syscall(SYS_readlink, "soft", room, 3), "soft", "soft");
	read_link("readlink", syscall(SYS_readlink, "there", room, sizeof(room)), "there", "there");
	looked("list", "getdents", list(SYS_getdents, sub), NULL, "sub");
	looked("list", "getdents", list(SYS_getdents, there), NULL, "there");
#endif
#if __SIZEOF_POINTER__ == 4
	looked("stat", "stat64", syscall(SYS_stat64, "there", room), "there", "there");
	looked("stat", "lstat64", syscall(SYS_lstat64, "soft", room), "soft", "soft");
#endif
#ifdef SYS_oldstat
	looked("stat", "oldstat", syscall(SYS_oldstat, "not-there", room), "not-there", "not-there");
	looked("stat", "oldlstat", syscall(SYS_oldlstat, "not-there", room), "not-there", "not-there");
#endif
	looked("stat", FSTATAT, syscall(NR_FSTATAT, sub, "inside", room, 0), "inside", "sub/inside");
	looked("stat", FSTATAT, syscall(NR_FSTATAT, AT_FDCWD, "soft", room, AT_SYMLINK_NOFOLLOW), "soft", "soft");
	looked("stat", FSTATAT, syscall(NR_FSTATAT, 999, "inside", room, 0), "inside", NULL);
	looked("stat", FSTATAT, syscall(NR_FSTATAT, sub, "", room, 0), "", "sub");
	syscall(NR_FSTATAT, there, "", room, AT_EMPTY_PATH); /* nothing is looked up */
	looked("stat", "statx", syscall(SYS_statx, sub, "not-there", 0, STATX_ALL, room), "not-there", "sub/not-there");
	looked("stat", "statx", syscall(SYS_statx, AT_FDCWD, "/", 0, STATX_MODE, room), "/", "/");
	syscall(SYS_statx, there, "", AT_EMPTY_PATH, STATX_ALL, room);
	syscall(SYS_statx, there, NULL, AT_EMPTY_PATH, STATX_ALL, room);
	accessed("faccessat", syscall(SYS_faccessat, sub, "inside", R_OK), "inside", "sub/inside", "read");
	accessed("faccessat", syscall(SYS_faccessat, sub, "", R_OK), "", "sub", "read");
	accessed("faccessat2", syscall(SYS_faccessat2, sub, "inside", R_OK, AT_EACCESS), "inside", "sub/inside",
		 "read");
	syscall(SYS_faccessat2, there, "", R_OK, AT_EMPTY_PATH);
	read_link("readlinkat", syscall(SYS_readlinkat, AT_FDCWD, "soft", room, sizeof(room)), "soft", "soft");
	read_link("readlinkat", syscall(SYS_readlinkat, sub, "inside", room, sizeof(room)), "inside", "sub/inside");
	read_link("readlinkat", syscall(SYS_readlinkat, soft, "", room, sizeof(room)), NULL, "soft");
	looked("list", "getdents64", list(SYS_getdents64, sub), NULL, "sub");
	looked("list", "getdents64", syscall(SYS_getdents64, 999, room, sizeof(room)), NULL, NULL);
}

static void look(const char *name, const char *path)
{
	looked("stat", FSTATAT, syscall(NR_FSTATAT, AT_FDCWD, name, room, 0), name, path);
}

/* A look that was told before. */
static void again(const char *name)
{
	(void)!syscall(NR_FSTATAT, AT_FDCWD, name, room, 0);
}

static void changed(void)
{
	look("new", "new");
	close(must(open("new", O_CREAT | O_WRONLY, 0600)));
	look("new", "new");
	again("new");
	must(unlink("new"));
	again("new");
	must(symlink("new", "loop"));
	must(chdir("sub"));
	look("new", "sub/new");
	look("./new", "sub/new");
	must(chdir(".."));
	read_link("readlinkat", syscall(SYS_readlinkat, AT_FDCWD, "loop", room, sizeof(room)), "loop", "loop");
	must(unlink("loop"));
	must(symlink("else", "loop"));
	read_link("readlinkat", syscall(SYS_readlinkat, AT_FDCWD, "loop", room, sizeof(room)), "loop", "loop");
	(void)!syscall(SYS_readlinkat, AT_FDCWD, "loop", room, sizeof(room));
	looked("list", "getdents64", list(SYS_getdents64, sub), NULL, "sub");
	close(must(open("sub/another", O_CREAT | O_WRONLY, 0600)));
	(void)list(SYS_getdents64, sub);
}

static void processes(const char *folder_given)
{
	look("there", "there");
	for (int n = 0; n < 2; n++) {
		if (must(fork()) == 0) {
			look("there", "there");
			again("there");
			if (n == 0)
				_exit(0);
			execl(beside("probes"), "probes", folder_given, "executed", NULL);
			fail("execl");
		}
		must(wait(NULL));
	}
	again("there");
}

static void *by_thread(void *unused)
{
	again("there");
	again("not-there");
	return unused;
}

static void threads(void)
{
	pthread_t all[7];

	look("there", "there");
	look("not-there", "not-there");
	for (int n = 0; n < 7; n++)
		must(-pthread_create(&all[n], NULL, by_thread, NULL));
	for (int n = 0; n < 7; n++)
		must(-pthread_join(all[n], NULL));
}

static void many(void)
{
	char name[32];

	for (int round = 0; round < 2; round++)
		for (int n = 0; n < MANY; n++) {
			snprintf(name, sizeof(name), "missing-%d", n);
			again(name);
		}
	report("many");
	report_number("count", MANY);
	report_end();
}

int main(int argc, char **argv)
{
	const char *how = argv[2];

	if (argc != 3)
		return 64;
	enter(argv[1]);
	if (mkdirat(AT_FDCWD, "sub", 0755) == 0)
		must(symlinkat("there", AT_FDCWD, "soft"));
	there = must(open("there", O_CREAT | O_RDWR, 0644));
	close(must(open("sub/inside", O_CREAT | O_RDWR, 0644)));
	sub = must(open("sub", O_RDONLY | O_DIRECTORY));
	soft = must(open("soft", O_PATH | O_NOFOLLOW));
	look("begin", "begin");
	if (!strcmp(how, "blocked"))
		block(calls, sizeof(calls) / sizeof(*calls), ENOTSUP);
	if (!strcmp(how, "calls") || !strcmp(how, "blocked")) {
		for (int n = 0; n < 3; n++, silent = 1)
			each_call();
	} else if (!strcmp(how, "changed")) {
		changed();
	} else if (!strcmp(how, "processes")) {
		processes(argv[1]);
	} else if (!strcmp(how, "executed")) {
		look("there", "there");
	} else if (!strcmp(how, "threads")) {
		threads();
	} else {
		many();
	}
	return 0;
}
