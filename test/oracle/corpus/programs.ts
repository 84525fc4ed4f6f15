// SPDX-License-Identifier: MIT
// Programs that people trace, each made to do the same in every run.
import { execFileSync } from 'node:child_process'
import { cpSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Entry, environment, findProgram, makeTree, root, script, standardPath } from './entry.ts'
import { nodeScript, perlScript, perlSystemScript, pipelineScript, pythonScript } from './scripts.ts'

export const programs: readonly Entry[] = [
  {
    name: 'a build of Lua 5.4 by make -j2',
    least: { processes: 100, acts: 8000, looks: 30000, transfers: 3000 },
    prepare(folder) {
      const source = execFileSync('bash', [join(root, 'scripts/fetch-lua.sh')], { encoding: 'utf8' }).trim()
      cpSync(join(source, 'src'), join(folder, 'src'), { recursive: true, preserveTimestamps: true })
      return { program: '/usr/bin/make', args: ['-j2', '-C', 'src', 'linux'], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'git init, add, commit, clone and log of a local repository',
    least: { processes: 12, acts: 1500, looks: 1500, transfers: 350 },
    prepare(folder) {
      makeTree(join(folder, 'repository'))
      const file = join(folder, 'new')
      writeFileSync(file, 'two\n')
      // git reads a file again whose time is not before its index's, by the second: how often that is depends on how fast a run is.
      utimesSync(file, 1_700_000_000, 1_700_000_000)
      return script(
        folder,
        `git init -q -b main repository && cd repository && git add . && git commit -q -m one && mv ../new . && git add new &&
         git commit -q -m two && git status --short && cd .. && git clone -q repository copy && git -C copy log --oneline &&
         git -C copy rev-parse nonsense; git -C copy fsck`,
      )
    },
  },
  {
    name: 'a Python script with subprocesses, threads and failures',
    least: { processes: 12, acts: 130, looks: 200, transfers: 70 },
    prepare(folder) {
      writeFileSync(join(folder, 'data'), 'b\na\nc\n')
      writeFileSync(join(folder, 'script.py'), pythonScript)
      return { program: '/usr/bin/python3', args: ['-I', 'script.py'], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'a Node script with children, workers and reads by the pool',
    least: { processes: 6, acts: 110, looks: 30, transfers: 40 },
    prepare(folder) {
      for (let n = 0; n < 17; n++) writeFileSync(join(folder, `data-${n}`), `${n}\n`)
      writeFileSync(join(folder, 'script.mjs'), nodeScript)
      return {
        program: findProgram('setarch'),
        args: ['--addr-no-randomize', process.execPath, 'script.mjs'],
        env: environment(folder),
        cwd: folder,
      }
    },
  },
  {
    name: 'npm pack of a small package',
    least: { processes: 2, acts: 700, looks: 3000, transfers: 500 },
    prepare(folder) {
      const npm = findProgram('npm')
      writeFileSync(
        join(folder, 'package.json'),
        '{"name":"small","version":"1.0.0","scripts":{"prepack":"node build.js"}}',
      )
      writeFileSync(join(folder, 'build.js'), "require('fs').writeFileSync('built.js', 'module.exports = 1')")
      writeFileSync(join(folder, 'index.js'), 'module.exports = 1\n')
      const env = {
        ...environment(folder),
        PATH: `${dirname(npm)}:${standardPath}`,
        npm_config_update_notifier: 'false',
        npm_config_offline: 'true',
        npm_config_logs_max: '0',
        npm_config_cache: join(folder, 'cache'),
        npm_config_userconfig: '/dev/null',
      }
      // V8 reads /proc/self/maps only where its code does not fit near the program: a matter of luck while addresses are random.
      return { program: findProgram('setarch'), args: ['--addr-no-randomize', npm, 'pack'], env, cwd: folder }
    },
  },
  {
    name: 'a bash pipeline with commands that fail',
    status: 127,
    least: { processes: 25, acts: 80, looks: 150, transfers: 35 },
    prepare(folder) {
      writeFileSync(join(folder, 'not-executable'), '#!/bin/sh\n', { mode: 0o644 })
      writeFileSync(join(folder, 'no-interpreter'), '#!/nonexistent/interpreter\n', { mode: 0o755 })
      writeFileSync(join(folder, 'script-without-line'), 'echo run by the shell itself\n', { mode: 0o755 })
      return script(folder, pipelineScript, '/bin/bash')
    },
  },
  {
    name: 'tar, packing, listing and unpacking, also through gzip and xz',
    least: { processes: 10, acts: 600, looks: 300, transfers: 180 },
    prepare(folder) {
      makeTree(folder)
      return script(
        folder,
        `tar --sort=name --mtime=@1700000000 -cf tree.tar tree && tar -tf tree.tar > list && mkdir out && tar -xf tree.tar -C out && tar --sort=name --mtime=@1700000000 -czf tree.tgz tree && tar -xzf tree.tgz -C out &&
         tar --sort=name --mtime=@1700000000 -cJf tree.txz tree && tar -xf missing.tar; tar -cf nothing.tar not-there; true`,
      )
    },
  },
  {
    name: 'find, over a large tree and with -exec',
    least: { processes: 25, acts: 1500, looks: 5000, transfers: 120 },
    prepare(folder) {
      makeTree(folder)
      return script(
        folder,
        `find /usr/include /usr/share/doc -type f -name '*.h' > found; find tree -type f -exec cat {} \\; > all; find tree not-there -type f -exec wc -l {} + > counts; true`,
      )
    },
  },
  {
    name: 'curl to a loopback server, refused, and to a file',
    served: true,
    least: { processes: 5, acts: 180, looks: 20, transfers: 150 },
    prepare(folder, port) {
      writeFileSync(join(folder, 'file'), 'from a file\n')
      return script(
        folder,
        `curl -sS http://127.0.0.1:${port}/; curl -sS -o page http://localhost:${port}/page; curl -sS http://127.0.0.1:1/; curl -sS file://$PWD/file;
         curl -sS --unix-socket $PWD/no-socket http://unix/; true`,
        '/bin/sh',
        { no_proxy: '*' },
      )
    },
  },
  {
    name: 'a Perl script with servers, signals, fifos and files',
    status: 9,
    least: { processes: 5, acts: 110, looks: 480, transfers: 50 },
    prepare(folder) {
      writeFileSync(join(folder, 'data'), 'line\n'.repeat(7))
      writeFileSync(join(folder, 'script.pl'), perlSystemScript)
      return { program: '/usr/bin/perl', args: ['script.pl'], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'a Perl script with pipes, forks and failures',
    least: { processes: 8, acts: 75, looks: 400, transfers: 50 },
    prepare(folder) {
      writeFileSync(join(folder, 'data'), 'line\n'.repeat(7))
      writeFileSync(join(folder, 'script.pl'), perlScript)
      return { program: '/usr/bin/perl', args: ['script.pl'], env: environment(folder), cwd: folder }
    },
  },
]
