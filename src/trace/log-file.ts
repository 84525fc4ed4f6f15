// SPDX-License-Identifier: MIT
// The saved form of a trace. Magic and version, then a description as JSON, then the records as they came, each part with its length and CRC-32.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { maskEnvironments } from './environment-mask.ts'
import { MemorySource } from './log.ts'
import type { RootDescription } from './process-view.ts'
import { recordAbi } from './record.ts'
import type { Lost, TraceInfo, TraceOrigin, TraceState } from './trace-info.ts'

const magic = Buffer.from('spyscall trace\n\0', 'latin1')
/** Goes up with every change of the description, so that nothing is read as what it was not: records have a layout of their own, `recordAbi`. */
const formatVersion = 3
/** magic, version, length and CRC of the description. */
const prefixBytes = magic.length + 12

interface Description {
  readonly recordAbi: number
  readonly info: TraceInfo
  readonly root: RootDescription
  readonly labels: readonly string[]
  readonly lost: Lost
  readonly helperLost: boolean
  readonly stuck: boolean
  readonly vanished: number
  readonly neverRan: boolean
  readonly chunks: readonly { readonly bytes: number; readonly crc: number }[]
}

/** A file that is no trace, damaged, or of a version that this package does not read. */
export class TraceFileError extends Error {
  readonly code = 'TRACE_FILE'
  override name = 'TraceFileError'
}

export function saveTraceFile(path: string, origin: TraceOrigin, state: TraceState): void {
  const recorded: Uint8Array[] = []
  for (let chunk = 0; chunk < origin.log.chunkCount; chunk++) {
    const bytes = origin.log.chunkBytes(chunk)
    recorded.push(origin.log.read(chunk, bytes).subarray(0, bytes))
  }
  const chunks = maskEnvironments(recorded, origin.info.env)
  const description: Description = {
    recordAbi,
    info: origin.info,
    root: origin.root,
    labels: origin.labels,
    lost: state.lost,
    helperLost: state.helperLost,
    stuck: state.stuck,
    vanished: state.vanished,
    neverRan: state.neverRan,
    chunks: chunks.map((bytes) => ({ bytes: bytes.length, crc: crc32(bytes) })),
  }
  const json = Buffer.from(JSON.stringify(description))
  const prefix = Buffer.alloc(prefixBytes)
  magic.copy(prefix)
  prefix.writeUInt32LE(formatVersion, magic.length)
  prefix.writeUInt32LE(json.length, magic.length + 4)
  prefix.writeUInt32LE(crc32(json), magic.length + 8)
  const fd = openSync(path, 'w')
  try {
    for (const part of [prefix, json, ...chunks]) writeAll(fd, part)
  } finally {
    closeSync(fd)
  }
}

export function loadTraceFile(path: string): TraceOrigin {
  const file = readFileSync(path)
  if (file.length < prefixBytes || !file.subarray(0, magic.length).equals(magic))
    throw problem(path, 'it is not a trace that spyscall saved')
  const version = file.readUInt32LE(magic.length)
  if (version !== formatVersion) throw problem(path, `it has format ${version}, this package reads ${formatVersion}`)
  const description = readDescription(path, file)
  if (description.recordAbi !== recordAbi)
    throw problem(path, `its records have layout ${description.recordAbi}, this package reads ${recordAbi}`)
  const chunks: Uint8Array[] = []
  let at = prefixBytes + file.readUInt32LE(magic.length + 4)
  for (const { bytes, crc } of description.chunks) {
    const chunk = file.subarray(at, at + bytes)
    if (chunk.length < bytes) throw problem(path, 'it is cut short')
    if (crc32(chunk) !== crc) throw problem(path, 'its records are damaged')
    chunks.push(chunk)
    at += bytes
  }
  const { info, root, labels, lost, helperLost, stuck, vanished, neverRan } = description
  const state = { lost, helperLost, stuck, vanished, neverRan }
  return { info, root, labels, log: new MemorySource(chunks), refresh: () => state }
}

function readDescription(path: string, file: Buffer): Description {
  const length = file.readUInt32LE(magic.length + 4)
  const json = file.subarray(prefixBytes, prefixBytes + length)
  if (json.length < length) throw problem(path, 'it is cut short')
  if (crc32(json) !== file.readUInt32LE(magic.length + 8)) throw problem(path, 'its description is damaged')
  try {
    return JSON.parse(json.toString()) as Description
  } catch (cause) {
    throw problem(path, 'its description is damaged', cause)
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
}

function problem(path: string, why: string, cause?: unknown): TraceFileError {
  return new TraceFileError(`Cannot load the trace ${JSON.stringify(path)}: ${why}.`, { cause })
}
