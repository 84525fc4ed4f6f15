// SPDX-License-Identifier: MIT
// What the tests of every runner start, and how they say what they saw. Knows no runner and nothing of spyscall: the judge outside compares what is claimed here with the files that the programs left.
const { exec, execFile, execFileSync, fork, spawn, spawnSync } = require('node:child_process')
const { randomUUID } = require('node:crypto')
const { once } = require('node:events')
const { renameSync, writeFileSync } = require('node:fs')
const { basename, join } = require('node:path')
const { promisify } = require('node:util')
const workerThreads = require('node:worker_threads')

const folder = process.env.SPY_RUNNERS_FOLDER
const program = process.env.SPY_RUNNERS_PROGRAM
const signed = join(folder, 'signed')

/** A tag that nothing else has: of one attempt of one test. */
function newTag(name) {
  return `${name.replace(/[^a-z0-9]+/gi, '-')}-${randomUUID().slice(0, 8)}`
}

/** Arguments of a program that leaves four files: its own, and those of three children. */
function argumentsOf(tag) {
  return [signed, tag, '3']
}

/** What a Node process has to do to be known like the program. */
const signScript = `require('node:fs').writeFileSync(process.argv[1] + '/' + process.argv[2] + '.' + process.pid, '', { flag: 'wx' })`

/** Every way in which Node starts a process, by name. Each awaits its end. */
const ways = {
  spawn: (tag) => once(spawn(program, argumentsOf(tag)), 'close'),
  spawnSync: (tag) => spawnSync(program, argumentsOf(tag)),
  exec: (tag) => promisify(exec)(`exec "${program}" ${argumentsOf(tag).join(' ')}`),
  execFile: (tag) => promisify(execFile)(program, argumentsOf(tag)),
  execFileSync: (tag) => execFileSync(program, argumentsOf(tag)),
  fork: (tag) => once(fork(join(__dirname, 'forked.cjs'), [program, ...argumentsOf(tag)]), 'close'),
  'after other work': async (tag) => {
    await promisify(execFile)(process.execPath, ['-e', signScript, ...argumentsOf(tag)])
    await new Promise((done) => spawn(program, argumentsOf(tag)).on('close', done))
  },
}

/** The same from another thread of this process. */
async function inWorkerThread(tag) {
  const code = `const { program, args } = require('node:worker_threads').workerData
    require('node:child_process').spawnSync(program, args)`
  await once(new workerThreads.Worker(code, { eval: true, workerData: { program, args: argumentsOf(tag) } }), 'exit')
}

/** A program that starts children all the time, until it is told to end; resolves once it does. It ends with this process, too. */
async function serve(tag) {
  const child = spawn(program, [signed, tag, 'serve'], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return {
    async end() {
      child.stdin.end()
      await once(child, 'close')
    },
  }
}

/** Starts programs from this very thread, all the time. */
function keepStarting(name) {
  const timer = setInterval(() => spawn(program, [signed, newTag(name), '0']), 30)
  return () => clearInterval(timer)
}

/** Resolves for all when the last of `count` has come: what follows overlaps. */
function meetingOf(count) {
  const { promise, resolve } = Promise.withResolvers()
  let missing = count
  return () => {
    missing--
    if (missing === 0) resolve()
    return promise
  }
}

/** Says that a trace is of the programs with these tags, and of nothing else. With `running`, some of them still run. */
function claim(test, tags, trace, { running = false } = {}) {
  const claimed = {
    test,
    tags,
    running,
    gaps: trace.gaps.map((gap) => gap.text),
    processes: trace.processes.filter((process) => !process.isRoot).map(({ pid, argv }) => ({ pid, argv })),
    opened: trace
      .ofKind('open')
      .filter((event) => event.result.ok && event.path.startsWith(`${signed}/`))
      .map((event) => basename(event.path)),
  }
  const file = join(folder, 'claims', tags.join('+'))
  writeFileSync(file, JSON.stringify(claimed), { flag: 'wx' })
  renameSync(file, `${file}.json`) // a runner that watches is ended as soon as it is there
}

module.exports = { claim, inWorkerThread, keepStarting, meetingOf, newTag, serve, ways }
