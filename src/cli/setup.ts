// SPDX-License-Identifier: MIT
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { findNative } from '../session/binding.ts'
import { SessionError } from '../session/errors.ts'
import { digestOf, installedFile, installFolders } from '../session/helper-file.ts'
import { type Command, UsageError, type Values } from './command.ts'
import { capabilityPackage, findTool } from './file-capabilities.ts'
import { choosePlace, closedTo, groupNumber, isInstalled } from './install-place.ts'
import { mountOf } from './mounts.ts'
import { type Audience, installLines, removeLines } from './root-script.ts'
import { tryRecording } from './trial.ts'

const usage = `Usage: spyscall setup [--dry-run] [--group NAME | --everyone]
       spyscall setup --remove [--dry-run]

Installs a copy of this package's helper under ${installFolders[0]}, which only root can
change, and gives it CAP_BPF and CAP_PERFMON; tests then record without root. It prints
what it will run as root, asks sudo for that once, and does nothing when it is done already.
Other versions of the package need it again; installing the same one anew does not.

  --dry-run     print the lines that root would run, and nothing else: \`… --dry-run | sudo sh\`
  --group NAME  only members of this group may use it, this and later versions
  --everyone    every user of this machine may use it again (so it is from the beginning)
  --remove      take away every version that was installed`

export const setup: Command = {
  name: 'setup',
  summary: 'let tests record without root: installs the helper with its two capabilities',
  usage,
  options: {
    'dry-run': { type: 'boolean' },
    group: { type: 'string' },
    everyone: { type: 'boolean' },
    remove: { type: 'boolean' },
  },
  run,
}

const isRoot = process.geteuid?.() === 0

async function run(values: Values): Promise<number> {
  const group = values['group'] as string | undefined
  const dryRun = values['dry-run'] === true
  const everyone = values['everyone'] === true
  const remove = values['remove'] === true
  if (everyone && group !== undefined) throw new UsageError('`--everyone` and `--group` exclude each other')
  if (remove && (everyone || group !== undefined)) throw new UsageError('`--remove` takes `--dry-run` only')
  if (remove) return uninstall(dryRun)
  if (group !== undefined && process.platform === 'linux' && groupNumber(group) === undefined)
    return fail(`There is no group \`${group}\`. Make it with \`sudo groupadd ${group}\`, and add its members.`)
  return install(dryRun, group === undefined ? (everyone ? 'everyone' : 'unchanged') : { group })
}

async function install(dryRun: boolean, audience: Audience): Promise<number> {
  const { helper } = findNative()
  const digest = digestOf(helper)
  const place = choosePlace()
  if ('unfit' in place)
    return fail(
      `There is no place for a file with capabilities:\n${place.unfit.map((line) => `  ${line}`).join('\n')}\nRun the tests as root, or grant CAP_BPF and CAP_PERFMON to who runs them (setpriv --ambient-caps).`,
    )
  const { folder } = place
  const file = installedFile(folder, digest)
  const lines = installLines({ folder, helper, digest, audience })
  if (dryRun) return print(lines)

  if (isRoot) console.log('Root records without this; what follows is for the other users of this machine.')
  const closed = closedTo(folder)
  if (closed !== undefined && audience === 'unchanged') return fail(notInGroup(folder, closed))
  if (isInstalled(folder, digest, audience)) {
    console.log(`Already set up: ${file}`)
    return check(folder)
  }
  if (findTool('setcap') === undefined)
    return fail(`There is no setcap on this machine. Install ${capabilityPackage}, and run this again.`)
  console.log(
    `This puts a copy of the helper where only root can change it, and gives it CAP_BPF and CAP_PERFMON:\n  from ${helper}\n  to   ${file}`,
  )
  if (!asRoot(lines)) return fail(whyFailed(folder))
  if (closedTo(folder) === undefined && !isInstalled(folder, digest, audience))
    return fail(`It ended without an error, and ${file} is not as it should be. ${doctorTells}`)
  return check(folder)
}

function uninstall(dryRun: boolean): number {
  const present = installFolders.filter((folder) => existsSync(folder))
  if (dryRun) return print(removeLines())
  if (present.length === 0) {
    console.log('Nothing is installed.')
    return 0
  }
  console.log(`This removes ${present.join(' and ')}, with every version of the helper in it.`)
  return asRoot(removeLines()) ? 0 : fail('It was not removed (see above).')
}

/** Prints the lines and runs them, by one sudo. False when they did not all succeed. */
function asRoot(lines: readonly string[]): boolean {
  const indented = lines.map((line) => `  ${line}`).join('\n')
  if (!isRoot && findTool('sudo') === undefined) {
    console.log(`There is no sudo here. Run these lines as root:\n${indented}`)
    return false
  }
  console.log(`${isRoot ? 'Running' : 'Running by sudo, which may ask for your password'}:\n${indented}`)
  const words = [...(isRoot ? [] : ['sudo', '--']), '/bin/sh', '-c', lines.join('\n')]
  const { status, error } = spawnSync(words[0] as string, words.slice(1), { stdio: 'inherit' })
  if (error !== undefined) console.error(error.message)
  return status === 0
}

function whyFailed(folder: string): string {
  const mount = mountOf(folder)
  const system = mount === undefined ? '' : ` (${mount.type} at ${mount.place})`
  return `The helper is not installed (see above). As root, \`npx spyscall setup --dry-run | sh\` does the same. If setcap says that it is not supported, the file system of ${folder}${system} does not take capabilities.`
}

/** The end of a set-up: who may use it now, and that it works. */
async function check(folder: string): Promise<number> {
  if (isRoot) {
    console.log(`Done. Users can check it with \`npx spyscall doctor\`.`)
    return 0
  }
  const closed = closedTo(folder)
  if (closed !== undefined) return fail(notInGroup(folder, closed))
  try {
    const { openMs, events } = await tryRecording()
    console.log(`Done: a session was opened in ${Math.round(openMs)} ms, and a child recorded with ${events} events.`)
    return 0
  } catch (error) {
    // The remedy of a want of privileges is what has just been done.
    const what =
      error instanceof SessionError && error.code === 'NOT_PERMITTED'
        ? `Cannot ${error.operation}: ${error.errno}.`
        : error
    return fail(`The helper is installed, and yet nothing can be recorded. ${what} ${doctorTells}`)
  }
}

const doctorTells = '`npx spyscall doctor` tells more.'

function notInGroup(folder: string, group: string): string {
  return `${folder} is for the group \`${group}\`, and this login is not in it. \`sudo usermod -aG ${group} ${userName()}\`, then log in anew.`
}

/** A user id need not have a name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.geteuid?.())
  }
}

function print(lines: readonly string[]): number {
  console.log(lines.join('\n'))
  return 0
}

function fail(message: string): number {
  console.error(message)
  return 1
}
