// SPDX-License-Identifier: MIT
// After `npm install <something>`: adds to the lockfiles what `npm ci` insists on. Tools come with optional packages for other systems;
// where the registry in use does not have those, npm leaves them out of the lockfile, and `npm ci` then refuses it everywhere. They are
// added without a hash (nobody here can know it), and with the system that their name says, so that they are skipped on others.
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

interface Entry {
  version?: string
  integrity?: string
  cpu?: string[]
  os?: string[]
  libc?: string[]
  dev?: boolean
  optional?: boolean
  optionalDependencies?: Record<string, string>
}

const name = new RegExp(
  '(?:^|[-/])(?:(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-' +
    '(arm64|armhf|arm|x64|ia32|loong64|mips64el|ppc64|riscv64|s390x)|(wasm32)-wasi)(.*)$',
)

process.chdir(resolve(import.meta.dirname, '..'))
for (const path of [
  'package-lock.json',
  ...globSync('{tools,examples/*,test/runners/compat/*,test/install/project}/package-lock.json'),
]) {
  const lock: { packages: Record<string, Entry> } = JSON.parse(readFileSync(path, 'utf8'))
  const packages = lock.packages
  for (const [place, entry] of Object.entries(packages)) {
    for (const [dependency, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (has(packages, place, dependency, version)) continue
      const [, os, cpu, wasm, rest = ''] = name.exec(dependency) ?? []
      if (os === undefined && wasm === undefined) throw new Error(`${path}: cannot tell the system of ${dependency}`)
      const processor = wasm ?? (cpu === 'armhf' ? 'arm' : cpu) ?? ''
      const libc = os !== 'linux' ? undefined : /musl/.test(rest) ? 'musl' : /gnu/.test(rest) ? 'glibc' : undefined
      packages[`${place.replace(/node_modules\/(?:@[^/]+\/)?[^/]+$/, '')}node_modules/${dependency}`] = {
        version: version.replace(/^[\^~]/, ''),
        cpu: [processor],
        ...(entry.dev ? { dev: true } : {}),
        ...(libc ? { libc: [libc] } : {}),
        optional: true,
        ...(os ? { os: [os] } : {}),
      }
      console.log(`${path}: added ${dependency}@${version}`)
    }
  }
  // The hash of our own package changes with each build.
  delete packages['node_modules/spyscall']?.integrity
  const [first, ...others] = Object.entries(packages)
  const sorted = [first, ...others.sort(([a], [b]) => a.localeCompare(b, 'en'))].filter((one) => one !== undefined)
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}

/** Looks as Node resolves, from the package's own node_modules upwards; the first one found must be of the version asked for. */
function has(packages: Record<string, Entry>, place: string, dependency: string, version: string): boolean {
  const parts = place === '' ? [] : place.split(/(?:^|\/)node_modules\//).slice(1)
  for (let depth = parts.length; depth >= 0; depth--) {
    const found = packages[[...parts.slice(0, depth), dependency].map((part) => `node_modules/${part}`).join('/')]
    if (found) return !/^\d/.test(version) || found.version === version
  }
  return false
}
