// SPDX-License-Identifier: MIT
/* Programs that do nothing, where those of a session stand: what is left when nothing can be made faster. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual MIT/GPL";

SEC("tp_btf/sys_enter")
int empty_enter(void *context)
{
	return 0;
}

SEC("tp_btf/sys_exit")
int empty_exit(void *context)
{
	return 0;
}
