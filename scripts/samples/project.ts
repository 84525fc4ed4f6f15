// SPDX-License-Identifier: MIT
// A project that has the package, with a folder and a test file for each sample.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { Sample } from './sample.ts'

const root = resolve(import.meta.dirname, '../..')

/** Made anew by each run. In the repository, so that Vitest, Jest and execa are found. */
export const projectFolder = join(root, 'build/samples')

export interface Placed extends Sample {
  /** Its working folder. */
  readonly place: string
  /** Its test file; of shell its script. */
  readonly test: string
  /** Where a test of Vitest puts what it failed with or printed. */
  readonly kept: string
}

export function makeProject(samples: readonly Sample[]): Placed[] {
  rmSync(projectFolder, { recursive: true, force: true })
  mkdirSync(join(projectFolder, 'node_modules'), { recursive: true })
  symlinkSync(root, join(projectFolder, 'node_modules/spyscall'))
  const write = (path: string, value: unknown) => writeFileSync(join(projectFolder, path), JSON.stringify(value))
  write('package.json', { private: true, type: 'module' })
  const compilerOptions = { target: 'es2024', module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true }
  write('tsconfig.json', {
    compilerOptions: { ...compilerOptions, types: ['node'], allowImportingTsExtensions: true },
    include: ['*/*.sample.test.ts', '*/examples/**/*.sample.test.ts'],
  })
  const vitest = { pool: 'forks', isolate: false, maxWorkers: 2, testTimeout: 60_000, update: 'new' }
  const include = ['**/*.sample.test.{ts,js}']
  writeFileSync(
    join(projectFolder, 'vitest.config.js'),
    `export default ${JSON.stringify({ test: { ...vitest, include } })}`,
  )
  const jest = { testMatch: ['**/*.sample.test.cjs'], setupFilesAfterEnv: ['spyscall/jest'], testTimeout: 60_000 }
  write('jest.config.json', jest)
  return samples.map(place)
}

function place(sample: Sample): Placed {
  const folder = join(projectFolder, sample.id)
  mkdirSync(folder)
  const holds = sample.folder ?? (sample.file === null ? null : dirname(sample.file))
  if (holds !== null) copyFolder(join(root, holds), folder)
  const type = sample.kind === 'jest' ? 'commonjs' : 'module'
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type })) // or Node looks above for one
  const kept = join(folder, `.${sample.id}.kept`)
  if (sample.kind === 'shell') {
    const test = join(folder, `.${sample.id}.sh`)
    writeFileSync(test, sample.fence?.text ?? '')
    return { ...sample, place: folder, test, kept }
  }
  const ending = sample.kind === 'jest' ? 'cjs' : sample.fence?.language === 'js' ? 'js' : 'ts'
  const test = join(folder, `${sample.id}.sample.test.${ending}`)
  writeFileSync(test, testText(sample, folder, kept))
  return { ...sample, place: folder, test, kept }
}

function copyFolder(from: string, to: string): void {
  const left = ['node_modules', 'build', '.vitest', '__snapshots__', 'package.json', 'package-lock.json']
  cpSync(from, to, { recursive: true, filter: (path) => !left.includes(basename(path)) })
}

/** The whole of a test file, or the body of a test. What a reader knows from the page before is there without an import. */
function testText(sample: Sample, folder: string, kept: string): string {
  const text = sample.fence?.text ?? readFileSync(join(root, sample.file as string), 'utf8')
  const enter = `process.chdir(${JSON.stringify(folder)});`
  if (sample.kind === 'jest' || /^(test|describe)\b[.(]/m.test(text)) return `${enter} ${text}`
  const imports = text.match(/^import .*$/gm) ?? []
  const body = text.replaceAll(/^import .*$/gm, '').trim()
  const missing = (names: readonly string[]) =>
    names.filter((name) => !imports.some((one) => new RegExp(`\\b${name}\\b`).test(one)))
  const fixtures = ['session', 'trace'].filter(
    (name) =>
      new RegExp(`\\b${name}\\b`).test(body) && !new RegExp(`\\b(const|let|using) (\\{[^}]*)?\\b${name}\\b`).test(body),
  )
  const options = sample.retry ? '{ retry: 20 }, ' : ''
  const call =
    sample.shows === null
      ? `${body}`
      : `await keep(${JSON.stringify(kept)}, '${sample.shows}', async () => {\n${body}\n})`
  return [
    `// ${sample.at}`,
    ...missing(['execa']).map((name) => `import { ${name} } from 'execa'`),
    `import { test as sampleTest${missing(['expect', 'onTestFinished', 'openSession', 'test', 'Trace', 'traced'])
      .map((name) => `, ${name}`)
      .join('')} } from 'spyscall/vitest'`,
    `import { keep } from '${join(import.meta.dirname, 'runtime.ts')}'`,
    ...imports,
    enter,
    `sampleTest('${sample.at}', ${options}async ({ ${fixtures.join(', ')} }) => {`,
    call,
    '})',
    '',
  ].join('\n')
}
