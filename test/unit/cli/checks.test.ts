// SPDX-License-Identifier: MIT
// What the doctor makes of systems that are not at hand. That it tells the truth about this one is in test/kernel/doctor.test.ts.
import { describe, expect, test } from 'vitest'
import { check } from '../../../src/cli/checks.ts'
import type { Facts, HelperFacts, ProcessFacts } from '../../../src/cli/facts.ts'

const all = (1n << 41n) - 1n
const bpf = 1n << 39n

const helper: HelperFacts = {
  file: '/usr/local/libexec/spyscall/0123456789abcdef/spyscall-helper',
  installed: true,
  capable: true,
  mount: { place: '/', type: 'ext4', options: new Set(['rw']) },
  others: 0,
  closedTo: undefined,
}
const user: ProcessFacts = {
  uid: 1000,
  effective: 0n,
  ambient: 0n,
  bounding: all,
  noNewPrivileges: false,
  seccomp: false,
  userNamespace: false,
}
const fine: Facts = {
  platform: 'linux',
  architecture: 'x64',
  release: '6.12.48+deb13-amd64',
  typesBytes: 6 << 20,
  sysctls: new Map([
    ['kernel.unprivileged_bpf_disabled', '2'],
    ['net.core.bpf_jit_enable', '1'],
  ]),
  securityModules: ['capability', 'apparmor', 'bpf'],
  lockdown: 'none',
  container: undefined,
  process: user,
  helper,
  missing: undefined,
}

/** Findings other than ok, as `state name: text → remedy`. */
function told(changes: Partial<Facts>): string[] {
  return check({ ...fine, ...changes })
    .filter(({ state }) => state !== 'ok')
    .map(({ state, name, text, remedy }) => `${state} ${name}: ${text}${remedy === undefined ? '' : ` → ${remedy}`}`)
}

const ofHelper = (changes: Partial<HelperFacts>) => told({ helper: { ...helper, ...changes } })
const ofProcess = (changes: Partial<ProcessFacts>) => told({ process: { ...user, ...changes } })

test('a user with the installed helper has nothing to do', () => expect(told({})).toEqual([]))

test('each finding is of one line', () => {
  for (const { text, remedy = '' } of check(fine)) expect(text + remedy).not.toMatch(/\n/)
})

describe('kernels', () => {
  test('another system is all there is to say', () => {
    expect(check({ ...fine, platform: 'darwin' })).toEqual([
      {
        name: 'system',
        state: 'fail',
        text: 'recording needs Linux, this is darwin',
        remedy: 'saved traces can be asserted on here: Trace.load(path)',
      },
    ])
  })
  test.each(['6.1.0-40-amd64', '6.18.44', '7.2.0-rc1'])('%s is new enough', (release) => {
    expect(told({ release })).toEqual([])
  })
  test.each(['5.10.0-30-amd64', '5.14.0-427.el9.x86_64', '6.0.19'])('%s is a reason for doubt', (release) => {
    expect(told({ release })).toEqual([expect.stringMatching(/^warn system: Linux [\d.]+.*6\.1 is the oldest/)])
  })
  test('without types', () => {
    expect(told({ typesBytes: undefined })).toEqual([expect.stringMatching(/^fail types: .*CONFIG_DEBUG_INFO_BTF=y/)])
  })
  test('without bpf()', () => {
    expect(told({ sysctls: new Map() })).toEqual([expect.stringMatching(/^warn bpf: .*CONFIG_BPF_SYSCALL=y/)])
  })
  test('with the compiler of programs switched off', () => {
    const sysctls = new Map([...fine.sysctls, ['net.core.bpf_jit_enable', '0']])
    expect(told({ sysctls })).toEqual([expect.stringMatching(/^fail compiler: .*sysctl net\.core\.bpf_jit_enable=1/)])
  })
  test('locked down', () => {
    expect(told({ lockdown: 'confidentiality' })).toEqual([
      expect.stringMatching(/^fail security: .*lockdown=integrity/),
    ])
    expect(told({ lockdown: 'integrity' })).toEqual([])
  })
})

describe('privileges', () => {
  test('of root, whatever the helper has', () => {
    expect(told({ process: { ...user, uid: 0, effective: all }, helper: { ...helper, capable: false } })).toEqual([])
  })
  test('that a process hands on', () => {
    expect(told({ process: { ...user, ambient: all }, helper: { ...helper, capable: false } })).toEqual([])
  })
  test('of a container that was granted none', () => {
    const process = { ...user, uid: 0, effective: bpf, bounding: bpf }
    expect(told({ process, container: 'Docker' })).toEqual([
      expect.stringMatching(/^fail privileges: .*bounding set.* → .*--cap-add BPF --cap-add PERFMON/),
    ])
  })
  test('of root that gave them up', () => {
    expect(ofProcess({ uid: 0 })).toEqual([expect.stringMatching(/^fail privileges: root without/)])
  })
  test('of a user namespace', () => {
    expect(ofProcess({ uid: 0, effective: all, userNamespace: true })).toEqual([
      expect.stringMatching(/^fail privileges: this is a user namespace/),
    ])
  })
  test('under no_new_privs', () => {
    expect(ofProcess({ noNewPrivileges: true })).toEqual([
      expect.stringMatching(/^fail privileges: no_new_privs .*no-new-privileges/),
    ])
  })
  test('of a helper without capabilities', () => {
    expect(ofHelper({ capable: false, installed: false })).toEqual([
      'fail privileges: the helper has no capabilities → npx spyscall setup',
    ])
  })
  test('of a helper that nobody can look at', () => {
    expect(ofHelper({ capable: undefined })).toEqual([expect.stringMatching(/^warn privileges: .*libcap2-bin/)])
  })
  test('of a helper on a file system without them', () => {
    const mount = { place: '/home', type: 'nfs4', options: new Set(['rw', 'nosuid']) }
    expect(ofHelper({ mount, installed: false })).toEqual([
      'fail privileges: /home is mounted nosuid, where the kernel ignores capabilities of files → npx spyscall setup',
    ])
  })
})

describe('the helper', () => {
  test('that is missing', () => {
    expect(told({ helper: undefined, missing: 'No native part for linux-riscv64' })).toEqual([
      'fail helper: No native part for linux-riscv64',
    ])
  })
  test('of other versions', () => {
    expect(ofHelper({ others: 2 })).toEqual([
      expect.stringMatching(/^warn helper: .*; 2 of other versions are .*--remove/),
    ])
    expect(ofHelper({ installed: false, others: 1 })).toEqual([
      expect.stringMatching(/^warn helper: .*; 1 of other versions is installed → npx spyscall setup$/),
    ])
  })
  test('of a group', () => {
    expect(ofHelper({ installed: false, capable: false, closedTo: 'testers' })).toEqual([
      'fail helper: the installed one is for the group testers, and this login is not in it → sudo usermod -aG testers with your user name, then log in anew',
    ])
  })
})
