// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'spyscall/vitest'
import { afterAll, describe, test } from 'vitest'
import { did, isHermetic, told } from '../../helpers/hermetic-told.ts'
import { errorOf } from '../../helpers/message-of.ts'
import type { ProcessBuilder } from '../../helpers/trace-builder.ts'

describe('links', () => {
  // data/x, dir -> data, x.txt -> data/x
  const real = mkdtempSync(join(realpathSync(tmpdir()), 'spy-hermetic-'))
  mkdirSync(join(real, 'data'))
  mkdirSync(join(real, 'src'))
  writeFileSync(join(real, 'data/x'), '')
  symlinkSync('../data', join(real, 'src/dir'))
  symlinkSync('../data/x', join(real, 'src/x.txt'))
  afterAll(() => rmSync(real, { recursive: true }))
  const here = (act: Parameters<typeof did>[0]) => did(act, { projectRoot: real })

  test('the file that a link leads to has to be declared', () => {
    const trace = here((process) => process.open(`${real}/data/x`, { asked: 'src/x.txt' }))
    expect(told(trace, { inputs: ['src/**'] })).toEqual(['Read, not an input (1):', '  data/x'])
    isHermetic(trace, { inputs: ['data/x'] })
  })

  test('a link that is declared by its own path declares what it leads to', () => {
    const trace = here((process) => process.open(`${real}/data/x`, { asked: 'src/x.txt' }))
    isHermetic(trace, { inputs: ['src/x.txt'] })
    isHermetic(trace, { inputs: ['src/dir/*'] })
  })

  test('what is looked at through a link is what it leads to', () => {
    const trace = here((process, all) => all.stat(process, `${real}/src/dir/x`))
    expect(told(trace, { inputs: ['src/**'] })).toEqual([
      'Looked at, not an input (1):',
      `  data/x (asked for as ${real}/src/dir/x)`,
    ])
    isHermetic(trace, { inputs: ['data/x'] })
    isHermetic(
      here((process, all) => all.stat(process, `${real}/src/x.txt`, { followed: false })),
      { inputs: ['src/x.*'] },
    )
  })

  test('that rests on this disk, so it is not certain enough for .not', () => {
    const trace = here((process, all) => all.stat(process, `${real}/src/dir/x`))
    expect(errorOf(() => expect(trace).not.toBeHermetic({ toolchain: true, inputs: ['src/**'] }))).toMatchObject({
      code: 'INCOMPLETE_TRACE',
    })
    expect(trace).not.toBeHermetic({ toolchain: true })
    const read = here((process, all) => all.stat(process, `${real}/src/dir/x`) && process.open(`${real}/data/x`))
    expect(read).not.toBeHermetic({ toolchain: true, inputs: ['src/**'] })
    const both = here((process, all) => all.stat(process, `${real}/src/dir/x`) && process.open('/etc/passwd'))
    expect(both).not.toBeHermetic({ toolchain: true, inputs: ['src/**'] })
  })

  test('a link that the run made itself declares nothing', () => {
    const trace = here((process) => process.symlink(`${real}/src/x.txt`, '../data/x').write(`${real}/data/x`))
    expect(told(trace, { outputs: ['src/x.txt'] })).toEqual(['Written, not an output (1):', '  data/x'])
  })

  test('a link that it did not make still does, beside one that it made', () => {
    const trace = here((process) => process.symlink(`${real}/out/l`, '/srv').open(`${real}/data/x`))
    isHermetic(trace, { outputs: ['out/l'], inputs: ['src/x.txt'] })
  })

  test('what was removed through a link that is gone by now is what it led to', () => {
    const trace = here((process) => {
      process
        .symlink(`${real}/out/l`, '/home/me')
        .unlink(`${real}/out/l/notes`)
        .rename(`${real}/out/l`, `${real}/out/m`)
      process.unlink(`${real}/out/m/other`).unlink(`${real}/out/m`)
    })
    expect(told(trace, { outputs: ['out/**'] })).toEqual([
      'Removed, not an output (2):',
      `  /home/me/notes (asked for as ${real}/out/l/notes)`,
      `  /home/me/other (asked for as ${real}/out/m/other)`,
    ])
  })

  test('another name of such a link', () => {
    const trace = here((process) => {
      process.symlink(`${real}/out/l`, '/home/me').link(`${real}/out/l`, `${real}/out/m`).unlink(`${real}/out/m/notes`)
    })
    expect(told(trace, { outputs: ['out/**'] })).toContain(`  /home/me/notes (asked for as ${real}/out/m/notes)`)
  })

  test.each<[string, string, (process: ProcessBuilder) => unknown]>([
    [
      'that was made in a folder that such a link leads to',
      'out/d/l',
      (process) => process.symlink(`${real}/out/e`, 'd').symlink(`${real}/out/e/l`, '/home/me'),
    ],
    [
      'that was renamed into such a folder',
      'out/d/l',
      (process) =>
        process
          .symlink(`${real}/out/e`, 'd')
          .symlink(`${real}/out/x`, '/home/me')
          .rename(`${real}/out/x`, `${real}/out/e/l`),
    ],
    [
      'that another file exchanged its name with',
      'out/f',
      (process) =>
        process
          .symlink(`${real}/out/l`, '/home/me')
          .rename(`${real}/out/f`, `${real}/out/l`, { flags: ['RENAME_EXCHANGE'] }),
    ],
    [
      'that is reached through a link of this disk',
      'src/dir/l',
      (process) => process.symlink(`${real}/data/l`, '/home/me'),
    ],
  ])('a link %s, and gone by now', (_, link, make) => {
    const trace = here((process, all) => make(process) && all.stat(process, `${real}/${link}/notes`))
    expect(told(trace, { outputs: ['out/**', 'src/**', 'data/**'] })).toContain(
      `  /home/me/notes (asked for as ${real}/${link}/notes)`,
    )
  })

  test('a project that is reached through a link is not more than itself', () => {
    mkdirSync(join(real, 'deep/project/etc'), { recursive: true })
    symlinkSync('deep/project', join(real, 'link'))
    const trace = did(
      (process) => {
        process
          .open(`${real}/deep/project/x`)
          .open(`${real}/deep/project/etc/x`)
          .open(`${real}/deep/etc/x`)
          .open('/etc/x')
      },
      { projectRoot: join(real, 'link') },
    )
    expect(told(trace, { inputs: ['x', '/etc/x', '../etc/x'] })).toEqual([
      'Read, not an input (2):',
      `  ${real}/deep/etc/x`,
      `  ${real}/deep/project/etc/x`,
    ])
  })
})
