// SPDX-License-Identifier: MIT
import type { TraceEvent } from '../event.ts'
import { type EventGroup, groupOfKind } from '../groups.ts'
import type { HostNames } from '../host-names.ts'
import type { Process } from '../process.ts'
import type { Sighting } from '../sighting.ts'
import type { TraceView } from '../view.ts'
import type { Access, AccessClass, SocketUse, Use } from './access.ts'
import { accessKinds, usesOf } from './accesses.ts'
import { Declared } from './declared.ts'
import type { Entry } from './entry.ts'
import { Findings } from './findings.ts'
import { Judge, type Undeclared } from './judge.ts'
import type { HermeticPolicy } from './policy.ts'
import { descriptorOf } from './reopened.ts'
import { type Scene, sceneOf } from './scene.ts'

/** What was done to one thing that a policy does not declare it for. */
export interface Violation extends Undeclared {
  /** Of a path: in which other classes its accesses are; the one that they are told in says most. */
  readonly also: readonly AccessClass[]
  /** How many events. */
  readonly count: number
  /** Who was first, and when. */
  readonly process: Process
  readonly seq: number
}

/** An access of which it cannot be told whether it is declared. */
export interface Doubt {
  readonly event: TraceEvent
  readonly why: string
}

/** A run held against a policy. */
export interface Review {
  /** By class in the order of `accessClasses`, then by path or address. */
  readonly violations: readonly Violation[]
  readonly doubts: readonly Doubt[]
  /** Entries of the policy that nothing in the trace was. */
  readonly unused: readonly Entry[]
}

/** Groups of events that the question cannot do without. */
export function neededGroups(policy: HermeticPolicy): readonly EventGroup[] {
  return policy.probes === false ? ['process', 'file', 'network'] : ['process', 'file', 'network', 'probe']
}

/** Holds what the trace's processes did against a policy. Throws MisuseError for a policy that cannot be meant. */
export function review(trace: TraceView, policy: HermeticPolicy): Review {
  const scene = sceneOf(trace)
  const declared = new Declared(policy, scene)
  const judge = new Judge(declared, scene)
  const found = new Findings()
  const doubts: Doubt[] = []
  eachAccess(
    trace,
    scene,
    policy.probes !== false,
    (access) => {
      const judgement = judge.of(access)
      return judgement.is === 'declared' ? null : judgement
    },
    (judgement, sighting) => {
      if (judgement.is === 'unknown') doubts.push({ event: sighting.event, why: judgement.why })
      else found.add(judgement, sighting)
    },
  )
  return {
    violations: found.violations(),
    doubts,
    unused: declared.entries.filter(({ used }) => !used),
  }
}

/** Calls `decide` for each distinct access of a trace, and `visit` for each event with one of which it gave something. */
export function eachAccess<T>(
  trace: TraceView,
  scene: Scene,
  probes: boolean,
  decide: (access: Access) => T | null,
  visit: (decision: T, sighting: Sighting) => void,
): void {
  const kinds = probes ? accessKinds : accessKinds.filter((kind) => groupOfKind[kind] !== 'probe')
  trace.scan(
    kinds,
    (event) => {
      const deciders = usesOf(event, probes)
        .map((use) => deciderOf(use, scene, decide))
        .filter((decider) => decider !== null)
      return deciders.length === 0 ? null : deciders
    },
    (deciders, sighting) => {
      for (const decider of deciders) {
        const decision = decider(sighting)
        if (decision !== null) visit(decision, sighting)
      }
      return undefined
    },
  )
}

type Decider<T> = (sighting: Sighting) => T | null

/** What is decided of each event with a use, null where it is nothing of all of them. */
function deciderOf<T>(use: Use, scene: Scene, decide: (access: Access) => T | null): Decider<T> | null {
  if (use.on === 'socket') return socketDecider(use, scene.names, decide)
  const fd = use.on === 'file' ? descriptorOf(use) : null
  if (use.on === 'file' && fd !== null)
    return ({ seq }) => {
      const path = scene.reopened(fd, seq)
      return decide(path === null ? use : { ...use, path, unfollowed: 'none' })
    }
  const decision = decide(use)
  return decision === null ? null : () => decision
}

/** Of an address it matters who reaches it, and what names were known by then. */
function socketDecider<T>(use: SocketUse, names: HostNames, decide: (access: Access) => T | null): Decider<T> {
  const known = new Map<Process, Map<number, T | null>>()
  return ({ process, seq }) => {
    let byMoment = known.get(process)
    if (byMoment === undefined) {
      byMoment = new Map()
      known.set(process, byMoment)
    }
    const moment = names.momentOf(seq)
    let decision = byMoment.get(moment)
    if (decision === undefined) {
      decision = decide({ ...use, process, seq })
      byMoment.set(moment, decision)
    }
    return decision
  }
}
