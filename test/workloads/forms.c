/* SPDX-License-Identifier: MIT */
/*
 * All forms of opening: open, openat, openat2, creat, open_by_handle_at, and where there are terminals the ioctl that opens the other end of one; each access mode; new and existing files; each usual failure.
 * Built for 64 and 32 bits (forms32).
 * usage: forms FOLDER      (an empty folder; files are made in it)
 * Lines: "open" {call, asked, flags, permissions, created, and result}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static void tell(const char *call, const char *asked, long long flags, int permissions, int created, int fd)
{
	int error = errno;

	report("open");
	report_text("call", call);
	report_text("asked", asked);
	report_number("flags", flags);
	report_number("permissions", permissions);
	report_number("created", created);
	report_result(fd, error);
	report_file(fd);
	report_end();
	if (fd >= 0)
		close(fd);
}

static int missing(const char *path)
{
	struct stat s;

	return lstat(path, &s) != 0;
}

static int by_openat2(const char *path, long long flags, int permissions)
{
	struct open_how how = { .flags = flags, .mode = permissions };

	return syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

/* The same with every call that takes flags. */
static void each(const char *path, int flags, int permissions)
{
	int absent = missing(path);

#ifdef SYS_open
	tell("open", path, flags, permissions, absent && (flags & O_CREAT),
	     syscall(SYS_open, path, flags, permissions));
	if (absent)
		unlink(path);
#endif
	tell("openat", path, flags, permissions, absent && (flags & O_CREAT),
	     syscall(SYS_openat, AT_FDCWD, path, flags, permissions));
	if (absent)
		unlink(path);
	tell("openat2", path, flags, permissions, absent && (flags & O_CREAT), by_openat2(path, flags, permissions));
}

static void by_handle(const char *path, int flags)
{
	union {
		struct file_handle handle;
		char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
	} h = { .handle.handle_bytes = MAX_HANDLE_SZ };
	int mount, folder;

	must(name_to_handle_at(AT_FDCWD, path, &h.handle, &mount, 0));
	folder = must(open(".", O_RDONLY | O_DIRECTORY));
	tell("open_by_handle_at", NULL, flags, 0, 0, open_by_handle_at(folder, &h.handle, flags));
	h.handle.handle_type = 0x7777;
	tell("open_by_handle_at", NULL, flags, 0, 0, open_by_handle_at(folder, &h.handle, flags));
	close(folder);
}

static void other_end(void)
{
	int end = open("/dev/pts/ptmx", O_RDWR | O_NOCTTY), locked = 0;

	if (end < 0)
		return;
	must(ioctl(end, TIOCSPTLCK, &locked));
	tell("ioctl", NULL, O_RDWR | O_NOCTTY, 0, 0, ioctl(end, TIOCGPTPEER, O_RDWR | O_NOCTTY));
	close(end);
}

int main(int argc, char **argv)
{
	static const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR };
	char name[64], long_name[300];

	if (argc != 2)
		return 64;
	must(chdir(argv[1]));
	umask(022);
	close(must(creat("there", 0644)));
	must(mkdir("folder", 0755));
	must(symlink("loop", "loop"));
	must(symlink("there", "link"));

	for (int i = 0; i < 3; i++) {
		each("there", modes[i], 0);
		snprintf(name, sizeof(name), "new-%d", i);
		each(name, modes[i] | O_CREAT, 0640);
		each("there", modes[i] | O_CREAT, 0640);
		by_handle("there", modes[i]);
	}
	each("there", O_PATH, 0);
	each("folder", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	each("there", O_WRONLY | O_APPEND | O_NONBLOCK | O_SYNC, 0);
	each("there", O_WRONLY | O_TRUNC, 0);
	each("link", O_PATH | O_NOFOLLOW, 0);
	/* The kernel takes the permissions alone of what stat(2) gave. */
	tell("openat", "like", O_CREAT | O_WRONLY, 0640, 1,
	     syscall(SYS_openat, AT_FDCWD, "like", O_CREAT | O_WRONLY, S_IFREG | 0640));
#ifdef SYS_creat
	tell("creat", "made", O_CREAT | O_WRONLY | O_TRUNC, 0600, 1, syscall(SYS_creat, "made", 0600));
	tell("creat", "made", O_CREAT | O_WRONLY | O_TRUNC, 0600, 0, syscall(SYS_creat, "made", 0600));
#endif

	other_end();

	each("not-there", O_RDONLY, 0);
	each("there/below", O_RDONLY, 0);
	each("loop", O_RDONLY, 0);
	each("there", O_RDONLY | O_CREAT | O_EXCL, 0644);
	each("folder", O_WRONLY, 0);
	each("link", O_RDONLY | O_NOFOLLOW, 0);
	each("", O_RDONLY, 0);
	memset(long_name, 'n', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = 0;
	each(long_name, O_RDONLY, 0);
#ifdef SYS_open
	tell("open", NULL, O_RDONLY, 0, 0, syscall(SYS_open, 8, O_RDONLY));
#endif
	tell("openat", NULL, O_RDONLY, 0, 0, syscall(SYS_openat, AT_FDCWD, 8, O_RDONLY));
	tell("openat", "not-there", O_RDONLY, 0, 0, syscall(SYS_openat, 999, "not-there", O_RDONLY));

	must(mkdir("locked", 0700));
	close(must(creat("locked/inside", 0600)));
	setfsuid(65534);
	each("locked/inside", O_RDONLY, 0);
	return 0;
}
