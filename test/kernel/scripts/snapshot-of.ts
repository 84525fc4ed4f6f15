// SPDX-License-Identifier: MIT
// usage: snapshot-of SUBJECT OPTIONS FILE [UID]: runs a subject of test/helpers/subjects.ts in the working folder, which is empty, as a user; prints a snapshot for each of a list of
// options, as JSON, and saves the trace.
import { spawnSync } from 'node:child_process'
import { chownSync, readdirSync } from 'node:fs'
import { cwd } from 'node:process'
import { traced } from '../../../src/session/index.ts'
import { snapshotText, type TraceSnapshotOptions } from '../../../src/trace/snapshot.ts'
import { type Subject, subjects } from '../../helpers/subjects.ts'

const [name = '', options = '[]', file = '', uid] = process.argv.slice(2)
const subject = (subjects as Readonly<Record<string, Subject>>)[name]
if (subject === undefined) throw new Error(`Expected a subject, got ${name}`)

subject.prepare('.')
const user = uid === undefined ? {} : { uid: Number(uid), gid: Number(uid) }
if (uid !== undefined)
  for (const path of readdirSync('.', { recursive: true, encoding: 'utf8' })) chownSync(path, Number(uid), Number(uid))

const session = { projectRoot: cwd(), events: ['process', 'file', 'network', 'probe', 'sync'] } as const
const { result, trace } = await traced(
  () => spawnSync('sh', ['-ec', subject.script], { encoding: 'utf8', ...user }),
  session,
)
if (result.status !== 0) throw new Error(`${name}: ${result.stdout}${result.stderr}`)
if (!trace.complete) throw new Error(trace.gaps.map(({ text }) => text).join(' '))
trace.save(file)
const asked: readonly TraceSnapshotOptions[] = JSON.parse(options)
console.log(JSON.stringify(asked.map((own) => snapshotText(trace, own))))
