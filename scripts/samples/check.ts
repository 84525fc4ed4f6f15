// SPDX-License-Identifier: MIT
// Blocks that are not run: data is parsed, and of each command of shell it is asked whether there is such a one.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseAllDocuments } from 'yaml'
import type { Checked } from './sample.ts'

const root = resolve(import.meta.dirname, '../..')
const { scripts, bin }: { scripts: Record<string, string>; bin?: Record<string, string> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)

/** Commands of other systems: what they do is not ours to check. */
const elsewhere = ['docker', 'sudo', 'npm', 'npx', 'pnpm', 'yarn', 'setcap', 'cp', 'cd']

export function checkProblems({ kind, fence }: Checked): string[] {
  const at = `${fence.page}:${fence.line}`
  const found =
    kind === 'json'
      ? jsonProblems(fence.text)
      : kind === 'yaml'
        ? yamlProblems(fence.text)
        : shellProblems(commandsOf(fence))
  return found.map((problem) => `${at}: ${problem}`)
}

/** The shell in it: of a Dockerfile and a Jenkinsfile what they run. */
function commandsOf({ language, text }: Checked['fence']): string {
  const run = { dockerfile: /^RUN (.*)$/gm, groovy: /^ *sh '(.*)'$/gm }[language]
  return run === undefined ? text : [...text.matchAll(run)].map(([, command]) => command).join('\n')
}

function jsonProblems(text: string): string[] {
  try {
    JSON.parse(text)
    return []
  } catch (error) {
    return [String(error)]
  }
}

/** Also of what the jobs of a CI system run: lists and texts under `run`, `script` and `command`. */
function yamlProblems(text: string): string[] {
  const documents = parseAllDocuments(text)
  const problems = documents.flatMap(({ errors }) => errors.map(({ message }) => message))
  const visit = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (['run', 'script', 'command', 'before_script'].includes(key)) problems.push(...shellProblems(value))
    } else if (Array.isArray(value)) for (const one of value) visit(one, key)
    else if (value !== null && typeof value === 'object')
      for (const [inner, one] of Object.entries(value)) visit(one, inner)
  }
  for (const document of documents) visit(document.toJS(), '')
  return problems
}

export function shellProblems(text: string): string[] {
  const syntax = spawnSync('bash', ['-n'], { input: text.replaceAll(/<[\w-]+>/g, 'placeholder'), encoding: 'utf8' })
  if (syntax.status !== 0) return [syntax.stderr.trim()]
  const lines = text.replaceAll(/\\\n\s*/g, ' ').split(/\n|&&/)
  return lines.flatMap((line) =>
    commandProblems(
      line
        .replace(/(^|\s)#.*$/, '')
        .trim()
        .split(/\s+/)
        .filter(Boolean),
    ),
  )
}

function commandProblems(words: readonly string[]): string[] {
  const [command, ...rest] = words.filter((word, index) => index > 0 || !/^\w+=/.test(word))
  if (command === undefined) return []
  if (command === 'sudo') return commandProblems(rest.filter((word) => !word.startsWith('-')))
  if (command === 'npm' && rest[0] === 'run' && !(rest[1] && rest[1] in scripts))
    return [`package.json has no script \`${rest[1]}\``]
  if (command === 'npx' && rest[0] === 'spyscall') return cliProblems(rest.slice(1))
  if (elsewhere.includes(command) || existsSync(join(root, command))) return []
  const known = spawnSync('bash', ['-c', 'command -v -- "$1"', 'bash', command]).status === 0
  return known ? [] : [`there is no command \`${command}\``]
}

/** A line of the command line tool is right where `--help` behind it is understood. */
function cliProblems(words: readonly string[]): string[] {
  const cli = bin?.['spyscall']
  if (cli === undefined) return ['the package has no command `spyscall`']
  const { status, stderr } = spawnSync(process.execPath, [join(root, cli), ...words, '--help'], { encoding: 'utf8' })
  return status === 0 ? [] : [`\`npx spyscall ${words.join(' ')}\`: ${stderr.trim()}`]
}
