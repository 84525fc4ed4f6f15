// SPDX-License-Identifier: MIT
// main.ts root|nobody FORM CAPABILITIES [FILE,...]: runs the tests of a form (run.ts) as that user, of the full one only those of these files, and prints TAP.
import './register.ts'
import { join, resolve } from 'node:path'
import { run } from 'node:test'
import { tap } from 'node:test/reporters'
import { files, short } from '../selection.ts'

const [user = '', form = '', capabilities = '', only = ''] = process.argv.slice(2)
const nobody = 65534
if (user === 'nobody') {
  process.setgroups?.([])
  process.setgid?.(nobody)
  process.setuid?.(nobody)
} else {
  process.env['SPY_REQUIRE_KERNEL'] = '1'
}
process.env['SPY_CAPABILITIES'] = capabilities

const kernelTests = resolve(import.meta.dirname, '../../kernel')
const own = (name: string) => join(import.meta.dirname, `${name}.test.ts`)
const ofKernel = (name: string) => join(kernelTests, `${name}.test.ts`)
const selected = user === 'nobody' ? short.nobody : short.root
const forms: Readonly<Record<string, { readonly files: readonly string[]; readonly titles?: readonly string[] }>> = {
  left: { files: [own('left')] },
  refusal: { files: [own('refusal')] },
  capabilities: { files: [own('capabilities')] },
  hooks: { files: [own('capabilities'), ...['settled', 'hooks'].map(ofKernel)] },
  short: {
    files: [own('capabilities'), ...Object.keys(selected).map(ofKernel)],
    titles: ['session.capabilities', ...Object.values(selected).flat()],
  },
  full: { files: [own('capabilities'), ...(only === '' ? files : only.split(',')).map(ofKernel)] },
}
const chosen = forms[form]
if (chosen === undefined) throw new Error(`Expected one of ${Object.keys(forms).join(', ')}, got \`${form}\``)

console.log(`# user ${user}`)
run({
  files: [...chosen.files],
  isolation: 'none',
  ...(chosen.titles ? { testNamePatterns: chosen.titles.map((title) => new RegExp(title)) } : {}),
})
  .on('test:fail', () => {
    process.exitCode = 1
  })
  .compose(tap)
  .pipe(process.stdout)
