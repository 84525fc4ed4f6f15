// SPDX-License-Identifier: MIT
// Import directions (docs/architecture.md, "Folders") and licence lines. `checkFile` is pure; test/unit/scripts tests it.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { posix, resolve } from 'node:path'

interface Import {
  readonly line: number
  readonly from: string
  /** `import type` or `export type`: gone at run time. */
  readonly typeOnly: boolean
  /** What stands between `import` and `from`. */
  readonly clause: string
}

/** What each folder of src may import of ours, itself included. */
const folders: Record<string, readonly string[]> = {
  trace: ['trace'],
  matchers: ['matchers', 'trace'],
  session: ['session', 'trace'],
  cli: ['cli', 'session', 'trace'],
}
const runners = /^(vitest|jest|expect|@jest\/|@vitest\/|jest-)/
const inputOutput =
  /^(node:)?(fs|fs\/promises|net|dgram|http|https|http2|tls|dns|dns\/promises|child_process|cluster|worker_threads|readline)$|^execa$/
/** Of node:net, what only computes. */
const harmlessOfNet = /^(BlockList|SocketAddress|isIP|isIPv4|isIPv6)$/

/** Sentences about one file, each `path:line: what, and what to do instead`. */
export function checkFile(path: string, text: string): string[] {
  const problems = checkLicence(path, text)
  if (/^src\/.*\.ts$/.test(path)) problems.push(...checkSource(path, text))
  else if (/^(examples|bench)\/.*\.[cm]?[jt]sx?$/.test(path)) problems.push(...checkUser(path, text))
  else if (/^(native|bpf)\/.*\.(c|cc|cpp|h|hh|hpp)$/.test(path)) problems.push(...checkIncludes(path, text))
  return problems
}

function checkLicence(path: string, text: string): string[] {
  if (!/\.([cm]?[jt]s|sh|c|cc|cpp|h|hh|hpp|py|S|mk)$|(^|\/)Makefile$|^\.ci\/run$/.test(path)) return []
  if (/^bpf\/vmlinux\//.test(path) || /(^|\/)fixtures\//.test(path)) return []
  const wanted = /^bpf\/.*\.[ch]$/.test(path) ? 'GPL-2.0-only OR BSD-2-Clause' : 'MIT'
  const found = /SPDX-License-Identifier: ([^*\n]*[^*\s])/.exec(text.split('\n', 3).join('\n'))?.[1]
  if (found === wanted) return []
  return [
    `${path}:1: expected \`SPDX-License-Identifier: ${wanted}\` in the first lines, got ${found ? `\`${found}\`` : 'none'}`,
  ]
}

function checkSource(path: string, text: string): string[] {
  const problems: string[] = []
  const folder = /^src\/([^/]+)\//.exec(path)?.[1]
  const allowed = folder === undefined ? undefined : folders[folder]
  if (folder !== undefined && allowed === undefined) {
    return [`${path}:1: src/${folder} has no import direction yet; say in scripts/check-imports.ts what it may import`]
  }
  for (const one of importsOf(text)) {
    const at = `${path}:${one.line}`
    if (one.from.startsWith('.')) {
      const target = posix.join(posix.dirname(path), one.from)
      const targetFolder = /^src\/([^/]+)\//.exec(target)?.[1]
      if (!target.startsWith('src/')) {
        problems.push(`${at}: \`${one.from}\` is outside src; only src is in the package`)
      } else if (allowed !== undefined && targetFolder === undefined) {
        problems.push(`${at}: \`${one.from}\` is an entry; entries import the rest of src, never the other way`)
      } else if (allowed !== undefined && !allowed.includes(targetFolder ?? '')) {
        problems.push(`${at}: src/${folder} may import ${list(allowed)} only, got \`${one.from}\``)
      }
      continue
    }
    if (one.typeOnly) continue
    if (folder === 'matchers' && runners.test(one.from)) {
      problems.push(
        `${at}: src/matchers knows no runner; let src/vitest.ts or src/jest.ts hand in what it needs of \`${one.from}\``,
      )
    }
    if ((folder === 'trace' || folder === 'matchers') && inputOutput.test(one.from)) {
      if (path === 'src/trace/log-file.ts') continue
      if (/^(node:)?net$/.test(one.from) && namesOf(one.clause).every((name) => harmlessOfNet.test(name))) continue
      problems.push(
        `${at}: src/${folder} does no input or output; only src/trace/log-file.ts does, got \`${one.from}\``,
      )
    }
  }
  if (path !== 'src/session/binding.ts') {
    for (const [line, code] of codeLines(text)) {
      if (/\.node(\?[^'"`]*)?['"`]|process\.dlopen/.test(code)) {
        problems.push(`${path}:${line}: only src/session/binding.ts loads the native addon`)
      }
    }
  }
  return problems
}

/** Examples and benchmarks are users: they import the package by its name. */
function checkUser(path: string, text: string): string[] {
  return importsOf(text)
    .filter((one) => one.from.startsWith('.') && /^src\//.test(posix.join(posix.dirname(path), one.from)))
    .map((one) => `${path}:${one.line}: expected the published name \`spyscall\`, got \`${one.from}\``)
}

function checkIncludes(path: string, text: string): string[] {
  const problems: string[] = []
  const place = posix.dirname(path)
  for (const [line, code] of codeLines(text)) {
    const from = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/.exec(code)?.[1]
    if (from === undefined) continue
    const at = `${path}:${line}`
    const target = from.startsWith('.') ? posix.join(place, from) : from
    if (/^native\/addon\//.test(path)) {
      if (/^(bpf\/(?!(record|control)\.h$)|libelf|gelf)|^linux\/bpf|\.skel\.h$/.test(target)) {
        problems.push(`${at}: native/addon does not know libbpf; the helper does that part, got \`${from}\``)
      }
      if (/(^|\/)helper\//.test(target))
        problems.push(`${at}: native/addon and native/helper share protocol.h only, got \`${from}\``)
    }
    if (/^native\/helper\//.test(path)) {
      if (/(^|\/)(napi|node_api|js_native_api|node|v8|uv)(-inl)?\.h$/.test(target)) {
        problems.push(`${at}: native/helper is a plain program and knows no Node, got \`${from}\``)
      }
      if (/(^|\/)addon\//.test(target))
        problems.push(`${at}: native/addon and native/helper share protocol.h only, got \`${from}\``)
    }
    if (/^native\//.test(path) && /(^|\/)bpf\/.*\.bpf\.h$/.test(target)) {
      problems.push(`${at}: native takes bpf/record.h and control.h only, got \`${from}\``)
    }
    if (/^bpf\//.test(path) && (/(^|\/)native\//.test(target) || target === 'protocol.h')) {
      problems.push(`${at}: bpf includes nothing of native, got \`${from}\``)
    }
  }
  return problems
}

/** Import and export statements, dynamic imports and requires with a literal name; by pattern, comments left out. */
function importsOf(text: string): Import[] {
  const code = withoutComments(text)
  const found: Import[] = []
  const statement =
    /^[ \t]*(?:import|export)\b([^'"`;()]*?)\bfrom\s*(['"])([^'"]+)\2|^[ \t]*import\s*(['"])([^'"]+)\4/gm
  const call = /\b(?:import|require|require\.resolve)\s*\(\s*(['"])([^'"]+)\1/g
  for (const match of code.matchAll(statement)) {
    const clause = match[1] ?? ''
    found.push({ line: lineAt(code, match), from: match[3] ?? match[5] ?? '', typeOnly: isTypeOnly(clause), clause })
  }
  for (const match of code.matchAll(call)) {
    found.push({ line: lineAt(code, match), from: match[2] ?? '', typeOnly: false, clause: '' })
  }
  return found
}

function isTypeOnly(clause: string): boolean {
  if (/^\s*type\b(?!\s*,)/.test(clause)) return true
  const names = /^\s*\{([^}]*)\}\s*$/
    .exec(clause)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '')
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name))
}

/** Imported names; a default or namespace import is one that no list has. */
function namesOf(clause: string): string[] {
  const inner = /^\s*\{([^}]*)\}\s*$/.exec(clause)?.[1]
  if (inner === undefined) return ['*']
  return inner.split(',').flatMap(
    (name) =>
      name
        .trim()
        .replace(/\s+as\s.*$/, '')
        .replace(/^type\s+.*/, '') || [],
  )
}

/** Comments become blanks, so that line numbers stay. Strings are kept: a `//` in one is not a comment. */
function withoutComments(text: string): string {
  return text.replace(/(["'])(?:\\.|(?!\1)[^\\\n])*?\1|`(?:\\.|[^\\`])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (match) =>
    match.startsWith('/') ? match.replace(/[^\n]/g, ' ') : match,
  )
}

function* codeLines(text: string): Generator<[number, string]> {
  let line = 1
  for (const code of withoutComments(text).split('\n')) yield [line++, code]
}

function lineAt(code: string, match: RegExpExecArray | RegExpMatchArray): number {
  const start = (match.index ?? 0) + (/^\s*/.exec(match[0])?.[0].length ?? 0)
  return code.slice(0, start).split('\n').length
}

function list(names: readonly string[]): string {
  return names.map((name) => `src/${name}`).join(' and ')
}

function main(): void {
  const root = resolve(import.meta.dirname, '..')
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter((path) => path !== '' && existsSync(resolve(root, path)))
  const problems = files.flatMap((path) =>
    /\.(png|tgz|bin|log|gz|spy)$/.test(path) ? [] : checkFile(path, readFileSync(resolve(root, path), 'utf8')),
  )
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}

if (import.meta.main) main()
