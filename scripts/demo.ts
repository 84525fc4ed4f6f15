// SPDX-License-Identifier: MIT
// `npm run demo`: a real build under the eyes of a test; then one that secretly uses the network, and is caught.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { packPackage } from './pack.ts'
import { npm, sneaky, withExamples } from './run-examples.ts'

process.chdir(resolve(import.meta.dirname, '..'))

if (!existsSync('/sys/kernel/btf/vmlinux')) {
  console.error(
    'The demo traces a real build, and this kernel has no /sys/kernel/btf/vmlinux (see above). Nothing was run.',
  )
  process.exit(1)
}
packPackage()
console.log('installing examples/hello-build and the packed package into a temporary folder')
process.exitCode = withExamples(['hello-build'], (examples) => {
  const { folder } = examples[0] ?? { folder: '.' }

  title('1. A test builds a C project with make and gcc. The kernel tells what was really done:')
  if (npm(folder, ['test', '--silent'], { show: true }).status !== 0) {
    console.error('\nThe demo failed: expected these assertions to pass.')
    return 1
  }

  title('2. The same project, whose Makefile secretly calls curl. The build succeeds; the test must not:')
  const { status, output } = npm(folder, ['run', '--silent', sneaky.script])
  console.log(output)
  if (status === 0 || !sneaky.says.test(stripVTControlCharacters(output))) {
    console.error('\nThe demo failed: expected the connection to be caught.')
    return 1
  }

  title('Caught, as it should be. The two tests: examples/hello-build. Next: npm test')
  return 0
})

function title(text: string): void {
  const bold = process.stdout.isTTY ? ['\u001b[1m', '\u001b[22m'] : ['', '']
  console.log(`\n${bold[0]}${text}${bold[1]}\n`)
}
