// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { compare } from './compare.ts'
import { at } from './subject.ts'

const libraries = 8
const filesOfEach = 10

/** A project of many small files: the compiler's start and its probing weigh more than in Lua's. */
function writeProject(folder: string): void {
  rmSync(folder, { recursive: true, force: true })
  const lists = ['cmake_minimum_required(VERSION 3.18)', 'project(bench C)']
  for (let library = 0; library < libraries; library++) {
    const name = `part${library}`
    const sources = Array.from({ length: filesOfEach }, (_, file) => `${name}/f${file}.c`)
    mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, name, `${name}.h`), `int ${name}_of(int);\n`)
    for (const [file, source] of sources.entries()) {
      const body = `#include <stdio.h>\n#include <string.h>\n#include "${name}.h"\nint ${name}_f${file}(int n) { return printf("%d", n) + (int)strlen("${file}"); }\n`
      writeFileSync(join(folder, source), body)
    }
    lists.push(`add_library(${name} STATIC ${sources.join(' ')})`)
  }
  writeFileSync(join(folder, 'main.c'), 'int main(void) { return 0; }\n')
  lists.push('add_executable(main main.c)')
  for (let library = 0; library < libraries; library++) lists.push(`target_link_libraries(main part${library})`)
  writeFileSync(join(folder, 'CMakeLists.txt'), `${lists.join('\n')}\n`)
}

export const cmake: Bench = {
  name: 'cmake',
  title: `Build of a CMake project of ${libraries * filesOfEach} small files, ninja -j2, clean each time`,
  async run({ quick, harness }) {
    const cwd = at('cmake')
    writeProject(cwd)
    execFileSync('cmake', ['-G', 'Ninja', '-S', '.', '-B', 'out'], { cwd, stdio: 'ignore' })
    return compare({
      harness,
      bench: this.name,
      rounds: quick ? 2 : 9,
      command: ['ninja', '-C', 'out', '-j2'],
      cwd,
      budget: 1.03,
      prepare: () => execFileSync('ninja', ['-C', 'out', '-t', 'clean'], { cwd, stdio: 'ignore' }),
    })
  },
}
