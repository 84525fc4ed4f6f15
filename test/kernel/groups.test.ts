// SPDX-License-Identifier: MIT
// Groups that nobody asked for cost nothing: what the helper loads into the kernel, and when, as strace shows it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { type EventGroup, eventGroups } from '../../src/trace/groups.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { ownNativeFolder } from '../helpers/kernel-objects.ts'
import { freshFolder } from '../helpers/workload.ts'

/** Programs of each group by their names, of which the kernel keeps 15 letters; `file` is asked for before the others that follow operations of io_uring. */
const programs: Readonly<Record<EventGroup, RegExp>> = {
  process:
    /^spy_(sys_enter|sys_exit|signal|newtask|exit|exit_old|exec|scan|enter_exec|on_process|withhold|enter_share)$/,
  file: /^spy_(exit_files|flush|on_open|on_change|on_transfer|enter_close|uring_\w+|\w*open\w*)$/,
  probe: /^spy_on_probe$/,
  sync: /^spy_on_sync$/,
  network: /^spy_(on_connect|on_dns|on_socket|sock_state\w*|\w*conn\w*)$/,
  signal: /^spy_(signal_gene|on_signal)$/,
  namespace: /^spy_(newtask_nam|on_namespac|enter_mount|on_mount)$/,
  credentials: /^spy_(enter|exec|on)_crede\w*$/,
  system: /^spy_on_system$/,
  syscall: /^spy_(enter_sysca|on_syscall|syscall_sig|tell_counts)$/,
}

/** Maps that take memory by themselves, and who needs them. */
const maps: Readonly<Record<string, EventGroup>> = { spy_looks: 'probe', spy_counts: 'syscall' }

describeKernel('groups', () => {
  test.skipIf(lacksRoot)('what none of the sessions asked for was never loaded', () => {
    const calls = join(freshFolder(), 'calls')
    const script = resolve(import.meta.dirname, 'scripts/open-groups.ts')
    const { stderr, status } = spawnSync(
      'strace',
      ['-f', '--seccomp-bpf', '-e', 'trace=bpf,chdir', '-o', calls, process.execPath, script, ...eventGroups],
      { env: { ...process.env, SPYSCALL_NATIVE_DIR: ownNativeFolder() }, encoding: 'utf8' },
    )
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const sessions = readFileSync(calls, 'utf8').split(/ chdir\("\/proc"\)/)
    expect(sessions.pop()).not.toMatch(/BPF_PROG_LOAD|BPF_MAP_CREATE/)
    expect(sessions).toHaveLength(eventGroups.length)
    for (const [n, group] of eventGroups.entries()) {
      const [, ...loaded] = (sessions[n] ?? '').split('prog_name="spy_')
      const names = new Set(loaded.map((rest) => `spy_${/^\w+/.exec(rest)}`))
      names.delete('spy_empty') // a try: whether the kernel takes programs of a kind
      expect([group, names.size]).not.toEqual([group, 0])
      expect([group, [...names].filter((name) => !programs[group].test(name))]).toEqual([group, []])
      const made = [...(sessions[n] ?? '').matchAll(/map_name="(spy_\w+)"/g)].map(([, name = '']) => name)
      expect([group, made.filter((name) => name in maps)]).toEqual([
        group,
        Object.keys(maps).filter((name) => maps[name] === group),
      ])
    }
  })
})
