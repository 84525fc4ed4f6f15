/* SPDX-License-Identifier: MIT */
/*
 * Everything that changes what is mounted where, in a mount namespace of its own.
 * usage: mount-calls FOLDER      (an empty one)
 * Lines: "call" {call, asked, path, from, from_path, type, option, flags, attributes, cleared, result}, flags as C has them ("MS_BIND | MS_REC"), path and
 *   from_path as they were before the call; "mounted" {is}, after those that mount or unmount at path: whether there is a mount now, by statx(2);
 *   "open" below a tree that is mounted nowhere.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

/* NULL: absent. */
struct told {
	const char *call, *asked, *path, *from, *from_path, *type, *option, *flags, *attributes, *cleared;
};

static const char *folder;

static const char *below(const char *name)
{
	static char paths[8][PATH_MAX];
	static int next;
	char *path = paths[next++ % 8];

	snprintf(path, PATH_MAX, "%s/%s", folder, name);
	return path;
}

static long tell(struct told told, long result)
{
	int error = errno;

	report("call");
	report_text("call", told.call);
	report_text("asked", told.asked);
	report_text("path", told.path);
	report_text("from", told.from);
	report_text("from_path", told.from_path);
	report_text("type", told.type);
	report_text("option", told.option);
	report_text("flags", told.flags ? told.flags : "0");
	report_text("attributes", told.attributes ? told.attributes : "0");
	report_text("cleared", told.cleared ? told.cleared : "0");
	report_result(result, error);
	report_end();
	return result;
}

static void look(const char *path)
{
	struct statx s;

	must(statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &s));
	report("mounted");
	report_number("is", !!(s.stx_attributes & STATX_ATTR_MOUNT_ROOT));
	report_end();
}

#define MOUNT(source_, source_path_, target_, path_, type_, flags_) \
	tell((struct told){ .call = "mount",                        \
			    .asked = target_,                       \
			    .path = path_,                          \
			    .from = source_,                        \
			    .from_path = source_path_,              \
			    .type = type_,                          \
			    .flags = #flags_ },                     \
	     syscall(SYS_mount, source_, target_, type_, flags_, NULL))

#define UMOUNT(target_, path_, flags_)                                                              \
	tell((struct told){ .call = "umount2", .asked = target_, .path = path_, .flags = #flags_ }, \
	     umount2(target_, flags_))

#define FSCONFIG(fd_, command_, key_, value_, source_)                                                 \
	tell((struct told){ .call = "fsconfig", .from = source_, .option = key_, .flags = #command_ }, \
	     fsconfig(fd_, command_, key_, value_, 0))

static void old_calls(void)
{
	must(MOUNT("none", NULL, folder, folder, "tmpfs", MS_NOSUID | MS_NODEV));
	look(folder);
	must(chdir(folder));
	must(mkdir("a", 0755));
	must(mkdir("b", 0755));
	must(mkdir("c", 0755));
	close(must(open("a/file", O_WRONLY | O_CREAT, 0644)));

	must(MOUNT("a", below("a"), "b", below("b"), NULL, MS_BIND));
	look("b");
	must(MOUNT(NULL, NULL, "b", below("b"), NULL, MS_REMOUNT | MS_BIND | MS_RDONLY));
	must(MOUNT("./b", below("b"), "c/../c", below("c"), NULL, MS_MOVE));
	look("c");
	must(MOUNT(NULL, NULL, "c", below("c"), NULL, MS_SHARED));
	must(MOUNT(NULL, NULL, "c", below("c"), NULL, MS_PRIVATE));
	MOUNT("none", NULL, "missing", below("missing"), "tmpfs", MS_NOEXEC);
	MOUNT("none", NULL, "a", below("a"), "nosuchfs", 0);
	MOUNT("missing", below("missing"), "a", below("a"), NULL, MS_BIND | MS_REC);
	MOUNT("none", NULL, NULL, NULL, "tmpfs", 0);

	must(UMOUNT("c", below("c"), MNT_DETACH));
	look("c");
	UMOUNT("c", below("c"), MNT_FORCE);
	UMOUNT("nothing/./there", below("nothing/there"), MNT_EXPIRE | UMOUNT_NOFOLLOW);
	must(MOUNT("none", NULL, "b", below("b"), "tmpfs", 0));
	/* On the folder that the process is in, which then is no more what its path says. */
	must(chdir("b"));
	must(MOUNT("none", NULL, ".", below("b"), "ramfs", MS_NOATIME | MS_SILENT));
	must(UMOUNT(".", below("b"), 0));
	must(chdir(folder));
	must(UMOUNT(below("b"), below("b"), 0));
#ifdef SYS_umount
	must(MOUNT("none", NULL, "b", below("b"), "tmpfs", 0));
	must(tell((struct told){ .call = "umount", .asked = "b", .path = below("b") },
		  syscall(SYS_umount, "b", MNT_FORCE)));
#endif
	look("b");
}

static void new_calls(void)
{
	struct mount_attr set = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC };
	struct mount_attr clear = { .attr_clr = MOUNT_ATTR_RDONLY, .propagation = MS_PRIVATE };
	int tree, config, mount, here = must(open(".", O_PATH | O_DIRECTORY));

	tree = must(tell((struct told){ .call = "open_tree",
					.asked = "a",
					.path = below("a"),
					.flags = "OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC" },
			 open_tree(here, "a", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC)));
	close(must(report_open("openat", "file", O_RDONLY, openat(tree, "file", O_RDONLY))));
	must(tell((struct told){ .call = "mount_setattr",
				 .asked = "",
				 .path = "/",
				 .flags = "AT_EMPTY_PATH",
				 .attributes = "MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC" },
		  mount_setattr(tree, "", AT_EMPTY_PATH, &set, sizeof(set))));
	must(tell((struct told){ .call = "move_mount",
				 .asked = "b",
				 .path = below("b"),
				 .from = "",
				 .from_path = "/",
				 .flags = "MOVE_MOUNT_F_EMPTY_PATH" },
		  move_mount(tree, "", here, "b", MOVE_MOUNT_F_EMPTY_PATH)));
	look("b");
	must(tell((struct told){ .call = "mount_setattr",
				 .asked = "b",
				 .path = below("b"),
				 .flags = "AT_RECURSIVE | MS_PRIVATE",
				 .cleared = "MOUNT_ATTR_RDONLY" },
		  mount_setattr(AT_FDCWD, "b", AT_RECURSIVE, &clear, sizeof(clear))));
	tell((struct told){ .call = "open_tree_attr",
			    .asked = "b",
			    .path = below("b"),
			    .flags = "OPEN_TREE_CLONE",
			    .attributes = "MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC" },
	     syscall(SYS_open_tree_attr, AT_FDCWD, "b", OPEN_TREE_CLONE, &set, sizeof(set)));
	tell((struct told){ .call = "move_mount",
			    .asked = "c",
			    .path = below("c"),
			    .from = "missing",
			    .from_path = below("missing") },
	     move_mount(AT_FDCWD, "missing", AT_FDCWD, "c", 0));

	config = must(tell((struct told){ .call = "fsopen", .type = "tmpfs", .flags = "FSOPEN_CLOEXEC" },
			   fsopen("tmpfs", FSOPEN_CLOEXEC)));
	must(FSCONFIG(config, FSCONFIG_SET_STRING, "source", "somewhere", "somewhere"));
	must(FSCONFIG(config, FSCONFIG_SET_STRING, "size", "64k", NULL));
	must(FSCONFIG(config, FSCONFIG_CMD_CREATE, NULL, NULL, NULL));
	FSCONFIG(config, FSCONFIG_SET_FLAG, "no-such", NULL, NULL);
	mount = must(tell((struct told){ .call = "fsmount",
					 .type = "tmpfs",
					 .flags = "FSMOUNT_CLOEXEC",
					 .attributes = "MOUNT_ATTR_NODEV | MOUNT_ATTR_NOATIME" },
			  fsmount(config, FSMOUNT_CLOEXEC, MOUNT_ATTR_NODEV | MOUNT_ATTR_NOATIME)));
	must(tell((struct told){ .call = "move_mount",
				 .asked = "c",
				 .path = below("c"),
				 .from = "",
				 .from_path = "/",
				 .flags = "MOVE_MOUNT_F_EMPTY_PATH" },
		  move_mount(mount, "", AT_FDCWD, "c", MOVE_MOUNT_F_EMPTY_PATH)));
	look("c");
	must(tell((struct told){ .call = "fspick",
				 .asked = "c",
				 .path = below("c"),
				 .flags = "FSPICK_CLOEXEC | FSPICK_NO_AUTOMOUNT" },
		  fspick(here, "c", FSPICK_CLOEXEC | FSPICK_NO_AUTOMOUNT)));
	tell((struct told){ .call = "fsopen", .type = "nosuchfs" }, fsopen("nosuchfs", 0));
	must(UMOUNT("b", below("b"), MNT_DETACH));
	must(UMOUNT("c", below("c"), MNT_DETACH));
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 64;
	folder = argv[1];
	must(unshare(CLONE_NEWNS));
	must(MOUNT(NULL, NULL, "/", "/", NULL, MS_REC | MS_PRIVATE));
	old_calls();
	new_calls();
	return 0;
}
