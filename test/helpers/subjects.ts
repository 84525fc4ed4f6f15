// SPDX-License-Identifier: MIT
// Programs whose runs differ in timing, names and numbers only: what a snapshot has to be the same of.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Subject {
  /** Makes what it works on, in an empty folder. */
  prepare(folder: string): void
  /** A shell script, run there. */
  readonly script: string
}

const sources = Array.from({ length: 12 }, (_, n) => `part${n}`)

/** A C library with programs beside it, built by four jobs at a time: compilers, assemblers, ar, ld, a generated header, a test and an installation. */
const build: Subject = {
  script: 'make -s -j4 && make -s -j4 install',
  prepare(folder) {
    mkdirSync(join(folder, 'src'))
    for (const name of sources)
      writeFileSync(join(folder, `src/${name}.c`), `#include "version.h"\nint ${name}(void) { return VERSION; }\n`)
    for (const tool of ['one', 'two', 'three'])
      writeFileSync(
        join(folder, `src/${tool}.c`),
        `int ${sources[0]}(void);\nint main(void) { return ${sources[0]}() != 7; }\n`,
      )
    writeFileSync(
      join(folder, 'Makefile'),
      `OBJECTS := ${sources.map((name) => `out/${name}.o`).join(' ')}
TOOLS := out/one out/two out/three
all: $(TOOLS) out/checked
out/version.h: | out
	echo '#define VERSION 7' > $@.tmp && mv $@.tmp $@
out:
	mkdir -p $@
$(OBJECTS): out/%.o: src/%.c out/version.h
	gcc -O1 -MD -Iout -c $< -o $@
out/libparts.a: $(OBJECTS)
	ar rcs $@ $^
$(TOOLS): out/%: src/%.c out/libparts.a
	gcc -o $@ $^
out/checked: $(TOOLS)
	for tool in $^; do ./$$tool || exit 1; done; touch $@
install: all
	mkdir -p image/bin && cp $(TOOLS) image/bin && chmod 755 image/bin/* && ln -sf one image/bin/first
	rm -rf image/old && tar -cf image.tar image
.PHONY: all install
`,
    )
  },
}

/**
 * A command-line program of Node that works on many files at once, starts others, and replaces files under names made up at random. npm looks for a newer npm now and then, and does not wait
 * for the connection: whether there is one is a matter of luck.
 */
const cli: Subject = {
  script:
    'export npm_config_update_notifier=false; node cli.mjs && npm pkg set version=1.0.1 --silent && npm pack --silent',
  prepare(folder) {
    const home = "process.env['HOME']"
    writeFileSync(join(folder, 'package.json'), '{ "name": "subject", "version": "1.0.0", "files": ["data"] }\n')
    mkdirSync(join(folder, 'data'))
    for (let n = 0; n < 16; n++) writeFileSync(join(folder, `data/${n}.txt`), `${n}\n`.repeat(n))
    writeFileSync(
      join(folder, 'cli.mjs'),
      `import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'

const run = promisify(execFile)
const scratch = await mkdtemp(join(tmpdir(), 'cli-'))
await mkdir(join(${home}, '.config'), { recursive: true })
await writeFile(join(${home}, '.config/cli.json'), '{}')
const names = await readdir('data')
await Promise.all(names.map(async (name) => {
  const text = await readFile(join('data', name), 'utf8')
  const temporary = join('data', name + '.' + Math.random().toString().slice(2, 12).padEnd(10, '1'))
  await writeFile(temporary, text.toUpperCase())
  await rename(temporary, join('data', name))
  await writeFile(join(scratch, randomUUID()), text)
  await run('sh', ['-c', 'wc -c < "$1" > "$2"', 'sh', join('data', name), join(scratch, name)])
}))
await new Promise((done) => new Worker('require("node:fs").writeFileSync("worker.txt", "x")', { eval: true }).on('exit', done))
await rm(scratch, { recursive: true })
`,
    )
  },
}

/** Pipelines, jobs in the background and temporary files of a shell. */
const pipeline: Subject = {
  script: 'sh report.sh',
  prepare(folder) {
    mkdirSync(join(folder, 'logs'))
    for (let n = 0; n < 12; n++)
      writeFileSync(
        join(folder, `logs/${n}.log`),
        Array.from({ length: 40 }, (_, line) => `${(line * n) % 7} warn ${line}\n`).join(''),
      )
    writeFileSync(
      join(folder, 'report.sh'),
      `set -e
list=$(mktemp)
work=$(mktemp -d)
find logs -name '*.log' -print0 | sort -z | xargs -0 -n1 -P4 sh -c 'grep -c "^3" "$1" > "$0/$(basename "$1").count"; true' "$work"
cat logs/*.log | awk '{ print $1 }' | sort | uniq -c | sort -rn | tee "$list" | head -n 3 > top.txt
for part in 1 2 3; do (sed -n "\${part}p" "$list" > "$work/part$part") & done
wait
sed -i 's/warn/note/' logs/1.log logs/2.log
paste -s "$work"/part* > parts.txt
tar -C "$work" -czf counts.tgz .
rm -rf "$work" "$list"
`,
    )
  },
}

export const subjects: Readonly<Record<'build' | 'cli' | 'pipeline', Subject>> = { build, cli, pipeline }
