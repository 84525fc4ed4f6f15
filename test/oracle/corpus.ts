// SPDX-License-Identifier: MIT
// What is run under both tracers: programs that people trace, each made to do the same in every run.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, cpSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import type { Command, Size } from './run.ts'

export interface Entry {
  readonly name: string
  /** Exit status of a run that went as it should. */
  readonly status?: number
  /** At least so much is compared: a guard against comparing nothing. */
  readonly least: Size
  /** Only root can run it. */
  readonly root?: boolean
  /** Port of a loopback web server that runs beside, untraced; only for those that ask for it. */
  readonly served?: true
  prepare(folder: string, port: number): Command
}

const root = resolve(import.meta.dirname, '../..')
const standardPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** No locale, no home, no configuration of this machine, no randomness that a switch turns off. */
function environment(folder: string): Record<string, string> {
  return {
    PATH: standardPath,
    LC_ALL: 'C',
    TZ: 'UTC',
    HOME: join(folder, 'home'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_AUTHOR_DATE: '1700000000 +0000',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
    GIT_COMMITTER_DATE: '1700000000 +0000',
    PYTHONHASHSEED: '0',
    PYTHONDONTWRITEBYTECODE: '1',
    PERL_HASH_SEED: '0',
    SOURCE_DATE_EPOCH: '1700000000',
  }
}

/** A shell script as the command. */
function script(folder: string, text: string, shell = '/bin/sh', env: Record<string, string> = {}): Command {
  return { program: shell, args: ['-c', text], env: { ...environment(folder), ...env }, cwd: folder }
}

/** A small tree of files, all of one time. */
function makeTree(folder: string): string {
  const tree = join(folder, 'tree')
  for (let n = 0; n < 23; n++) {
    const place = join(tree, `d${n % 5}`, `e${n % 3}`)
    mkdirSync(place, { recursive: true })
    writeFileSync(join(place, `file-${n}`), `content ${n}\n`.repeat(n + 1))
    utimesSync(join(place, `file-${n}`), 1_700_000_000, 1_700_000_000)
  }
  return tree
}

function findProgram(name: string): string {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...standardPath.split(':')]) {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return join(folder, name)
    } catch {
      // the next one
    }
  }
  throw new Error(`${name} is not installed`)
}

const pythonScript = `
import os, socket, subprocess, threading
print(subprocess.run(['echo', 'one'], capture_output=True, text=True).stdout)
print(subprocess.run('cat data | sort -r | head -n 1', shell=True, capture_output=True, text=True).stdout)
try:
    subprocess.run(['no-such-program'])
except FileNotFoundError as error:
    print(error)
print(subprocess.run(['false']).returncode, subprocess.run(['sh', '-c', 'kill -TERM $$']).returncode)
with subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd='/') as cat:
    print(cat.communicate(b'through a pipe')[0])
child = os.fork()
if child == 0:
    os.chdir('/')
    os._exit(7 if os.path.exists('nothing') else 8)
print(os.waitpid(child, 0)[1] >> 8)
child = os.posix_spawn('/bin/echo', ['echo', 'spawned'], os.environ)
os.waitpid(child, 0)
thread = threading.Thread(target=lambda: open('data').read())
thread.start()
thread.join()
for name in ['missing', 'data']:
    try:
        print(len(open(name).read()))
    except OSError as error:
        print(error.errno)
for family, address in [(socket.AF_NETLINK, (0, 0)), (socket.AF_UNIX, b'\\0nobody listens'), (socket.AF_UNIX, 'data'),
                        (socket.AF_INET, ('127.0.0.1', 1)), (socket.AF_INET6, ('::1', 1)), (socket.AF_INET6, ('::ffff:127.0.0.1', 1))]:
    with socket.socket(family, socket.SOCK_RAW if family == socket.AF_NETLINK else socket.SOCK_STREAM) as s:
        try:
            s.connect(address)
        except OSError as error:
            print(error.errno)
import json, sqlite3, ssl, decimal
`

const nodeScript = `
import { execFile, exec, fork, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isMainThread, Worker } from 'node:worker_threads'
if (process.argv[2] === 'child') process.exit(readFileSync('data-1').length)
if (!isMainThread) readFileSync('data-2')
else {
  console.log((await promisify(execFile)('echo', ['one'])).stdout, (await promisify(exec)('cat data-3 | wc -c')).stdout)
  await Promise.all(Array.from({ length: 17 }, (_, n) => readFile('data-' + n)))
  await once(fork('script.mjs', ['child']), 'exit')
  await once(spawn('no-such-program'), 'error')
  await Promise.all(['a', 'b', 'c'].map((word) => once(spawn('sh', ['-c', 'exit 3', word], { cwd: '/' }), 'exit')))
  console.log(spawnSync('kill', ['-9', '0'], { detached: true }).signal)
  const worker = new Worker(new URL(import.meta.url))
  await once(worker, 'exit')
  await readFile('missing').catch((error) => console.log(error.code))
  console.log(readdirSync('.').length)
}
`

const perlScript = `
use strict; use warnings;
use File::Temp (); use Data::Dumper; use POSIX ':sys_wait_h';
print \`echo backticks\`;
print \`no-such-program 2>/dev/null\` // "none\\n";
open(my $pipe, '-|', 'cat', 'data') or die; print while <$pipe>; close $pipe;
open(my $missing, '<', 'missing') or print "missing: $!\\n";
my $pid = fork; if (!$pid) { exec '/bin/sh', '-c', 'exit 5' } waitpid $pid, 0; print $? >> 8, "\\n";
system 'cat data | wc -l'; system { '/nonexistent/program' } 'program';
eval { require No::Such::Module }; print "no module\\n" if $@;
chdir '/' or die; print -e 'etc' ? "there\\n" : "not there\\n";
`

const pipelineScript = `
set -o pipefail
echo one two three | tr ' ' '\\n' | sort -r | while read -r line; do echo "<$line>"; done
false | cat; echo $?
no-such-command --with arguments | cat; echo $?
./not-executable; echo $?
./no-interpreter; echo $?
./script-without-line | cat; echo $?
cat missing | sort | uniq -c; echo $?
(exit 3); echo $?
(kill -KILL $BASHPID); echo $?
sort <<< "here string"
cat << END | wc -l
a here document
END
for name in a b c; do echo $name > out-$name & done; wait
cat < no-such-input; echo $?
diff <(echo left) <(echo right); echo $?
trap 'echo trapped' EXIT
cd / && ls nonexistent; cd nowhere; exec no-such-program-at-the-end
`

export const corpus: readonly Entry[] = [
  {
    name: 'a build of Lua 5.4 by make -j2',
    least: { processes: 100, acts: 8000, looks: 30000, transfers: 3000 },
    prepare(folder) {
      const source = execFileSync('bash', [join(root, 'scripts/fetch-lua.sh')], { encoding: 'utf8' }).trim()
      cpSync(join(source, 'src'), join(folder, 'src'), { recursive: true, preserveTimestamps: true })
      return { program: '/usr/bin/make', args: ['-j2', '-C', 'src', 'linux'], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'git init, add, commit, clone and log of a local repository',
    least: { processes: 12, acts: 1500, looks: 1500, transfers: 350 },
    prepare(folder) {
      makeTree(join(folder, 'repository'))
      const file = join(folder, 'new')
      writeFileSync(file, 'two\n')
      // git reads a file again whose time is not before its index's, by the second: how often that is depends on how fast a run is.
      utimesSync(file, 1_700_000_000, 1_700_000_000)
      return script(
        folder,
        `git init -q -b main repository && cd repository && git add . && git commit -q -m one && mv ../new . && git add new &&
         git commit -q -m two && git status --short && cd .. && git clone -q repository copy && git -C copy log --oneline &&
         git -C copy rev-parse nonsense; git -C copy fsck`,
      )
    },
  },
  {
    name: 'a Python script with subprocesses, threads and failures',
    least: { processes: 12, acts: 130, looks: 200, transfers: 70 },
    prepare(folder) {
      writeFileSync(join(folder, 'data'), 'b\na\nc\n')
      writeFileSync(join(folder, 'script.py'), pythonScript)
      return { program: '/usr/bin/python3', args: ['-I', 'script.py'], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'a Node script with children, workers and reads by the pool',
    least: { processes: 6, acts: 110, looks: 30, transfers: 40 },
    prepare(folder) {
      for (let n = 0; n < 17; n++) writeFileSync(join(folder, `data-${n}`), `${n}\n`)
      writeFileSync(join(folder, 'script.mjs'), nodeScript)
      return {
        program: findProgram('setarch'),
        args: ['--addr-no-randomize', process.execPath, 'script.mjs'],
        env: environment(folder),
        cwd: folder,
      }
    },
  },
  {
    name: 'npm pack of a small package',
    least: { processes: 2, acts: 700, looks: 3000, transfers: 500 },
    prepare(folder) {
      const npm = findProgram('npm')
      writeFileSync(
        join(folder, 'package.json'),
        '{"name":"small","version":"1.0.0","scripts":{"prepack":"node build.js"}}',
      )
      writeFileSync(join(folder, 'build.js'), "require('fs').writeFileSync('built.js', 'module.exports = 1')")
      writeFileSync(join(folder, 'index.js'), 'module.exports = 1\n')
      const env = {
        ...environment(folder),
        PATH: `${dirname(npm)}:${standardPath}`,
        npm_config_update_notifier: 'false',
        npm_config_offline: 'true',
        npm_config_logs_max: '0',
        npm_config_cache: join(folder, 'cache'),
        npm_config_userconfig: '/dev/null',
      }
      // V8 reads /proc/self/maps only where its code does not fit near the program: a matter of luck while addresses are random.
      return { program: findProgram('setarch'), args: ['--addr-no-randomize', npm, 'pack'], env, cwd: folder }
    },
  },
  {
    name: 'a bash pipeline with commands that fail',
    status: 127,
    least: { processes: 25, acts: 80, looks: 150, transfers: 35 },
    prepare(folder) {
      writeFileSync(join(folder, 'not-executable'), '#!/bin/sh\n', { mode: 0o644 })
      writeFileSync(join(folder, 'no-interpreter'), '#!/nonexistent/interpreter\n', { mode: 0o755 })
      writeFileSync(join(folder, 'script-without-line'), 'echo run by the shell itself\n', { mode: 0o755 })
      return script(folder, pipelineScript, '/bin/bash')
    },
  },
  {
    name: 'tar, packing, listing and unpacking, also through gzip and xz',
    least: { processes: 10, acts: 600, looks: 300, transfers: 180 },
    prepare(folder) {
      makeTree(folder)
      return script(
        folder,
        `tar --sort=name --mtime=@1700000000 -cf tree.tar tree && tar -tf tree.tar > list && mkdir out && tar -xf tree.tar -C out && tar --sort=name --mtime=@1700000000 -czf tree.tgz tree && tar -xzf tree.tgz -C out &&
         tar --sort=name --mtime=@1700000000 -cJf tree.txz tree && tar -xf missing.tar; tar -cf nothing.tar not-there; true`,
      )
    },
  },
  {
    name: 'find, over a large tree and with -exec',
    least: { processes: 25, acts: 1500, looks: 5000, transfers: 120 },
    prepare(folder) {
      makeTree(folder)
      return script(
        folder,
        `find /usr/include /usr/share/doc -type f -name '*.h' > found; find tree -type f -exec cat {} \\; > all; find tree not-there -type f -exec wc -l {} + > counts; true`,
      )
    },
  },
  {
    name: 'curl to a loopback server, refused, and to a file',
    served: true,
    least: { processes: 5, acts: 180, looks: 20, transfers: 150 },
    prepare(folder, port) {
      writeFileSync(join(folder, 'file'), 'from a file\n')
      return script(
        folder,
        `curl -sS http://127.0.0.1:${port}/; curl -sS -o page http://localhost:${port}/page; curl -sS http://127.0.0.1:1/; curl -sS file://$PWD/file;
         curl -sS --unix-socket $PWD/no-socket http://unix/; true`,
        '/bin/sh',
        { no_proxy: '*' },
      )
    },
  },
  {
    name: 'a Perl script with pipes, forks and failures',
    least: { processes: 8, acts: 75, looks: 400, transfers: 50 },
    prepare(folder) {
      writeFileSync(join(folder, 'data'), 'line\n'.repeat(7))
      writeFileSync(join(folder, 'script.pl'), perlScript)
      return { program: '/usr/bin/perl', args: ['script.pl'], env: environment(folder), cwd: folder }
    },
  },
  ...[
    { fixture: 'vfork-exec', args: [] },
    { fixture: 'clone-parent', args: [], status: 1 },
    { fixture: 'subreaper', args: [] },
    { fixture: 'daemon', args: ['/etc/passwd'], status: 4 },
    { fixture: 'thread-exec', args: [] },
    { fixture: 'leader-exit', args: ['/etc/passwd'], status: 7 },
    { fixture: 'pid-namespace', args: ['/etc/passwd'], status: 10, root: true },
    { fixture: 'thread-storm', args: ['101', '7', '/etc/passwd'] },
    { fixture: 'clone-child', args: [] },
    { fixture: 'end', args: ['signal', '15'] },
    { fixture: 'exec-try', args: ['/etc/passwd', '/nonexistent', '/', '/bin/true'] },
    { fixture: 'memfd-exec', args: ['fexecve'] },
    { fixture: 'execveat-dirfd', args: [] },
    { fixture: 'big-args', args: ['3001', '1900007'] },
    { fixture: 'empty-args', args: ['none'] },
    { fixture: 'empty-args', args: ['empty'] },
    { fixture: 'odd-args', args: [] },
    { fixture: 'forms', args: ['.'], root: true },
    { fixture: 'relative', args: ['.'] },
    { fixture: 'aliases', args: ['.'] },
    { fixture: 'beneath', args: ['.'] },
    { fixture: 'nameless', args: ['.'] },
    { fixture: 'odd-names', args: ['.'] },
    { fixture: 'mounts', args: ['.'], root: true },
    { fixture: 'seccomp', args: ['errno', '/etc/passwd'] },
    { fixture: 'changes', args: ['.'] },
    { fixture: 'attributes', args: ['.'] },
    { fixture: 'follow-links', args: ['.'], root: true },
    ...['calls', 'changed', 'processes', 'threads'].map((how) => ({ fixture: 'probes', args: ['.', how] })),
    ...['calls', 'many', 'threads'].map((how) => ({ fixture: 'transfers', args: ['.', how] })),
    ...['duplicated', 'inherited', 'executed', 'range', 'elsewhere', 'unseen', 'renamed', 'killed'].map((how) => ({
      fixture: 'descriptors',
      args: ['.', how],
    })),
    ...['calls', 'order', 'threads'].map((how) => ({ fixture: 'syncs', args: ['.', how] })),
    { fixture: 'udp', args: [] },
    { fixture: 'listeners', args: ['inet'] },
    { fixture: 'tcp-connect', args: [] },
    { fixture: 'inet-forms', args: [] },
    { fixture: 'self-connect', args: [] },
    { fixture: 'tcp-fastopen', args: [] },
    { fixture: 'mount-calls', args: ['FOLDER'], root: true },
    { fixture: 'roots', args: ['pivot', '.'], root: true },
    ...['made', 'failed', 'nested'].map((how) => ({ fixture: 'namespaces', args: [how], root: true })),
    ...['calls', 'failed', 'namespace', 'exec'].map((how) => ({
      fixture: 'credentials',
      args: [how, '.'],
      root: true,
    })),
    ...['group', 'failures'].map((how) => ({ fixture: 'signals', args: [how] })),
    { fixture: 'blocked-calls', args: ['errno', '.'], root: true },
    { fixture: 'seccomp-sockets', args: ['errno'] },
    { fixture: 'uring-files', args: ['plain', '.'] },
    { fixture: 'uring-net', args: ['plain', '.'] },
    { fixture: 'environment', args: ['odd'] },
    { fixture: 'exec-busy', args: ['.'] },
    { fixture: 'cold-path', args: ['.'] },
    { fixture: 'rename-self', args: ['/etc/passwd'] },
    ...(process.arch === 'x64'
      ? [
          { fixture: 'forms32', args: ['.'], root: true },
          { fixture: 'changes32', args: ['.'] },
          { fixture: 'attributes32', args: ['.'] },
          { fixture: 'probes32', args: ['.', 'calls'] },
          { fixture: 'transfers32', args: ['.', 'calls'] },
          { fixture: 'syncs32', args: ['.', 'calls'] },
          { fixture: 'socketcall', args: [] },
          { fixture: 'int80', args: ['.'] },
          { fixture: 'mount-calls32', args: ['FOLDER'], root: true },
          { fixture: 'namespaces32', args: ['made'], root: true },
          { fixture: 'exec-chain', args: [fixturePath('exec-chain32'), fixturePath('exec-chain')] },
        ]
      : []),
  ].map(
    ({
      fixture,
      args,
      status = 0,
      root: asRoot = false,
    }: {
      fixture: string
      args: string[]
      status?: number
      root?: boolean
    }): Entry => ({
      name: `the fixture ${fixture} ${args.join(' ')}`.replaceAll(`${root}/`, '').trim(),
      status,
      root: asRoot,
      least: { processes: 1, acts: 2, looks: 0, transfers: 0 },
      prepare(folder) {
        const given = args.map((argument) => (argument === 'FOLDER' ? folder : argument))
        return { program: fixturePath(fixture), args: given, env: environment(folder), cwd: folder }
      },
    }),
  ),
]

function fixturePath(name: string): string {
  return join(root, 'build/workloads', name)
}
