// SPDX-License-Identifier: MIT
// What the facts mean for recording. A check fails only where recording surely does: the trial has the last word.
import type { Facts } from './facts.ts'
import { capabilityPackage } from './file-capabilities.ts'
import { type Finding, fail, ok, warn } from './finding.ts'
import { unfitForCapabilities } from './mounts.ts'

const bit = (capability: number): bigint => 1n << BigInt(capability)

/** CAP_PERFMON and CAP_BPF: capabilities(7). */
const needed = bit(38) | bit(39)
const hasBoth = (set: bigint): boolean => (set & needed) === needed

const containerRemedy =
  'start the container with --cap-add BPF --cap-add PERFMON (Kubernetes: securityContext.capabilities.add)'

export function check(facts: Facts): Finding[] {
  const system = checkSystem(facts)
  if (system.state === 'fail') return [system]
  return [
    system,
    checkTypes(facts),
    checkBpf(facts),
    ...checkCompiler(facts),
    checkLockdown(facts),
    checkContainer(facts),
    checkHelper(facts),
    ...checkPrivileges(facts),
  ]
}

function checkSystem({ platform, architecture, release }: Facts): Finding {
  const name = 'system'
  if (platform !== 'linux')
    return fail(
      name,
      `recording needs Linux, this is ${platform}`,
      'saved traces can be asserted on here: Trace.load(path)',
    )
  const [major = 0, minor = 0] = release.split('.').map(Number.parseFloat)
  const text = `Linux ${release}, ${architecture}`
  if (major > 6 || (major === 6 && minor >= 1)) return ok(name, text)
  return warn(
    name,
    `${text}: 6.1 is the oldest that is tested; distributions bring newer parts into older kernels, so the trial decides`,
    'use Linux 6.1 or newer where it fails',
  )
}

function checkTypes({ typesBytes }: Facts): Finding {
  const name = 'types'
  if (typesBytes !== undefined)
    return ok(name, `the kernel tells its types, ${(typesBytes / 1024 ** 2).toFixed(1)} MiB`)
  return fail(
    name,
    'there is no /sys/kernel/btf/vmlinux',
    'use a kernel with CONFIG_DEBUG_INFO_BTF=y, as all larger distributions have; in a sandbox, mount /sys',
  )
}

function checkBpf({ sysctls }: Facts): Finding {
  const name = 'bpf'
  const value = sysctls.get('kernel.unprivileged_bpf_disabled')
  if (value === undefined)
    return warn(
      name,
      'there is no kernel.unprivileged_bpf_disabled: the kernel has no bpf(), or /proc/sys is hidden',
      'use a kernel with CONFIG_BPF_SYSCALL=y',
    )
  const meaning =
    value === '0' ? 'open to unprivileged users, which is not needed' : 'for privileged users only, which is enough'
  return ok(name, `bpf() is ${meaning} (kernel.unprivileged_bpf_disabled=${value})`)
}

function checkCompiler({ sysctls }: Facts): Finding[] {
  if (sysctls.get('net.core.bpf_jit_enable') !== '0') return []
  return [
    fail(
      'compiler',
      'the kernel interprets programs instead of compiling them',
      'sudo sysctl net.core.bpf_jit_enable=1',
    ),
  ]
}

function checkLockdown({ lockdown, securityModules }: Facts): Finding {
  const name = 'security'
  if (lockdown === 'confidentiality')
    return fail(
      name,
      "kernel lockdown is at `confidentiality`, under which no program may read the kernel's memory",
      'boot with lockdown=integrity, or without it',
    )
  if (securityModules === undefined) return ok(name, 'security modules are not told here (securityfs is not mounted)')
  const strict = securityModules.filter((module) => module === 'selinux' || module === 'apparmor')
  const text = `security modules: ${securityModules.join(', ')}`
  return ok(
    name,
    strict.length === 0 ? text : `${text}; should bpf() be refused without reason, look into the audit log`,
  )
}

function checkContainer({ container, process: { seccomp } }: Facts): Finding {
  const filter = seccomp ? '; system calls are filtered (seccomp)' : ''
  return ok('container', `${container === undefined ? 'none that shows' : `in a container (${container})`}${filter}`)
}

function checkHelper({ helper, missing }: Facts): Finding {
  const name = 'helper'
  if (helper === undefined) return fail(name, missing ?? 'there is none')
  const { file, installed, others, closedTo } = helper
  if (closedTo !== undefined)
    return fail(
      name,
      `the installed one is for the group ${closedTo}, and this login is not in it`,
      `sudo usermod -aG ${closedTo} with your user name, then log in anew`,
    )
  if (others > 0)
    return warn(
      name,
      `${file}; ${others} of other versions ${others === 1 ? 'is' : 'are'} installed`,
      installed
        ? 'npx spyscall setup --remove, then npx spyscall setup, unless other projects use them'
        : 'npx spyscall setup',
    )
  return ok(name, `${file}${installed ? ', installed by setup' : ''}`)
}

function checkPrivileges({ process, helper, container }: Facts): Finding[] {
  const name = 'privileges'
  if (process.userNamespace)
    return [
      fail(
        name,
        'this is a user namespace (a rootless container, unshare --user), whose capabilities the kernel does not take for bpf()',
        'run outside of it, or in a container of root',
      ),
    ]
  if (hasBoth(process.effective) || hasBoth(process.ambient))
    return [ok(name, process.uid === 0 ? 'root' : 'this process has CAP_BPF and CAP_PERFMON')]
  if (!hasBoth(process.bounding))
    return [
      fail(
        name,
        'CAP_BPF or CAP_PERFMON is not in the bounding set, so nothing that is started here can have it',
        container === undefined ? `${containerRemedy}; of a service: CapabilityBoundingSet=` : containerRemedy,
      ),
    ]
  if (process.uid === 0) return [fail(name, 'root without CAP_BPF or CAP_PERFMON', containerRemedy)]
  if (process.noNewPrivileges)
    return [
      fail(
        name,
        'no_new_privs is set, under which the kernel ignores capabilities of files',
        'start without it: no --security-opt no-new-privileges, no NoNewPrivileges=, no allowPrivilegeEscalation: false',
      ),
    ]
  return helper === undefined || helper.closedTo !== undefined ? [] : [checkFile(helper)]
}

function checkFile({ capable, mount, installed }: NonNullable<Facts['helper']>): Finding {
  const name = 'privileges'
  const unfit = mount && unfitForCapabilities(mount)
  if (unfit !== undefined) return fail(name, unfit, 'npx spyscall setup')
  if (capable === undefined)
    return warn(name, `there is no getcap to look at the helper's capabilities`, `install ${capabilityPackage}`)
  if (capable) return ok(name, 'the helper has CAP_BPF and CAP_PERFMON')
  return fail(name, `the helper${installed ? ' that was installed' : ''} has no capabilities`, 'npx spyscall setup')
}
