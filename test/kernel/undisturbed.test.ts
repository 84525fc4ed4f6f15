// SPDX-License-Identifier: MIT
// A program that is traced is what it would be without: what it is given, what it can find out about itself, and what comes of it.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type SessionOptions, traced } from '../../src/session/index.ts'
import { eventGroups } from '../../src/trace/groups.ts'
import { describeKernel } from '../helpers/kernel.ts'
import { freshFolder, readReports, workload } from '../helpers/workload.ts'

const sessions: readonly (readonly [string, SessionOptions])[] = [
  ['by default', {}],
  ['with all that there is', { events: eventGroups, syscalls: 'all', env: true, scope: 'self', ringBytes: 64 << 20 }],
]

const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: '/nonexistent' }

/** What the kernel tells a program of itself, without what differs in each run: numbers, memory, how often it was interrupted. */
const looksAtItself = `
  grep -Ev '^(Name|State|Pid|Tgid|PPid|Ngid|NS[a-z]+|Vm.*|Rss.*|Hugetlb.*|SigQ|.*ctxt_switches|Threads):' /proc/self/status
  cat /proc/self/limits /proc/self/cgroup /proc/self/oom_score_adj /proc/self/coredump_filter /proc/self/personality
  readlink /proc/self/cwd /proc/self/root /proc/self/exe
  for space in /proc/self/ns/*; do readlink "$space"; done
  ls /proc/self/fd
  env | sort
  umask; nice; ps -o stat= -o ni= -o cls= -o tty= $$
`

/** Where a build leaves what it makes, and what that is. */
function build(): string[] {
  const folder = freshFolder()
  mkdirSync(join(folder, 'src'))
  for (const name of ['one', 'two', 'three'])
    writeFileSync(join(folder, `src/${name}.c`), `int ${name}(int n) { return n * ${name.length} + __LINE__; }\n`)
  const script =
    'cd "$0" && for n in one two three; do gcc -O1 -c src/$n.c -o $n.o & done; wait; ar rcsD all.a one.o two.o three.o && tar --sort=name --mtime=@0 -cf all.tar *.o all.a'
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script, folder], { env, encoding: 'utf8' })
  const sums = ['all.a', 'all.tar'].map((name) => createHash('sha256').update(readFileSync(join(folder, name))))
  return [`${status}${stdout}${stderr}`, ...sums.map((sum) => sum.digest('hex'))]
}

/** What a fixture was answered, by every call that it made: without numbers that are drawn anew. */
function answers(name: string, args: readonly string[]): unknown {
  const { status, signal, stdout, stderr } = spawnSync(workload(name), args, { env, encoding: 'utf8' })
  const reports = readReports(stdout.replace(/pipe:\[\d+\]/g, 'pipe')).map(
    ({ pid: _pid, tid: _tid, inode: _inode, child: _child, ...rest }) => rest,
  )
  return { status, signal, stderr, reports }
}

const subjects: Readonly<Record<string, () => unknown>> = {
  'looks at itself': () => spawnSync('sh', ['-c', looksAtItself], { env, encoding: 'utf8' }).output,
  'builds a library': build,
  'reads without what it may not': () =>
    spawnSync('sh', ['-c', 'cat /etc/passwd /no/such; ulimit -n 10; exec cat /etc/passwd 9<&- | wc'], {
      env,
      encoding: 'utf8',
    }).output,
  ...Object.fromEntries(
    ['changes', 'attributes'].map((name) => [
      `makes every call of ${name}`,
      () => {
        const folder = freshFolder()
        return JSON.parse(JSON.stringify(answers(name, [folder])).replaceAll(folder, '/folder'))
      },
    ]),
  ),
  'is stopped by signals in its calls': () => [
    answers('stopped-calls', ['interrupt']),
    spawnSync('sh', ['-c', 'trap "echo got" USR1; kill -USR1 $$; kill -KILL $$'], { env, encoding: 'utf8' }).signal,
  ],
  'is kept from calls by a filter': () => answers('seccomp', ['errno', '/etc/passwd']),
}

describeKernel('a program that is traced', () => {
  test.each(Object.keys(subjects))('and one that is not: the same of one that %s', async (name) => {
    const run = subjects[name] as () => unknown
    const expected = run()
    expect(JSON.stringify(expected).length).toBeGreaterThan(100)
    for (const [how, options] of sessions) {
      const { result, trace } = await traced(run, options)
      expect([how, result]).toEqual([how, expected])
      expect([how, trace.processes.length > 1]).toEqual([how, true])
    }
    expect(run()).toEqual(expected)
  })
})
