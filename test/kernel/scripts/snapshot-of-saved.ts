// SPDX-License-Identifier: MIT
// usage: snapshot-of-saved FILE OPTIONS: prints a snapshot of a saved trace for each of a list of options, as JSON.
import { snapshotText, type TraceSnapshotOptions } from '../../../src/trace/snapshot.ts'
import { Trace } from '../../../src/trace/trace.ts'

const [file = '', options = '[]'] = process.argv.slice(2)
const asked: readonly TraceSnapshotOptions[] = JSON.parse(options)
console.log(JSON.stringify(asked.map((own) => snapshotText(Trace.load(file), own))))
