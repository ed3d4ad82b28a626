// The heap: one WebAssembly memory in which tensors live, so that kernels and threads work on them in place. This is its door for those
// who compile and run kernels; storages come from the pool.
import { environmentVariable } from '../environment.ts'

export { ARGUMENT_WORDS, ARGUMENTS_AT } from './blocks.ts'
export { buffer, doubles, floats, isShared, memory, openHeap, words } from './linear-memory.ts'
export { reserve, unreserve } from './pool.ts'

const DEFAULT_FROM = 4096
/** From how many bytes on a storage lives in the heap: below, a kernel's call costs more than an emitted loop. */
export let heapFrom: number =
  environmentVariable('WENGERT_BACKEND') === 'reference'
    ? Number.POSITIVE_INFINITY
    : Math.max(1, Number(environmentVariable('WENGERT_HEAP_FROM') ?? DEFAULT_FROM))

/** Lets storages of at least so many bytes live in the heap, from now on; returns what held before. `Infinity` leaves the heap unused. */
export function setHeapFrom(bytes: number): number {
  const before = heapFrom
  heapFrom = Math.max(1, bytes)
  return before
}
