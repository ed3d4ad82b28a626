// Gather, scatter, argmax and running sums on WebAssembly kernels against the reference, on random shapes; and their errors.
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import type { DType } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import type { Value } from '../../src/core/value.ts'
import { accelerated } from '../../src/primitives/accelerated.ts'
import { bind } from '../../src/primitives/bind.ts'
import * as P from '../../src/primitives/operations.ts'

const before = setHeapFrom(Number.POSITIVE_INFINITY)
afterEach(() => setHeapFrom(before))

const dtypes = ['bool', 'uint8', 'int32', 'float32', 'float64'] as const

/** Tests `make` with everything in the heap, some in it, nothing in it: the same bits, shape and dtype, or the same error. */
function agree(make: () => Value): void {
  const result = (from: number): { bits: Uint8Array; facts: unknown } => {
    setHeapFrom(from)
    try {
      const { storage, shape, dtype } = P.copy(make())
      const elements = new storage.type.Array(storage.data.length)
      // a NaN has many bit patterns
      for (let i = 0; i < elements.length; i++) elements[i] = Number.isNaN(storage.data[i]) ? Number.NaN : storage.data[i]!
      return { bits: new Uint8Array(elements.buffer), facts: [shape, dtype] }
    } catch (error) {
      return { bits: new Uint8Array(), facts: `${(error as Error).constructor.name}: ${(error as Error).message}` }
    }
  }
  const wanted = result(Number.POSITIVE_INFINITY)
  for (const from of [1, 64]) {
    const { bits, facts } = result(from)
    expect(facts).toEqual(wanted.facts)
    expect(Buffer.compare(bits, wanted.bits)).toBe(0)
  }
}

/** Elements with ties, and among floats NaN and infinities. */
function elements(shape: readonly number[], dtype: DType, seed: number): Value {
  const drawn = P.randomIntegers(-20, 20, [...shape], new P.Generator(seed))
  const value = P.cast(drawn, dtype)
  if (dtype !== 'float32' && dtype !== 'float64') return value
  const specials = P.div(value, P.maximum(P.add(value, 10), 0)) // x / 0 below −9: infinities; 0 / 0 never
  return seed % 3 === 0 ? P.mul(specials, P.sub(specials, specials)) : seed % 3 === 1 ? specials : P.div(value, 7)
}

/** A value as it is, or through a view that is not dense. */
const viewed = (x: Value, view: boolean): Value => (view && x.shape.length > 1 ? P.transpose(P.copy(P.transpose(x, 0, -1)), 0, -1) : x)

const cases = fc.record({
  shape: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 }),
  dim: fc.nat(3),
  count: fc.nat(20),
  dtype: fc.constantFrom(...dtypes),
  seed: fc.nat(1000),
  view: fc.boolean(),
  smaller: fc.boolean(),
  wide: fc.boolean(),
})

const check = (run: (c: (typeof cases extends fc.Arbitrary<infer T> ? T : never) & { index: (shape: number[]) => Value }) => void): void =>
  fc.assert(
    fc.property(cases, (c) => {
      const shape = c.wide ? [...c.shape.slice(0, -1), (c.shape.at(-1) as number) * 13] : c.shape
      const dim = c.dim % shape.length
      const index = (sizes: number[]): Value => P.randomIntegers(0, shape[dim] as number, sizes, new P.Generator(c.seed + 1))
      run({ ...c, shape, dim, index })
    }),
    { numRuns: 150, seed: 11 },
  )

const indexShape = ({ shape, dim, count, smaller }: { shape: number[]; dim: number; count: number; smaller: boolean }): number[] =>
  shape.map((size, d) => (d === dim ? count : smaller && d === 0 ? Math.ceil(size / 2) : size))

describe('as the reference', () => {
  test('gather', () => {
    check((c) => agree(() => P.gather(viewed(elements(c.shape, c.dtype, c.seed), c.view), c.dim, viewed(c.index(indexShape(c)), c.view))))
  })

  test.each(['scatter', 'scatterAdd'] as const)('%s', (name) => {
    check((c) => {
      const shape = indexShape(c)
      agree(() =>
        bind(
          name,
          [elements(c.shape, c.dtype, c.seed), viewed(c.index(shape), c.view), viewed(elements(shape, c.dtype, c.seed + 3), c.view)],
          {
            dim: c.dim,
          },
        ),
      )
    })
  })

  test('indexSelect', () => {
    check((c) => agree(() => P.indexSelect(viewed(elements(c.shape, c.dtype, c.seed), c.view), c.dim, c.index([c.count]))))
  })

  test.each(['indexAdd', 'indexCopy'] as const)('%s', (name) => {
    check((c) => {
      const shape = c.shape.map((size, d) => (d === c.dim ? c.count : size))
      agree(() =>
        bind(name, [elements(c.shape, c.dtype, c.seed), c.index([c.count]), viewed(elements(shape, c.dtype, c.seed + 3), c.view)], {
          dim: c.dim,
        }),
      )
    })
  })

  test.each(['argmax', 'argmin'] as const)('%s', (name) => {
    check((c) => {
      const rank = c.shape.length
      const dims = c.smaller ? Array.from({ length: rank }, (_, d) => d) : c.count % 4 === 0 && rank > 2 ? [0, rank - 1] : [c.dim]
      agree(() => bind(name, [viewed(elements(c.shape, c.dtype, c.seed), c.view)], { dims, keepdim: c.wide }))
    })
  })

  test('cumsum', () => {
    check((c) => agree(() => P.cumsum(viewed(elements(c.shape, c.dtype, c.seed), c.view), c.dim)))
  })
})

test('every row has a program', () => {
  setHeapFrom(1)
  const x = P.full([4, 6], 1, 'float32')
  const index = P.full([4, 6], 0, 'int32')
  const list = P.full([4], 1, 'int32')
  const along = { dim: 0 }
  const output = () => P.full([4, 6], 0, 'float32')
  expect([
    accelerated.gather?.([x, index], along, output()),
    accelerated.scatter?.([x, index, x], along, output()),
    accelerated.scatterAdd?.([x, index, x], along, output()),
    accelerated.indexSelect?.([x, list], along, output()),
    accelerated.indexAdd?.([x, list, x], along, output()),
    accelerated.indexCopy?.([x, list, x], along, output()),
    accelerated.argmax?.([x], { dims: [0], keepdim: false }, P.full([6], 0, 'int32')),
    accelerated.argmin?.([x], { dims: [0, 1], keepdim: false }, P.full([], 0, 'int32')),
    accelerated.cumsum?.([x], along, output()),
  ]).toEqual(Array.from({ length: 9 }, () => true))
})

test('extremes of rows: the first of equals, the first NaN before all, infinities', () => {
  const row = (length: number, special: readonly (readonly [at: number, value: number])[]): Value => {
    const list = new Float32Array(length).map((_, i) => i % 5)
    for (const [at, value] of special) list[at] = value
    return P.fromArray(list, [length])
  }
  const all: readonly (readonly [number, number])[][] = [
    [],
    [[30, Number.NaN]],
    [
      [30, Number.NaN],
      [3, Number.NaN],
      [1, Number.POSITIVE_INFINITY],
    ],
    [
      [35, Number.NEGATIVE_INFINITY],
      [36, Number.POSITIVE_INFINITY],
    ],
  ]
  for (const special of all)
    for (const name of ['argmax', 'argmin'] as const) agree(() => bind(name, [row(37, special)], { dims: [0], keepdim: false }))
  for (const value of [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0])
    for (const name of ['argmax', 'argmin'] as const)
      agree(() => bind(name, [P.full([13], value, 'float32')], { dims: [0], keepdim: false }))
})

test('many elements, of which threads do some each', () => {
  const generator = () => new P.Generator(5)
  const x = () => P.normal([64, 3000], 'float32', generator())
  const index = (high: number, shape: number[]) => P.randomIntegers(0, high, shape, generator())
  agree(() => P.gather(x(), 1, index(3000, [64, 2000])))
  agree(() => P.scatterAdd(P.full([64, 300], 0, 'float32'), 1, index(300, [64, 3000]), x()))
  agree(() => P.indexSelect(x(), 0, index(64, [500])))
  agree(() => P.indexAdd(P.full([64, 3000], 1, 'float32'), 0, index(64, [500]), P.normal([500, 3000], 'float32', generator())))
  agree(() => P.gather(P.reshape(x(), [192000]), 0, index(192000, [100000])))
  agree(() => bind('argmax', [x()], { dims: [0], keepdim: false }))
  agree(() => P.cumsum(x(), 0))
})

test('indices outside are refused before anything is written, wherever they are', () => {
  setHeapFrom(1)
  const list = (values: number[]) => P.fromArray(Int32Array.from(values), [values.length])
  const inHeap = (values: number[]) => P.copy(list(values))
  const good = Array.from({ length: 9 }, (_, i) => i % 4)
  for (const [at, wrong] of [
    [0, 4],
    [7, -1],
    [8, 2147483647],
    [3, -2147483648],
  ] as const) {
    const indices = good.with(at, wrong)
    for (const index of [inHeap(indices), list(indices)]) {
      const x = P.full([4], 1, 'float32')
      const source = P.full([9], 1, 'float32')
      const refusals = {
        gather: () => P.gather(x, 0, index),
        scatter: () => P.scatter(x, 0, index, source),
        scatterAdd: () => P.scatterAdd(x, 0, index, source),
        indexSelect: () => P.indexSelect(x, 0, index),
        indexAdd: () => P.indexAdd(x, 0, index, source),
        indexCopy: () => P.indexCopy(x, 0, index, source),
      }
      for (const [name, refused] of Object.entries(refusals))
        expect(refused).toThrow(`${name}: index ${wrong} is out of range for dim 0 of size 4. Use 0 to 3.`)
      expect(Array.from(x.storage.data)).toEqual([1, 1, 1, 1])
    }
  }
})
