// SPDX-License-Identifier: MIT
// Namespaces, mounts and roots.
import type { Decode, DecodeContext } from './decode-context.ts'
import type {
  ChrootEvent,
  EventKind,
  MountEvent,
  NamespaceEvent,
  NamespaceType,
  PivotRootEvent,
  Text,
  UmountEvent,
} from './event.ts'
import { cloneFlagNames } from './linux.ts'
import { attributeNames, mountFlagNames } from './linux-system.ts'
import { joinPath } from './paths.ts'
import { Flag, Offset } from './record.ts'
import type { RecordReader } from './record-reader.ts'
import { absent, isRead } from './text.ts'

const atFdcwd = -100

/** By enum spy_namespace, with the flag that asks for it. */
const namespaceTypes: readonly (readonly [NamespaceType, bigint])[] = [
  ['mnt', 0x20000n],
  ['uts', 0x4000000n],
  ['ipc', 0x8000000n],
  ['pid', 0x20000000n],
  ['net', 0x40000000n],
  ['cgroup', 0x2000000n],
  ['time', 0x80n],
  ['user', 0x10000000n],
]

function namespace(r: RecordReader, entry: number, context: DecodeContext): NamespaceEvent {
  const child = context.assembly.processes.childOf(r)
  const facts = context.call(r, entry, Offset.namespace.result, Offset.namespace.nr)
  const flags = r.u64(Offset.namespace.flags)
  const ids = namespaceTypes.map(([type], at) => [type, r.u32(Offset.namespace.ids + 4 * at)])
  return {
    kind: 'namespace',
    ...context.base(r, entry, child === null ? 'sys_exit' : 'task_newtask'),
    ...facts,
    call: facts.call as NamespaceEvent['call'],
    types: namespaceTypes.filter(([, flag]) => (flags & flag) !== 0n).map(([type]) => type),
    flags: cloneFlagNames(flags),
    ids: Object.fromEntries(ids) as NamespaceEvent['ids'],
    userLevel: r.u32(Offset.namespace.user_level),
    userOwner: r.u32(Offset.namespace.user_owner),
    child: child === null ? null : context.processAt(child),
  }
}

interface MountRecord {
  readonly event: ReturnType<typeof mountCall>
  readonly r: RecordReader
  readonly source: Text
  readonly sourceBase: Text
  readonly fileSystem: Text
  readonly option: Text
}

function mountCall(r: RecordReader, entry: number, context: DecodeContext, asked: Text, path: Text, isRooted: boolean) {
  return {
    ...context.base(r, entry, 'sys_exit'),
    ...context.call(r, entry, Offset.mount.result, Offset.mount.nr),
    asked,
    path,
    chrooted: isRooted,
  }
}

const decode =
  <Event>(finish: (record: MountRecord) => Event) =>
  (r: RecordReader, entry: number, context: DecodeContext): Event => {
    const asked = r.nextText()
    let base = r.nextText()
    const source = r.nextText()
    let sourceBase = r.nextText()
    const fileSystem = r.nextText()
    const option = r.nextText()
    const place = context.assembly.mountBegun.get(entry)
    const begun = place === undefined ? r : context.at(place)
    if (place !== undefined) {
      base = begun.nextText()
      sourceBase = begun.nextText()
    }
    const path = absolute(r.s32(Offset.mount.dirfd), base, asked)
    const event = mountCall(r, entry, context, asked, path, (begun.flags & Flag.chrooted) !== 0)
    return finish({ event, r, source, sourceBase, fileSystem, option })
  }

/** A call that is given a descriptor alone means what that stands for. */
function absolute(dirfd: number, base: Text, asked: Text): Text {
  return dirfd !== atFdcwd && !isRead(asked) && asked.status === 'absent' ? base : joinPath(base, asked)
}

const mount = decode(
  ({ event, r, source, sourceBase, fileSystem, option }): MountEvent => ({
    kind: 'mount',
    ...event,
    call: event.call as MountEvent['call'],
    from: source,
    fromPath:
      isRead(sourceBase) || isAbsolute(source)
        ? absolute(r.s32(Offset.mount.source_dirfd), sourceBase, source)
        : absent,
    fileSystem,
    option,
    flags: mountFlagNames(event.call, r.u64(Offset.mount.flags)),
    attributes: attributeNames(r.u64(Offset.mount.attributes)),
    cleared: attributeNames(r.u64(Offset.mount.cleared)),
  }),
)

function isAbsolute(path: Text): boolean {
  return isRead(path) && path.startsWith('/')
}

const umount = decode(
  ({ event, r }): UmountEvent => ({
    kind: 'umount',
    ...event,
    flags: mountFlagNames(event.call, r.u64(Offset.mount.flags)),
  }),
)

const chroot = decode(({ event }): ChrootEvent => ({ kind: 'chroot', ...event }))

const pivotRoot = decode(({ event, source }): PivotRootEvent => ({ kind: 'pivotRoot', ...event, oldRoot: source }))

export const namespaceDecoders: Readonly<Partial<Record<EventKind, Decode>>> = {
  namespace,
  mount,
  umount,
  chroot,
  pivotRoot,
}
