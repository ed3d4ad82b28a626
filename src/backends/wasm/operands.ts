// Operands of kernels: where their elements are. Those of small tensors, which live outside the heap, are copied in before a launch and
// results out after it.

import type { ElementArray } from '../../core/dtype.ts'
import { WengertError } from '../../core/errors.ts'
import { memory, reserve, unreserve, words } from '../../core/memory/heap.ts'
import type { Storage } from '../../core/storage.ts'
import type { Value } from '../../core/value.ts'
import { FIRST_STAND_IN, recorder } from './launch-recorder.ts'

const STAGE_BYTES = 1 << 18
const LINE = 64

interface Staged {
  readonly storage: Storage
  readonly address: number
  readonly copy: ElementArray
  written: boolean
}

let stageAt = 0
let used = 0
let staged: Staged[] = []
/** What the program writes, to be named if it is lost. */
const written: Value[] = []

function stage(storage: Storage): Staged | null {
  for (const known of staged) if (known.storage === storage) return known
  if (stageAt === 0) stageAt = reserve(STAGE_BYTES)
  const { data, type } = storage
  if (stageAt === 0 || used + data.byteLength > STAGE_BYTES) return null
  const address = stageAt + used
  used += Math.ceil(data.byteLength / LINE) * LINE
  const copy = new type.Array((memory as WebAssembly.Memory).buffer as ArrayBuffer, address, data.length)
  copy.set(data)
  const made = { storage, address, copy, written: false }
  staged.push(made)
  return made
}

/** Forgets what was staged; every program that runs kernels starts with it. */
export function begin(): void {
  if (staged.length > 0) staged = []
  used = 0
  tableWords = 0
  while (tableAreas.length > 1) unreserve(tableAreas.shift() as number)
  written.length = 0
}

/** The address of a value's first element, to be read; 0 where it cannot be had, and the program must leave the work to the reference. */
export function source(value: Value): number {
  const { storage } = value
  const start = storage.address !== 0 ? storage.address : (stage(storage)?.address ?? 0)
  return start === 0 ? 0 : start + value.offset * storage.type.bytes
}

/** The same for a value that is written. */
export function destination(value: Value): number {
  const { storage } = value
  written.push(value)
  if (storage.address !== 0) return storage.address + value.offset * storage.type.bytes
  const made = stage(storage)
  if (made === null) return 0
  made.written = true
  return made.address + value.offset * storage.type.bytes
}

/** The values of which this program has asked for an address to write to. */
export const destinations = (): readonly Value[] => written

/** Brings what was written into the small tensors' own memory. Call it after the last launch. */
export function finish(): void {
  for (const { storage, copy, written } of staged) if (written) storage.data.set(copy)
  begin()
}

const LEAST_SCRATCH = 1 << 20
let scratchAt = 0
let scratchBytes = 0

/** Working memory of at least `bytes` that keeps its contents until the next call; 0 where the heap is full. */
export function scratch(bytes: number): number {
  if (recorder !== null) return recorder.scratch(bytes)
  if (bytes > scratchBytes) {
    const size = Math.max(LEAST_SCRATCH, 2 ** Math.ceil(Math.log2(bytes)))
    if (scratchAt !== 0) unreserve(scratchAt)
    scratchBytes = 0
    scratchAt = reserve(size)
    if (scratchAt === 0) return 0
    scratchBytes = size
  }
  return scratchAt
}

const LEAST_TABLE_WORDS = 1 << 14
/** Areas for tables: the last is in use, the others have become too small in the middle of this program. */
const tableAreas: number[] = []
let tableRoom = 0
let tableWords = 0

/** Words that kernels look up, kept until the next program begins: their address. */
export function table(list: readonly number[]): number {
  if (recorder !== null) return recorder.table(list)
  if (tableWords + list.length > tableRoom) {
    const room = Math.max(LEAST_TABLE_WORDS, 2 ** Math.ceil(Math.log2(2 * list.length)), 2 * tableRoom)
    const area = reserve(4 * room)
    if (area === 0) throw new WengertError('OutOfMemory', 'kernel: the heap has no room for its tables. Hold fewer tensors.')
    tableAreas.push(area)
    tableRoom = room
    tableWords = 0
  }
  const start = ((tableAreas.at(-1) as number) >>> 2) + tableWords
  for (let i = 0; i < list.length; i++) words[start + i] = list[i] as number
  tableWords += list.length
  return 4 * start
}

/** Whether kernels may read up to this address. */
export const canReadTo = (end: number): boolean => end >= FIRST_STAND_IN || end <= words.byteLength // what has no place yet gets room after it
