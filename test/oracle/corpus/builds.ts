// SPDX-License-Identifier: MIT
// Builds and installations by the tools that people use for them.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Entry, environment, findProgram, script, standardPath } from './entry.ts'

/** Writes files, by path. A path that ends in `!` is executable. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name.replace(/!$/, ''))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: name.endsWith('!') ? 0o755 : 0o644 })
  }
}

const cmakeProject = {
  'CMakeLists.txt': `cmake_minimum_required(VERSION 3.18)
project(small C)
configure_file(version.h.in version.h)
add_library(part STATIC part.c other.c)
target_include_directories(part PUBLIC \${CMAKE_CURRENT_BINARY_DIR})
add_executable(made-by made-by.c)
add_custom_command(OUTPUT generated.c COMMAND made-by generated.c DEPENDS made-by)
add_executable(main main.c \${CMAKE_CURRENT_BINARY_DIR}/generated.c)
target_link_libraries(main part)
install(TARGETS main DESTINATION bin)
`,
  'version.h.in': '#define VERSION "@CMAKE_PROJECT_NAME@"\n',
  'part.c': '#include "version.h"\nconst char *part(void) { return VERSION; }\n',
  'other.c': '#include <string.h>\nint other(const char *text) { return (int)strlen(text); }\n',
  'made-by.c':
    '#include <stdio.h>\nint main(int argc, char **argv) { FILE *f = fopen(argv[argc - 1], "w"); fputs("int generated = 7;\\n", f); return fclose(f); }\n',
  'main.c':
    '#include <stdio.h>\nextern int generated;\nconst char *part(void);\nint other(const char *);\nint main(void) { printf("%s %d\\n", part(), generated + other("x")); return 0; }\n',
}

const debianPackage = {
  'small-1.0/debian/changelog': `small (1.0) unstable; urgency=low

  * First.

 -- A <a@example.com>  Tue, 14 Nov 2023 22:13:20 +0000
`,
  'small-1.0/debian/control': `Source: small
Maintainer: A <a@example.com>
Rules-Requires-Root: no
Standards-Version: 4.6.2

Package: small
Architecture: any
Depends: \${shlibs:Depends}
Description: a small package
 It has one program.
`,
  'small-1.0/debian/source/format': '3.0 (native)\n',
  'small-1.0/debian/rules!': `#!/usr/bin/make -f
build build-arch build-indep:
	cc -O1 -o small small.c
clean:
	rm -rf small debian/small debian/files debian/substvars
binary-arch: build
	install -D -m 755 small debian/small/usr/bin/small
	mkdir -p debian/small/DEBIAN
	dpkg-shlibdeps debian/small/usr/bin/small
	dpkg-gencontrol -psmall -Pdebian/small
	dpkg-deb --root-owner-group --build debian/small ..
binary-indep:
binary: binary-arch binary-indep
`,
  'small-1.0/small.c': '#include <stdio.h>\nint main(void) { return puts("small") < 0; }\n',
}

/** A package with a dependency whose tarball is in npm's cache, by its hash, and nowhere else. */
function npmProject(folder: string, env: NodeJS.ProcessEnv): void {
  const tar = (name: string, files: Readonly<Record<string, string>>) => {
    write(join(folder, 'made', name, 'package'), files)
    const tarball = join(folder, `${name}.tgz`)
    const flags = ['--sort=name', '--mtime=@1700000000', '--owner=0', '--group=0', '-czf', tarball]
    execFileSync('tar', [...flags, '-C', join(folder, 'made', name), 'package'])
    execFileSync(findProgram('npm'), ['cache', 'add', tarball], { env, cwd: folder })
    const digest = createHash('sha512').update(readFileSync(tarball)).digest('base64')
    rmSync(tarball)
    rmSync(join(folder, 'made'), { recursive: true })
    return {
      version: '1.0.0',
      resolved: `https://registry.npmjs.org/${name}/-/${name}-1.0.0.tgz`,
      integrity: `sha512-${digest}`,
    }
  }
  const leaf = tar('leaf', { 'package.json': '{"name":"leaf","version":"1.0.0"}', 'index.js': 'module.exports = 1\n' })
  const tool = tar('tool', {
    'package.json': '{"name":"tool","version":"1.0.0","bin":"tool.js","dependencies":{"leaf":"1.0.0"}}',
    'tool.js!': "#!/usr/bin/env node\nconsole.log(require('leaf'))\n",
  })
  const main = {
    name: 'main',
    version: '1.0.0',
    dependencies: { tool: '1.0.0' },
    scripts: { postinstall: 'tool > installed' },
  }
  write(folder, {
    'package.json': JSON.stringify(main),
    'package-lock.json': JSON.stringify({
      name: 'main',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': { ...main, hasInstallScript: true },
        'node_modules/leaf': leaf,
        'node_modules/tool': { ...tool, bin: { tool: 'tool.js' }, dependencies: { leaf: '1.0.0' } },
      },
    }),
  })
}

export const builds: readonly Entry[] = [
  {
    name: 'a CMake project built with ninja',
    inMemory: true,
    least: { processes: 60, acts: 1500, looks: 4500, transfers: 600 },
    prepare(folder) {
      write(folder, cmakeProject)
      return script(
        folder,
        'cmake -G Ninja -S . -B out && ninja -C out -j1 && out/main && cmake --install out --prefix to',
      )
    },
  },
  {
    name: 'npm ci --offline from a local cache',
    least: { processes: 3, acts: 800, looks: 3800, transfers: 600 },
    prepare(folder) {
      const npm = findProgram('npm')
      const env = {
        ...environment(folder),
        PATH: `${dirname(npm)}:${standardPath}`,
        npm_config_update_notifier: 'false',
        npm_config_audit: 'false',
        npm_config_fund: 'false',
        npm_config_logs_max: '0',
        npm_config_cache: join(folder, 'cache'),
        npm_config_userconfig: '/dev/null',
        // Its threads would make folders of two packages in an order of chance.
        UV_THREADPOOL_SIZE: '1',
      }
      npmProject(folder, env)
      return {
        program: findProgram('setarch'),
        args: ['--addr-no-randomize', npm, 'ci', '--offline'],
        env,
        cwd: folder,
      }
    },
  },
  {
    name: 'dpkg-buildpackage of a small package',
    least: { processes: 30, acts: 2500, looks: 8500, transfers: 1500 },
    prepare(folder) {
      write(folder, debianPackage)
      // -d: whether build-essential is installed is no matter here.
      return script(folder, 'cd small-1.0 && dpkg-buildpackage -d -us -uc -b && dpkg-deb -c ../small_1.0_*.deb')
    },
  },
]
