// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { environmentOf } from '../../../src/trace/environment.ts'
import { maskEnvironments } from '../../../src/trace/environment-mask.ts'
import { type EnvironmentOption, hiddenBy } from '../../../src/trace/environment-policy.ts'
import { looksSecret } from '../../../src/trace/secret-names.ts'
import { RecordLogBuilder } from '../../helpers/record-log.ts'

const encode = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'))

/** The area cut into pieces of `size`, of which some are missing. */
function pieces(area: string, size: number, missing: readonly number[] = []) {
  const count = Math.ceil(area.length / size)
  return Array.from({ length: count }, (_, n) => ({
    offset: n * size,
    bytes: encode(area.slice(n * size, (n + 1) * size)),
  })).filter((_, n) => !missing.includes(n))
}

const all = hiddenBy(['*', 'TOKEN'])

describe('an area', () => {
  const area = 'A=1\0TOKEN=secret\0B=\0C\0A=2\0\0=x\0'
  const whole = [
    ['A', '1'],
    ['TOKEN', 'secret'],
    ['B', ''],
    ['C', { status: 'absent' }],
    ['', { status: 'absent' }],
  ]

  test.each([1, 2, 3, 7, 1000])('is the same in pieces of %i bytes, in whatever order they come', (size) => {
    const parts = pieces(area, size)
    for (const list of [parts, parts.toReversed()]) {
      const environment = environmentOf(list, area.length, all)
      expect([...environment]).toEqual(whole)
      expect(environment.complete).toBe(true)
    }
  })

  test('of nothing is empty, and of which nothing came is not known', () => {
    expect(environmentOf([], 0, all)).toMatchObject({ size: 0, complete: true })
    expect(environmentOf([], null, all)).toMatchObject({ size: 0, complete: false })
    expect(environmentOf([], 10, all)).toMatchObject({ size: 0, complete: false })
  })

  test.each([1, 2, 3, 5])('with any one piece of %i bytes missing says nothing that is not so', (size) => {
    const count = Math.ceil(area.length / size)
    for (let missing = 0; missing < count; missing++) {
      const environment = environmentOf(pieces(area, size, [missing]), area.length, all)
      expect(environment.complete).toBe(false)
      for (const [name, value] of environment) {
        const possible = name === 'A' ? ['1', '2'] : whole.filter(([known]) => known === name).map(([, text]) => text)
        const prefix = (value as { status?: string; prefix?: string }).prefix
        if (name === '') continue // an entry of its own, or the empty one
        if (prefix === undefined) expect(possible).toContainEqual(value)
        else expect(possible.some((text) => typeof text === 'string' && text.startsWith(prefix))).toBe(true)
      }
    }
  })
})

describe('in a saved log', () => {
  const records = (area: string, size: number, missing: readonly number[] = []) => {
    const builder = new RecordLogBuilder().fork(1).exec(1, '/bin/env')
    for (const { offset, bytes } of pieces(area, size, missing))
      builder.add('environment', { exec_id: 0, offset, bytes: area.length }, [Buffer.from(bytes).toString('latin1')])
    return builder
  }
  const masked = (builder: RecordLogBuilder, option: EnvironmentOption) =>
    maskEnvironments(builder.growing(1).chunks, option)

  const area = `A=${'shown-'.repeat(9)}\0API_TOKEN=${'hidden-'.repeat(9)}\0Z=${'more-'.repeat(9)}\0`

  test.each([3, 8, 13, 61, 1000])(
    'no hidden value is left, in pieces of %i bytes, nor when one of them is missing',
    (size) => {
      const count = Math.ceil(area.length / size)
      for (const missing of [[], ...Array.from({ length: count }, (_, n) => [n])]) {
        const builder = records(area, size, missing)
        const before = Buffer.concat(builder.growing(1).chunks)
        const text = contents(Buffer.concat(masked(builder, true)))
        expect(text).not.toMatch(/hid|idd|dde|den/)
        if (missing.length === 0) expect(text).toBe(area.replace(/hidden-/g, '*******'))
        expect(Buffer.concat(builder.growing(1).chunks).equals(before)).toBe(true)
      }
    },
  )

  test('what is masked once is masked', () => {
    const once = masked(records(area, 13), ['Z'])
    const twice = maskEnvironments(once, ['Z'])
    expect(Buffer.concat(twice).equals(Buffer.concat(once))).toBe(true)
    expect(contents(Buffer.concat(once))).toBe(area.replace(/shown-|hidden-/g, (text) => '*'.repeat(text.length)))
  })

  /** The strings of all environment records, one after the other. */
  function contents(bytes: Buffer): string {
    let text = ''
    for (let at = 0; at < bytes.length; at += bytes.readUInt32LE(at))
      if (bytes.readUInt16LE(at + 4) === 18)
        text += bytes.toString('latin1', at + 52, at + 52 + (bytes.readUInt32LE(at + 48) & 0xffffff))
    return text
  }
})

describe('a name', () => {
  test.each([
    'GITHUB_TOKEN',
    'npm_config__authToken',
    '//registry.example.com/:_authToken',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_ACCESS_KEY_ID',
    'PGPASSWORD',
    'MYSQL_PWD',
    'DB_PASSWD',
    'smtp_pass',
    'apiKey',
    'APIKEY',
    'SSH_AUTH_SOCK',
    'SESSION',
    'DBUS_SESSION_BUS_ADDRESS',
    'COOKIE_JAR',
    'GOOGLE_APPLICATION_CREDENTIALS',
    'SENTRY_DSN',
    'DATABASE_URL',
    'REDIS_URL',
    'MONGODB_URI',
    'SLACK_WEBHOOK_URL',
    'GPG_PRIVATE',
    'JWT',
  ])('such as %s looks secret', (name) => {
    expect(looksSecret(name)).toBe(true)
  })

  test.each([
    'PATH',
    'PWD',
    'OLDPWD',
    'HOME',
    'CC',
    'GIT_AUTHOR_NAME',
    'XAUTHORITY',
    'KEYBOARD_LAYOUT',
    'PASSENGER_COUNT',
    'NODE_OPTIONS',
    'PATIENCE',
    'BASE_URL',
    'npm_package_repository_url',
    'LANG',
  ])('such as %s does not', (name) => {
    expect(looksSecret(name)).toBe(false)
  })
})

test('a pattern is no more than its stars', () => {
  const hidden = hiddenBy(['a.c', 'npm_*', '*_DIR', 'X*Y*Z', 'API_TOKEN'])
  const shown = ['a.c', 'npm_', 'npm_x\ny', 'TMP_DIR', '_DIR', 'XYZ', 'XaYbZ', 'API_TOKEN']
  for (const name of shown) expect([name, hidden(name)]).toEqual([name, null])
  for (const name of ['abc', 'NPM_X', 'DIR', 'XZ', 'PATH', 'API_TOKEN_2'])
    expect([name, hidden(name)]).toEqual([name, 'notRecorded'])
  for (const name of ['npm_token', 'KEY_DIR']) expect([name, hidden(name)]).toEqual([name, 'secret'])
})
