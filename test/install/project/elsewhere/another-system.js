// SPDX-License-Identifier: MIT
// What a program asks Node about its system, answered as on the one that ANOTHER_SYSTEM names: `darwin-arm64`. For `--import`, and as a setup file. On Windows
// paths are Windows' own, and there are no user ids.
import { registerHooks } from 'node:module'

const [platform, arch] = (process.env.ANOTHER_SYSTEM ?? `${process.platform}-${process.arch}`).split('-')
Object.defineProperty(process, 'platform', { value: platform })
Object.defineProperty(process, 'arch', { value: arch })
if (platform === 'win32') {
  for (const name of ['getuid', 'geteuid', 'getgid', 'getegid', 'getgroups']) delete process[name]
  registerHooks({
    resolve: (specifier, context, next) =>
      next(
        /^(node:)?path$/.test(specifier) && context.parentURL?.includes('/spyscall/') ? 'node:path/win32' : specifier,
        context,
      ),
  })
}
