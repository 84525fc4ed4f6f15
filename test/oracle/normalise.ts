// SPDX-License-Identifier: MIT
// What differs between any two runs of one command, whoever watches: numbers of processes, names drawn at random, and what threads do only when
// they get in each other's way.
import {
  type Act,
  addTransfer,
  type Bytes,
  type CallAct,
  type ExecModel,
  type Fact,
  type ImageModel,
  newImage,
  type ProcessModel,
  type RunModel,
} from './model.ts'

interface RandomName {
  readonly name: string
  readonly reason: string
  /** Group 1 stays, what follows it is replaced. */
  readonly pattern: RegExp
}

/** Each pattern stands for one use that is known, no wider than that. */
export const randomNames: readonly RandomName[] = [
  {
    name: 'gcc-temporary',
    reason: 'gcc passes assembly and objects between its stages in files of mkstemp(3).',
    pattern: /^((?:-[\w-]+=)*\/tmp\/cc)[A-Za-z0-9]{6}(?=(?:\.cdtor|\.ltrans0)?\.(?:s|o|c|res|ld|le|out)$|$)/,
  },
  {
    name: 'binutils-temporary',
    reason: 'ar and ranlib write the new archive beside the old one under a name of mkstemp(3).',
    pattern: /^((?:.*\/)?st)[A-Za-z0-9]{6}$/,
  },
  {
    name: 'git-temporary',
    reason: 'git writes objects and packs under a name of mkstemp(3) and renames them.',
    pattern: /^(.*\/tmp_(?:obj|pack|idx|rev)_)[A-Za-z0-9]{6}$/,
  },
  {
    name: 'git-probe',
    reason: '`git init` tries whether the file system has symbolic links, with a name of mkstemp(3).',
    pattern: /^(.*\/\.git\/t)[A-Za-z0-9]{6}$/,
  },
  {
    name: 'pipe-number',
    reason: 'Pipes have no name; /proc shows their inode number, which is new for each.',
    pattern: /^(pipe:\[)\d+(?=\]$)/,
  },
  {
    name: 'nameless-number',
    reason: 'A file that was made without a name (O_TMPFILE) is shown by its inode number, which is any that is free.',
    pattern: /^(.*\/#)\d+(?= \(deleted\)$)/,
  },
  {
    name: 'namespace-number',
    reason: 'Namespaces have no name; /proc shows their inode number, which is new for each.',
    pattern: /^((?:mnt|net|uts|ipc|pid|user|cgroup|time)(?:_for_children)?:\[)\d+(?=\]$)/,
  },
  {
    name: 'free-port',
    reason: 'The kernel chooses a port for who binds to port 0.',
    pattern: /^(inet6? [^ ]+:)(?:3[2-9]|[45]\d|6[0-5])\d{3}$/,
  },
  {
    name: 'free-abstract-name',
    reason: 'The kernel chooses an abstract name of five digits for a unix socket that is bound to none.',
    pattern: /^(unix @)[0-9a-f]{5}$/,
  },
  {
    name: 'npm-temporary',
    reason: 'npm writes cache entries under a random UUID and renames them.',
    pattern: /^(.*\/_cacache\/tmp\/)[0-9a-f-]{36}$/,
  },
  {
    name: 'cmake-scratch',
    reason: 'CMake tries the compiler in a folder with a name of mkdtemp(3).',
    pattern: /(\/CMakeScratch\/TryCompile-)[A-Za-z0-9]{6}(?=\/|$)/g,
  },
  {
    name: 'cmake-target',
    reason: 'CMake draws the names of the targets that it makes there.',
    pattern: /(cmTC_)[0-9a-f]{5}(?![0-9a-f])/g,
  },
  {
    name: 'cmake-temporary',
    reason: 'CMake writes files under a name that it draws and renames them.',
    pattern: /^(.*\.tmp)[0-9a-f]{5}$/,
  },
  {
    name: 'dpkg-temporary',
    reason: 'dpkg-deb packs the parts of a package into files of mkstemp(3).',
    pattern: /^(\/tmp\/dpkg-deb\.)[A-Za-z0-9]{6}$/,
  },
  {
    name: 'fixture-temporary',
    reason: 'A fixture puts files over those of /etc, which it makes with mkstemp(3).',
    pattern: /^(\/tmp\/spy-lab-)[A-Za-z0-9]{6}$/,
  },
  {
    name: 'sqlite-temporary',
    reason: 'SQLite draws the names of its temporary files.',
    pattern: /^(\/var\/tmp\/etilqs_)[0-9a-f]{15,16}$/,
  },
]

/** Files whose length differs, since times are written in them. How often they are written is compared, the number of bytes is not. */
export const timedFiles: readonly { readonly name: string; readonly reason: string; readonly pattern: RegExp }[] = [
  {
    name: 'ninja-log',
    reason: 'ninja writes how many milliseconds each step took, in as many digits as that has.',
    pattern: /\/\.ninja_log$/,
  },
]

/** Opens by libraries in programs with threads, as often as those happen to meet. They are left out of programs with threads, and of no others. */
export const racyOpens: readonly { readonly path: string; readonly reason: string }[] = [
  {
    path: '/sys/devices/system/cpu/online',
    reason: 'glibc counts the processors when a thread finds the heap locked and is given one of its own.',
  },
  {
    path: '/proc/sys/vm/overcommit_memory',
    reason: 'glibc asks for it when it gives back memory of a thread’s heap.',
  },
  {
    path: '/sys/devices/system/cpu/cpu0/tsc_freq_khz',
    reason: 'Abseil, which is in Node, looks for the clock’s frequency when a lock is contended for the first time.',
  },
]

/** Fixtures look there until another process blocks in a call, as often as that takes. */
const polledOpen = /^\/proc\/(?:self\/task\/)?\d+\/syscall$/

function isPolled(act: Act): boolean {
  return act.kind === 'open' && act.asked !== null && polledOpen.test(act.asked)
}

function isRacy(act: Act): boolean {
  return act.kind === 'open' && act.asked !== null && isRacyPath(act.asked)
}

function isRacyPath(path: Bytes): boolean {
  return racyOpens.some((racy) => racy.path === path)
}

/** The same run with placeholders for what is drawn anew in each. */
export function normalised(model: RunModel): RunModel {
  const pids = new Set<number>()
  collectPids(model.root, pids)
  const text = (value: Bytes): Bytes => {
    for (const { name, pattern } of randomNames) value = value.replace(pattern, `$1<${name}>`)
    // Fixtures put their own number into abstract names, so that those are free.
    if (value.startsWith('unix @')) value = value.replace(/\d+/g, (pid) => (pids.has(Number(pid)) ? '<pid>' : pid))
    // /proc/PID of a process of the run; other numbers stay.
    return value.replace(/^(\/proc\/)(\d+)(\/task\/\d+)?(?=\/|$)/, (all, before, pid, task) =>
      pids.has(Number(pid)) ? `${before}<pid>${task === undefined ? '' : '/task/<tid>'}` : all,
    )
  }
  const optional = (value: Bytes | null) => (value === null ? null : text(value))
  const exec = (value: ExecModel): ExecModel => ({
    asked: text(value.asked),
    argv0: optional(value.argv0),
    rest: value.rest.map(text),
  })
  const fact = (value: Fact): Fact => (typeof value === 'string' ? text(value) : value)
  const call = (value: CallAct): CallAct => ({
    ...value,
    facts: Object.fromEntries(Object.entries(value.facts).map(([name, one]) => [name, fact(one)])),
  })
  const act = (value: Act): Act => {
    switch (value.kind) {
      case 'open':
        return { ...value, asked: optional(value.asked), path: optional(value.path) }
      case 'exec':
      case 'chdir':
        return { ...value, asked: optional(value.asked) }
      case 'fork':
        return { ...value, child: process(value.child) }
      case 'connect':
        return { ...value, address: text(value.address) }
      case 'call':
        return call(value)
    }
  }
  const image = (value: ImageModel): ImageModel => {
    const made = newImage(value.exec === null ? null : exec(value.exec))
    made.threaded = value.threaded
    const kept = value.acts.filter((one) => !isPolled(one) && !(value.threaded && isRacy(one)))
    made.acts.push(...kept.map(act))
    made.looks.push(...value.looks.map(call))
    for (const path of value.unmeasured) made.unmeasured.add(text(path))
    for (const [path, transfer] of value.transfers) {
      if (value.threaded && isRacyPath(path)) continue
      const isTimed = timedFiles.some(({ pattern }) => pattern.test(path))
      addTransfer(made, text(path), isTimed ? { ...transfer, readBytes: 0, writtenBytes: 0 } : transfer)
    }
    return made
  }
  const process = (value: ProcessModel): ProcessModel => ({
    ...value,
    images: value.images.map(image),
  })
  return { root: process(model.root) }
}

function collectPids(process: ProcessModel, pids: Set<number>): void {
  pids.add(process.pid)
  for (const image of process.images)
    for (const act of image.acts) if (act.kind === 'fork') collectPids(act.child, pids)
}
