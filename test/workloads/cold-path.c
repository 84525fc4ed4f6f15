/* SPDX-License-Identifier: MIT */
/*
 * F1: paths in memory that is not resident when the call begins, or ends right before memory that does not exist.
 * usage: cold-path FOLDER      (an empty one)
 * Lines: "open" {how, asked, result}, "exec" {how, asked, failed}, "chdir" {how, asked}.
 *   cold: a page of a mapped file, never touched · dropped: touched, then MADV_DONTNEED · tail: the last byte before an unmapped page
 *   across: begins on a resident page, ends on a cold one
 *   literal: of a child's image, after fork · null, bad: no memory at all
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#define PAGE 4096

static char folder[PAGE];
static int page_file;

static void tell(const char *how, const char *asked, int fd)
{
	int error = errno;

	report("open");
	report_text("how", how);
	report_text("call", "openat");
	report_text("asked", asked);
	report_result(fd, error);
	report_file(fd);
	report_end();
	if (fd >= 0)
		close(fd);
}

/* A fresh mapping of a file that holds `text` at `offset`; then a page that does not exist. */
static char *map(const char *text, size_t offset)
{
	static const char zeros[2 * PAGE];
	char *area;

	if (pwrite(page_file, zeros, sizeof(zeros), 0) != sizeof(zeros) ||
	    pwrite(page_file, text, strlen(text), offset) != (ssize_t)strlen(text))
		fail("pwrite");
	area = mmap(NULL, 3 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (area == MAP_FAILED ||
	    mmap(area, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, page_file, 0) == MAP_FAILED)
		fail("mmap");
	must(madvise(area, 2 * PAGE, MADV_RANDOM)); /* no fault-around */
	return area;
}

/* Opens a file that exists and one that does not, with the path placed by `offset_of` the length; `warm`: touch the first page before. */
static void each(const char *how, size_t (*offset_of)(size_t), int warm, int drop)
{
	static const char *const names[] = { "there", "not-there" };

	for (int i = 0; i < 2; i++) {
		char text[2 * PAGE];
		size_t offset;
		char *area;
		int fd;

		snprintf(text, sizeof(text), "%s/%s", folder, names[i]);
		offset = offset_of(strlen(text));
		area = map(text, offset);
		if (warm)
			(void)*(volatile char *)area;
		if (drop) {
			(void)*(volatile char *)(area + offset);
			must(madvise(area, 2 * PAGE, MADV_DONTNEED));
		}
		fd = openat(AT_FDCWD, area + offset, O_RDONLY);
		tell(how, text, fd);
		munmap(area, 3 * PAGE);
	}
}

static size_t at_start(size_t length)
{
	(void)length;
	return PAGE;
}

static size_t at_tail(size_t length)
{
	return 2 * PAGE - length - 1;
}

static size_t across(size_t length)
{
	return PAGE - length / 2;
}

static void calls(const char *how, const char *failing, const char *changing)
{
	char *arguments[] = { "nothing", NULL };
	char *area = map(failing, PAGE);

	execv(area + PAGE, arguments);
	report("exec");
	report_text("how", how);
	report_text("asked", failing);
	report_text("failed", errno_name(errno));
	report_end();
	munmap(area, 3 * PAGE);

	area = map(changing, PAGE);
	must(chdir(area + PAGE));
	report("chdir");
	report_text("how", how);
	report_text("asked", changing);
	report_end();
	munmap(area, 3 * PAGE);
}

int main(int argc, char **argv)
{
	char text[2 * PAGE];
	volatile uintptr_t nowhere = 0;
	int fd, status;

	if (argc != 2)
		return 64;
	snprintf(folder, sizeof(folder), "%s", argv[1]);
	snprintf(text, sizeof(text), "%s/there", folder);
	close(must(open(text, O_WRONLY | O_CREAT, 0644)));
	page_file = must(memfd_create("pages", 0));

	each("cold", at_start, 0, 0);
	each("dropped", at_start, 0, 1);
	each("tail", at_tail, 0, 0);
	each("across", across, 1, 0);
	snprintf(text, sizeof(text), "%s/not-a-program", folder);
	calls("cold", text, folder);

	if (must(fork()) == 0) {
		fd = openat(AT_FDCWD, "/proc/self/literal-of-a-child", O_RDONLY);
		tell("literal", "/proc/self/literal-of-a-child", fd);
		_exit(0);
	}
	must(wait(&status));

	fd = openat(AT_FDCWD, (char *)(uintptr_t)nowhere, O_RDONLY);
	tell("null", NULL, fd);
	nowhere = 8;
	fd = openat(AT_FDCWD, (char *)(uintptr_t)nowhere, O_RDONLY);
	tell("bad", NULL, fd);
	return 0;
}
