// SPDX-License-Identifier: MIT
// Daemons that do work for others: what is handed to one is done by no descendant of the test, and is in no trace.
import type { Address } from '../event.ts'
import { globTest } from '../glob.ts'
import { listed, loopback } from '../loopback.ts'
import { isInet, isUnix } from '../render.ts'

interface DelegateRow {
  /** In words, for messages. */
  readonly title: string
  /** Globs over absolute paths, and over abstract names with their `@`. What is in /run is found in /var/run too. */
  readonly sockets?: readonly string[]
  /** TCP ports, on whatever host: nothing else has them. */
  readonly ports?: readonly number[]
  /** TCP ports that are common: on the loopback interface alone. */
  readonly localPorts?: readonly number[]
  /** Globs over the files in which it says at which port of the loopback interface it listens. */
  readonly announced?: readonly string[]
  /** The C library looks for it in every other program: that it is not there says nothing. */
  readonly lookedFor?: true
}

const user = '/run/user/*'

// biome-ignore format: one line each
const table = {
  docker: { title: 'the Docker daemon', sockets: ['/run/docker.sock', `${user}/docker.sock`, '/**/.docker/{run,desktop}/docker*.sock', '/**/.colima/**/docker.sock'], ports: [2375, 2376] },
  podman: { title: 'the Podman service', sockets: ['/run/podman/podman.sock', `${user}/podman/podman.sock`] },
  containerd: { title: 'containerd', sockets: ['/run/containerd/*.sock*', '/run/k3s/containerd/*.sock*', `${user}/containerd*/**`] },
  crio: { title: 'CRI-O', sockets: ['/run/crio/crio.sock'] },
  buildkit: { title: 'the BuildKit daemon', sockets: ['/run/buildkit/buildkitd.sock', `${user}/buildkit*/buildkitd.sock`] },
  lxd: { title: 'LXD or Incus', sockets: ['/var/lib/{lxd,incus}/unix.socket', '/var/snap/lxd/common/lxd/unix.socket'] },
  libvirt: { title: 'libvirt', sockets: ['/run/libvirt/**', `${user}/libvirt/**`] },
  systemd: { title: 'systemd', sockets: ['/run/systemd/private', '/run/systemd/notify', '/run/systemd/io.systemd.*', `${user}/systemd/**`] },
  dbus: { title: 'the D-Bus message bus', sockets: ['/run/dbus/system_bus_socket', `${user}/bus`, `${user}/dbus-1/**`, '/tmp/dbus-*', '@/tmp/dbus-*', '@dbus-*'] },
  syslog: { title: 'the system log', sockets: ['/dev/log', '/run/systemd/journal/**'] },
  nscd: { title: 'the name service cache (nscd)', sockets: ['/run/nscd/socket', '/run/.nscd_socket'], lookedFor: true },
  resolved: { title: 'the name service of systemd', sockets: ['/run/systemd/resolve/**', '/run/systemd/userdb/**'] },
  sssd: { title: 'the name service of SSSD', sockets: ['/var/lib/sss/pipes/**'] },
  nslcd: { title: 'the name service of LDAP (nslcd)', sockets: ['/run/nslcd/socket'] },
  winbind: { title: 'the name service of Samba (winbind)', sockets: ['/run/samba/winbindd/pipe', '/var/lib/samba/winbindd_privileged/pipe', '/tmp/.winbindd/pipe'] },
  avahi: { title: 'Avahi', sockets: ['/run/avahi-daemon/socket'] },
  snapd: { title: 'snapd', sockets: ['/run/snapd*.socket'] },
  cups: { title: 'the print service', sockets: ['/run/cups/cups.sock'], localPorts: [631] },
  nix: { title: 'the Nix daemon', sockets: ['/nix/var/nix/daemon-socket/socket'] },
  guix: { title: 'the Guix daemon', sockets: ['/var/guix/daemon-socket/socket'] },
  sccache: { title: 'the sccache server', sockets: ['/**/sccache*.sock', '@*sccache*'], localPorts: [4226], ports: [10500, 10501] },
  distcc: { title: 'distcc', ports: [3632] },
  icecc: { title: 'Icecream', sockets: ['/run/icecc/**', '/**/.iceccd.socket'], ports: [10245] },
  ccache: { title: 'the ccache storage helper', sockets: ['/**/ccache-tmp/*.sock', '/**/ccache/**/*.sock'] },
  bazel: { title: 'the Bazel server', announced: ['/**/server/command_port'] },
  buck: { title: 'the Buck daemon', sockets: ['/**/.buck{,d}/**'], announced: ['/**/buckd.info'] },
  gradle: { title: 'the Gradle daemon', announced: ['/**/.gradle/daemon/*/registry.bin', '/**/gradle/daemon/*/registry.bin'] },
  maven: { title: 'the Maven daemon', announced: ['/**/.m2/mvnd/registry/**'] },
  nx: { title: 'the Nx daemon', sockets: ['/**/.nx/**/*.sock', '/**/nx/**/d.sock', '/tmp/*/d.sock'] },
  turbo: { title: 'the Turborepo daemon', sockets: ['/**/turbod/**/turbod.sock'] },
  watchman: { title: 'Watchman', sockets: ['/**/watchman/*-state/sock*', '/**/watchman/**/sock*', '/tmp/{.watchman.*,watchman-*}'] },
  adb: { title: 'the Android debug bridge', localPorts: [5037] },
  'ssh-agent': { title: 'the SSH agent', sockets: ['/tmp/ssh-*/agent.*', '/**/.ssh/agent/**', `${user}/{openssh_agent,ssh-agent*,keyring/ssh,gcr/ssh}`] },
  'gpg-agent': { title: 'the GnuPG agent', sockets: [`${user}/gnupg/**`, '/**/.gnupg/S.*'] },
  keyring: { title: 'the keyring', sockets: [`${user}/keyring/**`, `${user}/gcr/**`] },
  x11: { title: 'the X server', sockets: ['/tmp/.X11-unix/X*', '@/tmp/.X11-unix/X*'], localPorts: [6000, 6010] },
  wayland: { title: 'the Wayland compositor', sockets: [`${user}/wayland-*`] },
  sound: { title: 'the sound server', sockets: [`${user}/pulse/native`, `${user}/pipewire-*`] },
  tmux: { title: 'tmux', sockets: ['/tmp/tmux-*/**'] },
  screen: { title: 'screen', sockets: ['/run/screen/**', '/tmp/.screen*/**'] },
  emacs: { title: 'the Emacs server', sockets: [`${user}/emacs/**`, '/tmp/emacs*/**'] },
  wsl: { title: 'Windows', sockets: ['/run/WSL/*_interop'] },
} as const satisfies Record<string, DelegateRow>

/** Name of a daemon that work can be handed to. */
export type DelegateName = keyof typeof table

export const delegateNames = Object.keys(table) as readonly DelegateName[]

/** A daemon, as a connection shows it. */
export interface Delegate {
  readonly name: DelegateName
  readonly title: string
  readonly lookedFor: boolean
}

const rows = Object.entries<DelegateRow>(table).map(([name, row]) => ({
  delegate: { name: name as DelegateName, title: row.title, lookedFor: row.lookedFor === true } satisfies Delegate,
  isSocket: row.sockets === undefined ? () => false : globTest(row.sockets),
  ports: new Set(row.ports),
  localPorts: new Set(row.localPorts),
  isAnnouncement: row.announced === undefined ? () => false : globTest(row.announced),
}))

/** The daemon that listens at an address, by what is known of its sockets; null of any other. */
export function delegateAt(address: Address): Delegate | null {
  if (isUnix(address)) {
    const { path } = address
    if (typeof path !== 'string') return null
    const names = [path, path.replace(/^\/var\/run\//, '/run/')]
    return rows.find(({ isSocket }) => names.some((name) => isSocket(name)))?.delegate ?? null
  }
  if (!isInet(address)) return null
  const { host, port } = address
  const isLocal = listed(loopback, host)
  return rows.find(({ ports, localPorts }) => ports.has(port) || (isLocal && localPorts.has(port)))?.delegate ?? null
}

/** The daemon that says in this file where it listens; null of any other file. */
export function announcedIn(path: string): Delegate | null {
  return rows.find(({ isAnnouncement }) => isAnnouncement(path))?.delegate ?? null
}

/** Whether an address is one that only a program of this machine has. */
export function isLoopback(address: Address): boolean {
  return isInet(address) && listed(loopback, address.host)
}
