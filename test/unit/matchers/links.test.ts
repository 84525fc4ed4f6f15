// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'spyscall/vitest'
import { afterAll, describe, test } from 'vitest'
import { messageOf } from '../../helpers/message-of.ts'
import { type ProcessBuilder, TraceBuilder } from '../../helpers/trace-builder.ts'

// data/secret.txt, linkdir -> data, link.txt -> data/secret.txt, usr/bin/{cat,busybox}, usr/bin/ls -> busybox, bin -> usr/bin
const real = mkdtempSync(join(realpathSync(tmpdir()), 'spy-links-'))
const linked = `${real}-link`
mkdirSync(join(real, 'data'))
writeFileSync(join(real, 'data/secret.txt'), '')
symlinkSync('data', join(real, 'linkdir'))
symlinkSync('data/secret.txt', join(real, 'link.txt'))
mkdirSync(join(real, 'usr/bin'), { recursive: true })
for (const name of ['cat', 'busybox']) writeFileSync(join(real, 'usr/bin', name), '')
symlinkSync('busybox', join(real, 'usr/bin/ls'))
symlinkSync('usr/bin', join(real, 'bin'))
symlinkSync(real, linked)
afterAll(() => {
  rmSync(real, { recursive: true })
  rmSync(linked)
})

function traceOf(act: (process: ProcessBuilder) => unknown, projectRoot = real) {
  const builder = new TraceBuilder({ projectRoot })
  const process = builder.root.spawn('/bin/tool', ['tool'])
  act(process)
  process.exit()
  return builder.trace()
}

describe('a path that was written through a link', () => {
  const trace = traceOf((process) => process.open(`${real}/data/secret.txt`, { asked: 'linkdir/secret.txt' }))

  test.each([
    'linkdir/secret.txt',
    './link.txt',
    `${real}/linkdir/secret.txt`,
    `${linked}/linkdir/secret.txt`,
    'linkdir/**',
    `${linked}/data/*.txt`,
  ])('%s', (path) => {
    expect(trace).toHaveOpened(path)
    expect(messageOf(() => expect(trace).not.toHaveOpened(path))).toContain(
      `matched by: ${real}/data/secret.txt, which ${JSON.stringify(path)} leads to`,
    )
  })

  test('one that leads elsewhere does not match', () => {
    expect(trace).not.toHaveOpened('bin/secret.txt')
    expect(trace).not.toHaveOpened('bin/**')
  })

  test('a file that is gone is found by its folder', () => {
    const gone = traceOf((process) => process.open(`${real}/data/gone/a.txt`))
    expect(gone).toHaveOpened('linkdir/gone/a.txt')
  })

  test('the project root may be one', () => {
    const below = traceOf((process) => process.open(`${real}/data/new.txt`), linked)
    for (const path of ['data/new.txt', 'data/*', '**/new.txt']) expect(below).toHaveOpened(path)
  })

  test('a failed open is found as it was asked for', () => {
    const failed = traceOf((process) => process.openFailed(`${linked}/linkdir/none`, 'ENOENT'), linked)
    expect(failed).toHaveOpened('linkdir/none', { errno: 'ENOENT' })
  })

  test('links of /proc and /dev are those of each process', () => {
    const other = traceOf((process) => {
      process.open(realpathSync('/dev/null'))
      process.open(realpathSync('/proc/self/stat'))
    })
    expect(other).not.toHaveOpened('/proc/self/stat')
    expect(other).not.toHaveOpened('/dev/stdin')
  })
})

describe('a program in a linked folder', () => {
  test('either way round', () => {
    const trace = traceOf((process) => process.exec(`${real}/usr/bin/cat`, ['cat']))
    expect(trace).toHaveExecuted('bin/cat')
    expect(messageOf(() => expect(trace).not.toHaveExecuted(`${real}/bin/cat`))).toContain(
      `matched by: asked path ${real}/usr/bin/cat, which "${real}/bin/cat" leads to`,
    )
    const other = traceOf((process) => process.exec(`${real}/bin/cat`, ['cat'], { path: '/opt/coreutils' }))
    expect(messageOf(() => expect(other).not.toHaveExecuted(`${real}/usr/bin/cat`))).toContain(
      `matched by: asked path ${real}/bin/cat, which leads to ${real}/usr/bin/cat`,
    )
  })

  test('a link to a program of many names is itself only', () => {
    const trace = traceOf((process) =>
      process.exec(`${real}/bin/busybox`, ['cat'], { path: `${real}/usr/bin/busybox` }),
    )
    expect(trace).not.toHaveExecuted('usr/bin/ls')
    expect(trace).toHaveExecuted(undefined, { resolved: 'bin/ls' }) // the file is the same
  })
})

test('the folder of a unix socket, either way round', () => {
  const trace = traceOf((process) => {
    process.connect({ family: 'unix', asked: 'x', path: `${real}/data/x.sock`, abstract: false })
    process.connect({ family: 'unix', asked: 'y', path: `${real}/linkdir/y.sock`, abstract: false })
  })
  expect(trace).toHaveConnectedTo(`unix:${real}/linkdir/x.sock`)
  expect(trace).toHaveConnectedTo(`unix:${real}/data/y.sock`)
  expect(trace).not.toHaveConnectedTo(`unix:${real}/data/z.sock`)
})
