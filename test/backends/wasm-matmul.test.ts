// Matrix products on WebAssembly against plain sums in float64: strides of every kind, batches, sizes around the tiles, products so large
// that they are computed in parts; and the same bits for every number of threads.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { broadcastStrides } from '../../src/backends/index-space.ts'
import { multiplyMatrices } from '../../src/backends/wasm/contraction/matmul.ts'
import { getNumThreads, setNumThreads } from '../../src/backends/wasm/threads/pool.ts'
import { type DType, dtypes } from '../../src/core/dtype.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { contiguousStrides, sizeOf } from '../../src/core/shape.ts'
import { emptyValue, type Value, viewOf } from '../../src/core/value.ts'
import { generator } from './seeded.ts'

let heapBefore = 0
beforeAll(() => {
  heapBefore = setHeapFrom(1)
})
afterAll(() => setHeapFrom(heapBefore))

const { integer, uniform } = generator(4)
const chance = (probability: number): boolean => (uniform() + 1) / 2 < probability

/** A view of the given shape and strides, of random numbers. */
function view(dtype: DType, shape: readonly number[], strides: readonly number[], margin = 0): Value {
  const ends = shape.map((size, dim) => (size - 1) * (strides[dim] as number))
  const first = margin - ends.reduce((sum, end) => sum + Math.min(0, end), 0)
  const length = first + ends.reduce((sum, end) => sum + Math.max(0, end), 0) + 1
  const { data } = emptyValue(dtypes[dtype], [length]).storage
  const base = emptyValue(dtypes[dtype], [length])
  for (let i = 0; i < data.length; i++) base.storage.data[i] = dtype === 'int32' ? integer(-(2 ** 30), 2 ** 30) : uniform()
  return viewOf(base.storage, shape, strides, first, sizeOf(shape))
}

/** An operand with strides of some kind: dense, transposed, permuted, stepping over elements, backwards, repeated. */
function operand(dtype: DType, shape: readonly number[]): Value {
  const order = shape.map((_, dim) => dim)
  const last = order.length - 1
  if (chance(0.5)) [order[last], order[last - 1]] = [order[last - 1] as number, order[last] as number]
  if (chance(0.2)) order.reverse()
  const strides = shape.map(() => 0)
  let step = 1
  for (const dim of order.toReversed()) {
    if (chance(0.05)) continue
    if (chance(0.1)) step *= 2
    strides[dim] = chance(0.05) ? -step : step
    step = step * (shape[dim] as number) + (chance(0.1) ? 3 : 0)
  }
  return view(dtype, shape, strides, integer(0, 2))
}

/** Σₖ x[.., row, k] · y[.., k, column]; int32 with wrap-around. */
function sumAt(x: Value, y: Value, output: Value, index: readonly number[]): number {
  const rank = index.length
  const at = (value: Value, skip: number): number => {
    const strides = broadcastStrides(value, rank)
    return index.reduce((sum, i, dim) => sum + (dim === skip ? 0 : i * (strides[dim] as number)), value.offset)
  }
  let [p, q, sum] = [at(x, rank - 1), at(y, rank - 2), 0]
  const [xStep, yStep] = [x.strides[x.strides.length - 1] as number, y.strides[y.strides.length - 2] as number]
  const isInteger = output.dtype === 'int32'
  for (let k = x.shape[x.shape.length - 1] as number; k > 0; k--, p += xStep, q += yStep) {
    const [a, b] = [x.storage.data[p] as number, y.storage.data[q] as number]
    sum = isInteger ? (sum + Math.imul(a, b)) | 0 : sum + a * b
  }
  return sum
}

const tolerance: Partial<Record<DType, number>> = { float32: 2e-6, float64: 1e-14, int32: 0 }

function multiply(x: Value, y: Value, batch: readonly number[]): Value {
  const output = emptyValue(x.storage.type, [...batch, x.shape.at(-2) as number, y.shape.at(-1) as number])
  output.storage.data.fill(77)
  expect(multiplyMatrices(x, y, output)).toBe(true)
  return output
}

/** Compares every `every`-th element. */
function check(x: Value, y: Value, batch: readonly number[], every = 1): void {
  const output = multiply(x, y, batch)
  const strides = contiguousStrides(output.shape)
  const least = Math.sqrt(x.shape.at(-1) as number)
  for (let i = 0; i < output.elementCount; i += every) {
    const index = strides.map((stride, dim) => Math.floor(i / stride) % (output.shape[dim] as number))
    const [found, expected] = [output.storage.data[output.offset + i] as number, sumAt(x, y, output, index)]
    if (!(Math.abs(found - expected) <= (tolerance[output.dtype] as number) * Math.max(least, Math.abs(expected)))) {
      const facts = { dtype: x.dtype, x: [x.shape, x.strides], y: [y.shape, y.strides], index, found, expected }
      expect.fail(`wrong element: ${JSON.stringify(facts)}`)
    }
  }
}

const kinds: readonly DType[] = ['float32', 'float32', 'float64', 'int32']

test('products of every small size', () => {
  for (let rows = 1; rows <= 20; rows++) {
    for (let columns = 1; columns <= 20; columns++) {
      const depth = integer(1, 20)
      const dtype = kinds[(rows + columns) % 4] as DType
      check(operand(dtype, [rows, depth]), operand(dtype, [depth, columns]), [])
    }
  }
})

test('random shapes, strides and broadcast batches', () => {
  for (let i = 0; i < 240; i++) {
    const dtype = kinds[i % 4] as DType
    const largest = chance(0.1) ? 300 : 40
    const [rows, depth, columns] = [integer(1, largest), integer(1, largest), integer(1, largest)]
    const batch = Array.from({ length: largest === 300 ? 0 : integer(0, 3) }, () => integer(1, 4))
    const some = (): number[] => (chance(0.3) ? batch.slice(integer(0, batch.length)) : batch.map((size) => (chance(0.2) ? 1 : size)))
    check(operand(dtype, [...batch, rows, depth]), operand(dtype, [...some(), depth, columns]), batch)
    check(operand(dtype, [...some(), rows, depth]), operand(dtype, [...batch, depth, columns]), batch)
  }
})

test('vectors, tall and wide products', () => {
  for (const [rows, depth, columns] of [
    [1, 3000, 1],
    [1, 700, 900],
    [3, 500, 300],
    [900, 700, 1],
    [5, 9000, 7],
    [2000, 3, 2],
    [3, 2, 5000],
    [200, 600, 330],
  ] as const) {
    for (const dtype of ['float32', 'float64', 'int32'] as const) {
      for (const [aStrides, bStrides] of [
        [
          [depth, 1],
          [columns, 1],
        ],
        [
          [1, rows],
          [columns, 1],
        ],
        [
          [depth, 1],
          [1, depth],
        ],
        [
          [1, rows],
          [1, depth],
        ],
      ] as const) {
        check(view(dtype, [rows, depth], aStrides), view(dtype, [depth, columns], bStrides), [], 37)
      }
    }
  }
})

test('products whose packed operands are too large for one go', () => {
  // views in which elements overlap make them large, at little cost of memory
  check(view('float32', [7, 9000], [9000, 1]), view('float32', [9000, 1100], [1, 3]), [], 5)
  check(view('float32', [8000, 1100], [3, 2]), view('float32', [1100, 5], [1, 1100]), [], 101)
  check(view('float32', [3, 200], [200, 1]), view('float32', [200, 50_000], [2, 3]), [], 1009)
  check(view('float64', [12, 5, 900], [7, 900, 1]), view('float64', [12, 900, 800], [11, 1, 3]), [12], 97)
})

test('strided columns of the last bytes of memory are not read beyond', () => {
  const x = view('float32', [9, 11], [11, 1])
  for (let columns = 1; columns < 40; columns++) check(x, view('float32', [11, columns], [columns, 1]), [])
})

test('what has no kernel is left to the reference', () => {
  for (const dtype of ['uint8', 'bool'] as const) {
    const x = emptyValue(dtypes[dtype], [8, 8])
    expect(multiplyMatrices(x, x, emptyValue(dtypes[dtype], [8, 8]))).toBe(false)
  }
  const float = dtypes.float32
  expect(multiplyMatrices(emptyValue(float, [8, 0]), emptyValue(float, [0, 8]), emptyValue(float, [8, 8]))).toBe(false)
  expect(multiplyMatrices(emptyValue(float, [0, 8]), emptyValue(float, [8, 8]), emptyValue(float, [0, 8]))).toBe(false)
  expect(multiplyMatrices(emptyValue(float, [8, 8]), emptyValue(dtypes.float64, [8, 8]), emptyValue(float, [8, 8]))).toBe(false)
})

test('any number of threads gives the same bits', () => {
  const cases = [
    [view('float32', [300, 500], [500, 1]), view('float32', [500, 400], [400, 1]), []],
    [view('float32', [300, 500], [1, 300]), view('float32', [500, 400], [1, 500]), []],
    [view('float64', [16, 64, 64], [4096, 1, 64]), view('float64', [64, 128], [1, 64]), [16]],
    [view('float32', [2, 2000], [2000, 1]), view('float32', [2000, 1999], [1999, 1]), []],
  ] as const
  const threads = getNumThreads()
  try {
    const results = [1, 2, 4].map((count) => {
      setNumThreads(count)
      return cases.map(([x, y, batch]) => multiply(x, y, batch).storage.data.slice())
    })
    expect(results[1]).toEqual(results[0])
    expect(results[2]).toEqual(results[0])
  } finally {
    setNumThreads(threads)
  }
})
