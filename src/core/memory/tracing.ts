// Which line of the program made which memory, while somebody wants to know.
import { callSite, type SourceLine } from '../call-site.ts'
import type { DType, ElementArray } from '../dtype.ts'

/** Memory that is in use. */
export interface LiveMemory {
  readonly bytes: number
  readonly dtype: DType
  readonly elements: number
  /** Whether it lives in the heap; else in a typed array of its own. */
  readonly inHeap: boolean
  /** The line that made it; null where it cannot be told. */
  readonly line: SourceLine | null
}

interface Traced {
  readonly view: WeakRef<ElementArray>
  readonly live: LiveMemory
}

/** What was made since tracing began; null while it is off. */
let traced: Set<Traced> | null = null
/** Look through the list for what is gone when it has grown to this. */
let pruneAt = 0
const LEAST = 1024

/** Whether lines are remembered. */
export let isTracing = false

/** Switches remembering on or off; what was remembered is forgotten when it goes off. */
export function setTracing(on: boolean): boolean {
  const before = isTracing
  isTracing = on
  if (!on) traced = null
  else if (traced === null) {
    traced = new Set()
    pruneAt = LEAST
  }
  return before
}

function prune(): void {
  for (const entry of traced ?? []) if (entry.view.deref() === undefined) traced?.delete(entry)
}

/** Remembers who made `view`. */
export function trace(view: ElementArray, dtype: DType, inHeap: boolean): void {
  if (traced === null) return
  if (traced.size >= pruneAt) {
    prune()
    pruneAt = Math.max(LEAST, 2 * traced.size)
  }
  traced.add({
    view: new WeakRef(view),
    live: { bytes: view.byteLength, dtype, elements: view.length, inHeap, line: callSite() },
  })
}

/** What was made since tracing began and is still held, largest first. */
export function liveMemory(): LiveMemory[] {
  prune()
  return [...(traced ?? [])].map(({ live }) => live).sort((a, b) => b.bytes - a.bytes)
}
