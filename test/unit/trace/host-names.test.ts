// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseHostName } from '../../../src/trace/host-names.ts'
import { parseHosts } from '../../../src/trace/hosts-file.ts'

test.each([
  ['example.com', 'example.com', true],
  ['Example.COM.', 'example.com', true],
  ['bücher.example', 'xn--bcher-kva.example', true],
  ['db', 'db', true],
  ['_http._tcp.example.com', '_http._tcp.example.com', true],
  ['example.com', 'www.example.com', false],
  ['*.example.com', 'www.example.com', true],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['{a,b}.example', 'b.example', true],
  // What a name can have on the wire and a path cannot.
  ['*.example', 'a/b.example', true],
  ['*.example', '/.example', true],
  ['*.example', 'a\\.b.example', true],
  ['*.example', '\\010.example', true],
  ['*', '.', true],
  ['*.example', '.', false],
])('%s takes %s: %s', (written, name, takes) => {
  expect(parseHostName(written)?.match(name)).toBe(takes)
})

test.each([
  '10.0.0.1',
  '10.0.0',
  '::1',
  'a b',
  'a..b',
  '-a.b',
  'a_.b-',
  'host.7',
  `${'a'.repeat(64)}.b`,
  'a/b',
  '*/b',
  'ü/b',
  'ü?b',
  'a@b',
])('%s is no name', (text) => {
  expect(parseHostName(text)).toBeNull()
})

test('a file of hosts', () => {
  const text =
    '# mine\n127.0.0.1\tlocalhost  Api.Test. # both\n\n::1 localhost\nFE80::0001%lo0 link\nnonsense here\n127.0.0.1 again\n::ffff:10.0.0.7 mapped\n'
  expect(Object.fromEntries(parseHosts(text))).toEqual({
    '127.0.0.1': ['localhost', 'api.test', 'again'],
    '::1': ['localhost'],
    'fe80::1': ['link'],
    '10.0.0.7': ['mapped'],
  })
})
