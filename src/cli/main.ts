// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SessionError } from '../session/errors.ts'
import { packageFolder } from '../session/package-folder.ts'
import { closest } from '../trace/nearest.ts'
import { type Command, UsageError, type Values } from './command.ts'
import { doctor } from './doctor.ts'
import { setup } from './setup.ts'

const commands: readonly Command[] = [setup, doctor]

const help = { type: 'boolean', short: 'h' } as const

/** Runs a command line and gives its exit code: 0, 1 where it could not be done, 2 where it cannot be meant. */
export async function main(args: readonly string[]): Promise<number> {
  try {
    const [first, ...rest] = args
    if (first === undefined || first.startsWith('-')) return general(args)
    const command = commands.find(({ name }) => name === first)
    if (command === undefined) throw unknown(first)
    const { values } = parseArgs({ args: rest, options: { ...command.options, help } })
    return values['help'] === true ? show(command.usage) : await command.run(values as Values)
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SessionError) && !isParseError(error)) throw error
    console.error(`spyscall: ${error.message}`)
    return error instanceof SessionError ? 1 : 2
  }
}

function general(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: { help, version: { type: 'boolean', short: 'v' } },
  })
  if (values.version) return show(packageVersion())
  if (values.help) return show(usage())
  console.error(usage())
  return 2
}

function usage(): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(8)} ${summary}`)
  return [
    'Usage: spyscall <command> [options]',
    '',
    ...lines,
    '',
    '`spyscall <command> --help` tells the options of a command; `spyscall --version` the version of the package.',
  ].join('\n')
}

function unknown(name: string): UsageError {
  const names = commands.map((command) => command.name)
  const meant = closest(name, names)
  return new UsageError(
    `unknown command \`${name}\`${meant === null ? `; the commands are ${names.join(', ')}` : `; did you mean \`${meant}\`?`}`,
  )
}

/** What node:util says of options that are none. */
function isParseError(error: unknown): error is Error {
  return error instanceof TypeError && String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS_')
}

function show(text: string): number {
  console.log(text)
  return 0
}

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).version
}
