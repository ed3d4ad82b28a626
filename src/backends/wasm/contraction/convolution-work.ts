// What programs of convolutions have in common: how much a task does, parts of scratch memory, and for which values there are kernels.
import type { Value } from '../../../core/value.ts'
import { isAvailable } from '../launch.ts'
import { scratch } from '../operands.ts'

/** Multiplications and additions in a nanosecond, about. */
export const FLOPS = 60
/** Work of a task: a large problem has tasks of a few hundred microseconds, a small one still some for each thread. */
const LEAST_TASK = 1 << 21
const MOST_TASK = 20 << 20
const TASKS = 16
const LINE = 64

/** A number of whole cache lines. */
export const lines = (bytes: number): number => Math.ceil(bytes / LINE) * LINE

/** Work of a task when all is `total`. */
export const taskWork = (total: number): number => Math.min(Math.max(total / TASKS, LEAST_TASK), MOST_TASK)

/** `count` items in even parts of at most `most`: the size of a part. */
export const evenParts = (count: number, most: number): number => Math.ceil(count / Math.ceil(count / Math.max(1, most)))

/** Hands out consecutive parts of scratch memory. */
export function layout(parts: readonly number[]): number[] | null {
  const sizes = parts.map(lines)
  let at = scratch(sizes.reduce((sum, size) => sum + size, 0))
  if (at === 0) return null
  return sizes.map((size) => {
    at += size
    return at - size
  })
}

/** Whether there are kernels for an element type, and there is something to compute. */
export const computes = (x: Value, output: Value): boolean => x.dtype === 'float32' && output.elementCount > 0 && isAvailable()
