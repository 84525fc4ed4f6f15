/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The programs that handle one kind of system call each, called by the dispatchers of sys_enter and sys_exit by their number here. The helper loads those whose
 * groups a session asks for; the place of one that is not loaded is empty, and calling it does nothing.
 */
#ifndef SPY_HANDLERS_H
#define SPY_HANDLERS_H

/* How many programs the helper attaches where the state of sockets changes, on kernels that preempt them (passage.bpf.h). */
#define SPY_SOCK_PROGRAMS 4

/* At return. */
enum spy_handler {
	SPY_HANDLER_NONE = 0,
	SPY_HANDLER_PROCESS,
	SPY_HANDLER_OPEN,
	SPY_HANDLER_CHANGE,
	SPY_HANDLER_TRANSFER,
	SPY_HANDLER_PROBE,
	SPY_HANDLER_SYNC,
	SPY_HANDLER_CONNECT,
	SPY_HANDLER_SOCKET,
	SPY_HANDLER_DNS,
	SPY_HANDLER_SIGNAL,
	SPY_HANDLER_NAMESPACE,
	SPY_HANDLER_MOUNT,
	SPY_HANDLER_CREDENTIALS,
	SPY_HANDLER_SYSTEM,
	SPY_HANDLER_SYSCALL, /* of any call; the handler of its class comes after it */
	SPY_HANDLERS,
};

/* At entry. */
enum spy_entry_handler {
	SPY_ENTRY_EXEC = 0,
	SPY_ENTRY_CLOSE,
	SPY_ENTRY_MOUNT,
	SPY_ENTRY_CREDENTIALS,
	SPY_ENTRY_SYSCALL, /* of any call, before the others */
	SPY_ENTRY_COUNTS,
	SPY_ENTRY_SHARED, /* of calls about what others can change meanwhile, before the others */
	SPY_ENTRIES,
};

/* Behind the record of an exec. */
enum spy_exec_handler {
	SPY_EXEC_ENVIRONMENT = 0,
	SPY_EXECS,
};

/* At the end of a thread. */
enum spy_exit_handler {
	SPY_EXIT_FILES = 0,
	SPY_EXITS,
};

/* Functions of the kernel's own that programs stand at where the kernel takes such (hooks.bpf.c). */
enum spy_hook {
	SPY_HOOK_OPEN = 0,
	SPY_HOOK_CONNECT,
	SPY_HOOKS,
};

#endif
