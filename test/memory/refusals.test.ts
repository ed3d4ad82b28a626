// Memory that is refused at any moment (to tensors, staging, scratch, tables, workers): whatever a program cannot get, the reference computes,
// and nothing stays half done.
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { cat, F, full, manualSeed, optim, rand, randn, type Tensor, tensor } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import type * as pool from '../../src/core/memory/pool.ts'

// made before the imports, which already ask for memory
const refusals = vi.hoisted(() => ({ rate: 0, state: 0, count: 0 }))
vi.mock('../../src/core/memory/pool.ts', async (original) => {
  const actual = await original<typeof pool>()
  const refuses = (share: number): boolean => {
    refusals.state = (Math.imul(refusals.state, 1664525) + 1013904223) >>> 0
    const no = refusals.state / 2 ** 32 < share
    if (no) refusals.count++
    return no
  }
  return {
    ...actual,
    reserve: (bytes) => (refuses(refusals.rate) ? 0 : actual.reserve(bytes)),
    takeBlock: (bytes) => (refuses(refusals.rate / 2) ? 0 : actual.takeBlock(bytes)),
  } satisfies typeof pool
})

/** Runs something with tensors from so many bytes on in the heap, where each request is refused with a probability. */
function within<R>(heapFrom: number, rate: number, run: () => R): R {
  const before = setHeapFrom(heapFrom)
  refusals.rate = rate
  try {
    return run()
  } finally {
    refusals.rate = 0
    setHeapFrom(before)
  }
}

beforeEach(() => {
  refusals.state = 5
})

const wave = (shape: readonly number[], phase: number): Tensor => {
  const count = shape.reduce((product, size) => product * size, 1)
  return tensor(Array.from({ length: count }, (_, i) => 1.5 * Math.sin(1.7 * i + phase))).reshape(shape) as Tensor
}
const indices = (shape: readonly number[], size: number): Tensor => {
  const count = shape.reduce((product, each) => product * each, 1)
  return tensor(
    Array.from({ length: count }, (_, i) => (7 * i) % size),
    { dtype: 'int32' },
  ).reshape(shape) as Tensor
}
const numbers = (value: Tensor | null): number[] => (value === null ? [] : [...(value.flatten().toTypedArray() as Float32Array)])

function expectClose(found: readonly number[][], expected: readonly number[][], where: string): void {
  expected.forEach((list, k) => {
    const most = list.reduce((sum, value) => Math.max(sum, Math.abs(value)), 1e-3)
    const wrong = list.findIndex((value, i) => !(Math.abs((found[k]?.[i] as number) - value) <= 1e-4 * most))
    expect(wrong, `${where}: ${k}`).toBe(-1)
    expect(found[k]?.length).toBe(list.length)
  })
}

interface Case {
  readonly name: string
  readonly shapes: readonly (readonly number[])[]
  readonly run: (x: Tensor, y: Tensor, z: Tensor) => Tensor
}

const cases: readonly Case[] = [
  {
    name: 'matmul',
    shapes: [
      [65, 300],
      [300, 130],
    ],
    run: (x, y) => x.matmul(y),
  },
  {
    name: 'matmul of transposed matrices',
    shapes: [
      [300, 65],
      [130, 300],
    ],
    run: (x, y) => x.transpose(0, 1).matmul(y.transpose(0, 1)),
  },
  {
    name: 'matmul of batches',
    shapes: [
      [5, 33, 40],
      [40, 20],
    ],
    run: (x, y) => x.matmul(y),
  },
  { name: 'conv2d', shapes: [[2, 4, 20, 20], [6, 4, 3, 3], [6]], run: (x, y, z) => F.conv2d(x, y, z, { padding: 1 }) },
  {
    name: 'conv2d of groups',
    shapes: [
      [2, 4, 21, 20],
      [6, 2, 3, 5],
    ],
    run: (x, y) => F.conv2d(x, y, null, { padding: 2, stride: 2, groups: 2 }),
  },
  { name: 'sum of long rows', shapes: [[3, 70000]], run: (x) => x.sum(1) },
  { name: 'sum of long columns', shapes: [[70000, 3]], run: (x) => x.sum(0) },
  { name: 'softmax', shapes: [[60, 70]], run: (x) => x.softmax(0) },
  { name: 'layerNorm', shapes: [[60, 70], [70], [70]], run: (x, y, z) => F.layerNorm(x, [70], y, z) },
  { name: 'batchNorm', shapes: [[9, 7, 30], [7], [7]], run: (x, y, z) => F.batchNorm(x, null, null, y, z, { training: true }) },
  { name: 'crossEntropy', shapes: [[60, 10]], run: (x) => F.crossEntropy(x, indices([60], 10)) },
  { name: 'gelu', shapes: [[60, 70]], run: (x) => F.gelu(x) },
  { name: 'maxPool2d', shapes: [[2, 3, 20, 20]], run: (x) => F.maxPool2d(x, 3) },
  { name: 'avgPool2d', shapes: [[2, 3, 20, 20]], run: (x) => F.avgPool2d(x, 3, { padding: 1 }) },
  { name: 'indexSelect', shapes: [[50, 60]], run: (x) => x.indexSelect(0, indices([80], 50)) },
  { name: 'gather', shapes: [[50, 60]], run: (x) => x.gather(1, indices([50, 60], 60)) },
  {
    name: 'scatterAdd',
    shapes: [
      [50, 60],
      [50, 60],
    ],
    run: (x, y) => x.scatterAdd(1, indices([50, 60], 60), y),
  },
  {
    name: 'cumsum and cat',
    shapes: [
      [50, 60],
      [20, 60],
    ],
    run: (x, y) => cat([x.cumsum(1), y.flip([1])], 0),
  },
  { name: 'broadcasting', shapes: [[50, 1], [60]], run: (x, y) => x.mul(y).add(1).div(y.add(3)) },
  {
    name: 'writes into views',
    shapes: [[50, 60], [60]],
    run: (x, y) => {
      const copy = x.clone()
      copy.transpose(0, 1).add_(y.unsqueeze(1))
      copy.select(0, 3).mul_(2)
      return copy
    },
  },
]

test.each(cases)('$name and its gradients', ({ shapes, run }) => {
  const outcome = (): number[][] => {
    const inputs = shapes.map((shape, k) => wave(shape, k).requiresGrad_())
    const output = run(...(inputs as [Tensor, Tensor, Tensor]))
    output.backward(wave(output.shape, 9))
    return [output, ...inputs.map(({ grad }) => grad)].map(numbers)
  }
  const expected = within(Number.POSITIVE_INFINITY, 0, outcome)
  for (const heapFrom of [1, 1024, 4096]) {
    for (const refusals of [0.2, 0.4, 0.6, 0.9, 1]) {
      expectClose(within(heapFrom, refusals, outcome), expected, `from ${heapFrom}, ${refusals}`)
    }
  }
})

test('optimizers and random numbers', () => {
  const outcome = (): number[][] => {
    manualSeed(3)
    const parameters = [[40, 50], [3], [2000]].map((shape, k) => wave(shape, k).requiresGrad_())
    const optimizer = new optim.AdamW(parameters, { lr: 0.1 })
    for (let step = 0; step < 6; step++) {
      optimizer.zeroGrad()
      for (const parameter of parameters) parameter.square().sum().backward()
      optimizer.step()
    }
    return [...parameters, randn([3000]), rand([3000])].map(numbers)
  }
  const expected = within(Number.POSITIVE_INFINITY, 0, outcome)
  for (const heapFrom of [1, 4096])
    for (const refusals of [0.2, 0.5, 0.9, 1]) expectClose(within(heapFrom, refusals, outcome), expected, `from ${heapFrom}, ${refusals}`)
})

describe('after an error in the middle of a program', () => {
  test.each([0, 0.5])('the next one finds nothing of it, with %d refused', (rate) => {
    within(4096, rate, () => {
      const [large, small] = [wave([50, 60], 1), wave([3], 2)]
      for (let i = 0; i < 20; i++) {
        expect(() => large.indexSelect(0, tensor([1, 77], { dtype: 'int32' }))).toThrow('indexSelect')
        expect(() => large.gather(0, full([50, 60], 70, { dtype: 'int32' }))).toThrow('gather')
        const copy = large.clone()
        copy.select(0, 0).narrow(0, 0, 3).copy_(small)
        expect(numbers(copy.select(0, 0)).slice(0, 3)).toEqual(numbers(small))
      }
    })
  })
})

test('memory was refused', () => {
  expect(refusals.count).toBeGreaterThan(500)
})
