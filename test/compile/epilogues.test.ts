// What follows products and convolutions block by block: the same results as without `compile`, on any number of threads, and only where no
// block needs what another one changes.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile, F, manualSeed, noGrad, randn, relu, type Tensor, zeros } from 'wengert'
import { setLaunchObserver } from '../../src/backends/wasm/launch.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { assertClose } from '../../src/testing/index.ts'
import { eachThreadCount } from '../programs/threads.ts'

/** Sizes that leave something over in every direction: 60 rows and 200 columns are several blocks of each. */
const [M, K, N] = [60, 512, 200]

interface Data {
  readonly a: Tensor
  readonly b: Tensor
  readonly residual: Tensor
  readonly square: Tensor
  readonly row: Tensor
  readonly column: Tensor
  readonly batch: Tensor
  readonly image: Tensor
  readonly filters: Tensor
  readonly grouped: Tensor
  readonly channel: Tensor
}

function makeData(): Data {
  manualSeed(0)
  const numbers = (...shape: readonly number[]): Tensor => randn([...shape]).mul(0.1)
  return {
    a: numbers(M, K),
    b: numbers(K, N),
    residual: numbers(M, N),
    square: numbers(N, N),
    row: numbers(N),
    column: numbers(M, 1),
    batch: numbers(5, M, K),
    image: numbers(7, 6, 31, 29),
    filters: numbers(10, 6, 5, 5),
    grouped: numbers(10, 3, 5, 5),
    channel: numbers(10),
  }
}

type Program = (data: Data) => Tensor | readonly Tensor[]

/** Programs with an epilogue, and how many. */
const followed: Readonly<Record<string, readonly [Program, number?]>> = {
  'a bias': [({ a, b, row }) => a.matmul(b).add(row)],
  'a bias and an activation': [({ a, b, row }) => relu(a.matmul(b).add(row))],
  'a bias for each row': [({ a, b, column }) => a.matmul(b).add(column)],
  'a scale and a residual': [({ a, b, residual }) => a.matmul(b).mul(0.5).add(residual)],
  'a factor that is transposed': [({ a, residual }) => residual.t().matmul(a).add(1)],
  'what came before the activation is asked for, too': [
    ({ a, b, row }) => {
      const before = a.matmul(b).add(row)
      return [before, relu(before)]
    },
  ],
  'the product is asked for, too': [
    ({ a, b }) => {
      const product = a.matmul(b)
      return [product, product.add(1)]
    },
  ],
  'two products, one of which is the other one’s residual': [({ a, b, residual, square }) => a.matmul(b).add(residual.matmul(square))],
  'a batch': [({ batch, b, row }) => relu(batch.matmul(b).add(row))],
  'a batch of which the result lies in another order': [
    ({ batch, a }) => batch.matmul(batch.transpose(1, 2)).add(a.sum()).transpose(0, 1).contiguous(),
  ],
  'an accumulation in place': [
    ({ a, b, residual }) => {
      const sum = residual.clone()
      sum.add_(a.matmul(b))
      return sum
    },
  ],
  'derivatives of activations': [
    ({ a, b, square, row }) => {
      const weights = [b, square].map((weight) => weight.detach().clone().requiresGrad_())
      const [first, second] = weights as [Tensor, Tensor]
      const loss = relu(a.matmul(first).add(row)).matmul(second).tanh().mul(row).sum()
      loss.backward()
      return weights.map(({ grad }) => (grad as Tensor).clone())
    },
    4, // with the copies of both gradients
  ],
  'a convolution with bias and activation': [({ image, filters, channel }) => relu(F.conv2d(image, filters, channel, { padding: 2 }))],
  'a convolution with a stride': [({ image, filters, channel }) => relu(F.conv2d(image, filters, channel, { stride: 2 }))],
  'a convolution of groups, without a bias': [({ image, grouped }) => relu(F.conv2d(image, grouped, null, { groups: 2 }))],
  'the gradient of an image': [
    ({ image, filters }) => {
      const x = image.detach().clone().requiresGrad_()
      F.conv2d(relu(x), filters, null, { stride: 2 }).sum().backward()
      return (x.grad as Tensor).clone()
    },
  ],
}

/** Programs in which blocks depend on each other, or in which nothing short follows. */
const alone: Readonly<Record<string, Program>> = {
  'a product and its transpose': ({ square }) => {
    const product = square.matmul(square)
    return product.add(product.t())
  },
  'a result that lies across': ({ a, b, residual }) => relu(a.matmul(b).t()).add(residual.t()),
  'a factor that is changed': ({ square }) => {
    const x = square.clone()
    x.copy_(x.matmul(square).add(1))
    return x
  },
  'a product that is repeated': ({ square, residual }) => square.matmul(square.at(0)).add(residual),
  'a function': ({ a, b }) => a.matmul(b).exp(),
  'a row that is reduced': ({ a, b }) => a.matmul(b).softmax(1),
}

const listed = (result: Tensor | readonly Tensor[]): readonly Tensor[] => (Array.isArray(result) ? result : [result as Tensor])

function expectClose(results: readonly Tensor[], expected: Tensor | readonly Tensor[]): void {
  expect(results.length).toBe(listed(expected).length)
  listed(expected).forEach((one, i) => assertClose(results[i] as Tensor, one, { rtol: 1e-4, atol: 1e-5 }))
}

/** What a compiled program gives, and how many launches of a run are followed. */
function compiledRun(program: Program, data: Data): { results: readonly Tensor[]; followers: number } {
  const step = compile(() => program(data))
  step()
  let followers = 0
  const before = setLaunchObserver({
    launching: (_kernel, _tasks, work, start, follower) => {
      if (follower !== null) followers++
      start(work)
    },
  })
  try {
    return { results: listed(step() as Tensor | readonly Tensor[]), followers }
  } finally {
    setLaunchObserver(before)
  }
}

const heapBefore = setHeapFrom(4096)
let data: Data
beforeAll(() => {
  data = makeData()
})
afterAll(() => setHeapFrom(heapBefore))

describe('an epilogue follows, and results are those of the function itself', () => {
  test.each(Object.entries(followed))('%s', (_, [program, count = 1]) => {
    const { results, followers } = compiledRun(program, data)
    expectClose(results, program(data))
    expect(followers).toBe(count)
  })
})

describe('no epilogue follows, and results are those of the function itself', () => {
  test.each(Object.entries(alone))('%s', (_, program) => {
    const { results, followers } = compiledRun(program, data)
    expectClose(results, program(data))
    expect(followers).toBe(0)
  })
})

test('the same bits on one, two and four threads', () => {
  for (const [name, [program]] of Object.entries(followed)) {
    const step = compile(() => program(data))
    let first: readonly (readonly number[])[] | null = null
    eachThreadCount(() => {
      const bits = listed(step() as Tensor | readonly Tensor[]).map((tensor) => Array.from(tensor.toTypedArray() as Float32Array))
      first ??= bits
      expect(bits, name).toEqual(first)
    }, [1, 2, 4])
  }
})

test('explain says what follows each block', () => {
  const { a, b, row } = data
  const out = zeros([M, N])
  const step = compile(() => noGrad(() => out.copy_(relu(a.matmul(b).add(row)))))
  step()
  const text = step.explain()
  expect(text).toMatch(/A run makes 1 launch of 1 kernel/)
  expect(text).toMatch(/o0 \[60, 200\] = matmul·add·relu·copy\(o1 \[60, 512\], o2 \[512, 200\], o3 \[200\]\)/)
  expect(text).toMatch(/1 × product f32 along 6x\d, then on each block add·relu·copy, 12 tasks/)
  expect(text).toMatch(/element {2}v0 = y0 \+ x0\n +y0 = \(v0 <= 0\) \? 0 : v0/)
})
