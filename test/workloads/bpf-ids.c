/* SPDX-License-Identifier: MIT */
/*
 * Ids of all BPF programs, maps and links of the machine, without a look at any of them: to open one by its id, as bpftool does, while its last owner ends makes the
 * kernel keep it (a table of programs that is cleared a second time before the first has begun loses a reference).
 * Lines: "ids" {prog, map, link: texts, as of decimal numbers}.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

static void list(const char *key, int command)
{
	union bpf_attr attributes = {};
	size_t count = 0, room = 0;
	char **texts = NULL;

	while (syscall(SYS_bpf, command, &attributes, sizeof(attributes)) == 0) {
		if (count == room)
			texts = realloc(texts, (room = room * 2 + 64) * sizeof(*texts));
		if (asprintf(&texts[count++], "%u", attributes.next_id) < 0)
			fail("asprintf");
		attributes.start_id = attributes.next_id;
	}
	if (errno != ENOENT)
		fail(key);
	report_texts(key, texts, count);
}

int main(void)
{
	report("ids");
	list("prog", BPF_PROG_GET_NEXT_ID);
	list("map", BPF_MAP_GET_NEXT_ID);
	list("link", BPF_LINK_GET_NEXT_ID);
	report_end();
	return 0;
}
