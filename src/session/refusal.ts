// SPDX-License-Identifier: MIT

import { errnoName } from '../trace/linux.ts'
import type { NativeProblem } from './binding.ts'
import { SessionError } from './errors.ts'
import { existsSync } from './node-modules.ts'

/** What the helper or the kernel refused, as an error with the remedy. */
export function refusal(problem: NativeProblem): SessionError {
  const { operation, detail } = problem
  const errno = errnoName(problem.errno)
  const facts = { operation, errno, detail }
  const what = `Cannot ${operation}: ${errno}.`
  if (!existsSync('/sys/kernel/btf/vmlinux'))
    return new SessionError(
      'UNSUPPORTED',
      `${what} This kernel has no type information (/sys/kernel/btf/vmlinux); recording needs Linux 6.1 or newer with CONFIG_DEBUG_INFO_BTF, which all larger distributions have.`,
      facts,
    )
  if (errno === 'ENOSYS')
    return new SessionError(
      'UNSUPPORTED',
      `${what} This kernel has no bpf(); recording needs Linux 6.1 or newer with CONFIG_BPF_SYSCALL, which all larger distributions have.`,
      facts,
    )
  if (errno === 'EOPNOTSUPP')
    return new SessionError(
      'UNSUPPORTED',
      `${what} It is too old: recording needs Linux 6.1 or newer, as Debian 12, Ubuntu 24.04 and their successors have. Traces that were saved elsewhere can be asserted on (\`Trace.load\`).`,
      facts,
    )
  if (errno === 'EPERM' || (errno === 'EACCES' && !operation.startsWith('load')))
    return new SessionError('NOT_PERMITTED', `${what} ${permissionRemedy()}`, facts)
  if (errno === 'EPIPE')
    return new SessionError('FAILED', `${what} Nothing was recorded; open the session again.`, facts)
  if (errno === 'EDQUOT')
    return new SessionError('FAILED', `${what} Open fewer sessions at a time, or with a smaller \`ringBytes\`.`, facts)
  if (operation.startsWith('load'))
    return new SessionError(
      'UNSUPPORTED',
      `${what} This kernel lacks something that the programs need; Linux 6.1 is the oldest that works. Details are in \`error.detail\`.`,
      facts,
    )
  return new SessionError('FAILED', `${what} Details are in \`error.detail\`.`, facts)
}

/** What to do for CAP_BPF and CAP_PERFMON, by who asks. */
function permissionRemedy(): string {
  const container = 'In a container both must be granted to it: --cap-add BPF --cap-add PERFMON.'
  if (process.geteuid?.() === 0)
    return `Recording needs CAP_BPF and CAP_PERFMON, and this root lacks them. ${container} \`npx spyscall doctor\` tells what is missing here.`
  return `Recording needs CAP_BPF and CAP_PERFMON: run \`npx spyscall setup\`, which grants them to the helper with sudo, once for each version of it. ${container} \`npx spyscall doctor\` tells what is missing here.`
}
