// Loop nests over several operands at once: which dims are walked, with what strides, after neighbouring dims that every operand
// walks as one have been merged.
import type { Value } from '../core/value.ts'

/** Sizes of the loops, outermost first, and each operand's strides along them. */
export interface IndexSpace {
  readonly sizes: number[]
  readonly strides: number[][]
}

/** Strides of `operand` along the dims of `shape`, 0 where it is broadcast. */
export function broadcastStrides(operand: Value, rank: number): number[] {
  const strides = new Array<number>(rank).fill(0)
  const shift = rank - operand.shape.length
  for (let i = 0; i < operand.shape.length; i++) if (operand.shape[i] !== 1) strides[shift + i] = operand.strides[i] as number
  return strides
}

/** Drops dims of size one and merges dims that all operands walk contiguously. */
export function collapse(shape: readonly number[], operandStrides: readonly (readonly number[])[]): IndexSpace {
  const sizes: number[] = []
  const strides: number[][] = operandStrides.map(() => [])
  for (let dim = 0; dim < shape.length; dim++) {
    const size = shape[dim] as number
    if (size === 1) continue
    const last = sizes.length - 1
    const merges = last >= 0 && operandStrides.every((all, k) => (strides[k] as number[])[last] === (all[dim] as number) * size)
    if (merges) sizes[last] = (sizes[last] as number) * size
    else sizes.push(size)
    const at = sizes.length - 1
    for (let k = 0; k < strides.length; k++) (strides[k] as number[])[at] = (operandStrides[k] as readonly number[])[dim] as number
  }
  if (sizes.length === 0) {
    sizes.push(1)
    for (const list of strides) list.push(0)
  }
  return { sizes, strides }
}

/** Where an operand's part for every index of some dims starts, in elements; the last dim goes fastest. */
export function offsetsOf(sizes: readonly number[], strides: readonly number[]): number[] {
  let offsets = [0]
  sizes.forEach((size, dim) => {
    const step = strides[dim] as number
    offsets = offsets.flatMap((offset) => Array.from({ length: size }, (_, i) => offset + i * step))
  })
  return offsets
}
