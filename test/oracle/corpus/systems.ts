// SPDX-License-Identifier: MIT
// Data bases, servers and containers: programs that talk to the kernel about more than files.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, environment, findProgram, root, script } from './entry.ts'

export const transactions = (mode: string) => `
.bail on
PRAGMA journal_mode = ${mode};
PRAGMA synchronous = FULL;
CREATE TABLE numbers (n INTEGER PRIMARY KEY, text TEXT);
BEGIN;
WITH RECURSIVE up(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 3000) INSERT INTO numbers SELECT n, 'number ' || n FROM up;
COMMIT;
BEGIN; DELETE FROM numbers WHERE n % 7 = 0; ROLLBACK;
BEGIN; UPDATE numbers SET text = 'odd' WHERE n % 2; SAVEPOINT here; DELETE FROM numbers; ROLLBACK TO here; COMMIT;
CREATE INDEX by_text ON numbers (text);
VACUUM;
SELECT count(*), max(n) FROM numbers;
`

const containerScript = `
set -e
mount --make-rprivate /
mount -t tmpfs -o size=1m root new
mkdir new/old new/proc new/usr new/etc new/dev
ln -s usr/bin usr/lib usr/lib64 usr/sbin new
mount --rbind -o ro /usr new/usr
echo inside > new/etc/hostname
hostname inside
pivot_root new new/old
cd /
mount -t proc proc /proc
mknod -m 666 dev/null c 1 3
umount -l old
rmdir old
echo $$ > /dev/null
cat /etc/hostname; ls /; ls /proc/self/ns; touch usr/new || echo read-only; hostname
(exec setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs cat /etc/hostname)
mount -o remount,ro / && ! touch new
`

const nginxConfiguration = `
worker_processes 1;
daemon on;
pid nginx.pid;
error_log error.log info;
events { worker_connections 16; }
http {
  access_log access.log;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  upstream behind { server unix:behind.socket; }
  server {
    listen 127.0.0.1:8080; listen [::1]:8080;
    root site;
    location /behind { proxy_pass http://behind; }
  }
  server { listen unix:behind.socket; location / { return 200 "from behind\\n"; } }
}
`

/** Built once; statically, so that all it asks of the system is its own. */
function rustProgram(): string {
  const source = join(root, 'test/oracle/corpus/sources/work.rs')
  const digest = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16)
  const made = join(root, `build/corpus/rust-${digest}`)
  if (!existsSync(made)) {
    mkdirSync(join(root, 'build/corpus'), { recursive: true })
    const flags = ['--edition', '2021', '-O', '-C', 'target-feature=+crt-static', '-o', `${made}.new`]
    execFileSync(findProgram('rustc'), [...flags, source], { stdio: 'pipe' })
    renameSync(`${made}.new`, made)
  }
  return made
}

export const systems: readonly Entry[] = [
  ...['delete', 'truncate', 'persist', 'wal'].map((mode) => ({
    name: `SQLite’s shell, transactions with journal_mode ${mode}`,
    least: { processes: 4, acts: 70, looks: 40, transfers: 20 },
    prepare(folder: string) {
      writeFileSync(join(folder, 'script.sql'), transactions(mode))
      return script(folder, 'sqlite3 -batch data.db < script.sql && sqlite3 data.db .dump | wc -l')
    },
  })),
  {
    name: 'a static Rust program with files, threads, a process and a connection',
    least: { processes: 5, acts: 70, looks: 14, transfers: 12 },
    prepare(folder) {
      return { program: rustProgram(), args: [], env: environment(folder), cwd: folder }
    },
  },
  {
    name: 'a container made with unshare and pivot_root',
    root: true,
    least: { processes: 20, acts: 280, looks: 220, transfers: 70 },
    prepare(folder) {
      mkdirSync(join(folder, 'new'))
      writeFileSync(join(folder, 'inside.sh'), containerScript)
      return script(folder, 'unshare --mount --uts --ipc --net --pid --cgroup --fork sh inside.sh')
    },
  },
  {
    name: 'nginx with a client on loopback',
    root: true,
    least: { processes: 9, acts: 220, looks: 36, transfers: 120 },
    prepare(folder) {
      mkdirSync(join(folder, 'site'))
      writeFileSync(join(folder, 'site/index.html'), 'hello\n'.repeat(4000))
      writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration)
      const own = join(root, 'build/workloads/own-network')
      return script(
        folder,
        `${own} sh -c '
          nginx -p . -c nginx.conf
          curl -sS -o page http://127.0.0.1:8080/; wc -c < page; curl -sS http://[::1]:8080/missing; curl -sS http://127.0.0.1:8080/behind
          nginx -p . -c nginx.conf -s quit'`,
      )
    },
  },
]
