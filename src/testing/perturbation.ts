// Moves elements of a tensor where they lie, unseen by the tape, and puts them back: the same tensor, so that a function which reaches
// its input some other way than through its arguments is moved, too.
import type { Value } from '../core/value.ts'

/** Where the elements lie in memory, in row-major order. */
export function positionsOf(value: Value): number[] {
  let positions = [value.offset]
  value.shape.forEach((size, dim) => {
    const stride = value.strides[dim] as number
    positions = positions.flatMap((start) => Array.from({ length: size }, (_, i) => start + i * stride))
  })
  return positions
}

/** Whether two elements lie in the same place. */
export function overlaps(value: Value): boolean {
  const positions = positionsOf(value)
  return new Set(positions).size < positions.length
}

/** What `run` gives while the elements of `value` are moved by `steps`; they are back where they were afterwards, also after an error. */
export function moved<R>(value: Value, positions: readonly number[], steps: readonly number[], run: () => R): R {
  const { data } = value.storage
  const before = positions.map((position) => data[position] as number)
  try {
    positions.forEach((position, i) => {
      data[position] = (before[i] as number) + (steps[i] as number)
    })
    return run()
  } finally {
    positions.forEach((position, i) => {
      data[position] = before[i] as number
    })
  }
}
