// SPDX-License-Identifier: MIT
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { suggestPolicy } from '../../../src/trace/hermetic/suggest.ts'
import { did, isHermetic, told } from '../../helpers/hermetic-told.ts'
import { failed, HermeticTrace, own } from '../../helpers/hermetic-trace.ts'
import type { ProcessBuilder } from '../../helpers/trace-builder.ts'

describe('programs', () => {
  test('run from where something is declared', () => {
    const trace = did((process) => {
      process.spawn('/usr/bin/cc', ['cc']).exec(own('out/a'), ['a']).exec('/home/me/bin/x', ['x'])
    })
    expect(told(trace, { outputs: ['out/**'] })).toEqual(['Executed, not a declared program (1):', '  /home/me/bin/x'])
    isHermetic(trace, { outputs: ['out/**'], inputs: ['/home/me/bin/x'] })
  })

  test('where they are named, no others', () => {
    const trace = did((process) =>
      process.spawn('/usr/bin/cc', ['cc'], { path: '/usr/bin/gcc-12' }).exec('/usr/bin/[', ['[']),
    )
    expect(told(trace, { executables: ['tool', 'gcc-*'] })).toEqual([
      'Executed, not a declared program (1):',
      '  /usr/bin/[',
    ])
    isHermetic(trace, { executables: ['tool', 'cc', '['] })
    expect(told(trace, { executables: [] })).toHaveLength(4)
  })

  test('a name is one in a place that is declared, a path is declared by itself', () => {
    const trace = did((process) => process.exec('/home/me/bin/cc', ['cc']))
    expect(told(trace, { executables: ['tool', 'cc'] })).toEqual([
      'Executed, not a declared program (1):',
      '  /home/me/bin/cc',
    ])
    isHermetic(trace, { executables: ['tool', '/home/me/bin/*'] })
  })

  test('argv[0] is no name', () => {
    const trace = did((process) => process.exec('/usr/bin/curl', ['cc']))
    expect(told(trace, { executables: ['tool', 'cc'] })).toEqual([
      'Executed, not a declared program (1):',
      '  /usr/bin/curl',
    ])
  })

  test('a link is no name where no programs may be, or where the run made it', () => {
    const policy = { outputs: ['out/**'], executables: ['tool', 'cc'] }
    const curl = ['Executed, not a declared program (1):', '  /usr/bin/curl']
    const call = (path: string) => (process: ProcessBuilder) => process.exec(path, ['cc'], { path: '/usr/bin/curl' })
    isHermetic(did(call('/usr/bin/cc')), { executables: ['tool', 'cc'] })
    isHermetic(did(call('/bin/cc')), { executables: ['tool', 'cc'] })
    isHermetic(did(call(own('out/cc'))), policy)
    expect(told(did(call('/home/me/bin/cc')), policy)).toEqual(curl)
    expect(
      told(
        did((process) => call(own('out/cc'))(process.symlink(own('out/cc'), '/usr/bin/curl'))),
        policy,
      ),
    ).toEqual(curl)
    expect(
      told(
        did((process) => call('out/cc')(process.symlink(own('out/cc'), '/usr/bin/curl'))),
        policy,
      ),
    ).toEqual(curl)
    const made = did((process) => call(own('out/cc'))(process.symlink(own('out/cc'), '/usr/bin/curl')))
    const suggested = suggestPolicy(made)
    expect(suggested.executables).toEqual(['curl', 'tool'])
  })

  test('a script counts, and its interpreter', () => {
    const trace = did((process) =>
      process.exec('./configure', ['sh'], { script: own('configure'), interpreter: '/bin/sh', path: '/usr/bin/dash' }),
    )
    expect(told(trace, {})).toEqual(['Executed, not a declared program (1):', '  configure'])
    expect(told(trace, { executables: ['tool', './configure'] })).toEqual([
      'Executed, not a declared program (1):',
      '  /usr/bin/dash',
    ])
    isHermetic(trace, { executables: ['tool', './configure', 'sh'] })
    isHermetic(trace, { inputs: ['configure'] })
  })

  test('one without a file is known by name alone', () => {
    const trace = did((process) => process.exec('/dev/fd/3', ['x'], { fileless: true, path: '/memfd:ghost' }))
    expect(told(trace, {})).toEqual(['Executed, not a declared program (1):', '  /memfd:ghost'])
    isHermetic(trace, { executables: ['tool', 'memfd:ghost'] })
  })

  test('what could not be executed was looked at', () => {
    const trace = did((process) => process.execFailed('/home/me/x', 'EACCES'))
    expect(told(trace, {})).toEqual(['Looked at, not an input (1):', '  /home/me/x -> EACCES'])
  })

  test('the folder that the test starts them in is its own doing, another one is looked at', () => {
    const trace = new HermeticTrace()
    const child = trace.root.fork()
    trace.chdir(child, '/srv')
    child.exec('/usr/bin/tool', ['tool'])
    trace.chdir(child, '/var/spool').chdir(child, '/gone', failed('ENOENT')).chdir(child, '/home/me')
    child.exec('/usr/bin/other', ['other'])
    expect(told(trace.ended(), { inputs: ['x'] })).toEqual([
      'Looked at, not an input (1):',
      '  /var/spool',
      'Found absent, where nothing is declared (1):',
      '  /gone',
    ])
  })
})
