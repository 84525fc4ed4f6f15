// SPDX-License-Identifier: MIT
// The parser of strace's output, on lines that strace 6.1 wrote (shortened).
import { describe, expect, test } from 'vitest'
import { type Act, newImage, type ProcessModel } from '../../oracle/model.ts'
import { parseResult, parseStraceLine, StraceError, StraceLostError } from '../../oracle/strace-lines.ts'
import { parseStrace } from '../../oracle/strace-model.ts'
import { parseArguments } from '../../oracle/strace-values.ts'

/** A string as -xx writes it. */
function x(text: string): string {
  return `"${path(text)}"`
}

function path(text: string): string {
  return [...Buffer.from(text, 'latin1')].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
}

const cwd = `AT_FDCWD<${path('/project')}>`
const thread = 'flags=CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM|CLONE_SETTLS'

/** A run of which every process has an end. */
function parse(...lines: string[]): ProcessModel {
  return parseStrace(`${lines.join('\n')}\n`).root
}

function acts(process: ProcessModel): readonly Act[] {
  return process.images.flatMap((image) => image.acts)
}

describe('a line of strace', () => {
  test.each([
    ['7 exit_group(0)                     = ?', { kind: 'call', tid: 7, name: 'exit_group', args: '0', result: '?' }],
    ['12345 vfork( <unfinished ...>', { kind: 'unfinished', tid: 12345, name: 'vfork', text: 'vfork(' }],
    ['7 <... openat resumed>)             = 3', { kind: 'resumed', tid: 7, name: 'openat', text: ')             = 3' }],
    ['7 ???( <unfinished ...>', { kind: 'unfinished', tid: 7, name: '???', text: '???(' }],
    ['7 ???( <unfinished ...>) = ?', { kind: 'call', tid: 7, name: '???', args: '', result: '?' }],
    ['7 <... ??? resumed>) = ?', { kind: 'resumed', tid: 7, name: '???', text: ') = ?' }],
    ['7 +++ exited with 3 +++', { kind: 'exited', tid: 7, code: 3 }],
    ['7 +++ killed by SIGKILL +++', { kind: 'killed', tid: 7, signal: 'SIGKILL', core: false }],
    ['7 +++ killed by SIGSEGV (core dumped) +++', { kind: 'killed', tid: 7, signal: 'SIGSEGV', core: true }],
    ['7 +++ superseded by execve in pid 9 +++', { kind: 'superseded', tid: 7, by: 9 }],
    [
      '7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8} ---',
      { kind: 'signal', tid: 7, signal: 'SIGCHLD', code: 'CLD_EXITED' },
    ],
    ['7 --- stopped by SIGSTOP ---', { kind: 'stopped', tid: 7, signal: 'SIGSTOP' }],
    [
      '7 [ Process PID=7 runs in 32 bit mode. ]',
      { kind: 'note', tid: 7, text: '[ Process PID=7 runs in 32 bit mode. ]' },
    ],
  ])('%j', (line, expected) => {
    expect(parseStraceLine(line)).toEqual(expected)
  })

  test.each(['', 'openat() = 3', '7 something else', '7 +++ vanished +++', '7 --- odd', '7 openat(1, 2', '7 <... odd'])(
    'that is not understood throws: %j',
    (line) => {
      expect(() => parseStraceLine(line)).toThrow(StraceError)
    },
  )

  test.each([
    ['3', { value: 3, errno: null, path: null }],
    [`3<${path('/etc/passwd')}>`, { value: 3, errno: null, path: '/etc/passwd' }],
    [`3<${path('/tmp/x y')}>(deleted)`, { value: 3, errno: null, path: '/tmp/x y (deleted)' }],
    ['-1 ENOENT (No such file or directory)', { value: -1, errno: 'ENOENT', path: null }],
    ['?', { value: null, errno: null, path: null }],
    ['? ERESTARTSYS (To be restarted if SA_RESTART is set)', { value: null, errno: 'ERESTARTSYS', path: null }],
    ["2 /* 4711 in strace's PID NS */", { value: 4711, errno: null, path: null }],
  ])('has a result: %j', (text, expected) => {
    expect(parseResult(text)).toEqual(expected)
  })

  test('has a result that strace lost: the run has to be made again', () => {
    expect(() => parseResult('? <unavailable>')).toThrow(StraceLostError)
  })

  test('has arguments of every kind', () => {
    const [dirfd, name, flags, how, list, socket, nothing] = parseArguments(
      [
        cwd,
        x('two\nlines'),
        'O_RDONLY|O_CLOEXEC',
        '{flags=O_RDONLY, resolve=RESOLVE_BENEATH}',
        `[${x('a')}, ${x('')}, ${x('\xff')}]`,
        `{sa_family=AF_INET6, sin6_port=htons(80), inet_pton(AF_INET6, ${x('::1')}, &sin6_addr)}`,
        'NULL',
      ].join(', '),
    )
    expect(dirfd).toEqual({ kind: 'word', text: 'AT_FDCWD', path: '/project' })
    expect(name).toMatchObject({ kind: 'string', bytes: 'two\nlines', cut: false })
    expect(flags).toMatchObject({ kind: 'word', text: 'O_RDONLY|O_CLOEXEC' })
    expect(how).toMatchObject({ kind: 'struct' })
    expect(list).toMatchObject({ items: [{ bytes: 'a' }, { bytes: '' }, { bytes: '\xff' }] })
    expect(socket?.kind === 'struct' && socket.fields.get('sin6_port')).toMatchObject({
      name: 'htons',
      args: [{ text: '80' }],
    })
    expect(socket?.kind === 'struct' && socket.fields.get('inet_pton')).toMatchObject({
      args: [{}, { bytes: '::1' }, {}],
    })
    expect(nothing).toMatchObject({ kind: 'word', text: 'NULL' })
  })

  test('has arguments that the kernel changed', () => {
    const [value, size] = parseArguments('{flags=CLONE_VM, stack=0x7f, tls=0} => {parent_tid=[15095]}, 88')
    expect(value).toMatchObject({ kind: 'struct', changed: { kind: 'struct' } })
    expect(size).toMatchObject({ text: '88' })
  })

  test.each(['"\\x61', '{a=1', '[1, 2', '"abc"', '[1, ...]'])(
    'with arguments that are not understood throws: %j',
    (text) => {
      expect(() => parseArguments(text)).toThrow(StraceError)
    },
  )
})

describe('a run under strace', () => {
  test('has its programs, opens, changes of folder, connections and end', () => {
    const root = parse(
      `7 execve(${x('/bin/tool')}, [${x('tool')}, ${x('-c')}], [${x('A=b')}]) = 0`,
      `7 openat(${cwd}, ${x('a')}, O_RDONLY|O_CLOEXEC) = 3<${path('/project/a')}>`,
      `7 openat(${cwd}, ${x('../b')}, O_WRONLY|O_CREAT|O_TRUNC, 0644) = -1 EACCES (Permission denied)`,
      `7 open(${x('/c')}, O_RDWR) = 4<${path('/d')}>(deleted)`,
      `7 creat(${x('e')}, 0600) = 5<${path('/project/e')}>`,
      `7 openat2(3<${path('/box')}>, ${x('f')}, {flags=O_RDONLY|O_CREAT, mode=0640, resolve=RESOLVE_BENEATH}, 24) = -1 EXDEV (Invalid cross-device link)`,
      `7 openat(${cwd}, NULL, O_RDONLY) = -1 EFAULT (Bad address)`,
      `7 chdir(${x('/tmp')}) = 0`,
      `7 fchdir(9) = -1 EBADF (Bad file descriptor)`,
      `7 execve(${x('/nope')}, [${x('nope')}], NULL) = -1 ENOENT (No such file or directory)`,
      `7 connect(3<${path('socket:[1]')}>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(${x('127.0.0.1')})}, 16) = 0`,
      `7 connect(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, ${x('::1')}, &sin6_addr), sin6_scope_id=0}, 28) = -1 EINPROGRESS (Operation now in progress)`,
      `7 connect(3, {sa_family=AF_UNIX, sun_path=${x('/run/x')}}, 10) = -1 ECONNREFUSED (Connection refused)`,
      `7 connect(3, {sa_family=AF_UNIX, sun_path=@${x('abstract\0')}}, 12) = 0`,
      '7 exit_group(3) = ?',
      '7 +++ exited with 3 +++',
    )
    const open = { kind: 'open', permissions: null, fd: null }
    expect(root.images).toEqual([
      newImage(null),
      {
        ...newImage({ asked: '/bin/tool', argv0: 'tool', rest: ['-c'] }),
        acts: [
          {
            ...open,
            call: 'openat',
            asked: 'a',
            flags: ['O_CLOEXEC', 'O_RDONLY'],
            outcome: 'ok',
            fd: 3,
            path: '/project/a',
          },
          {
            ...open,
            call: 'openat',
            asked: '../b',
            flags: ['O_CREAT', 'O_TRUNC', 'O_WRONLY'],
            permissions: 0o644,
            outcome: 'EACCES',
            path: '/b',
          },
          { ...open, call: 'open', asked: '/c', flags: ['O_RDWR'], outcome: 'ok', fd: 4, path: '/d (deleted)' },
          {
            ...open,
            call: 'creat',
            asked: 'e',
            flags: ['O_CREAT', 'O_TRUNC', 'O_WRONLY'],
            permissions: 0o600,
            outcome: 'ok',
            fd: 5,
            path: '/project/e',
          },
          {
            ...open,
            call: 'openat2',
            asked: 'f',
            flags: ['O_CREAT', 'O_RDONLY'],
            permissions: 0o640,
            outcome: 'EXDEV',
            path: '/box/f',
          },
          { ...open, call: 'openat', asked: null, flags: ['O_RDONLY'], outcome: 'EFAULT', path: null },
          { kind: 'chdir', call: 'chdir', asked: '/tmp', outcome: 'ok' },
          { kind: 'chdir', call: 'fchdir', asked: null, outcome: 'EBADF' },
          { kind: 'exec', asked: '/nope', outcome: 'ENOENT' },
          { kind: 'connect', address: 'inet 127.0.0.1:53', outcome: 'ok' },
          { kind: 'connect', address: 'inet6 [::1]:443', outcome: 'EINPROGRESS' },
          { kind: 'connect', address: 'unix /run/x', outcome: 'ECONNREFUSED' },
          { kind: 'connect', address: 'unix @abstract\0', outcome: 'ok' },
        ],
      },
    ])
    expect(root.end).toEqual({ code: 3 })
  })

  test('has a child that is heard before its parent’s vfork returns', () => {
    const root = parse(
      '7 vfork( <unfinished ...>',
      `8 execve(${x('/bin/ls')}, [${x('ls')}], [] <unfinished ...>`,
      '7 <... vfork resumed>)              = 8',
      '8 <... execve resumed>)             = 0',
      '8 +++ killed by SIGTERM +++',
      '7 --- SIGCHLD {si_signo=SIGCHLD} ---',
      '7 +++ exited with 0 +++',
    )
    expect(acts(root)).toEqual([
      {
        kind: 'fork',
        flags: ['CLONE_VFORK', 'CLONE_VM'],
        child: {
          pid: 8,
          images: [newImage(null), newImage({ asked: '/bin/ls', argv0: 'ls', rest: [] })],
          end: { signal: 'SIGTERM', core: false },
        },
      },
    ])
  })

  test('has threads as one process, and the leader’s end as its end', () => {
    const root = parse(
      `7 clone3({${thread}} => {parent_tid=[8]}, 88) = 8`,
      '7 exit(0) = ?',
      `8 openat(${cwd}, ${x('a')}, O_RDONLY) = 3<${path('/project/a')}>`,
      '8 exit_group(5) = ?',
      '8 +++ exited with 5 +++',
      '7 +++ exited with 5 +++',
    )
    expect(root.images).toMatchObject([{ threaded: true, acts: [{ asked: 'a' }] }])
    expect(root.end).toEqual({ code: 5 })
  })

  test('goes on under the leader’s number when a thread executes', () => {
    const root = parse(
      `7 clone3({${thread}} => {parent_tid=[8]}, 88) = 8`,
      `7 openat(${cwd}, ${x('fifo')}, O_RDONLY <unfinished ...>`,
      `8 execve(${x('/bin/true')}, [${x('true')}], [] <unfinished ...>`,
      '7 <... openat resumed>)             = ?',
      '7 +++ superseded by execve in pid 8 +++',
      '7 <... execve resumed>)             = 0',
      `7 openat(${cwd}, ${x('after')}, O_RDONLY) = -1 ENOENT (No such file or directory)`,
      '7 +++ exited with 0 +++',
    )
    expect(root.pid).toBe(7)
    expect(root.images).toMatchObject([
      { threaded: true, acts: [{ asked: 'fifo', outcome: 'died' }] },
      { exec: { asked: '/bin/true' }, threaded: false, acts: [{ asked: 'after', outcome: 'ENOENT' }] },
    ])
  })

  const interrupted = [
    `7 openat(${cwd}, ${x('fifo')}, O_RDONLY) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)`,
    '7 --- SIGUSR1 {si_signo=SIGUSR1, si_code=SI_USER, si_pid=6, si_uid=0} ---',
  ]

  test('has a call that was restarted once', () => {
    const root = parse(
      ...interrupted,
      `7 openat(${cwd}, ${x('in the handler')}, O_RDONLY) = -1 ENOENT (No such file or directory)`,
      '7 rt_sigreturn({mask=[]}) = 257',
      ...interrupted,
      '7 rt_sigreturn({mask=[]}) = 257',
      `7 openat(${cwd}, ${x('fifo')}, O_RDONLY) = 3<${path('/project/fifo')}>`,
      '7 +++ exited with 0 +++',
    )
    expect(acts(root)).toMatchObject([{ asked: 'in the handler' }, { asked: 'fifo', outcome: 'ok' }])
  })

  test('has a call that was interrupted as failed with EINTR', () => {
    const root = parse(
      ...interrupted,
      '7 rt_sigreturn({mask=~[RTMIN]}) = -1 EINTR (Interrupted system call)',
      `7 openat(${cwd}, ${x('other')}, O_RDONLY) = 3<${path('/project/other')}>`,
      '7 +++ exited with 0 +++',
    )
    expect(acts(root)).toMatchObject([
      { asked: 'fifo', outcome: 'EINTR' },
      { asked: 'other', outcome: 'ok' },
    ])
  })

  test('has a call that its process did not survive as died', () => {
    const root = parse(
      `7 openat(${cwd}, ${x('fifo')}, O_RDONLY <unfinished ...>`,
      '7 <... openat resumed>)             = ?',
      '7 +++ killed by SIGKILL +++',
    )
    expect(acts(root)).toMatchObject([{ asked: 'fifo', outcome: 'died' }])
    expect(acts(parse(...interrupted, '7 +++ killed by SIGUSR1 +++'))).toMatchObject([
      { asked: 'fifo', outcome: 'died' },
    ])
    expect(
      acts(parse(`7 openat(${cwd}, ${x('fifo')}, O_RDONLY <unfinished ...>`, '7 +++ killed by SIGKILL +++')),
    ).toMatchObject([{ asked: 'fifo', outcome: 'died' }])
  })

  test.each([
    ['without more', ['8 ???( <unfinished ...>']],
    ['ended as a call is', ['8 ???( <unfinished ...>) = ?']],
    ['in two parts', ['8 ???( <unfinished ...>', '7 exit_group(3) = ?', '8 <... ???? resumed>) = ?']],
  ])('has no call of a thread that was ended where it began one, %s', (_, began) => {
    const root = parse(
      `7 clone3({${thread}} => {parent_tid=[8]}, 88) = 8`,
      ...began,
      '8 +++ exited with 3 +++',
      '7 +++ exited with 3 +++',
    )
    expect(acts(root)).toEqual([])
    expect(root.images).toMatchObject([{ threaded: true }])
  })

  test('has two processes of one number', () => {
    const child = (code: number) => [
      '7 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = 8',
      `8 +++ exited with ${code} +++`,
    ]
    const root = parse(...child(1), ...child(2), '7 +++ exited with 0 +++')
    expect(acts(root)).toMatchObject([
      { flags: ['CLONE_CHILD_SETTID'], child: { pid: 8, end: { code: 1 } } },
      { child: { pid: 8, end: { code: 2 } } },
    ])
  })

  test('has execveat as the kernel names it', () => {
    const run = (folder: string, file: string) =>
      parse(`7 execveat(${folder}, ${x(file)}, [${x('a')}], [], AT_EMPTY_PATH) = 0`, '7 +++ exited with 0 +++')
        .images[1]?.exec?.asked
    expect(run(`3<${path('/bin')}>`, 'true')).toBe('/dev/fd/3/true')
    expect(run('4', '')).toBe('/dev/fd/4')
    expect(run(cwd, 'true')).toBe('true')
    expect(run('4', '/bin/true')).toBe('/bin/true')
  })

  test('has no program that was only checked', () => {
    const root = parse(
      `7 execveat(${cwd}, ${x('/bin/true')}, [${x('true')}], NULL, 0x10000 /* AT_??? */) = 0`,
      '7 +++ exited with 0 +++',
    )
    expect(root.images).toEqual([newImage(null)])
  })

  test('finds the folder of a removed cwd by its name', () => {
    const root = parse(
      `7 openat(AT_FDCWD<${path('/gone (deleted)')}>, ${x('a')}, O_RDONLY) = -1 ENOENT (No such file or directory)`,
      '7 +++ exited with 0 +++',
    )
    expect(acts(root)).toMatchObject([{ path: '/gone/a' }])
  })

  test.each([
    ['has no end', ['7 exit_group(0) = ?']],
    ['nobody made', ['7 chdir("") = 0', '8 chdir("") = 0']],
    ['goes on with what it did not begin', ['7 <... openat resumed>) = 3']],
    ['begins a call within another', ['7 vfork( <unfinished ...>', '7 fork( <unfinished ...>']],
    ['goes on after a call that strace could not read', ['7 ???( <unfinished ...>', '7 fork() = 8']],
    [
      'has a signal after a call that strace could not read',
      ['7 ???( <unfinished ...>', '7 --- SIGINT {si_signo=SIGINT} ---'],
    ],
    ['has no end after a call that strace could not read', ['7 ???( <unfinished ...>']],
    ['makes a call that was not asked for', ['7 getpid() = 7', '7 +++ exited with 0 +++']],
  ])('throws when a process %s', (_, lines) => {
    expect(() => parse(...lines)).toThrow(StraceError)
  })
})
