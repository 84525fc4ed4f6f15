// SPDX-License-Identifier: MIT
// `spyscall doctor` and the errors of `openSession`, on systems that lack something: made so by mounts, capabilities and a preload, with the real kernel below.
import { expect, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { ownNativeFolder } from '../helpers/kernel-objects.ts'
import { freshUser, inOwnMounts, spyscall } from '../helpers/own-mounts.ts'

const asRoot = test.skipIf(lacksRoot)

/** `state name`, in order, of what a line of `--json` says, and the texts by name. */
function read({ status, output }: { status: number; output: string }) {
  const { ok, findings } = JSON.parse(output)
  return {
    status,
    ok,
    states: findings.map((one: any) => `${one.state} ${one.name}`).filter((line: string) => !line.startsWith('ok ')),
    text: (name: string): string => findings.find((one: any) => one.name === name)?.text,
  }
}

/** With a helper of its own: one of root's may be running. */
const rootsOwn = () => `SPYSCALL_NATIVE_DIR=${ownNativeFolder()}`
const doctor = `${spyscall} doctor --json`

describeKernel('the doctor', () => {
  asRoot('finds nothing to do for root', () => {
    const found = read(inOwnMounts([doctor])[0]!)
    expect(found).toMatchObject({ status: 0, ok: true, states: [] })
    expect(found.text('privileges')).toBe('root')
    expect(found.text('trial')).toMatch(
      /^a session was opened in \d+ ms, and a child recorded with \d\d+ events, none lost$/,
    )
    expect(found.text('hooks')).toMatch(
      /^(this kernel takes no lsm or fentry programs: .*|(lsm|fentry) programs see .*)$/,
    )
  })

  asRoot('names what keeps a user from recording, and the trial agrees', () => {
    const lines = [
      `${freshUser()} ${doctor}`,
      `${spyscall} setup >/dev/null; ${freshUser()} ${doctor}`,
      `setpriv --no-new-privs ${freshUser()} ${doctor}`,
      `setpriv --bounding-set=-bpf ${freshUser()} ${doctor}`,
      `setpriv --bounding-set=-perfmon,-sys_admin --inh-caps=-perfmon,-sys_admin env ${rootsOwn()} ${doctor}`,
      `unshare --user --map-root-user env ${rootsOwn()} ${doctor}`,
    ]
    const [nothing, fine, noNew, bounded, container, namespace] = inOwnMounts(lines).map(read)
    expect(fine).toMatchObject({ status: 0, ok: true, states: [] })
    for (const refused of [nothing, noNew, bounded, container, namespace])
      expect(refused).toMatchObject({ status: 1, ok: false, states: ['fail privileges', 'fail trial'] })
    expect(nothing!.text('privileges')).toBe('the helper has no capabilities')
    expect(noNew!.text('privileges')).toMatch(/no_new_privs/)
    expect(bounded!.text('privileges')).toMatch(/bounding set/)
    expect(container!.text('privileges')).toMatch(/bounding set/)
    expect(namespace!.text('privileges')).toMatch(/user namespace/)
    expect(nothing!.text('trial')).toMatch(/^Cannot .*: EPERM$/)
  })

  asRoot('finds a helper that lost its capabilities, and older ones beside it', () => {
    const [lost, older] = inOwnMounts([
      `${spyscall} setup >/dev/null; setcap -r /usr/local/libexec/spyscall/*/spyscall-helper; ${freshUser()} ${doctor}`,
      `mkdir -p /opt/spyscall/0123456789abcdef; ${spyscall} setup >/dev/null; ${freshUser()} ${doctor}`,
    ]).map(read)
    expect(lost).toMatchObject({ status: 1, states: ['fail privileges', 'fail trial'] })
    expect(lost!.text('privileges')).toBe('the helper that was installed has no capabilities')
    expect(older).toMatchObject({ status: 0, states: ['warn helper'] })
  })

  asRoot('trusts no installed file that others could have put there', () => {
    const file = '/usr/local/libexec/spyscall/*/spyscall-helper'
    const capable = `setcap cap_bpf,cap_perfmon=ep ${file}`
    const found = inOwnMounts([
      `${spyscall} setup >/dev/null; chown 1234 ${file}; ${capable}; ${freshUser()} ${doctor}`,
      `chown root ${file}; chmod 0775 ${file}; ${capable}; ${freshUser()} ${doctor}`,
      `chmod 0755 ${file}; ${freshUser()} ${doctor}`,
    ]).map(read)
    for (const refused of found.slice(0, 2))
      expect(refused).toMatchObject({ status: 1, states: ['fail privileges', 'fail trial'] })
    expect(found[2]).toMatchObject({ status: 0, states: [] })
  })

  asRoot('tells of a kernel without types', () => {
    const [found] = inOwnMounts([`${rootsOwn()} ${doctor}`], ['mount -t tmpfs none /sys/kernel/btf']).map(read)
    expect(found).toMatchObject({ status: 1, states: ['fail types', 'fail trial'] })
    expect(found!.text('trial')).toMatch(/CONFIG_DEBUG_INFO_BTF/)
  })
})
