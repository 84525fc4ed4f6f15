// SPDX-License-Identifier: MIT
// Calls about sockets.
import { outcome, type Readers } from './strace-args.ts'
import { parseArguments, type StraceValue } from './strace-values.ts'

export const networkReaders: Readers = {
  connect: (call) => ({
    act: { kind: 'connect', address: address(parseArguments(call.args)[1]), outcome: outcome(call) },
  }),
}

/** `inet 127.0.0.1:80`, `inet6 [::1]:80`, `unix /path`, `unix @abstract`, else the family. */
function address(value: StraceValue | undefined): string {
  if (value?.kind !== 'struct') return 'none'
  const { fields } = value
  const family = fields.get('sa_family')
  const word = family?.kind === 'word' ? family.text : ''
  const port = (name: string) => {
    const found = fields.get(name)
    const number = found?.kind === 'call' ? found.args[0] : undefined
    return number?.kind === 'word' ? number.text : '?'
  }
  const text = (name: string, n: number) => {
    const found = fields.get(name)
    const host = found?.kind === 'call' ? found.args[n] : undefined
    return host?.kind === 'string' ? host.bytes : '?'
  }
  if (word === 'AF_INET') return `inet ${text('sin_addr', 0)}:${port('sin_port')}`
  if (word === 'AF_INET6') return `inet6 [${text('inet_pton', 1)}]:${port('sin6_port')}`
  const path = fields.get('sun_path')
  if (word === 'AF_UNIX') return path?.kind === 'string' ? `unix ${path.abstract ? '@' : ''}${path.bytes}` : 'unix'
  return word
}
