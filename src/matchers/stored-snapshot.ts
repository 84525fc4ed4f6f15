// SPDX-License-Identifier: MIT
// What a runner will compare a snapshot with, known before it is asked: patterns in it decide what is handed over.

interface VitestState {
  probeExpectedSnapshot(options: { testName: string; testId: string; isInline: boolean }): {
    readonly data?: string | undefined
  }
}

interface JestState {
  readonly _counters: Map<string, number>
  readonly _snapshotData: Readonly<Record<string, string>>
}

interface RunnerContext {
  readonly snapshotState?: Partial<VitestState & JestState>
  readonly currentTestName?: string
  readonly currentConcurrentTestName?: () => string | undefined
}

/**
 * The stored text of the snapshot that the next call of the runner's matcher will compare with; undefined where there is none yet, or where a runner keeps its snapshots in
 * another way than those that are known.
 */
export function storedSnapshot(context: unknown, hint: string | undefined): string | undefined {
  const { snapshotState: state, currentTestName, currentConcurrentTestName } = context as RunnerContext
  if (state === undefined || state === null) return undefined
  if (typeof state.probeExpectedSnapshot === 'function') {
    const testName = [currentTestName ?? '', ...(hint === undefined || hint === '' ? [] : [hint])].join(' > ')
    return ownText(state.probeExpectedSnapshot({ testName, testId: testName, isInline: false }).data)
  }
  const { _counters: counters, _snapshotData: data } = state
  if (!(counters instanceof Map) || typeof data !== 'object' || data === null) return undefined
  const name = currentConcurrentTestName?.() ?? currentTestName ?? ''
  const full = name !== '' && hint !== undefined && hint !== '' ? `${name}: ${hint}` : name
  return ownText(data[`${full} ${(counters.get(full) ?? 0) + 1}`])
}

/** Runners put a line break before and after a text of several lines. */
function ownText(stored: string | undefined): string | undefined {
  return stored !== undefined && stored.length > 2 && stored.startsWith('\n') && stored.endsWith('\n')
    ? stored.slice(1, -1)
    : stored
}

/** An inline snapshot without the indentation that it has in the test file, as both runners take it away. */
export function inlineText(inlineSnapshot: string): string {
  const indentation = /^([^\S\n]*)\S/m.exec(inlineSnapshot)?.[1] ?? ''
  const lines = inlineSnapshot.split('\n')
  const inner = lines.slice(1, -1)
  if (lines.length < 3 || lines[0]!.trim() !== '' || lines.at(-1)!.trim() !== '') return inlineSnapshot
  if (inner.some((line) => line !== '' && !line.startsWith(indentation))) return inlineSnapshot
  return inner.map((line) => line.slice(indentation.length)).join('\n')
}
