// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { renderAddress, renderDuration, renderEvent } from '../../../src/trace/render.ts'
import { inet, TraceBuilder, unix } from '../../helpers/trace-builder.ts'

test('each kind has its line', () => {
  const builder = new TraceBuilder()
  const process = builder.root.fork()
  process.execFailed('/usr/local/bin/tool', 'ENOENT').exec('/usr/bin/tool', ['tool', '--name', 'a b'])
  process.exec('/dev/fd/3', ['tool'], { fileless: true, path: '/memfd:tool' })
  process.open('/a').create('/b').open('/c', { deleted: true, mode: 'readwrite', disconnected: true, chrooted: true })
  process.openFailed('/d', 'EACCES').openFailed('/e', 'EPERM', { blocked: true })
  process.open('/f', { result: { ok: false, errno: null }, died: true })
  process.connect(inet('10.0.0.1', 443)).connect(inet('::1', 80), { outcome: 'refused', errno: 'ECONNREFUSED' })
  process.connect(unix('@bus', true)).connect({ family: 'netlink' }, { transport: 'other' })
  process.send(inet('9.9.9.9', 53)).send(unix('/dev/log'), { transport: 'unix' })
  process.exit(3)
  process.fork().exit(null, 'SIGKILL')
  expect(builder.trace().events.map(renderEvent).join('\n')).toMatchInlineSnapshot(`
    "fork
    exec /usr/local/bin/tool -> ENOENT
    exec tool --name 'a b'
    exec tool (fileless)
    open read /a
    open write /b (created)
    open readwrite /c (deleted, disconnected, in a chroot)
    open read /d -> EACCES
    open read /e -> blocked (EPERM)
    open read /f -> died in the call
    connect tcp 10.0.0.1:443 -> established
    connect tcp [::1]:80 -> refused (ECONNREFUSED)
    connect unix:@bus -> established
    connect other netlink -> established
    send udp 9.9.9.9:53
    send unix:/dev/log
    exit 3
    fork
    exit SIGKILL"
  `)
})

test('addresses', () => {
  expect(renderAddress({ family: 'inet6', host: 'fe80::1', port: 80, mapped: false, scopeId: 2 })).toBe(
    '[fe80::1%2]:80',
  )
  expect(renderAddress(unix({ status: 'unreadable' }))).toBe('unix:<unreadable>')
  expect(renderAddress(unix('/run/\x1b'))).toBe('unix:/run/\\x1b')
})

test('durations', () => {
  const ns = [0n, 999n, 850_000n, 12_400_000n, 340_000_000n, 3_100_000_000n, 240_000_000_000n]
  expect(ns.map(renderDuration)).toEqual(['0µs', '1µs', '850µs', '12.4ms', '340ms', '3.10s', '240s'])
})
