// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { checkFile } from '../../../scripts/check-imports.ts'

const mit = '// SPDX-License-Identifier: MIT\n'
const dual = '/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */\n'

describe('finds', () => {
  test.each([
    ['a licence that is missing', 'src/index.ts', `export {}\n`, 'SPDX-License-Identifier: MIT'],
    ['a licence that is another', 'bpf/exec.bpf.c', mit, 'GPL-2.0-only OR BSD-2-Clause'],
    [
      'trace importing session',
      'src/trace/trace.ts',
      `${mit}import { x } from '../session/session.ts'\n`,
      'src/trace may import',
    ],
    [
      'trace importing a type of session',
      'src/trace/a.ts',
      `${mit}import type { X } from '../session/x.ts'\n`,
      'src/trace may',
    ],
    [
      'matchers importing session',
      'src/matchers/check.ts',
      `${mit}export * from '../session/session.ts'\n`,
      'src/matchers may',
    ],
    [
      'session importing matchers',
      'src/session/session.ts',
      `${mit}const a = await import('../matchers/index.ts')\n`,
      'src/session',
    ],
    [
      'an entry imported from within',
      'src/session/session.ts',
      `${mit}import { a } from '../index.ts'\n`,
      'is an entry',
    ],
    ['an import from outside src', 'src/index.ts', `${mit}import { a } from '../scripts/a.ts'\n`, 'outside src'],
    ['input in trace', 'src/trace/trace.ts', `${mit}import { readFileSync } from 'node:fs'\n`, 'no input or output'],
    [
      'a socket in matchers',
      'src/matchers/a.ts',
      `${mit}import { BlockList, connect } from 'node:net'\n`,
      'no input or output',
    ],
    [
      'a runner in matchers',
      'src/matchers/a.ts',
      `${mit}import {\n  expect,\n} from 'vitest'\n`,
      'a.ts:2: src/matchers knows no runner',
    ],
    ['the addon loaded elsewhere', 'src/session/session.ts', `${mit}require('./spyscall.node')\n`, 'binding.ts'],
    ['a folder without a rule', 'src/report/a.ts', mit, 'no import direction'],
    [
      'an example that reaches into src',
      'examples/a/a.test.ts',
      `${mit}import '../../src/vitest.ts'\n`,
      'published name',
    ],
    ['libbpf in the addon', 'native/addon/a.cc', `${mit}#include <bpf/libbpf.h>\n`, 'does not know libbpf'],
    ['a skeleton in the addon', 'native/addon/a.cc', `${mit}#include "spyscall.skel.h"\n`, 'does not know libbpf'],
    ['Node in the helper', 'native/helper/a.cc', `${mit}# include <napi.h>\n`, 'knows no Node'],
    ['native in bpf', 'bpf/a.bpf.c', `${dual}#include "../native/protocol.h"\n`, 'nothing of native'],
    [
      'a header of programs in native',
      'native/helper/a.cc',
      `${mit}#include "../../bpf/maps.bpf.h"\n`,
      'record.h and control.h only',
    ],
  ])('%s', (_, path, text, sentence) => {
    const problems = checkFile(path, text)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(sentence)
    expect(problems[0]).toContain(`${path}:`)
  })
})

describe('allows', () => {
  test.each([
    [
      'the directions of the table',
      'src/matchers/a.ts',
      `${mit}import { Trace } from '../trace/trace.ts'\nimport './check.ts'\n`,
    ],
    [
      'entries to import everything',
      'src/vitest.ts',
      `${mit}import * as V from 'vitest'\nimport { a } from './session/a.ts'\n`,
    ],
    [
      'types of a runner',
      'src/matchers/a.ts',
      `${mit}import type { E } from 'vitest'\nimport { type F } from 'expect'\n`,
    ],
    ['the log file to read and write', 'src/trace/log-file.ts', `${mit}import { readFileSync } from 'node:fs'\n`],
    ['address arithmetic', 'src/matchers/a.ts', `${mit}import { BlockList, isIPv4 } from 'node:net'\n`],
    ['comments to name anything', 'src/trace/a.ts', `${mit}/* import '../session/x.ts' */\n// from './x.node'\n`],
    ['the one loader', 'src/session/binding.ts', `${mit}require('./spyscall.node')\n`],
    [
      'the record definition in native',
      'native/addon/a.cc',
      `${mit}#include "../../bpf/record.h"\n#include <napi.h>\n`,
    ],
    ['generated kernel types without a licence line', 'bpf/vmlinux/x86/vmlinux.h', ''],
  ])('%s', (_, path, text) => {
    expect(checkFile(path, text)).toEqual([])
  })
})
