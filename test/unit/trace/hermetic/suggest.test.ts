// SPDX-License-Identifier: MIT
import { homedir } from 'node:os'
import { expect } from 'spyscall/vitest'
import { describe, test } from 'vitest'
import { groupMadeUp, groupPaths } from '../../../../src/trace/hermetic/group-paths.ts'
import { StableNames } from '../../../../src/trace/hermetic/stable-names.ts'
import { suggestPolicy } from '../../../../src/trace/hermetic/suggest.ts'
import { did } from '../../../helpers/hermetic-told.ts'
import { HermeticTrace, own } from '../../../helpers/hermetic-trace.ts'
import { messageOf } from '../../../helpers/message-of.ts'
import { inet, projectRoot, unix } from '../../../helpers/trace-builder.ts'

const suggested = (...args: Parameters<typeof did>) => ({ ...suggestPolicy(did(...args)) })
const base = { toolchain: true, executables: ['tool'] }

test('a policy as source', () => {
  const trace = did((process, all) => {
    for (const name of ['alpha', 'beta', 'gamma', 'delta'])
      process.open(`/srv/data/${name}/a-rather-long-name-of-a-file`)
    process
      .create(own('out/x.o'))
      .create('/tmp/ccAbCdEf.s')
      .connect(inet('10.0.0.1', 443))
      .connect(unix('/run/docker.sock'))
    all.missing(process, own("it's")).socket(process, 'packet')
    process.open('/srv/\u202e\u001b')
  })
  expect(String(suggestPolicy(trace))).toMatchInlineSnapshot(`
    "{
      inputs: [
        '/srv/data/alpha/a-rather-long-name-of-a-file',
        '/srv/data/beta/a-rather-long-name-of-a-file',
        '/srv/data/delta/a-rather-long-name-of-a-file',
        '/srv/data/gamma/a-rather-long-name-of-a-file',
        '/srv/\\u202e\\u001b',
      ],
      outputs: ['/tmp/cc??????.s', 'out/x.o'],
      toolchain: true,
      executables: ['tool'],
      network: ['10.0.0.1:443', { family: 'packet' }],
      delegates: ['docker'],
      absent: ['it\\'s'],
    }"
  `)
  expect(String(suggestPolicy(new HermeticTrace().trace()))).toBe('{}')
})

describe('paths', () => {
  test('few files are told one by one, many of a kind or of a folder as one', () => {
    const kinds = Array.from({ length: 7 }, (_, n) => own(`src/${n}.h`))
    expect(suggested((process) => kinds.slice(1).forEach((path) => void process.open(path))).inputs).toHaveLength(6)
    expect(suggested((process) => kinds.forEach((path) => void process.open(path))).inputs).toEqual(['src/*.h'])
    const others = Array.from({ length: 7 }, (_, n) => own(`src/${n}${n}.${n}`))
    expect(suggested((process) => others.forEach((path) => void process.open(path))).inputs).toEqual(['src/*'])
  })

  test('many files in several folders are told as a whole, but not of a project or a home', () => {
    const many = (folder: string) => Array.from({ length: 24 }, (_, n) => `${folder}/${'abcd'[n % 4]}/${n}.js`)
    const of = (folder: string) =>
      suggested((process) => many(folder).forEach((path) => void process.open(path))).inputs
    expect(of(own('node_modules'))).toEqual(['node_modules/**'])
    expect(of(projectRoot)).toHaveLength(24)
    expect(of('/srv')).toHaveLength(24)
    expect(of('/srv/data')).toEqual(['/srv/data/**'])
    expect(of(homedir())).toHaveLength(24)
  })

  test('the files of a kind in the project root', () => {
    const files = Array.from({ length: 8 }, (_, n) => own(`${n}.c`))
    expect(suggested((process) => files.forEach((path) => void process.open(path))).inputs).toEqual(['*.c'])
  })

  test('what is written is read back, folders on the way are made', () => {
    const trace = suggested((process) =>
      process.mkdir(own('out')).create(own('out/x')).open(own('out/x')).unlink(own('out/x')).rmdir(own('out')),
    )
    expect(trace).toEqual({ ...base, outputs: ['out/x'] })
  })

  test('what is looked at on the way needs nothing', () => {
    const trace = suggested((process, all) => {
      for (const path of ['/home', projectRoot, own('src')]) all.stat(process, path)
      process.open(own('src/x'))
      all
        .stat(process, own('other/folder'))
        .missing(process, own('src/y'))
        .missing(process, own('gone/x'))
        .missing(process, own('gone'))
    })
    expect(trace).toEqual({ ...base, inputs: ['other/folder', 'src/x'], absent: ['gone/x', 'src/y'] })
  })

  test('a file that never had a name is in none, one that has such a name is', () => {
    const trace = suggested((process) =>
      process.io('/tmp/#77', { written: 1 }, { inode: 77n }).io('/srv/#78', { read: 1 }, { inode: 1n }),
    )
    expect(trace).toEqual({ ...base, inputs: ['/srv/#78'] })
  })

  test('what does not count is in none, unless it was changed', () => {
    const trace = suggested((process) => process.open('/sys/fs/cgroup/a').write('/sys/fs/cgroup/b').write('/dev/null'))
    expect(trace).toEqual({ ...base, outputs: ['/sys/fs/cgroup/b'] })
  })

  test('what something else covers is left out', () => {
    const trace = new HermeticTrace()
    const tool = trace.root.spawn('/home/me/bin/tool', ['tool'])
    trace.stat(tool, '/usr')
    tool.create('/usr/local/made/x')
    expect({ ...suggestPolicy(trace.ended()) }).toEqual({
      outputs: ['/usr/local/made/x'],
      executables: ['/home/me/bin/tool'],
    })
  })

  test('a policy without probes', () => {
    expect(suggested((process) => process.open(own('x')), { groups: ['process', 'file', 'network'] })).toEqual({
      ...base,
      inputs: ['x'],
      probes: false,
    })
    expect(messageOf(() => suggestPolicy(new HermeticTrace({ groups: ['process'] }).trace()))).toBe(
      'Expected a trace with the groups process, file and network to suggest a policy from, got one without file, network.',
    )
  })
})

test('programs by name where their place is declared, else by path', () => {
  const trace = suggested((process) => {
    process.exec('/usr/bin/cc', ['cc'], { path: '/usr/bin/gcc-12' }).exec('/usr/bin/[', ['['])
    process.exec(own('configure'), ['sh'], { script: own('configure'), interpreter: '/bin/sh', path: '/usr/bin/dash' })
    process.exec('/home/me/bin/x', ['x']).create(own('out/a')).exec(own('out/a'), ['a']).exec('/tmp/ccAbCdEf', ['t'])
    process.exec('/dev/fd/3', ['g'], { fileless: true, path: '/memfd:ghost' })
  })
  expect(trace).toEqual({
    outputs: ['out/a'],
    toolchain: true,
    executables: ['./configure', '/home/me/bin/x', '/tmp/cc??????', '[', 'a', 'cc', 'memfd:ghost', 'sh', 'tool'],
  })
})

describe('network', () => {
  test('as it was, without ports that the kernel chose', () => {
    const trace = suggested((process, all) => {
      process
        .connect(inet('127.0.0.1', 40_000))
        .connect(inet('127.0.0.2', 81))
        .connect(inet('10.0.0.1', 40_000))
        .connect(inet('::1', 80))
        .send(inet('9.9.9.9', 123))
      process.connect(unix('/srv/a[b].sock')).connect(unix('@name', true))
      all.listen(process, inet('0.0.0.0', 8080)).socket(process, 'vsock')
    })
    expect(trace.network).toEqual([
      '0.0.0.0:8080',
      '10.0.0.1:40000',
      '127.0.0.1',
      '127.0.0.2:81',
      '9.9.9.9:123',
      '[::1]:80',
      'unix:/srv/a?b?.sock',
      'unix:@name',
      { family: 'vsock' },
    ])
  })

  test('hosts by the names that DNS was asked for', () => {
    const answers = [{ name: 'example.com', type: 'A', ttl: 1, data: '10.0.0.7' }]
    const trace = suggested((process, all) => {
      process.send(inet('10.0.0.2', 53))
      all
        .dns(process, 'example.com', inet('10.0.0.2', 53), { answers })
        .dns(process, 'other.test', inet('10.0.0.2', 53))
      process.connect(inet('10.0.0.7', 443))
    })
    expect(trace.network).toEqual(['example.com:443', 'other.test'])
  })

  test('daemons by their names', () => {
    const missing = { outcome: 'failed', errno: 'ENOENT' } as const
    const trace = suggested((process) =>
      process
        .connect(inet('127.0.0.1', 4226))
        .connect(unix('/run/docker.sock'), missing)
        .connect(unix('/run/nscd/socket'), missing),
    )
    expect(trace).toEqual({ ...base, delegates: ['sccache'], absent: ['/run/docker.sock'] })
  })
})

describe('names that are made up', () => {
  const made = new Set([own('lib/stAbCdEf'), own('made-x8Jh2k'), own('CMakeSystem.cmake.tmp'), '/var/tmp/build-x8Jh2k'])
  const globOf = (path: string) => new StableNames(projectRoot, new Set(['12345', '2345']), made, made).globOf(path)

  test.each<[string, string | null]>([
    ['/tmp/ccAbCdEf.s', '/tmp/cc??????.s'],
    ['/tmp/ccabcdef.cdtor.c', '/tmp/cc??????.cdtor.c'],
    ['/tmp/sortAb12Cd', '/tmp/sort??????'],
    ['/tmp/sh-thd.Ab12Cd', '/tmp/sh-thd.??????'],
    ['/tmp/tmp.AbCdEf1234', '/tmp/tmp.??????????'],
    ['/tmp/tmpa_b1c2d3', '/tmp/tmp????????'],
    ['/var/tmp/build-x8Jh2k/a/b', '/var/tmp/build-??????/a/b'],
    ['/tmp/outputAbCdEf.log', '/tmp/output??????.log'],
    ['/tmp/5zY8vp_pSF', '/tmp/??????????'],
    ['/tmp/x_e2a9a218-1942-4939-a096-bece4e9a94f4', '/tmp/x_????????-????-????-????-????????????'],
    ['/tmp/output', null],
    ['/tmp/build12', null],
    ['/tmp/My_Program', null],
    [own('CMakeSystem.cmake.tmp'), null],
    ['/tmp/Config', null],
    ['/tmp/report.txt', null],
    ['/tmp/lock.2345', '/tmp/lock.*'],
    ['/srv/lock.2345', null],
    ['/srv/lock.12345', '/srv/lock.*'],
    ['/srv/12345678', null],
    ['/srv/AbCdEf', null],
    [own('.git/objects/ab/tmp_obj_AbCdEf'), '/home/me/project/.git/objects/ab/tmp_obj_??????'],
    [own('ccAbCdEf.s'), null],
    [own('lib/stAbCdEf'), '/home/me/project/lib/st??????'],
    [own('made-x8Jh2k/a'), '/home/me/project/made-??????/a'],
    [own('x/made-x8Jh2k/a'), null],
    [own('66b92848-3389-4076-9c02-bece4e9a94f4.json'), '/home/me/project/????????-????-????-????-????????????.json'],
    ['/srv/2026-11-21T12_44_57_809Z-debug-0.log', '/srv/????-??-??T??_??_??_???Z-debug-0.log'],
    ['/srv/2026-11-21.log', null],
    [projectRoot, null],
    ['/tmp', null],
    ['/', null],
    ['/tmp/[x]AbCdEf', '/tmp/\\[x]??????'],
  ])('%s', (path, glob) => {
    expect(globOf(path)).toBe(glob)
  })

  test('are told as a folder, or without their endings, where they are many', () => {
    expect(groupMadeUp(['/tmp/x??????/a', '/tmp/x??????/b/c', '/tmp/x??????'])).toEqual(['/tmp/x??????/**'])
    expect(groupMadeUp(['/tmp/cc??????.s', '/tmp/cc??????.o'])).toEqual(['/tmp/cc??????.s', '/tmp/cc??????.o'])
    expect(groupMadeUp(['/tmp/cc??????.s', '/tmp/cc??????.o', '/tmp/cc??????.res', '/tmp/cc??????'])).toEqual([
      '/tmp/cc??????.*',
      '/tmp/cc??????',
    ])
  })

  test('a project in a temporary folder is no made-up name', () => {
    const names = new StableNames('/tmp/spy-AbC123', new Set(), new Set(), new Set())
    expect(names.globOf('/tmp/spy-AbC123')).toBeNull()
    expect(names.globOf('/tmp/spy-AbC123/x')).toBeNull()
    expect(names.globOf('/tmp/spy-XyZ123')).toBe('/tmp/spy-??????')
  })

  test('a made-up folder that was there before is no entry as a whole', () => {
    const trace = (root: string) =>
      suggested((process) => process.open('/tmp/spy-AbC123/home/.rc').open('/tmp/spy-AbC123/key').open(`${root}/own`), {
        projectRoot: root,
      })
    expect(trace(projectRoot).inputs).toEqual(['/tmp/spy-??????/home/.rc', '/tmp/spy-??????/key', 'own'])
    expect(trace('/tmp/spy-AbC123/work/it').inputs).toEqual(['../../home/.rc', '../../key', 'own'])
  })

  test('a file that was written under another name first keeps its name', () => {
    const { outputs } = suggested((process) =>
      process.create(own('AbCdEf')).rename(own('AbCdEf'), own('GhIjKlm')).open(own('GhIjKlm')),
    )
    expect(outputs).toEqual(['??????', 'GhIjKlm'])
  })
})

test('groups of paths', () => {
  const group = (...paths: string[]) =>
    groupPaths(
      paths,
      () => false,
      () => false,
    )
  expect(group('/a', '/a/b', '/c/[d]')).toEqual(['/a', '/a/b', '/c/\\[d]'])
  expect(group(...'1234567'.split('').map((n) => `/x/${n}.h`), '/x/a.c')).toEqual(['/x/*.h', '/x/a.c'])
  expect(group('/', '/x')).toEqual(['/', '/x'])
  expect(group(...'abcdefg'.split('').map((name) => `/${name}`))).toEqual(['/*'])
  expect(group(...'abcdefg'.split('').map((name) => `/${name}`), '/1.h', '/2.h')).toEqual(['/*'])
  const below = Array.from({ length: 20 }, (_, n) => `/x/${n % 5}/${n}`)
  expect(group(...below)).toEqual(['/x/**'])
  expect(group(...below.slice(1))).toHaveLength(19)
  expect(group(...below.map((path) => path.replace(/\/\d\//, '/one/')))).toEqual(['/x/one/*'])
})
