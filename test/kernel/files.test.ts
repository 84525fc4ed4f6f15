// SPDX-License-Identifier: MIT
// Catalogue F1-F6, F9-F12, F20: what was opened, and what could not be. The fixtures of test/workloads say what is true.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import type { OpenEvent, Text } from '../../src/trace/event.ts'
import { bytesOf } from '../../src/trace/text.ts'
import { state } from '../helpers/chances.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import {
  abiOf,
  eventsOf,
  freshFolder,
  inBothWidths,
  only,
  openClaims,
  openFacts,
  type Report,
  type Run,
  runProgram,
  runWorkload,
  workload,
} from '../helpers/workload.ts'

const O = { WRONLY: 1, RDWR: 2, CREAT: 0o100, PATH: 0o10000000 }
const resolveNames: Record<number, string> = {
  1: 'RESOLVE_NO_XDEV',
  2: 'RESOLVE_NO_MAGICLINKS',
  4: 'RESOLVE_NO_SYMLINKS',
  8: 'RESOLVE_BENEATH',
  16: 'RESOLVE_IN_ROOT',
}

describeKernel('open', () => {
  const programs = inBothWidths('forms')
  const isArm64 = process.arch === 'arm64'
  test.skipIf(lacksRoot).each(programs)('Every form of opening is recorded as it was made (%s)', async (program) => {
    const folder = freshFolder()
    const run = await runWorkload(program, [folder])
    // What prepares and cleans up is not told: everything before the first report, and descriptors for handles.
    const opens = reported(run)
    expect(opens.map(openFacts)).toEqual(run.all('open').map(openClaims))
    run.all('open').forEach((report, n) => {
      const event = opens[n] as OpenEvent
      const { flags } = report
      expect(event.mode).toBe(
        flags & O.PATH ? 'path' : flags & O.RDWR ? 'readwrite' : flags & O.WRONLY ? 'write' : 'read',
      )
      expect(event.flags).toEqual(expect.arrayContaining(flagNames(flags)))
      expect(event.created).toBe(report['ok'] && report['created'] === 1)
      if (flags & O.CREAT) expect(event.permissions).toBe(report['permissions'])
      expect(event.resolved).toBe(report['ok'] ? 'kernel' : 'lexical')
      expect(event.abi).toBe(abiOf(program))
      if (!report['ok'] && report['asked'] && report['errno'] !== 'EBADF')
        expect(event.path).toBe(resolve(folder, report['asked']))
    })
    // open and creat are calls of all but arm64; guests have no terminals.
    const calls = (isArm64 && abiOf(program) === 'native' ? 3 : 5) + (existsSync('/dev/pts/ptmx') ? 1 : 0)
    expect(new Set(opens.map((event) => event.call)).size).toBe(calls)
    expect(new Set(run.all('open').map((report) => report['errno'])).size).toBeGreaterThan(8)
  })

  test('F1: a path in memory that is not resident when the call begins is whole', async () => {
    const folder = freshFolder()
    const run = await runWorkload('cold-path', [folder])
    const wanted = run.all('open').filter((report) => !['null', 'bad', 'literal'].includes(report['how']))
    const paths = [join(folder, 'there'), join(folder, 'not-there')]
    const opens = eventsOf(run, 'open').filter((event) => paths.includes(event.asked as string))
    // The fixture made `there` before.
    expect(opens.slice(1).map(openFacts)).toEqual(wanted.map(openClaims))
    expect(wanted.length).toBe(8)
    const child = only(run.process.children)
    expect(eventsOf(run, 'open', child).map(openFacts)).toEqual(run.all('open').filter(by('literal')).map(openClaims))
    expect(eventsOf(run, 'exec').filter((event) => !event.result.ok)).toMatchObject([
      { asked: join(folder, 'not-a-program'), result: { errno: 'ENOENT' } },
    ])
    expect(eventsOf(run, 'chdir')).toMatchObject([{ asked: folder, path: folder }])
  })

  test('F1: a path that is no memory at all is unreadable, never empty', async () => {
    const run = await runWorkload('cold-path', [freshFolder()])
    const opens = eventsOf(run, 'open').slice(-2)
    expect(opens).toMatchObject([{ result: { errno: 'EFAULT' } }, { result: { errno: 'EFAULT' } }])
    for (const { asked, path } of opens)
      for (const text of [asked, path]) expect(text).toMatchObject({ status: expect.any(String) })
    expect(run.trace.complete).toBe(true)
  })

  test('F2: a relative path is resolved against the folder of its time', async () => {
    const folder = freshFolder()
    const run = await runWorkload('relative', [folder])
    for (const process of [run.process, only(run.process.children)]) {
      const claims = run.all('open').filter((report) => report.pid === process.pid)
      const opens = eventsOf(run, 'open', process).filter((event) =>
        /^(\.\.\/)?([abc]\/)?(\.\/\/)?(there|not-there)$/.test(String(event.asked)),
      )
      const told = opens.filter((event) => event.call !== 'creat' && !event.created)
      expect(told.map(openFacts)).toEqual(claims.map(openClaims))
      expect(told.map((event) => event.path)).toEqual(claims.map((report) => report['expected']))
      expect(told.map((event) => event.dirfd)).toEqual(claims.map((report) => report['dirfd']))
    }
    const changes = run.trace.ofKind('chdir')
    const told = run.all('chdir')
    expect(changes.map(({ call, asked, result }) => ({ call, asked, ok: result.ok }))).toEqual(
      told.map(({ call, asked, ok }) => ({ call, asked: asked ?? { status: 'absent' }, ok })),
    )
    told.forEach((report, n) => {
      if (report['ok']) expect(changes[n]?.path).toBe(report['cwd'])
    })
    expect(changes.filter((event) => !event.result.ok).map(({ path, result }) => [path, result])).toEqual([
      [join(folder, 'b/nowhere'), { ok: false, errno: 'ENOENT' }],
      [{ status: 'absent' }, { ok: false, errno: 'EBADF' }],
    ])
    expect(run.process.cwd).toBe(join(folder, 'b'))
    expect(only(run.process.children).cwd).toBe(join(folder, 'c'))
  })

  test('F3: one file under many names is one file', async () => {
    const folder = freshFolder()
    const run = await runWorkload('aliases', [folder])
    const opens = reported(run)
    expect(opens.map(openFacts)).toEqual(run.all('open').map(openClaims))
    expect(opens).toHaveLength(12)
    expect(new Set(opens.map((event) => event.path))).toEqual(new Set([join(folder, 'real/there')]))
    expect(new Set(opens.map((event) => event.inode)).size).toBe(1)
  })

  test.skipIf(lacksRoot)(
    'F4: files on bind mounts, overlays and detached mounts are named as their process sees them',
    async () => {
      const folder = freshFolder()
      const run = await runWorkload('mounts', [folder])
      const opens = reported(run)
      // An overlay's files have numbers of their own towards stat(2).
      const facts = ({ how }: { how: string }, fact: ReturnType<typeof openFacts>) =>
        how.startsWith('overlay') ? { ...fact, device: '', inode: 0n } : fact
      const claims = run.all('open') as readonly (Report & { how: string })[]
      expect(opens.map((event, n) => facts(claims[n]!, openFacts(event)))).toEqual(
        claims.map((claim) => facts(claim, openClaims(claim) as ReturnType<typeof openFacts>)),
      )
      const pathOf = (how: string) => opens[claims.findIndex((claim) => claim.how === how)]?.path
      expect(pathOf('bind')).toBe(join(folder, 'target/sub/file'))
      expect(pathOf('bind-source')).toBe(join(folder, 'source/sub/file'))
      expect(pathOf('overlay-copy-up')).toBe(join(folder, 'merged/copied'))
      const disconnected = opens.filter((event) => event.disconnected)
      expect(disconnected.map((event) => event.path)).toEqual(['/deep/file'])
      expect(opens[claims.findIndex((claim) => claim.how === 'overlay-new')]?.created).toBe(true)
    },
  )

  test.skipIf(lacksRoot).each(['chroot', 'pivot'])(
    'F5: below a root of its own, paths are the process’s own, and are marked (%s)',
    async (how) => {
      const folder = freshFolder()
      const run = await runWorkload('roots', [how, folder])
      const opens = reported(run)
      const claims = run.all('open')
      const inside = claims.map((claim) => claim['how'] !== 'outside')
      expect(opens.filter((_, n) => inside[n]).map(openFacts)).toEqual(
        claims.filter((_, n) => inside[n]).map(openClaims),
      )
      expect(opens.map((event) => event.path).slice(0, 4)).toEqual([
        '/etc/file',
        '/etc/file',
        '/etc/file',
        '/etc/not-there',
      ])
      const ios = run.trace.ofKind('io').filter(({ path }) => /file$|outside$/.test(String(path)))
      expect(ios.map(({ path, chrooted }) => [path, chrooted])).toEqual([
        [join(folder, 'outside'), false],
        ...opens.filter(({ result }) => result.ok).map(({ path }) => [path, true]),
      ])
      const outside = opens[claims.findIndex((claim) => claim['how'] === 'outside')] as OpenEvent
      expect(opens.map((event) => event.chrooted)).toEqual(opens.map(() => true))
      if (how === 'chroot') {
        // It cannot be reached from the new root: /proc shows the whole path, and so may we, but marked.
        expect(outside).toMatchObject({ disconnected: true, path: join(folder, 'outside') })
      } else {
        expect(outside).toMatchObject({ disconnected: false, path: join('/old', folder, 'outside') })
      }
    },
  )

  test.skipIf(lacksRoot)('F5: the root folder mounted a second time is another root, too', async () => {
    const run = await runWorkload('second-root', [freshFolder()])
    const opens = run.trace.ofKind('open').filter(({ asked }) => asked === '/etc/passwd')
    expect(opens.map(({ path, chrooted }) => [path, chrooted])).toEqual([
      ['/etc/passwd', true],
      ['/etc/passwd', false],
    ])
    expect(opens.map(({ process }) => process)).toEqual([only(run.process.children), run.process])
  })

  test('F6: openat2 keeps to its folder, and its refusals are recorded', async () => {
    const run = await runWorkload('beneath', [freshFolder()])
    const opens = reported(run)
    const claims = run.all('open')
    expect(opens.map(openFacts)).toEqual(claims.map(openClaims))
    expect(opens.map((event) => [...event.resolve].sort())).toEqual(
      claims.map(({ resolve: bits }) =>
        Object.entries(resolveNames)
          .flatMap(([bit, name]) => (bits & Number(bit) ? [name] : []))
          .sort(),
      ),
    )
    expect(opens.map((event) => event.dirfd)).toEqual(claims.map((claim) => claim['dirfd']))
    expect(claims.filter((claim) => claim['errno'] === 'EXDEV')).toHaveLength(3)
  })

  test('F9: files without a name, and those that lost it, are marked as deleted', async () => {
    const run = await runWorkload('nameless', [freshFolder()])
    const opens = reported(run)
    const claims = run.all('open')
    expect(opens.map(openFacts)).toEqual(claims.map(openClaims))
    expect(opens.map((event) => event.deleted)).toEqual(
      claims.map(({ how, ok }) => ok && ['unnamed', 'removed', 'replaced', 'in-removed'].includes(how)),
    )
    expect(opens[0]?.flags).toContain('O_TMPFILE')
  })

  test('F10: the longest path is whole; what is longer says that it is cut', async () => {
    const folder = freshFolder()
    const run = await runWorkload('long-path', [folder])
    const claims = run.all('open')
    const opens = eventsOf(run, 'open').filter((event) => !event.created)
    expect(opens.map(({ result }) => result)).toMatchObject(
      claims.map(({ ok, errno }) => (ok ? { ok } : { ok, errno })),
    )
    expect(opens[0]).toMatchObject({ asked: claims[0]?.['asked'], path: join(folder, 'there') })
    let cut = 0
    opens.forEach((event, n) => {
      const { how, asked, depth, ok, inode } = claims[n] as Report
      // Whole, or said not to be: never a shorter text that looks whole.
      if (isWhole(event.asked)) expect(event.asked).toBe(asked)
      else cut++
      if (!isWhole(event.path)) cut++
      else if (how.startsWith('deep')) expect(bytesOf(event.path)).toHaveLength(depth)
      if (ok) expect(event.inode).toBe(BigInt(inode))
    })
    // How much is read is the tracer's own choice; of these, no record holds all.
    expect(cut).toBeGreaterThanOrEqual(2)
  })

  test('F11: names keep their bytes', async () => {
    const folder = freshFolder()
    const run = await runWorkload('odd-names', [folder])
    const opens = eventsOf(run, 'open')
    expect(opens.map(openFacts)).toEqual(run.all('open').map(openClaims))
    expect(new Set(opens.map((event) => event.path)).size).toBe(opens.length)
    expect(opens.filter((event) => event.created)).toHaveLength(opens.length - 1)
    expect(opens.at(-1)?.path).toBe(`${folder}/missing-\udcfe`)
    expect(run.trace.print()).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/)
  })

  test('F12: of 40,009 opens whose path another thread rewrites, each is of the file that was really opened', async () => {
    const folder = freshFolder()
    const count = 40_009
    const run = await runWorkload('race-path', [folder, String(count)])
    const opens = eventsOf(run, 'open').filter((event) => !event.created)
    expect(opens).toHaveLength(count)
    // In an order that only the program knows: so many of each.
    let wrong = 0
    for (const { path, inode, count: expected } of run.all('raced')) {
      expect(expected).toBeGreaterThan(0)
      const byInode = opens.filter((event) => event.inode === BigInt(inode))
      const byPath = opens.filter((event) => event.path === join(folder, path))
      wrong += Math.abs(byInode.length - expected) + Math.abs(byPath.length - expected)
      wrong += byInode.filter((event) => event.path !== join(folder, path)).length
    }
    const misled = opens.filter(({ asked, path }) => join(folder, String(asked)) !== path).length
    state('F12, a path that is rewritten', count, wrong, `; what was asked for was another by then in ${misled}`)
    expect(wrong).toBe(0)
  })

  test('F20: an open that was restarted is one open', async () => {
    const fifo = join(freshFolder(), 'fifo')
    const run = await runWorkload('fifo', ['restart', fifo])
    const child = only(run.process.children)
    expect(run.one('end')['signals']).toBe(6)
    const claim = only(run.all('open').filter((report) => report.pid === child.pid))
    expect(eventsOf(run, 'open', child).map(openFacts)).toEqual([openClaims(claim)])
    expect(claim['ok']).toBe(true)
  })

  test('F20: one that was interrupted failed with EINTR', async () => {
    const fifo = join(freshFolder(), 'fifo')
    const run = await runWorkload('fifo', ['interrupt', fifo])
    const child = only(run.process.children)
    const claims = run.all('open').filter((report) => report.pid === child.pid)
    expect(claims.map((claim) => claim['errno'])).toEqual(['EINTR', undefined])
    expect(eventsOf(run, 'open', child).map(openFacts)).toEqual(claims.map(openClaims))
  })

  // So many that they take turns on the processors, also in the middle of what Linux 7 lets the tracer be interrupted in.
  test.each([3, 24])('Every open of a storm by %i threads is there', async (threads) => {
    const file = join(freshFolder(), 'opened-often')
    writeFileSync(file, '')
    const count = 20_011
    const run = await runWorkload('storm', [String(count), String(threads), file])
    expect(run.one('storm')).toMatchObject({ opened: count, failed: 0 })
    const opens = eventsOf(run, 'open').filter((event) => event.path === file)
    expect(opens).toHaveLength(count)
    expect(new Set(opens.map((event) => event.tid)).size).toBeGreaterThan(2)
    expect(run.trace.gaps).toEqual([])
    expect(opens.every((event, n) => n === 0 || event.seq > opens[n - 1]!.seq)).toBe(true)
  })

  test('What a shell redirects to, reads and fails to read is recorded with its mode', async () => {
    const folder = freshFolder()
    mkdirSync(join(folder, 'real'))
    symlinkSync('real', join(folder, 'link'))
    writeFileSync(join(folder, 'real/input'), 'input\n')
    const run = await runProgram(
      '/bin/sh',
      ['-c', 'read line <link/input; echo $line >real/output; echo more >>real/output; read line <missing; exit 0'],
      {
        cwd: folder,
        env: { PATH: '/usr/bin:/bin' },
      },
    )
    expect(readFileSync(join(folder, 'real/output'), 'utf8')).toBe('input\nmore\n')
    const opens = eventsOf(run, 'open').filter(
      (event) => typeof event.path === 'string' && event.path.startsWith(folder),
    )
    expect(opens.map(({ path, mode, created, result }) => [path, mode, created, result.ok || result.errno])).toEqual([
      [join(folder, 'real/input'), 'read', false, true],
      [join(folder, 'real/output'), 'write', true, true],
      [join(folder, 'real/output'), 'write', false, true],
      [join(folder, 'missing'), 'read', false, 'ENOENT'],
    ])
  })

  test('A device, a pipe, a folder and a namespace have their type and name', async () => {
    const folder = freshFolder()
    const run = await runProgram('/bin/sh', [
      '-c',
      'echo | "$0" "$@"',
      workload('hold'),
      '/dev/null',
      '/proc/self/fd/0',
      folder,
      '/proc/self/ns/net',
    ])
    const pid = run.one('holding').pid
    const holder = only(run.byPid(pid))
    expect(eventsOf(run, 'open', holder).map(openFacts)).toEqual(
      run
        .all('open')
        .filter((report) => report.pid === pid)
        .map(openClaims),
    )
    expect(eventsOf(run, 'open', holder).map((event) => event.fileType)).toEqual([
      'characterDevice',
      'fifo',
      'directory',
      'file',
    ])
  })
})

/** Opens of the program that its reports tell of: the same calls with the same paths, in order. The others prepared them. */
function reported(run: Run): OpenEvent[] {
  const opens = eventsOf(run, 'open')
  const found: OpenEvent[] = []
  let at = opens.length
  for (const claim of run.all('open').toReversed()) {
    for (at--; at >= 0; at--) if (isOf(opens[at] as OpenEvent, claim)) break
    if (at < 0) throw new Error(`No open event of ${JSON.stringify(claim)}`)
    found.unshift(opens[at] as OpenEvent)
  }
  return found
}

function isOf(event: OpenEvent, claim: Report): boolean {
  if (event.call !== claim['call']) return false
  const { asked } = event
  if (typeof asked === 'string') return asked === claim['asked']
  return asked.status === 'truncated' ? String(claim['asked']).startsWith(asked.prefix) : claim['asked'] === null
}

function by(how: string) {
  return (report: Report) => report['how'] === how
}

function isWhole(text: Text | undefined): text is string {
  return typeof text === 'string'
}

/** Names of some bits of open(2) that are the same on all architectures. */
function flagNames(flags: number): string[] {
  const names = ['O_RDONLY', 'O_WRONLY', 'O_RDWR'][flags & 3] as string
  const bits: [number, string][] = [
    [0o100, 'O_CREAT'],
    [0o200, 'O_EXCL'],
    [0o1000, 'O_TRUNC'],
    [0o2000, 'O_APPEND'],
    [0o4000, 'O_NONBLOCK'],
    [0o2000000, 'O_CLOEXEC'],
  ]
  return [names, ...bits.flatMap(([bit, name]) => (flags & bit ? [name] : []))]
}
