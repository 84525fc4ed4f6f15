// SPDX-License-Identifier: MIT
// `spyscall setup`, as getcap, stat and the kernel say of what it did.
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { freshUser, inOwnMounts, spyscall } from '../helpers/own-mounts.ts'

const place = '/usr/local/libexec/spyscall'
/** Of all that is installed: mode, owner, group; then capabilities. */
const look = `find /usr/local /opt -mindepth 1 -not -name libexec -printf '%m %u %g %y %f\\n' | sed -E 's/[0-9a-f]{16}/BUILD/'; getcap -r /usr/local /opt | sed 's/.*spyscall-helper//'`
const installed =
  '755 root root d spyscall\n755 root root d BUILD\n755 root root f spyscall-helper\n cap_perfmon,cap_bpf=ep'
const fine = { status: 0, output: expect.stringMatching(/^ok {4}trial [\s\S]*\n\nTests can record here\.$/m) }

/** A sudo that lets nobody in without a password: uid 65534. */
const sudoers = [
  'mount -t tmpfs -o mode=755 none /etc/sudoers.d',
  "echo '#65534 ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/nobody",
]
const nobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups env -i PATH=/usr/bin:/bin'

const asRoot = test.skipIf(lacksRoot)

describeKernel('setup', () => {
  asRoot('by a user, asks sudo once, and records then; again, it does nothing', () => {
    const [first, found, doctor, again, other, write, removed, left] = inOwnMounts(
      [
        `${nobody} ${spyscall} setup`,
        look,
        `${freshUser()} ${spyscall} doctor`,
        `before=$(stat -c %i-%Z ${place}/*/*); ${nobody} ${spyscall} setup; [ "$before" = "$(stat -c %i-%Z ${place}/*/*)" ] && echo untouched`,
        `${freshUser()} cat ${place}/*/spyscall-helper | cmp - build/spyscall-helper && echo same`,
        `${nobody} sh -c 'echo >>"$1" || mv "$1" "$1.old" || rm "$1"' sh ${place}/*/spyscall-helper; getcap ${place}/*/* | wc -l`,
        `${nobody} ${spyscall} setup --remove`,
        look,
      ],
      [...sudoers, `cd ${resolve(import.meta.dirname, '../..')}`],
    )
    expect(first).toEqual({
      status: 0,
      output: expect.stringMatching(/^Done: a session was opened in \d+ ms, and a child/m),
    })
    expect(first!.output.match(/^Running by sudo/gm)).toHaveLength(1)
    expect(found!.output).toBe(installed)
    expect(doctor).toEqual(fine)
    expect(doctor!.output).toContain('installed by setup')
    expect(again).toEqual({ status: 0, output: expect.stringMatching(/^Already set up: .*\nDone: .*\nuntouched$/) })
    expect(other!.output).toBe('same')
    expect(write!.output).toMatch(/denied[\s\S]*denied[\s\S]*denied[\s\S]*\n1$/i)
    expect(removed).toEqual({ status: 0, output: expect.stringContaining('rm -rf /usr/local/libexec/spyscall') })
    expect(left!.output).toBe('')
  })

  asRoot('by root is for the others; what it would do is a script that does it', () => {
    const [first, found, , none, lines, script, same] = inOwnMounts([
      `${spyscall} setup`,
      look,
      `${spyscall} setup --remove`,
      look,
      `${spyscall} setup --dry-run; ${look}`,
      `${spyscall} setup --dry-run | sh`,
      look,
    ])
    expect(first).toEqual({ status: 0, output: expect.stringMatching(/^Root records without this[\s\S]*\nDone\./) })
    expect(found!.output).toBe(installed)
    expect(none!.output).toBe('')
    expect(lines!.output).toMatch(/^set -eu\n[\s\S]*\nsetcap cap_bpf,cap_perfmon=ep "\$to\/new"\nmv .*$/)
    // Every line that is said to run was one of those.
    for (const line of lines!.output.split('\n')) expect(first!.output).toContain(`  ${line}\n`)
    expect(script).toEqual({ status: 0, output: '' })
    expect(same!.output).toBe(installed)
  })

  asRoot('for a group is for its members only, and stays so', () => {
    const [, found, outside, inside, refused, kept, , everyone] = inOwnMounts([
      `${spyscall} setup --group kmem`,
      look,
      `${freshUser()} ${spyscall} doctor`,
      `${freshUser('kmem')} ${spyscall} doctor`,
      `${freshUser()} ${spyscall} setup`,
      `rm -r ${place}/*; ${spyscall} setup; ${look}`,
      `${spyscall} setup --everyone`,
      `${freshUser()} ${spyscall} doctor`,
    ])
    expect(found!.output).toBe(installed.replace('755 root root d spyscall', '750 root kmem d spyscall'))
    expect(outside).toEqual({
      status: 1,
      output: expect.stringMatching(/^fail {2}helper .*group kmem.*\n.*usermod -aG kmem/m),
    })
    expect(inside).toEqual(fine)
    expect(refused).toEqual({ status: 1, output: expect.stringContaining('usermod -aG kmem') })
    expect(kept!.output).toContain('750 root kmem d spyscall')
    expect(everyone).toEqual(fine)
  })

  asRoot('says what is missing: sudo, setcap', () => {
    const [sudo, setcap, left] = inOwnMounts(
      [`${nobody} ${spyscall} setup`, `mount --bind /dev/null /usr/sbin/setcap; ${spyscall} setup`, look],
      ['mount --bind /dev/null /usr/bin/sudo'],
    )
    expect(sudo).toEqual({
      status: 1,
      output: expect.stringMatching(
        /There is no sudo here\. Run these lines as root:\n {2}set -eu\n[\s\S]* {2}setcap cap_bpf/,
      ),
    })
    expect(setcap).toEqual({ status: 1, output: expect.stringContaining('libcap2-bin') })
    expect(left!.output).toBe('')
  })

  asRoot('does not install where capabilities would not count, or could not be written', () => {
    const [second, found, nowhere, ramfs, left] = inOwnMounts([
      `mount -o remount,nosuid /usr/local; ${spyscall} setup`,
      look,
      `rm -r /opt/spyscall; mount -o remount,ro /opt; ${spyscall} setup`,
      `mount -t ramfs none /usr/local; ${spyscall} setup`,
      look,
    ])
    expect(second).toEqual({ status: 0, output: expect.stringContaining('to   /opt/spyscall/') })
    expect(found!.output).toBe(installed)
    expect(nowhere).toEqual({
      status: 1,
      output: expect.stringMatching(/\/usr\/local is mounted nosuid.*\n.*\/opt is mounted read-only/),
    })
    expect(ramfs).toEqual({ status: 1, output: expect.stringMatching(/not supported[\s\S]*\(ramfs at \/usr\/local\)/) })
    expect(left!.output).toBe('755 root root d spyscall\n755 root root d BUILD')
  })

  asRoot('gives nothing to a file that is not the one it told of, nor shows it to others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'spy-setup-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const name of ['spyscall-helper', 'spyscall.node'])
      copyFileSync(resolve(import.meta.dirname, '../../build', name), join(folder, name))
    const [lines, , left] = inOwnMounts([
      `SPYSCALL_NATIVE_DIR=${folder} ${spyscall} setup --dry-run >/opt/lines`,
      `ln -sf /etc/shadow ${folder}/spyscall-helper; sh /opt/lines; s=$?; rm /opt/lines; exit $s`,
      look,
    ])
    expect(lines!.status).toBe(0)
    expect(left!.output).toBe('755 root root d spyscall\n755 root root d BUILD')
  })
})
