// Attention on WebAssembly kernels: against the reference in float64, its bits for both shapes of tiles and any order of tasks, and what memory it takes.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as reference from '../../src/backends/reference/attention.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { type Shape, sizeOf } from '../../src/core/shape.ts'
import { emptyValue, type Value, viewOf } from '../../src/core/value.ts'
import { type AttentionParams, attention, attentionGradient } from '../../src/primitives/attention.ts'
import { forced, leaveAlone } from './forced-kernels.ts'
import { generator } from './seeded.ts'

vi.mock('../../src/backends/wasm/contraction/kernels.ts', async (original) => (await import('./forced-kernels.ts')).forcedKernels(original))
vi.mock('../../src/backends/wasm/launch.ts', async (original) => (await import('./forced-kernels.ts')).forcedLaunches(original))

let before: number
beforeEach(() => {
  before = setHeapFrom(1)
})
afterEach(() => {
  setHeapFrom(before)
  leaveAlone()
})

type Layout = 'dense' | 'heads inside' | 'columns apart' | 'rows repeated'

/** A value whose heads, rows and columns lie in memory as said; `inside` is the one dim before the rows that a layout moves. */
function filled(shape: Shape, layout: Layout, uniform: () => number, type = dtypes.float32): Value {
  const [heads, rows, columns] = [sizeOf(shape.slice(0, -2)), shape.at(-2) as number, shape.at(-1) as number]
  const strides = {
    dense: [rows * columns, columns, 1],
    'heads inside': [columns, heads * columns, 1],
    'columns apart': [2 * rows * columns, 2 * columns, 2],
    'rows repeated': [columns, 0, 1],
  }[layout]
  const { storage } = emptyValue(type, [2 * sizeOf(shape)])
  for (let i = 0; i < storage.length; i++) storage.data[i] = uniform()
  const leading = shape.slice(0, -2).map((_, dim) => (strides[0] as number) * sizeOf(shape.slice(dim + 1, -2)))
  return viewOf(storage, shape, [...leading, ...strides.slice(1)], 0, sizeOf(shape))
}

/** The same elements in float64, as the reference takes them. */
function wide(value: Value): Value {
  if (value.dtype === 'bool') return value
  const { storage } = emptyValue(dtypes.float64, [value.storage.length])
  storage.data.set(value.storage.data)
  return viewOf(storage, value.shape, value.strides, value.offset, value.elementCount)
}

interface Case {
  readonly name: string
  readonly leading: Shape
  readonly queries: number
  readonly keys: number
  readonly depth: number
  readonly width: number
  readonly layout?: Layout
  readonly isCausal?: boolean
  readonly mask?: { readonly shape: Shape; readonly type: 'bool' | 'float32'; readonly layout?: Layout }
}

const cases: readonly Case[] = [
  { name: 'one of everything', leading: [1], queries: 1, keys: 1, depth: 1, width: 1 },
  { name: 'whole tiles', leading: [2, 3], queries: 24, keys: 32, depth: 16, width: 16 },
  { name: 'no leading dims', leading: [], queries: 50, keys: 70, depth: 9, width: 33 },
  { name: 'odd sizes', leading: [3], queries: 37, keys: 53, depth: 19, width: 7 },
  { name: 'causal', leading: [2, 2], queries: 61, keys: 61, depth: 24, width: 24, isCausal: true },
  { name: 'causal, more queries than keys', leading: [2], queries: 61, keys: 29, depth: 8, width: 5, isCausal: true },
  { name: 'causal, more keys than queries', leading: [2], queries: 29, keys: 61, depth: 8, width: 5, isCausal: true },
  { name: 'more keys than a chunk', leading: [1], queries: 30, keys: 600, depth: 12, width: 20 },
  { name: 'heads inside', leading: [3], queries: 33, keys: 33, depth: 16, width: 16, layout: 'heads inside', isCausal: true },
  { name: 'columns apart', leading: [2], queries: 20, keys: 21, depth: 7, width: 9, layout: 'columns apart' },
  { name: 'rows repeated', leading: [2], queries: 20, keys: 21, depth: 7, width: 9, layout: 'rows repeated' },
  { name: 'bool mask', leading: [2, 2], queries: 27, keys: 31, depth: 8, width: 8, mask: { shape: [2, 2, 27, 31], type: 'bool' } },
  { name: 'bool mask of keys', leading: [2, 2], queries: 27, keys: 31, depth: 8, width: 8, mask: { shape: [2, 1, 1, 31], type: 'bool' } },
  { name: 'bool mask of queries', leading: [2, 2], queries: 27, keys: 31, depth: 8, width: 8, mask: { shape: [27, 1], type: 'bool' } },
  { name: 'float mask', leading: [2, 2], queries: 27, keys: 31, depth: 8, width: 8, mask: { shape: [27, 31], type: 'float32' } },
  {
    name: 'float mask, columns apart',
    ...{ leading: [2, 2], queries: 27, keys: 31, depth: 8, width: 8 },
    mask: { shape: [2, 1, 27, 31], type: 'float32', layout: 'columns apart' },
  },
]

function inputsOf({ leading, queries, keys, depth, width, layout = 'dense', mask }: Case): { g: Value; inputs: Value[] } {
  const { uniform } = generator(queries * 31 + keys)
  const random = (...shape: number[]) => filled([...leading, ...shape], layout, uniform)
  const inputs = [random(queries, depth), random(keys, depth), random(keys, width)]
  if (mask !== undefined) {
    const element =
      mask.type === 'bool' ? () => Number(uniform() < -0.2) : () => (uniform() < -0.6 ? Number.NEGATIVE_INFINITY : 2 * uniform())
    inputs.push(filled(mask.shape, mask.layout ?? 'dense', element, dtypes[mask.type]))
  }
  return { g: random(queries, width), inputs }
}

/** All results, of the kernels or the reference: output, logarithms, gradients. */
function compute(entry: Case, type: 'float32' | 'float64', programs: Pick<typeof attention, 'run'>[] | null): Value[] {
  const { leading, queries, keys, depth, width, isCausal = false } = entry
  const { g, inputs } = inputsOf(entry)
  const params: AttentionParams = { scale: 0.7, isCausal }
  const empty = (...shape: number[]): Value => {
    const value = emptyValue(dtypes[type], [...leading, ...shape])
    value.storage.data.fill(Number.NaN)
    return value
  }
  const [y, logarithms] = [empty(queries, width), empty(queries, 1)]
  const gradients = [empty(queries, depth), empty(keys, depth), empty(keys, width)]
  if (programs === null) {
    reference.attend(inputs.map(wide), params, [y, logarithms])
    const [q, k, v, ...mask] = inputs.map(wide) as [Value, Value, Value, ...Value[]]
    reference.attendGradient([wide(g), q, k, v, logarithms, ...mask], params, gradients)
  } else {
    const [q, k, v, ...mask] = inputs as [Value, Value, Value, ...Value[]]
    expect(programs[0]?.run(inputs, params, [y, logarithms])).toBe(true)
    expect(programs[1]?.run([g, q, k, v, logarithms, ...mask], params, gradients)).toBe(true)
  }
  return [y, logarithms, ...gradients]
}

describe('attention and its gradients', () => {
  test.each(cases)('$name', (entry) => {
    const onKernels = (isWide: boolean, backwards: boolean): Value[] => {
      Object.assign(forced, { wide: isWide, backwards })
      return compute(entry, 'float32', [attention, attentionGradient])
    }
    const got = onKernels(false, false)
    const wanted = compute(entry, 'float64', null)
    got.forEach(({ storage }, k) => {
      const exact = (wanted[k] as Value).storage.data
      for (let i = 0; i < exact.length; i++) {
        const [x, y] = [storage.data[i] as number, exact[i] as number]
        if (x !== y) expect(Math.abs(x - y), `result ${k}, element ${i}: ${x} against ${y}`).toBeLessThan(4e-6 * (1 + Math.abs(y)))
      }
    })
    const other = onKernels(true, true)
    got.forEach(({ storage }, k) => expect((other[k] as Value).storage.data, `result ${k}`).toEqual(storage.data))
  })
})
