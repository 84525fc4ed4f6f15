// SPDX-License-Identifier: MIT
// The C library that this Node runs with, which the addon has to fit.

/** The oldest glibc that has all that the addon asks for: Debian 12, Ubuntu 22.04, RHEL 9 and Amazon Linux 2023 have it. */
export const oldestGlibc = '2.34'

/** Why no addon of this package can be loaded here; undefined where the C library is no reason. */
export function whyNotThisLibrary(): string | undefined {
  const found = glibcVersion()
  if (found === undefined)
    return `It needs glibc ${oldestGlibc} or newer, and this Node has none (it has musl, as on Alpine).`
  return isOlder(found, oldestGlibc) ? `It needs glibc ${oldestGlibc} or newer, and this Node has ${found}.` : undefined
}

function glibcVersion(): string | undefined {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime
}

function isOlder(version: string, than: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [thanMajor = 0, thanMinor = 0] = than.split('.').map(Number)
  return major < thanMajor || (major === thanMajor && minor < thanMinor)
}
