// SPDX-License-Identifier: MIT
// The one place that writes to the terminal by itself: how far work is that takes over a second.
import { installProgress } from './trace/progress.ts'

/** To be called by each entry. A terminal gets one line that changes, a log file one line at the beginning and none of the steps. */
export function showProgressOnTerminal(): void {
  let told = ''
  installProgress((what, done) => {
    const { stderr } = process
    const line = `spyscall: ${what}, ${Math.floor(done * 100)} %`
    if (stderr.isTTY) stderr.write(done < 1 ? `\r${line}\u001b[K` : '\r\u001b[K')
    else if (done < 1 && told !== what) stderr.write(`${line}\n`)
    told = done < 1 ? what : ''
  })
}
