// SPDX-License-Identifier: MIT
// Opens one session after another, and says what each was found to see beside its groups.
import { openSession } from '../../../src/session/index.ts'

for (let n = 0; n < 2; n++) {
  const session = await openSession({ scope: 'run', events: ['file', 'network'] })
  console.log(JSON.stringify(session.capabilities.filter((name) => !['file', 'network'].includes(name))))
  await session.stop()
}
