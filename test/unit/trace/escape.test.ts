// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { escapeText, quoteArgument, quoteArguments, shortenArguments, showText } from '../../../src/trace/escape.ts'
import { historyOf } from '../../../src/trace/history.ts'
import { lineage } from '../../../src/trace/lineage.ts'
import { printTree } from '../../../src/trace/print.ts'
import { renderEvent } from '../../../src/trace/render.ts'
import { snapshotText } from '../../../src/trace/snapshot.ts'
import { TraceBuilder, unix } from '../../helpers/trace-builder.ts'

describe('escapeText', () => {
  test.each([
    ['plain text äöü 日本 🎉 stays', 'plain text äöü 日本 🎉 stays'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['\x1b[31mred\x1b]52;c;cGF3bmVk\x07', '\\x1b[31mred\\x1b]52;c;cGF3bmVk\\x07'],
    ['\x00\x7f\b', '\\x00\\x7f\\x08'],
    ['\u009b31m\u009d', '\\u009b31m\\u009d'], // C1: CSI and OSC in one character
    ['\u202egnp.exe\u2066\u061c\u200f', '\\u202egnp.exe\\u2066\\u061c\\u200f'],
    ['a\u200bb\ufeffc\u2028d\u2029e', 'a\\u200bb\\ufeffc\\u2028d\\u2029e'],
    ['\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
    ['\udc80\udcff', '\\x80\\xff'],
    ['\ud800x', '\\ud800x'],
    ['C:\\x1b', 'C:\\\\x1b'],
    ['::error::gone', '\\x3a:error::gone'],
    ['  ::set-output name=x::y', '  \\x3a:set-output name=x::y'],
    ['a ::b', 'a ::b'],
    ['##[error]x ##vso[task.complete]', '\\x23#[error]x \\x23#vso[task.complete]'],
    ['', ''],
  ])('%j', (text, escaped) => {
    expect(escapeText(text)).toBe(escaped)
  })

  test('leaves nothing that acts in any text of one or two characters', () => {
    const acting = /[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/
    for (let code = 0; code <= 0xffff; code++) {
      expect(acting.test(escapeText(String.fromCharCode(code)))).toBe(false)
      expect(acting.test(escapeText(`${String.fromCharCode(code)}a`))).toBe(false)
    }
  })

  test('spells different texts differently', () => {
    const texts = ['\x1b', '\\x1b', '\udc80', '\\x80', '\u0080', '\n', '\\n', '\\\n']
    expect(new Set(texts.map(escapeText)).size).toBe(texts.length)
  })
})

test('text that was not read says so', () => {
  expect(showText({ status: 'unreadable' })).toBe('<unreadable>')
  expect(showText({ status: 'absent' })).toBe('<absent>')
  expect(showText({ status: 'truncated', prefix: '/a\n' })).toBe('/a\\n… <cut>')
})

describe('arguments', () => {
  test.each([
    ['-O2', '-O2'],
    ['--out=/tmp/x:y,z', '--out=/tmp/x:y,z'],
    ['', "''"],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$HOME', "'$HOME'"],
    ['~', "'~'"],
    ['back\\slash', "'back\\slash'"],
    ['a\nb', "$'a\\nb'"],
    ["\x1b'", "$'\\x1b\\''"],
    ['\udc80', "$'\\x80'"],
    ['::error::x', "'::error::x'"],
    ['##[group]', "$'\\x23#[group]'"],
    ['::a\n', "$'::a\\n'"],
  ])('%j is quoted as %s', (argument, quoted) => {
    expect(quoteArgument(argument)).toBe(quoted)
  })

  test('are joined', () => {
    expect(quoteArguments(['gcc', '-DX="a b"', { status: 'unreadable' }])).toBe('gcc \'-DX="a b"\' <unreadable>')
  })

  test('are shortened with a count', () => {
    expect(shortenArguments(['gcc', '-c', 'a.c'], 40)).toBe('gcc -c a.c')
    const many = ['ld', ...Array.from({ length: 37 }, (_, n) => `object-${n}.o`)]
    expect(shortenArguments(many, 30)).toBe('ld object-0.o object-1.o … +35')
    expect(shortenArguments([`${'x'.repeat(58)}🎉🎉`], 100)).toBe(`'${'x'.repeat(58)}…'`) // no half of a pair
  })
})

test('nothing raw of a process reaches a person', () => {
  const evil = '\x1b]0;owned\x07\n::error::\u202e\r\udc9b'
  const builder = new TraceBuilder({ gaps: [{ reason: 'x', count: 1, text: evil }] })
  const process = builder.root.spawn(`/bin/${evil}`, [evil, evil], { cwd: evil, script: `/${evil}`, interpreter: evil })
  process.exec(evil, [evil]).execFailed(evil, evil).create(evil).openFailed(evil, evil).connect(unix(evil))
  process.fork().exit(null, evil)
  process.exit()
  const trace = builder.trace()
  const shown = [
    printTree(trace),
    snapshotText(trace),
    ...trace.events.map(renderEvent),
    ...trace.events.map((event) => lineage(event.process, event.seq, historyOf(trace))),
  ]
  for (const text of shown) {
    for (const line of text.split('\n')) {
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202e\ud800-\udfff]/)
      expect(line).not.toMatch(/^\s*::|##\[/)
    }
  }
  expect(printTree(trace)).toMatchInlineSnapshot(`
    "test  10 events of 2 processes, 0 lost
    ! incomplete: \\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b
    └─ $'\\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b' … +1 ⇒ $'\\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b'  exit 0  5.0ms
       │ failed exec \\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b: \\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b
       │ created \\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b
       │ connected unix:\\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b established
       └─ (forked) \\x1b]0;owned\\x07\\n::er  \\x1b]0;owned\\x07\\n::error::\\u202e\\r\\x9b  5.0ms"
  `)
})
