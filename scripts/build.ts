// SPDX-License-Identifier: MIT
// Builds dist/: ES modules and types by tsc, the CommonJS entries by rolldown, and types for those.
// It is made beside the old one and swapped in at the end, so that a failed build leaves the old one alone.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type OutputChunk, rolldown } from 'rolldown'

const root = resolve(import.meta.dirname, '..')
const fresh = join(root, 'build/dist')

/** Entries that `require` gets, by the name of their bundle. Together they make one Trace class, in a chunk that they share. */
const commonJs = { index: 'index', jest: 'jest', matchers: 'matchers/index' }

/** ES modules only, so `require` cannot have them: they stay outside, and are imported when first needed. */
const external = ['execa', 'tinypool', /^node:/, /^vitest(\/|$)/, '@jest/globals', 'expect', /^jest-/]

rmSync(fresh, { recursive: true, force: true })
mkdirSync(fresh, { recursive: true })
run('tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh])
await bundle()
rewriteSpecifiers()
writeCommonJsTypes()
chmodSync(join(fresh, 'cli.js'), 0o755)

const old = join(root, 'build/dist-old')
rmSync(old, { recursive: true, force: true })
if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old)
renameSync(fresh, join(root, 'dist'))
rmSync(old, { recursive: true, force: true })

async function bundle(): Promise<void> {
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(commonJs).map(([name, path]) => [name, join(fresh, `${path}.js`)])),
    external,
    platform: 'node',
    logLevel: 'warn',
  })
  const { output } = await build.write({
    dir: fresh,
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunk-[name].cjs',
  })
  await build.close()
  for (const chunk of output) {
    if (chunk.type !== 'chunk') continue
    const file = join(fresh, chunk.fileName)
    refuseEagerEsm(chunk)
    writeFileSync(file, `// SPDX-License-Identifier: MIT\n${readFileSync(file, 'utf8')}`)
  }
}

/** Nor may they be in the bundle: a module that starts a thread looks for the thread's file beside itself. */
function refuseEagerEsm(chunk: OutputChunk): void {
  for (const name of ['execa', 'tinypool']) {
    if (chunk.code.includes(`require("${name}")`)) {
      throw new Error(
        `${chunk.fileName} requires ${name}, which is an ES module: Jest cannot load that. Write \`await import('${name}')\` in src.`,
      )
    }
    if (chunk.moduleIds.some((id) => id.includes(`/node_modules/${name}/`)))
      throw new Error(
        `${chunk.fileName} has ${name} in it: it belongs among the \`external\` modules of scripts/build.ts.`,
      )
  }
}

/** A `.d.cts` beside each `.d.ts` that the CommonJS entries reach, speaking of each other and importing ES modules as such. */
function writeCommonJsTypes(): void {
  const seen = new Set<string>()
  const queue = Object.values(commonJs).map((path) => join(fresh, `${path}.d.ts`))
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue
    seen.add(file)
    const text = readFileSync(file, 'utf8').replace(/(["'])(\.\.?\/[^"']+?)\.js\1/g, (_, quote, path) => {
      queue.push(join(dirname(file), `${path}.d.ts`))
      return `${quote}${path}.cjs${quote}`
    })
    writeFileSync(
      file.replace(/\.d\.ts$/, '.d.cts'),
      text
        .replace(/^((?:import|export) type [^;]*? from (["'])execa\2)/gm, `$1 with { 'resolution-mode': 'import' }`)
        .replace(/import\((["'])execa\1\)/g, `import('execa', { with: { 'resolution-mode': 'import' } })`),
    )
  }
}

/** tsc rewrites `./x.ts` in code and leaves it in types, where it would name a file that is not in the package. */
function rewriteSpecifiers(): void {
  for (const name of readdirSync(fresh, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.d.ts')) continue
    const file = join(fresh, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace(/(from |import\(|import )(["'])(\.\.?\/[^"']+?)\.ts\2/g, '$1$2$3.js$2'))
  }
}

function run(command: string, args: string[]): void {
  try {
    execFileSync(command, args, { cwd: root, stdio: 'inherit' })
  } catch {
    console.error(`\`${command}\` failed (see above).`)
    process.exit(1)
  }
}
