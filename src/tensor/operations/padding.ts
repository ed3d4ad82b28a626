// Padding by a constant, a mirror, the border or the other side. Sizes come in pairs, the last dim's first; negative ones cut off.
import { ShapeError } from '../../core/errors.ts'
import { printShape, type Shape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/spatial.ts'
import type { OptionsOf } from '../signatures.ts'
import { requireShape } from './shape-arguments.ts'

/** The input with `pad` = `[left, right, top, bottom, …]` positions added, those of the last dim first. */
export function pad(input: Value, pad: Shape, mode?: OptionsOf<'pad'>['mode'] | OptionsOf<'pad'>, options?: OptionsOf<'pad'>): Value {
  const given = readOptions('pad', mode, options)
  requireShape('pad', pad, Number.NEGATIVE_INFINITY)
  const rank = input.shape.length
  if (pad.length % 2 !== 0 || pad.length > 2 * rank) {
    throw new ShapeError(`pad: needs pairs [before, after] for at most ${rank} dims, got ${printShape(pad)}.`)
  }
  const low = input.shape.map((_, dim) => pad[2 * (rank - 1 - dim)] ?? 0)
  const high = input.shape.map((_, dim) => pad[2 * (rank - 1 - dim) + 1] ?? 0)
  if (given.mode === 'constant') return constantPad(input, low, high, given.value)
  let result = input
  if (given.mode === 'circular' && pad.some((positions) => positions < 0)) {
    // What is cut off does not come round again.
    result = constantPad(
      input,
      low.map((positions) => Math.min(0, positions)),
      high.map((positions) => Math.min(0, positions)),
      0,
    )
  }
  result.shape.forEach((size, dim) => {
    const before = given.mode === 'circular' ? Math.max(0, low[dim] as number) : (low[dim] as number)
    const after = given.mode === 'circular' ? Math.max(0, high[dim] as number) : (high[dim] as number)
    if (before !== 0 || after !== 0) result = P.indexSelect(result, dim, sources(given.mode as Moved, size, before, after, dim))
  })
  return result === input ? P.copy(input) : result
}

type Moved = 'reflect' | 'replicate' | 'circular'

function constantPad(input: Value, low: readonly number[], high: readonly number[], value: number): Value {
  P.elementLike('pad', value, input.storage.type)
  const cut = (zeros: number): number => Math.max(0, -zeros)
  const lengths = input.shape.map((size, dim) => size - cut(low[dim] as number) - cut(high[dim] as number))
  if (lengths.some((length, dim) => length + Math.max(0, low[dim] as number) + Math.max(0, high[dim] as number) < 0 || length < 0)) {
    throw new ShapeError(
      `pad: cutting ${printShape(low)} and ${printShape(high)} off shape ${printShape(input.shape)} leaves less than nothing.`,
    )
  }
  const kept = [...low, ...high].some((zeros) => zeros < 0)
    ? P.slice(
        input,
        low.map(cut),
        lengths,
        low.map(() => 1),
      )
    : input
  return P.pad(
    kept,
    low.map((zeros) => Math.max(0, zeros)),
    high.map((zeros) => Math.max(0, zeros)),
    low.map(() => 0),
    value,
  )
}

// Which position of the input each position of the padded dim shows.
function sources(mode: Moved, size: number, before: number, after: number, dim: number): Value {
  const limit = mode === 'reflect' ? size - 1 : mode === 'circular' ? size : size === 0 ? 0 : Number.POSITIVE_INFINITY
  if (before > limit || after > limit || size + before + after < 0) {
    const remedy = mode === 'reflect' ? 'Reflection needs less than the size.' : 'Pad by less, or in several steps.'
    throw new ShapeError(`pad: ${mode} cannot pad dim ${dim} of size ${size} by ${before} and ${after}. ${remedy}`)
  }
  const places = Int32Array.from({ length: size + before + after }, (_, i) => {
    const position = i - before
    if (mode === 'replicate') return Math.min(Math.max(position, 0), size - 1)
    if (mode === 'circular') return (position + size) % size
    return position < 0 ? -position : position >= size ? 2 * (size - 1) - position : position
  })
  return P.fromArray(places, [places.length], 'int32')
}
