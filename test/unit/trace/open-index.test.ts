// SPDX-License-Identifier: MIT
// An `io` whose descriptor did not tell its path has that of the last open before it of the same file.
import { expect, test, vi } from 'vitest'
import { LogRecords } from '../../../src/trace/log-records.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

const opened = (log: RecordLogBuilder, path: string, inode: number, process = 1) =>
  log.add('open', { result: 3, inode, file_mode: 0o100644 }, [path, null, path], { process, tgid: 100 + process * 100 })
const used = (log: RecordLogBuilder, inode: number, process = 1) =>
  log.add('io', { inode, read_calls: 1 }, [null], { process, tgid: 100 + process * 100 })

test('it is the last one, of its process, of its file', () => {
  const log = new RecordLogBuilder().fork(1).fork(2)
  used(log, 7)
  opened(log, '/old', 7)
  opened(log, '/new', 7)
  opened(log, '/other-file', 8)
  opened(log, '/other-process', 7, 2)
  used(log, 7)
  opened(log, '/newest', 7)
  used(log, 7)
  used(log, 7, 2)
  used(log, 9)
  const absent = { status: 'absent' }
  const paths = log
    .trace()
    .ofKind('io')
    .map(({ path }) => path)
  expect(paths).toEqual([absent, '/new', '/newest', '/other-process', absent])
})

test('each open is looked at once, however many such transfers come', () => {
  const looks = vi.spyOn(LogRecords.prototype, 'at')
  const log = new RecordLogBuilder().fork(1)
  const count = 500
  for (let n = 0; n < count; n++) used(opened(log, `/f${n}`, n + 1), n % 2 === 0 ? 1 : count + 1)
  const { eventCount } = log.trace()
  const looked = looks.mock.calls.length
  looks.mockRestore()
  expect([eventCount, looked]).toEqual([1 + 2 * count, count])
})
