// SPDX-License-Identifier: MIT
// What `spyscall doctor` reads of the system. Judged in checks.ts.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { release } from 'node:os'
import { findNative } from '../session/binding.ts'
import { SessionError } from '../session/errors.ts'
import { digestOf, installedCopy, installFolders, otherBuilds } from '../session/helper-file.ts'
import { hasCapabilities } from './file-capabilities.ts'
import { closedTo } from './install-place.ts'
import { type Mount, mountOf } from './mounts.ts'

export interface Facts {
  readonly platform: string
  readonly architecture: string
  /** `uname -r`. */
  readonly release: string
  /** Size of /sys/kernel/btf/vmlinux, bytes; undefined where there is none. */
  readonly typesBytes: number | undefined
  /** Values of /proc/sys by their names (`kernel.unprivileged_bpf_disabled`); those that cannot be read are not in it. */
  readonly sysctls: ReadonlyMap<string, string>
  /** Names of the active security modules; undefined where securityfs is not mounted. */
  readonly securityModules: readonly string[] | undefined
  /** `none`, `integrity` or `confidentiality`; undefined where the kernel has no lockdown or does not say. */
  readonly lockdown: string | undefined
  /** What kind of container this is; undefined where nothing says that it is one. */
  readonly container: string | undefined
  readonly process: ProcessFacts
  /** Undefined where the package has no native part for this system: `missing` says so. */
  readonly helper: HelperFacts | undefined
  readonly missing: string | undefined
}

/** Of /proc/self. */
export interface ProcessFacts {
  readonly uid: number
  /** Capabilities as bits. */
  readonly effective: bigint
  readonly ambient: bigint
  readonly bounding: bigint
  readonly noNewPrivileges: boolean
  readonly seccomp: boolean
  /** A user namespace of its own, where the kernel does not take a capability for one of the machine. */
  readonly userNamespace: boolean
}

export interface HelperFacts {
  /** The one that is started. */
  readonly file: string
  /** It is the copy that `spyscall setup` installed. */
  readonly installed: boolean
  /** Whether the file has the two capabilities; undefined where there is no getcap to ask. */
  readonly capable: boolean | undefined
  readonly mount: Mount | undefined
  /** How many builds of other versions are installed. */
  readonly others: number
  /** The group that an installed helper is for, when this user is not of it. */
  readonly closedTo: string | undefined
}

export function readFacts(): Facts {
  const linux = process.platform === 'linux'
  const { helper, missing } = readHelper()
  return {
    platform: process.platform,
    architecture: process.arch,
    release: release(),
    typesBytes: statSync('/sys/kernel/btf/vmlinux', { throwIfNoEntry: false })?.size,
    sysctls: readSysctls(['kernel.unprivileged_bpf_disabled', 'net.core.bpf_jit_enable']),
    securityModules: read('/sys/kernel/security/lsm')?.split(','),
    lockdown: /\[(\w+)\]/.exec(read('/sys/kernel/security/lockdown') ?? '')?.[1],
    container: linux ? readContainer() : undefined,
    process: readProcess(),
    helper,
    missing,
  }
}

function readHelper(): Pick<Facts, 'helper' | 'missing'> {
  try {
    const { helper } = findNative()
    const copy = process.env['SPYSCALL_NATIVE_DIR'] === undefined ? installedCopy(helper) : undefined
    const file = copy ?? helper
    const facts: HelperFacts = {
      file,
      installed: copy !== undefined,
      capable: hasCapabilities(file),
      mount: mountOf(file),
      others: otherBuilds(digestOf(helper)).length,
      closedTo: installFolders.map(closedTo).find((group) => group !== undefined),
    }
    return { helper: facts, missing: undefined }
  } catch (error) {
    if (error instanceof SessionError) return { helper: undefined, missing: error.message }
    throw error
  }
}

function readProcess(): ProcessFacts {
  const status = parseStatus(read('/proc/self/status') ?? '')
  const bits = (name: string) => BigInt(`0x${status.get(name) ?? '0'}`)
  const map = read('/proc/self/uid_map')
  return {
    uid: process.geteuid?.() ?? -1,
    effective: bits('CapEff'),
    ambient: bits('CapAmb'),
    bounding: bits('CapBnd'),
    noNewPrivileges: status.get('NoNewPrivs') === '1',
    seccomp: (status.get('Seccomp') ?? '0') !== '0',
    userNamespace: map !== undefined && !/^\s*0\s+0\s+4294967295\s*$/.test(map),
  }
}

/** /proc/PID/status by name of the line. */
function parseStatus(text: string): Map<string, string> {
  return new Map(text.split('\n').map((line) => line.split(/:\s*/, 2) as [string, string]))
}

function readContainer(): string | undefined {
  if (existsSync('/.dockerenv')) return 'Docker'
  if (existsSync('/run/.containerenv')) return 'Podman'
  if (process.env['KUBERNETES_SERVICE_HOST'] !== undefined) return 'Kubernetes'
  return read('/run/systemd/container')
}

function readSysctls(names: readonly string[]): Map<string, string> {
  return new Map(
    names.flatMap((name) => {
      const value = read(`/proc/sys/${name.replaceAll('.', '/')}`)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** A small file of the kernel's, trimmed; undefined where it cannot be read. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
