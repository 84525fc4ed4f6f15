// SPDX-License-Identifier: MIT
// Every matcher that asks a question of a trace.
import { atOneMoment } from './moment.ts'
import { toBeHermetic } from './to-be-hermetic.ts'
import { toHaveCalledSyscall } from './to-have-called-syscall.ts'
import { toHaveConnectedTo } from './to-have-connected-to.ts'
import { toHaveCreated } from './to-have-created.ts'
import { toHaveDeleted } from './to-have-deleted.ts'
import { toHaveEnteredNamespace } from './to-have-entered-namespace.ts'
import { toHaveExecuted } from './to-have-executed.ts'
import { toHaveExited } from './to-have-exited.ts'
import { toHaveHappenedInOrder } from './to-have-happened-in-order.ts'
import { toHaveListenedOn } from './to-have-listened-on.ts'
import { toHaveOpened } from './to-have-opened.ts'
import { toHaveProbed } from './to-have-probed.ts'
import { toHaveRead } from './to-have-read.ts'
import { toHaveReapedAllProcesses } from './to-have-reaped-all-processes.ts'
import { toHaveRenamed } from './to-have-renamed.ts'
import { toHaveResolvedName } from './to-have-resolved-name.ts'
import { toHaveSignalled } from './to-have-signalled.ts'
import { toHaveSynced } from './to-have-synced.ts'
import { toHaveWritten } from './to-have-written.ts'

/** Their verdicts and messages are about one moment of a trace that is live. */
export const searches = {
  toHaveExecuted: atOneMoment(toHaveExecuted),
  toHaveOpened: atOneMoment(toHaveOpened),
  toHaveRead: atOneMoment(toHaveRead),
  toHaveWritten: atOneMoment(toHaveWritten),
  toHaveCreated: atOneMoment(toHaveCreated),
  toHaveDeleted: atOneMoment(toHaveDeleted),
  toHaveRenamed: atOneMoment(toHaveRenamed),
  toHaveConnectedTo: atOneMoment(toHaveConnectedTo),
  toHaveHappenedInOrder: atOneMoment(toHaveHappenedInOrder),
  toBeHermetic: atOneMoment(toBeHermetic),
  toHaveProbed: atOneMoment(toHaveProbed),
  toHaveSynced: atOneMoment(toHaveSynced),
  toHaveListenedOn: atOneMoment(toHaveListenedOn),
  toHaveResolvedName: atOneMoment(toHaveResolvedName),
  toHaveSignalled: atOneMoment(toHaveSignalled),
  toHaveEnteredNamespace: atOneMoment(toHaveEnteredNamespace),
  toHaveExited: atOneMoment(toHaveExited),
  toHaveCalledSyscall: atOneMoment(toHaveCalledSyscall),
  toHaveReapedAllProcesses: atOneMoment(toHaveReapedAllProcesses),
}
