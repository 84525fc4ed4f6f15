// SPDX-License-Identifier: MIT
// Two runs of one command, each seen by another tracer: what one of them says and the other does not.
import {
  type Act,
  type ExecModel,
  type Facts,
  type ImageModel,
  newImage,
  type ProcessModel,
  type RunModel,
  type Transfer,
} from './model.ts'
import { normalised } from './normalise.ts'

export interface Difference {
  /** Processes from the command down, each by its program. */
  readonly where: string
  /** What strace saw; null when it saw nothing of the kind. */
  readonly strace: string | null
  /** What spyscall saw. */
  readonly spy: string | null
}

/** Every difference, nothing left out. Numbers of processes, and names that are drawn anew in every run, are made equal before (normalise.ts). */
export function compare(strace: RunModel, spy: RunModel): Difference[] {
  const differences: Difference[] = []
  compareProcesses(withoutLauncher(normalised(strace).root), withoutLauncher(normalised(spy).root), '', differences)
  return differences
}

/** known-differences.ts, `launcher`: until its first exec the command is a copy of who starts it. */
function withoutLauncher(command: ProcessModel): ProcessModel {
  const [launcher, ...images] = command.images
  if (launcher?.exec !== null || images.length === 0) throw new Error('The command was never executed')
  return { ...command, images: [newImage(null), ...images] }
}

/** For a failure message. */
export function renderDifferences(differences: readonly Difference[]): string {
  const shown = differences
    .slice(0, 40)
    .map(({ where, strace, spy }) => `${where}\n  strace:   ${strace ?? '-'}\n  spyscall: ${spy ?? '-'}`)
  if (differences.length > shown.length) shown.push(`and ${differences.length - shown.length} more`)
  return shown.join('\n')
}

function compareProcesses(a: ProcessModel, b: ProcessModel, above: string, out: Difference[]): void {
  const where = `${above}${above === '' ? '' : ' > '}${nameOf(a)}`
  const images = Math.max(a.images.length, b.images.length)
  for (let n = 0; n < images; n++) {
    const mine = a.images[n]
    const other = b.images[n]
    if (mine === undefined || other === undefined) {
      out.push({ where, strace: mine ? renderExec(mine.exec) : null, spy: other ? renderExec(other.exec) : null })
      continue
    }
    compareExecs(mine.exec, other.exec, where, out)
    if (mine.threaded !== other.threaded) {
      out.push({
        where,
        strace: mine.threaded ? 'threads' : 'one thread',
        spy: other.threaded ? 'threads' : 'one thread',
      })
    }
    compareActs(mine, other, where, out)
    compareSets(lookLines(mine), lookLines(other), where, out)
    const unmeasured = new Set([...mine.unmeasured, ...other.unmeasured])
    compareSets(transferLines(mine, unmeasured), transferLines(other, unmeasured), where, out)
    compareChildren(childrenOf(mine), childrenOf(other), where, out)
  }
  if (renderEnd(a) !== renderEnd(b)) out.push({ where, strace: renderEnd(a), spy: renderEnd(b) })
}

function compareExecs(a: ExecModel | null, b: ExecModel | null, where: string, out: Difference[]): void {
  // What the caller wrote as argv[0] of a script is known only to the one who watches the call: known-differences.ts, `script-argv0`.
  const argv0 = a !== null && b?.argv0 === null ? null : undefined
  const strace = renderExec(a === null ? null : { ...a, ...(argv0 === null ? { argv0 } : {}) })
  const spy = renderExec(b)
  if (strace !== spy) out.push({ where, strace, spy })
}

function compareActs(a: ImageModel, b: ImageModel, where: string, out: Difference[]): void {
  const threaded = a.threaded || b.threaded
  const mine = a.acts.map((act) => renderAct(act, threaded))
  const other = b.acts.map((act) => renderAct(act, threaded))
  const { onlyFirst, onlySecond } = threaded ? bagDifference(mine, other) : listDifference(mine, other)
  // What stands at about the same place is most likely the same thing, seen otherwise.
  for (let n = 0; n < Math.max(onlyFirst.length, onlySecond.length); n++) {
    out.push({ where, strace: onlyFirst[n] ?? null, spy: onlySecond[n] ?? null })
  }
}

/** Each line is there or is not; there is no order. */
function compareSets(a: ReadonlySet<string>, b: ReadonlySet<string>, where: string, out: Difference[]): void {
  for (const line of a) if (!b.has(line)) out.push({ where, strace: line, spy: null })
  for (const line of b) if (!a.has(line)) out.push({ where, strace: null, spy: line })
}

function lookLines({ looks }: ImageModel): Set<string> {
  return new Set(looks.map((look) => renderAct(look, false)))
}

function transferLines({ transfers }: ImageModel, unmeasured: ReadonlySet<string>): Set<string> {
  const line = (path: string, transfer: Transfer) =>
    unmeasured.has(path) ? 'transfers' : renderTransfer(path, transfer)
  return new Set([...transfers].map(([path, transfer]) => `${shown(path)} ${line(path, transfer)}`))
}

/** Children run at the same time as their parent and one another: they are told apart by what they did. */
function compareChildren(
  a: readonly ProcessModel[],
  b: readonly ProcessModel[],
  where: string,
  out: Difference[],
): void {
  let left = [...a]
  let right = [...b]
  for (const keyOf of [deepKey, shallowKey, nameOf, () => '']) {
    const waiting = new Map<string, ProcessModel[]>()
    for (const process of right) (waiting.get(keyOf(process)) ?? setDefault(waiting, keyOf(process), [])).push(process)
    const unmatched: ProcessModel[] = []
    for (const process of left) {
      const match = waiting.get(keyOf(process))?.shift()
      if (match === undefined) unmatched.push(process)
      else {
        right = right.filter((other) => other !== match)
        compareProcesses(process, match, where, out)
      }
    }
    left = unmatched
  }
  for (const process of left) out.push({ where, strace: `process ${shallowKey(process)}`, spy: null })
  for (const process of right) out.push({ where, strace: null, spy: `process ${shallowKey(process)}` })
}

const deepKeys = new WeakMap<ProcessModel, string>()

/** All that a process and those below it did. */
function deepKey(process: ProcessModel): string {
  let key = deepKeys.get(process)
  if (key === undefined) {
    key = JSON.stringify([
      process.images.map((image) => {
        const acts = image.acts.map((act) => renderAct(act, image.threaded))
        const rest = image.exec === null ? null : [image.exec.asked, image.exec.rest]
        const sets = [[...lookLines(image)].sort(), [...transferLines(image, image.unmeasured)].sort()]
        return [rest, image.threaded ? acts.sort() : acts, sets, childrenOf(image).map(deepKey).sort()]
      }),
      renderEnd(process),
    ])
    deepKeys.set(process, key)
  }
  return key
}

/** What it executed. */
function shallowKey(process: ProcessModel): string {
  return process.images
    .map(({ exec }) => (exec === null ? '(forked)' : [exec.asked, ...exec.rest].map(shown).join(' ')))
    .join(' | ')
}

function nameOf(process: ProcessModel): string {
  const exec = process.images.findLast((image) => image.exec !== null)?.exec
  return exec ? exec.asked.slice(exec.asked.lastIndexOf('/') + 1) : '(forked)'
}

function childrenOf(image: ImageModel): ProcessModel[] {
  return image.acts.flatMap((act) => (act.kind === 'fork' ? [act.child] : []))
}

function renderExec(exec: ExecModel | null): string {
  if (exec === null) return 'no exec'
  return `exec ${shown(exec.asked)} [${[exec.argv0 === null ? '(script)' : shown(exec.argv0), ...exec.rest.map(shown)].join(', ')}]`
}

function renderEnd({ end }: ProcessModel): string {
  if (end === null) return 'no end'
  return 'code' in end ? `exit ${end.code}` : `${end.signal}${end.core ? ' (core dumped)' : ''}`
}

/** One line that is equal for equal acts. Descriptors are a race between threads. */
function renderAct(act: Act, threaded: boolean): string {
  switch (act.kind) {
    case 'exec':
      return `exec ${shownOrNot(act.asked)} -> ${act.outcome}`
    case 'chdir':
      return `${act.call} ${shownOrNot(act.asked)} -> ${act.outcome}`
    case 'connect':
      return `connect ${shown(act.address)} -> ${act.outcome}`
    case 'fork':
      return `fork ${act.flags.join('|')}`
    case 'call':
      return `${act.call} ${renderFacts(act.facts)} -> ${act.outcome}`
    case 'open': {
      const mode = act.permissions === null ? '' : ` 0${act.permissions.toString(8)}`
      // known-differences.ts, `handle-path`.
      const path = act.call === 'open_by_handle_at' && act.outcome === 'ok' ? '' : shownOrNot(act.path)
      const got = act.fd === null || threaded ? act.outcome : `${act.outcome} ${act.fd}`
      return `${act.call} ${shownOrNot(act.asked)} ${act.flags.join('|')}${mode} -> ${got} ${path}`
    }
  }
}

function renderFacts(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, fact]) => `${name}=${JSON.stringify(fact)}`)
    .sort()
    .join(' ')
}

function renderTransfer(path: string, sum: Transfer): string {
  // known-differences.ts, `made-up-files`.
  if (/^\/(?:proc|sys)\//.test(path)) return 'transfers'
  return `read ${sum.readBytes} in ${sum.readCalls}, wrote ${sum.writtenBytes} in ${sum.writtenCalls}, mapped ${sum.mappedBytes} in ${sum.mappedCalls}, ${sum.mappedWritable} to write`
}

function shown(text: string): string {
  return JSON.stringify(text)
}

function shownOrNot(text: string | null): string {
  return text === null ? '?' : shown(text)
}

function bagDifference(a: readonly string[], b: readonly string[]) {
  const counts = new Map<string, number>()
  for (const line of b) counts.set(line, (counts.get(line) ?? 0) + 1)
  const onlyFirst: string[] = []
  for (const line of a) {
    const count = counts.get(line) ?? 0
    if (count === 0) onlyFirst.push(line)
    else counts.set(line, count - 1)
  }
  const onlySecond = [...counts].flatMap(([line, count]) => Array.from({ length: count }, () => line))
  return { onlyFirst: onlyFirst.sort(), onlySecond: onlySecond.sort() }
}

/** What must be taken out of each list so that the same remains in the same order: Myers' greedy algorithm. */
export function listDifference(a: readonly string[], b: readonly string[]) {
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from++
  let endA = a.length
  let endB = b.length
  while (endA > from && endB > from && a[endA - 1] === b[endB - 1]) {
    endA--
    endB--
  }
  const first = a.slice(from, endA)
  const second = b.slice(from, endB)
  const trail: Int32Array[] = []
  const size = first.length + second.length
  const furthest = new Int32Array(2 * size + 3)
  search: for (let d = 0; d <= size; d++) {
    trail.push(furthest.slice())
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && at(furthest, k - 1 + size) < at(furthest, k + 1 + size))
      let x = down ? at(furthest, k + 1 + size) : at(furthest, k - 1 + size) + 1
      while (x < first.length && x - k < second.length && first[x] === second[x - k]) x++
      furthest[k + size] = x
      if (x >= first.length && x - k >= second.length) break search
    }
    // Very different lists: exact order says nothing any more.
    if (d > 2000) return bagDifference(a, b)
  }
  const onlyFirst: string[] = []
  const onlySecond: string[] = []
  let x = first.length
  let y = second.length
  for (let d = trail.length - 1; d > 0; d--) {
    const before = trail[d] as Int32Array
    const k = x - y
    const down = k === -d || (k !== d && at(before, k - 1 + size) < at(before, k + 1 + size))
    const fromX = down ? at(before, k + 1 + size) : at(before, k - 1 + size)
    const fromY = fromX - (down ? k + 1 : k - 1)
    if (down) onlySecond.unshift(second[fromY] as string)
    else onlyFirst.unshift(first[fromX] as string)
    x = fromX
    y = fromY
  }
  return { onlyFirst, onlySecond }
}

function at(list: Int32Array, index: number): number {
  return list[index] ?? 0
}

function setDefault<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): Value {
  map.set(key, value)
  return value
}
