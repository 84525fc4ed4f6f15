// SPDX-License-Identifier: MIT
// usage: open-groups GROUPS...: opens a session for each list of groups (`file,probe`), one after the other, and enters /proc after each: a call that strace shows.
import { chdir } from 'node:process'
import { openSession } from '../../../src/session/index.ts'
import type { EventGroup } from '../../../src/trace/groups.ts'

for (const groups of process.argv.slice(2)) {
  const session = await openSession({ scope: 'run', events: groups.split(',') as EventGroup[] })
  await session.stop()
  chdir('/proc')
}
