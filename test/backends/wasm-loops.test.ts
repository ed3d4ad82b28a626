// Elementwise operations and reductions as WebAssembly kernels give what the reference loops give: for every row, dtype and kind of stride.
import { afterEach, describe, expect, it } from 'vitest'
import { installSpecialFunctions } from '../../src/backends/special-functions.ts'
import { type DType, dtypeFacts } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { contiguousStrides, sizeOf } from '../../src/core/shape.ts'
import { allocate } from '../../src/core/storage.ts'
import { type Value, viewOf } from '../../src/core/value.ts'
import { evaluate } from '../../src/primitives/bind.ts'
import { type ElementwisePrimitive, type ElementwiseRow, elementwise } from '../../src/primitives/elementwise.ts'
import { copyInto } from '../../src/primitives/kernels.ts'

installSpecialFunctions()

const ordinary = setHeapFrom(1)
setHeapFrom(ordinary)
afterEach(() => {
  setHeapFrom(ordinary)
})

/** How a test value lies in memory; every layout has the asked shape, or broadcasts to it. */
const layouts = {
  dense: (shape) => ({ shape, strides: contiguousStrides(shape), offset: 0 }),
  offset: (shape) => ({ shape, strides: contiguousStrides(shape), offset: 3 }),
  transposed: (shape) => ({ shape, strides: contiguousStrides(shape.toReversed()).reverse(), offset: 0 }),
  stepped: (shape) => ({ shape, strides: contiguousStrides(shape.map((size) => size * 2)).map((stride) => stride * 2), offset: 1 }),
  reversed: (shape) => ({ shape, strides: contiguousStrides(shape).map((stride) => -stride), offset: sizeOf(shape) - 1 }),
  row: (shape) => ({ shape: shape.slice(-1), strides: [1], offset: 0 }),
  column: (shape) => ({ shape: shape.map((size, d) => (d === shape.length - 1 ? 1 : size)), strides: contiguousStrides(shape), offset: 0 }),
  single: () => ({ shape: [], strides: [], offset: 2 }),
  expanded: (shape) => ({ shape, strides: shape.map((_, d) => (d === 0 ? 0 : (contiguousStrides(shape)[d] as number))), offset: 0 }),
} satisfies Record<string, (shape: readonly number[]) => { shape: readonly number[]; strides: readonly number[]; offset: number }>
type Layout = keyof typeof layouts

let seed = 1
const random = (): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return seed / 2 ** 32
}

const specials = [Number.NaN, 0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1, 0.5, 2.5, -2.5, 3, 1e-30, 3e9, -5e9]

function number(dtype: DType, at: number): number {
  if (dtype === 'bool') return random() < 0.5 ? 0 : 1
  if (dtype === 'uint8') return Math.floor(random() * 256)
  if (dtype === 'int32') return at % 5 === 0 ? Math.floor((random() - 0.5) * 2 ** 32) : Math.floor((random() - 0.5) * 20)
  return at % 4 === 0 ? (specials[(at / 4) % specials.length] as number) : (random() - 0.4) * 6
}

/** The same value in the heap and outside of it. */
function values(dtype: DType, shape: readonly number[], layout: Layout, element = number): [inHeap: Value, outside: Value] {
  const map = layouts[layout](shape)
  const type = dtypeFacts(dtype)
  const size = sizeOf(shape) * 2 ** shape.length + 8
  const numbers = Array.from({ length: size }, (_, at) => element(dtype, at))
  return [1, Number.POSITIVE_INFINITY].map((from) => {
    setHeapFrom(from)
    const storage = allocate(type, size)
    expect(storage.address !== 0).toBe(from === 1)
    storage.data.set(numbers)
    return viewOf(storage, map.shape, map.strides, map.offset, sizeOf(map.shape))
  }) as [Value, Value]
}

function expectSame(actual: Value, expected: Value, what: string): void {
  const [a, b] = [actual, expected].map((value) => value.storage.data.subarray(value.offset, value.offset + value.elementCount))
  const tolerance = expected.dtype === 'float32' ? 2e-6 : expected.dtype === 'float64' ? 1e-12 : 0
  const least = expected.dtype === 'float32' ? 2 ** -126 : 2 ** -1022
  for (let i = 0; i < expected.elementCount; i++) {
    const [x, y] = [a?.[i] as number, b?.[i] as number]
    const same =
      tolerance === 0 || y === 0
        ? Object.is(x, y) || (tolerance > 0 && Math.abs(x) <= tolerance)
        : Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(1, Math.abs(y)) + least
    if (!same) throw new Error(`${what}: element ${i} is ${x}, not ${y}`)
  }
}

function compare(primitive: ElementwisePrimitive, operands: readonly (readonly [Value, Value])[], what: string): void {
  setHeapFrom(1)
  const actual = evaluate(
    primitive,
    operands.map(([value]) => value),
    null,
  )
  setHeapFrom(Number.POSITIVE_INFINITY)
  const expected = evaluate(
    primitive,
    operands.map(([, value]) => value),
    null,
  )
  expect(actual.dtype).toBe(expected.dtype)
  expect(actual.shape).toEqual(expected.shape)
  expectSame(actual, expected, what)
}

/** Integers that float32 holds, too. */
const smallNumber = (dtype: DType, at: number): number => (dtype === 'int32' ? Math.floor((random() - 0.5) * 200) : number(dtype, at))
/** Whether integers are computed with in float32, or beyond what the reference's float64 holds. */
const wantsSmall = (name: ElementwisePrimitive): boolean => elementwise[name].result === 'floating' || name.endsWith('Gradient')

const names = Object.keys(elementwise) as ElementwisePrimitive[]
const refusesBool = (name: ElementwisePrimitive): boolean => (elementwise[name] as ElementwiseRow).insteadOfBool !== undefined
const dtypesOf = (name: ElementwisePrimitive): DType[] =>
  (['float32', 'float64', 'int32', 'uint8', 'bool'] as const).filter((dtype) => dtype !== 'bool' || !refusesBool(name))

describe('elementwise kernels equal the reference', () => {
  it.each(names)('%s, every dtype and length', (name) => {
    const { arity, unpromoted } = elementwise[name] as ElementwiseRow
    for (const dtype of dtypesOf(name)) {
      for (const length of [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 63, 85]) {
        const operands = Array.from({ length: arity }, (_, k) =>
          values(
            unpromoted !== undefined && k < unpromoted ? 'bool' : dtype,
            [length],
            k === 1 ? 'offset' : 'dense',
            wantsSmall(name) ? smallNumber : number,
          ),
        )
        compare(name, operands, `${name} ${dtype} ${length}`)
      }
    }
  })

  it.each(['neg', 'add', 'lt', 'where', 'clamp', 'copy'] as const)('%s, every layout', (name) => {
    const { arity } = elementwise[name] as ElementwiseRow
    const kinds = Object.keys(layouts) as Layout[]
    for (const dtype of ['float32', 'float64', 'int32', 'uint8'] as const) {
      for (const shape of [
        [5, 7],
        [3, 18],
        [2, 3, 9],
        [33, 37],
        [1, 6],
        [6, 1],
        [0, 4],
        [16, 16, 2],
      ]) {
        for (const layout of kinds) {
          for (const other of arity === 1 ? (['dense'] as const) : kinds) {
            const operands = [layout, other, 'dense' as const]
              .slice(0, arity)
              .map((kind, k) => values(name === 'where' && k === 0 ? 'bool' : dtype, shape, kind))
            compare(name, operands, `${name} ${dtype} [${shape}] ${layout} ${other}`)
          }
        }
      }
    }
  })

  it('mixed dtypes are promoted', () => {
    const all = ['float32', 'float64', 'int32', 'uint8', 'bool'] as const
    for (const name of ['add', 'mul', 'eq', 'maximum', 'div'] as const) {
      for (const first of all) {
        for (const second of all) {
          for (const layout of ['dense', 'single', 'transposed'] as const)
            compare(name, [values(first, [4, 9], 'dense'), values(second, [4, 9], layout)], `${name} ${first} ${second} ${layout}`)
        }
      }
    }
  })

  it('stores nothing beyond the output', () => {
    for (const dtype of ['float32', 'float64', 'uint8'] as const) {
      for (let length = 1; length < 40; length++) {
        const [x] = values(dtype, [length], 'dense')
        setHeapFrom(1)
        const storage = allocate(dtypeFacts(dtype), length + 8)
        storage.data.fill(77)
        const output = viewOf(storage, [length], [1], 4, length)
        copyInto(x, output)
        expect([...storage.data.subarray(0, 4), ...storage.data.subarray(length + 4)]).toEqual(new Array(8).fill(77))
        expectSame(output, x, `copy ${length}`)
      }
    }
  })

  it('casts as typed arrays do', () => {
    const all = ['float32', 'float64', 'int32', 'uint8', 'bool'] as const
    for (const from of all) {
      for (const to of all) {
        for (const layout of ['dense', 'transposed'] as const) {
          const [x, y] = values(from, [5, 12], layout)
          setHeapFrom(1)
          const actual = evaluate('cast', [x], { dtype: to })
          setHeapFrom(Number.POSITIVE_INFINITY)
          expectSame(actual, evaluate('cast', [y], { dtype: to }), `${from} to ${to}`)
        }
      }
    }
  })
})

describe('reductions equal the reference', () => {
  const finite = (dtype: DType, at: number): number =>
    dtype.startsWith('float') ? (at % 97 === 0 ? 1.5 : random() * 2 - 0.9) : number(dtype, at)

  it.each(['sum', 'prod', 'amax', 'amin', 'any', 'all'] as const)('%s', (name) => {
    for (const dtype of ['float32', 'float64', 'int32', 'uint8', 'bool'] as const) {
      for (const shape of [[1], [5], [37], [5, 7], [3, 4, 17], [40, 33], [2, 3, 4, 5]]) {
        for (const layout of ['dense', 'transposed', 'stepped', 'reversed', 'expanded'] as const) {
          for (let mask = 1; mask < 2 ** shape.length; mask++) {
            const dims = shape.map((_, d) => d).filter((d) => mask & (1 << d))
            const [x, y] = values(dtype, shape, layout, finite)
            setHeapFrom(1)
            const actual = evaluate(name, [x], { dims, keepdim: false })
            setHeapFrom(Number.POSITIVE_INFINITY)
            expectSame(actual, evaluate(name, [y], { dims, keepdim: false }), `${name} ${dtype} [${shape}] ${layout} over ${dims}`)
          }
        }
      }
    }
  })

  it('of long rows and columns, in pieces', () => {
    for (const [shape, dims] of [
      [[300001], [0]],
      [[3, 70001], [1]],
      [[5003, 20], [0]],
      [
        [9, 40, 500],
        [0, 2],
      ],
      [
        [200, 700],
        [0, 1],
      ],
    ] as const) {
      for (const layout of ['dense', 'transposed', 'stepped'] as const) {
        for (const dtype of ['float32', 'int32'] as const) {
          const [x, y] = values(dtype, shape, layout, (_, at) => (at % 1000) / 8 - 50)
          setHeapFrom(1)
          const actual = evaluate('sum', [x], { dims: [...dims], keepdim: false })
          setHeapFrom(Number.POSITIVE_INFINITY)
          expectSame(actual, evaluate('sum', [y], { dims: [...dims], keepdim: false }), `sum [${shape}] ${layout}`)
        }
      }
    }
  })

  it('NaN is the largest and the smallest', () => {
    for (const at of [0, 5, 33]) {
      const [x] = values('float32', [34], 'dense', (_, i) => (i === at ? Number.NaN : i))
      setHeapFrom(1)
      expect(evaluate('amax', [x], { dims: [0], keepdim: false }).storage.data[0]).toBeNaN()
      expect(evaluate('amin', [x], { dims: [0], keepdim: false }).storage.data[0]).toBeNaN()
    }
  })
})
