// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { mountOf, parseMounts, unfitForCapabilities } from '../../../src/cli/mounts.ts'

test('lines of mountinfo, with and without optional fields', () => {
  const text = [
    '36 35 98:0 /mnt1 /mnt/with\\040blank rw,nosuid,noatime shared:1 master:2 - ext3 /dev/root rw,errors=continue',
    '22 1 0:21 / / ro,relatime - overlay overlay rw,lowerdir=/a',
  ].join('\n')
  const [first, second] = parseMounts(text)
  expect(first).toEqual({
    place: '/mnt/with blank',
    type: 'ext3',
    options: new Set(['rw', 'nosuid', 'noatime', 'errors=continue']),
  })
  expect(second).toMatchObject({ place: '/', type: 'overlay' })
  expect(unfitForCapabilities(first!)).toBe(
    '/mnt/with blank is mounted nosuid, where the kernel ignores capabilities of files',
  )
  expect(unfitForCapabilities(second!)).toBeUndefined()
})

// findmnt asks the same file by its own reading.
test.skipIf(!existsSync('/usr/bin/findmnt')).each(['/', '/proc', '/proc/self/status', import.meta.filename])(
  'the mount of %s is what findmnt says',
  (path) => {
    const { stdout } = spawnSync('findmnt', ['--noheadings', '--output', 'TARGET,FSTYPE', '--target', path], {
      encoding: 'utf8',
    })
    const mount = mountOf(path)
    expect(`${mount?.place} ${mount?.type}`).toBe(stdout.trim().replace(/\s+/, ' '))
  },
)

test('a path that is not there yet is on the mount of its nearest folder', () => {
  expect(mountOf('/proc/nothing/here')?.place).toBe('/proc')
})
