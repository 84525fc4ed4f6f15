// SPDX-License-Identifier: MIT
// Each matcher on what ordinary programs really do: the commands say what happens, and the file system what came of it.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'spyscall/vitest'
import { onTestFinished, test } from 'vitest'
import { openSession, type SessionOptions, traced } from '../../src/session/index.ts'
import { describeKernel, lacksRoot } from '../helpers/kernel.ts'
import { messageOf } from '../helpers/message-of.ts'
import { runWorkload } from '../helpers/workload.ts'

const run = promisify(execFile)

function folder(): string {
  const path = mkdtempSync(join(realpathSync(tmpdir()), 'spy-all-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

/** The trace of a shell script in a folder of its own. */
async function script(text: string, options: Partial<SessionOptions> = {}, projectRoot = folder()) {
  const { trace } = await traced(() => run('sh', ['-ec', text], { cwd: projectRoot }), { projectRoot, ...options })
  return { trace, projectRoot }
}

describeKernel('matchers of files', () => {
  test('reads and writes, to the byte', async () => {
    const { trace, projectRoot } = await script(`
      printf hello > out.txt
      cat out.txt > copy.txt
      truncate -s 3 out.txt
      printf world >> out.txt
      true < /dev/null > untouched.txt
    `)
    expect(readFileSync(join(projectRoot, 'out.txt'), 'utf8')).toBe('helworld')
    expect(trace).toHaveWritten('out.txt', { bytes: 10, times: 3 })
    expect(trace).toHaveWritten('out.txt', { by: 'truncate', bytes: 0, times: 1 })
    expect(trace).toHaveRead('out.txt', { bytes: 5, by: 'cat' })
    expect(trace).toHaveWritten('copy.txt', { bytes: 5, by: 'cat' })
    expect(trace).not.toHaveRead('copy.txt')
    expect(trace).toHaveCreated('untouched.txt', { type: 'file', by: 'sh', times: 1 })
    expect(trace).not.toHaveWritten('untouched.txt')
    expect(trace).not.toHaveWritten('/etc/**')
    expect(messageOf(() => expect(trace).toHaveWritten('untouched.txt'))).toContain(
      'opened, which by itself writes nothing',
    )
  })

  test('an open that empties a file, and a file that is mapped', async () => {
    const projectRoot = folder()
    writeFileSync(join(projectRoot, 'full'), 'something')
    const { trace } = await script(': > full', {}, projectRoot)
    expect(readFileSync(join(projectRoot, 'full'), 'utf8')).toBe('')
    expect(trace).toHaveWritten('full', { times: 1, bytes: 0 })
    expect(messageOf(() => expect(trace).not.toHaveWritten('full'))).toContain('emptied by O_TRUNC')
    expect(trace).not.toHaveCreated('full')
    expect(trace).toHaveRead(/\/libc\.so\.6$|\/libc-.*\.so$/, { by: 'sh' }) // mapped by ld.so
  })

  test('names made, given and removed', async () => {
    const { trace, projectRoot } = await script(`
      mkdir -p sub/deep
      printf x > a.tmp
      mv a.tmp a
      ln a hard
      ln -s ../a sub/link
      mkfifo pipe
      rm hard
      rmdir sub/deep
      mkdir sub 2>/dev/null || true
      rm missing 2>/dev/null || true
    `)
    expect(existsSync(join(projectRoot, 'hard'))).toBe(false)
    expect(trace).toHaveCreated('sub', { type: 'directory', times: 1 })
    expect(trace).toHaveCreated('sub/deep', { type: 'directory' })
    expect(trace).toHaveCreated('a', { type: 'file', by: 'mv', times: 1 })
    expect(messageOf(() => expect(trace).not.toHaveCreated('./a'))).toContain(`renamed from ${projectRoot}/a.tmp`)
    expect(trace).toHaveCreated('hard', { by: 'ln' })
    expect(trace).toHaveCreated('sub/link', { type: 'symlink' })
    expect(trace).toHaveCreated('pipe', { type: 'fifo' })
    expect(trace).toHaveCreated('sub', { errno: 'EEXIST', times: 1 })
    expect(trace).toHaveRenamed('a.tmp', 'a', { by: 'mv', times: 1 })
    expect(trace).toHaveDeleted('hard', { by: 'rm', times: 1 })
    expect(trace).toHaveDeleted('sub/deep', { by: 'rmdir' })
    expect(trace).toHaveDeleted(undefined, { times: 2 })
    expect(trace).not.toHaveDeleted('a.tmp')
    expect(trace).not.toHaveWritten('./a')
  })

  test('a file by the path that a link leads to', async () => {
    const projectRoot = folder()
    const elsewhere = folder()
    symlinkSync(elsewhere, join(projectRoot, 'linked'))
    const { trace } = await script('mkdir linked/made; printf x > linked/file; rm linked/file', {}, projectRoot)
    for (const base of [elsewhere, 'linked']) {
      expect(trace).toHaveCreated(join(base, 'made'), { type: 'directory' })
      expect(trace).toHaveWritten(join(base, 'file'), { bytes: 1 })
      expect(trace).toHaveDeleted(join(base, 'file'))
    }
  })

  test('what was looked at', async () => {
    const events = ['process', 'file', 'probe'] as const
    const { trace } = await script('test -e missing || ls -l . > list; test -e list; readlink list || true', { events })
    expect(trace).toHaveProbed('missing', { found: false, by: 'sh' })
    expect(trace).toHaveProbed('./list', { found: true, by: 'sh', call: 'stat' })
    expect(trace).toHaveProbed('.', { call: 'list', by: 'ls' })
    expect(trace).toHaveProbed('list', { call: 'readlink', errno: 'EINVAL' })
    expect(trace).not.toHaveProbed('/etc/shadow')
  })

  test('what was put on the disk', async () => {
    const { trace } = await script('printf x > a; sync a; sync -d a', { events: ['process', 'file', 'sync'] })
    expect(trace).toHaveSynced('a', { call: 'fsync', by: 'sync', times: 1 })
    expect(trace).toHaveSynced('a', { call: 'fdatasync', by: 'sync', times: 1 })
    expect(trace).not.toHaveSynced('b')
  })
})

describeKernel('matchers of processes', () => {
  test('how they ended', async () => {
    const { trace } = await script(`
      sh -c 'exit 7' || true
      sh -c 'kill -KILL $$' || true
      sh -c 'exec true'
    `)
    expect(trace).toHaveExited('sh', { code: 7, times: 1 })
    expect(trace).toHaveExited('sh', { signal: 'SIGKILL', coreDumped: false, times: 1 })
    expect(trace).toHaveExited('true', { code: 0, times: 1 })
    expect(trace).toHaveReapedAllProcesses()
  })

  test('who is left', async () => {
    await using session = await openSession()
    const child = spawn('cat', [], { stdio: ['pipe', 'ignore', 'ignore'] })
    await once(child, 'spawn')
    expect(session.trace).not.toHaveReapedAllProcesses()
    expect(messageOf(() => expect(session.trace).toHaveReapedAllProcesses())).toContain(`[${child.pid}]  test → cat`)
    child.stdin.end()
    await once(child, 'close')
    expect(session.trace).toHaveReapedAllProcesses()
  })

  test('signals', async () => {
    const { trace } = await script(
      `
      cat < /dev/zero > /dev/null & kill -TERM $!; wait $! || true
      kill -USR1 4194305 2>/dev/null || true
    `,
      { events: ['process', 'signal'] },
    )
    expect(trace).toHaveSignalled('SIGTERM', { by: 'sh', times: 1 })
    expect(trace).toHaveSignalled('SIGUSR1', { errno: 'ESRCH', by: 'sh', times: 1 })
    expect(trace).toHaveSignalled('SIGCHLD', { from: 'kernel' })
    expect(trace).not.toHaveSignalled('SIGKILL')
  })

  test('system calls, with what they gave back', async () => {
    const session = await openSession({ scope: 'run', syscalls: ['getppid', 'setpriority'] })
    const printed = session.run(() =>
      spawnSync('sh', ['-c', 'echo $PPID; nice -n 3 true'], { encoding: 'utf8' }),
    ).stdout
    const trace = await session.stop()
    expect(Number(printed)).toBe(process.pid)
    expect(trace).toHaveCalledSyscall('getppid', { by: 'sh', result: process.pid })
    expect(trace).toHaveCalledSyscall('setpriority', { by: 'nice', arguments: [0, 0, 3], result: 0, times: 1 })
    expect(trace).not.toHaveCalledSyscall('setpriority', { by: 'sh' })
    expect(() => expect(trace).not.toHaveCalledSyscall('getpid')).toThrow(/`syscalls: \[.*'getpid'\]`/)
  })

  test.skipIf(lacksRoot)('namespaces', async () => {
    const { trace } = await script('unshare --net --uts true', { events: ['process', 'namespace'] })
    expect(trace).toHaveEnteredNamespace('net', { call: 'unshare', by: 'unshare', times: 1 })
    expect(trace).toHaveEnteredNamespace('uts')
    expect(trace).not.toHaveEnteredNamespace('user')
  })
})

const server = `
const server = require('node:net').createServer()
server.listen(0, '127.0.0.1', () => { console.log(server.address().port); server.close() })
`

describeKernel('matchers of the network', () => {
  test('who listens, and with which port', async () => {
    const { result, trace } = await traced(() => spawnSync(process.execPath, ['-e', server], { encoding: 'utf8' }))
    const port = Number(result.stdout)
    expect(port).toBeGreaterThan(0)
    expect(trace).toHaveListenedOn(`127.0.0.1:${port}`, { by: 'node', times: 1 })
    expect(trace).toHaveListenedOn({ port }, { transport: 'tcp' })
    expect(trace).not.toHaveListenedOn('0.0.0.0')
    expect(trace).not.toHaveListenedOn(undefined, { transport: 'udp' })
  })

  test('a unix socket is a file', async () => {
    const path = join(folder(), 'x.sock')
    const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.exit())`
    const { trace } = await traced(() => spawnSync(process.execPath, ['-e', code]))
    expect(trace).toHaveListenedOn(`unix:${path}`, { transport: 'unix', times: 1 })
    expect(trace).toHaveCreated(path, { type: 'socket', by: 'node', times: 1 })
  })

  const connecting = (host: string) => `require('node:net').connect(443, ${JSON.stringify(host)}).on('error', () => {})`

  test.skipIf(lacksRoot)('names of hosts, by what a name server answered', async () => {
    const { trace } = await runWorkload('dns-lab', [process.execPath, '-e', connecting('alias.test')])
    expect(trace).toHaveResolvedName('alias.test', { type: 'A', address: '192.0.2.1', status: 'NOERROR', by: 'node' })
    expect(trace).toHaveResolvedName('Alias.Test.', { type: 'AAAA', address: '2001:db8::/32' })
    expect(trace).not.toHaveResolvedName('gone.test')
    for (const name of ['alias.test', 'chain.test', 'a.test', '*.test']) {
      expect(trace).toHaveConnectedTo(`${name}:443`, { family: 'inet', outcome: 'unreachable', by: 'node' })
      expect(trace).not.toHaveConnectedTo(`${name}:80`)
    }
    expect(trace).not.toHaveConnectedTo('telemetry.example.com')
    expect(messageOf(() => expect(trace).not.toHaveConnectedTo('a.test:443'))).toMatch(
      /connect tcp 192\.0\.2\.1:443 -> unreachable \(ENETUNREACH\)\n {6}matched by: (?:\S+ \(DNS\)(, )?){3}/,
    )
  })

  test.skipIf(lacksRoot)('an address that nothing tells the name of', async () => {
    const { trace } = await runWorkload('dns-lab', [process.execPath, '-e', connecting('192.0.2.9')])
    expect(trace).toHaveConnectedTo('192.0.2.9:443')
    for (const assertion of [expect(trace), expect(trace).not])
      expect(() => assertion.toHaveConnectedTo('example.com:443')).toThrow(
        'what name its address had is not known (nothing asked DNS for that name, and the program has the address from elsewhere)',
      )
    expect(trace).not.toHaveConnectedTo('example.com:80')
    expect(trace).not.toHaveResolvedName()
  })
})
