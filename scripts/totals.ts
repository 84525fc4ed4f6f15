// SPDX-License-Identifier: MIT

/** What a test runner counted. */
export interface Totals {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }
}

/** Reads the JSON results that Vitest and Jest both write. A file that could not be loaded counts as one failure. */
export function readTotals(json: string): Totals {
  const results = JSON.parse(json)
  const unloaded = results.testResults.filter(
    (file: { status: string; assertionResults: unknown[] }) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + unloaded,
    skipped: results.numPendingTests + (results.numTodoTests ?? 0),
  }
}

/** A check that failed and has already said why. */
export class Failure extends Error {
  readonly totals: Totals | undefined

  constructor(message: string, totals?: Totals) {
    super(message)
    this.totals = totals
  }
}
