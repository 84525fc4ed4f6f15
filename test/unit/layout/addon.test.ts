// SPDX-License-Identifier: MIT
// What the built addon asks of a system, as readelf says.
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { oldestGlibc } from '../../../src/session/c-library.ts'

const addon = resolve(import.meta.dirname, '../../../build/spyscall.node')
const readelf = (...args: string[]) => execFileSync('readelf', ['--wide', ...args, addon], { encoding: 'utf8' })

describe('the addon', () => {
  test('asks for no newer glibc than the package says, and for no other library than Node brings', () => {
    const versions = [...readelf('--version-info').matchAll(/\bGLIBC_(2\.\d+)/g)].map(([, version]) => version!)
    const newest = versions.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))).at(-1)
    expect(newest).toBe(oldestGlibc)
    const needed = [...readelf('--dynamic').matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name]) => name!)
    expect(needed.filter((name) => !/^(libc|libgcc_s|ld-linux-[\w-]+)\.so\.\d$/.test(name))).toEqual([])
  })

  test('shows Node nothing but its entry', () => {
    const symbols = readelf('--dyn-syms')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
    const shown = symbols.filter(([, , , , binding, , section]) => binding === 'GLOBAL' && section !== 'UND')
    expect(shown.map((columns) => columns[7]).toSorted()).toEqual([
      'napi_register_module_v1',
      'node_api_module_get_api_version_v1',
    ])
  })
})
