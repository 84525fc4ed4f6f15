// SPDX-License-Identifier: MIT
import { isIPv6 } from 'node:net'

/** An IPv6 address as the URL standard writes it, lower case and folded. */
export function canonicalIPv6(host: string): string {
  return new URL(`http://[${host}]`).hostname.slice(1, -1)
}

/** `::ffff:127.0.0.1` (or `::ffff:7f00:1`) as `127.0.0.1`, the form in which events have it; other text as it is. */
export function unmapped(host: string): string {
  if (!isIPv6(host)) return host
  const parts = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonicalIPv6(host))
  if (parts === null) return host
  const [high, low] = [Number.parseInt(parts[1]!, 16), Number.parseInt(parts[2]!, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
