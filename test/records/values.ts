// The numbers in the samples: drawn from a small integer generator that
// scripts/fixtures repeats, so that no inputs need to be committed.
import type { OperationRecord, TensorSpec } from './specs.ts'

/** FNV-1a: a seed from a text. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Multiples of 1/2048 in [-1, 1): exact in float32. The same formula is in scripts/fixtures/lcg.py. */
export function* drawUnits(seed: number): Generator<number, never> {
  let state = seed >>> 0
  for (let i = 0; i < 4; i++) state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  while (true) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    yield (state >>> 20) / 2048 - 1
  }
}

/** The weights of the scalar whose gradient is checked: Σ output · cotangent. */
export function cotangent(size: number, output: number): number[] {
  const units = drawUnits(1000 + output)
  // Away from zero: a weight of zero would hide a wrong gradient.
  return Array.from({ length: size }, () => {
    const unit = units.next().value
    return unit < 0 ? unit - 0.25 : unit + 0.25
  })
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The logical values of a described tensor, in row-major order; `position` tells inputs of one sample apart. */
export function valuesOf(record: OperationRecord, spec: TensorSpec, position: number): readonly number[] {
  if (Array.isArray(spec.values)) return spec.values
  const range = spec.values as { low: number; high: number } | null
  const low = range?.low ?? record.domain[0]
  const high = range?.high ?? record.domain[1]
  const size = sizeOf(spec.shape)
  const units = drawUnits(seedOf(`${record.name}/${position}/${spec.shape.join('x')}`))
  // One value in each of `size` equal intervals, shuffled: all distinct, none at an end.
  const order = Array.from({ length: size }, (_, i) => i)
  for (let i = size - 1; i > 0; i--) {
    const j = Math.floor(((units.next().value + 1) / 2) * (i + 1))
    const swap = order[i] as number
    order[i] = order[j] as number
    order[j] = swap
  }
  const width = (high - low) / size
  return order.map((i) => {
    const within = 0.5 + 0.4 * units.next().value
    let value = Math.fround(low + width * (i + within))
    for (const point of range ? [] : record.avoid) {
      if (Math.abs(value - point) < 0.02) value = Math.fround(point + (value < point ? -0.02 : 0.02) * (1 + within))
    }
    return value
  })
}
