// SPDX-License-Identifier: MIT
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** The addresses of one's own machine: 127.0.0.0/8 and ::1. */
export const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether an address is in a list; text that is no address is in none. */
export function listed(list: BlockList, host: string): boolean {
  if (isIPv4(host)) return list.check(host, 'ipv4')
  return isIPv6(host) && list.check(host, 'ipv6')
}
