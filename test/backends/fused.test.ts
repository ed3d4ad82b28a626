// Fused compositions against what they are composed of: values, gradients, gradients of gradients.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { arange, autograd, F, func, inferenceMode, manualSeed, randn, type Tensor, tensor } from 'wengert'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import type { OptionsOf } from '../../src/nn/signatures.ts'

let before: number
beforeEach(() => {
  before = setHeapFrom(1)
})
afterEach(() => {
  setHeapFrom(before)
})

interface Case {
  readonly name: string
  readonly node: string
  readonly inputs: () => Tensor[]
  readonly run: (...inputs: Tensor[]) => Tensor
}

const random = (...shape: number[]): Tensor => randn(shape, { requiresGrad: true }).detach().requiresGrad_()
const classes = tensor([1, 0, 4, 2, 2, 3], { dtype: 'int32' })

const attention = (name: string, shapes: readonly (readonly number[])[], options: () => OptionsOf<'scaledDotProductAttention'>): Case => ({
  name: `attention, ${name}`,
  node: 'ScaledDotProductAttentionBackward0',
  inputs: () => shapes.map((shape) => random(...shape)),
  run: (q, k, v, attnMask) =>
    F.scaledDotProductAttention(q as Tensor, k as Tensor, v as Tensor, { ...options(), ...(attnMask && { attnMask }) }),
})
const attentions: readonly Case[] = [
  attention(
    'lengths and sizes that differ',
    [
      [2, 3, 7, 5],
      [2, 3, 11, 5],
      [2, 3, 11, 3],
    ],
    () => ({}),
  ),
  attention(
    'causal, of several blocks',
    [
      [2, 61, 6],
      [2, 61, 6],
      [2, 61, 6],
    ],
    () => ({ isCausal: true, scale: 0.5 }),
  ),
  attention(
    'bool mask',
    [
      [2, 4, 5],
      [2, 6, 5],
      [2, 6, 5],
    ],
    () => ({ attnMask: tensor([[true], [false], [true], [true]]) }),
  ),
  attention(
    'float mask',
    [
      [2, 4, 5],
      [2, 6, 5],
      [2, 6, 5],
    ],
    () => ({ attnMask: arange(24).reshape([4, 6]).sin() }),
  ),
  attention(
    'float mask with a gradient',
    [
      [2, 4, 5],
      [2, 6, 5],
      [2, 6, 5],
      [4, 6],
    ],
    () => ({}),
  ),
  attention(
    'without leading dims',
    [
      [9, 4],
      [9, 4],
      [9, 4],
    ],
    () => ({}),
  ),
]

const cases: Case[] = [
  ...[
    { shape: [5, 7], dim: 1 },
    { shape: [5, 7], dim: 0 },
    { shape: [3, 4, 9], dim: -1 },
    { shape: [3, 6, 5], dim: 1 },
    { shape: [19], dim: 0 },
  ].flatMap(({ shape, dim }): Case[] => [
    {
      name: `softmax of [${shape}] along ${dim}`,
      node: 'SoftmaxBackward0',
      inputs: () => [random(...shape)],
      run: (x) => F.softmax(x as Tensor, dim),
    },
    {
      name: `logSoftmax of [${shape}] along ${dim}`,
      node: 'LogSoftmaxBackward0',
      inputs: () => [random(...shape)],
      run: (x) => F.logSoftmax(x as Tensor, dim),
    },
  ]),
  {
    name: 'softmax of a transposed matrix',
    node: 'SoftmaxBackward0',
    inputs: () => [random(6, 10)],
    run: (x) => F.softmax((x as Tensor).transpose(0, 1), 1),
  },
  { name: 'gelu', node: 'GeluBackward0', inputs: () => [random(3, 7)], run: (x) => F.gelu(x as Tensor) },
  { name: 'gelu by tanh', node: 'GeluBackward0', inputs: () => [random(3, 7)], run: (x) => F.gelu(x as Tensor, 'tanh') },
  {
    name: 'crossEntropy',
    node: 'CrossEntropyBackward0',
    inputs: () => [random(6, 5)],
    run: (x) => F.crossEntropy(x as Tensor, classes, { reduction: 'none' }),
  },
  {
    name: 'crossEntropy with ignored classes',
    node: 'CrossEntropyBackward0',
    inputs: () => [random(6, 5)],
    run: (x) => F.crossEntropy(x as Tensor, classes, { reduction: 'none', ignoreIndex: 2 }),
  },
  {
    name: 'layerNorm',
    node: 'LayerNormBackward0',
    inputs: () => [random(4, 9), random(9), random(9)],
    run: (x, w, b) => F.layerNorm(x as Tensor, [9], w, b),
  },
  {
    name: 'layerNorm without weight',
    node: 'LayerNormBackward0',
    inputs: () => [random(4, 3, 5)],
    run: (x) => F.layerNorm(x as Tensor, [3, 5]),
  },
  {
    name: 'layerNorm with a weight only',
    node: 'LayerNormBackward0',
    inputs: () => [random(2, 4, 17), random(17)],
    run: (x, w) => F.layerNorm(x as Tensor, [17], w),
  },
  {
    name: 'batchNorm of images',
    node: 'BatchNormBackward0',
    inputs: () => [random(3, 4, 5, 5), random(4), random(4)],
    run: (x, w, b) => F.batchNorm(x as Tensor, null, null, w, b, { training: true }),
  },
  {
    name: 'batchNorm of vectors',
    node: 'BatchNormBackward0',
    inputs: () => [random(8, 6), random(6), random(6)],
    run: (x, w, b) => F.batchNorm(x as Tensor, null, null, w, b, { training: true }),
  },
  {
    name: 'batchNorm without weight',
    node: 'BatchNormBackward0',
    inputs: () => [random(3, 2, 11)],
    run: (x) => F.batchNorm(x as Tensor, null, null, null, null, { training: true }),
  },
  ...attentions,
]

/** The names of a graph's first two nodes. */
const nodesOf = ({ gradFn }: Tensor): (string | undefined)[] => [gradFn?.name, ...(gradFn?.nextFunctions ?? []).map(([node]) => node?.name)]

/** Value, gradients, and gradients of the gradients' weighted sum. */
function derivatives({ run }: Case, inputs: Tensor[], weights: Tensor, second: Tensor[]): number[][] {
  const output = run(...inputs)
  const first = autograd.grad(output, inputs, { gradOutputs: weights, retainGraph: true }) as Tensor[]
  const recorded = autograd.grad(run(...inputs), inputs, { gradOutputs: weights, createGraph: true }) as Tensor[]
  const dependent = recorded.flatMap((gradient, i) => (gradient.requiresGrad ? [i] : [])) // a bias's gradient is not one of anything
  const again = autograd.grad(
    dependent.map((i) => recorded[i] as Tensor),
    inputs,
    { gradOutputs: dependent.map((i) => second[i] as Tensor), allowUnused: true },
  )
  const flat = (value: Tensor | null): number[] => (value === null ? [] : [...value.flatten().toTypedArray()])
  return [output, ...first, ...recorded, ...(again as (Tensor | null)[])].map(flat)
}

function expectClose(got: readonly number[], wanted: readonly number[]): void {
  expect(got.length).toBe(wanted.length)
  got.forEach((value, i) => {
    expect(Math.abs(value - (wanted[i] as number)), `element ${i}: ${value} against ${wanted[i]}`).toBeLessThan(
      2e-5 * (1 + Math.abs(wanted[i] as number)),
    )
  })
}

describe('a fused composition gives what its parts give', () => {
  test.each(cases)('$name', (entry) => {
    manualSeed(7)
    const inputs = entry.inputs()
    const output = entry.run(...inputs)
    expect(nodesOf(output)).toContain(entry.node)
    const weights = randn(output.shape)
    const second = inputs.map((input) => randn(input.shape))
    const got = derivatives(entry, inputs, weights, second)
    setHeapFrom(Number.POSITIVE_INFINITY)
    const copies = inputs.map((input) => tensor(input.toArray()).requiresGrad_())
    const wanted = derivatives(
      entry,
      copies,
      tensor(weights.toArray()),
      second.map((weight) => tensor(weight.toArray())),
    )
    expect(nodesOf(entry.run(...copies))).not.toContain(entry.node)
    got.forEach((values, i) => {
      expectClose(values, wanted[i] as number[])
    })
  })
})

test('the statistics of a batch move the running ones the same way', () => {
  manualSeed(3)
  const x = randn([16, 3, 4])
  const run = (from: number): number[] => {
    setHeapFrom(from)
    const [mean, variance] = [tensor([0, 0, 0]), tensor([1, 1, 1])]
    F.batchNorm(tensor(x.toArray()), mean, variance, null, null, { training: true, momentum: 0.3 })
    return [...(mean.toArray() as number[]), ...(variance.toArray() as number[])]
  }
  expectClose(run(1), run(Number.POSITIVE_INFINITY))
})

test('what was saved may not be changed in place', () => {
  const x = random(4, 6)
  const y = F.layerNorm(x.mul(1), [6])
  const z = F.softmax(x.mul(1), 1)
  const loss = y.sum().add(z.sum())
  z.mul_(2)
  expect(() => loss.backward()).toThrow(/SoftmaxBackward0 needs was changed in place by mul_/)
})

test.each(cases)('backward through $name inside a function that is differentiated, and inside inferenceMode', ({ inputs, run }) => {
  manualSeed(11)
  const given = inputs()
  const weights = randn(run(...given).shape)
  const gradients = (): number[][] => {
    const own = given.map((input) => tensor(input.toArray()).requiresGrad_())
    run(...own).backward(weights)
    return own.map(({ grad }) => [...(grad as Tensor).flatten().toTypedArray()])
  }
  const wanted = gradients()
  let within: number[][] = []
  func.grad((x: Tensor) => {
    within = gradients()
    return x.square()
  })(tensor(3))
  within.forEach((values, i) => void expectClose(values, wanted[i] as number[]))
  const own = given.map((input) => tensor(input.toArray()).requiresGrad_())
  const output = run(...own)
  inferenceMode(() => output.backward(weights))
  own.forEach(({ grad }, i) => void expectClose([...(grad as Tensor).flatten().toTypedArray()], wanted[i] as number[]))
})

test('forward mode, batches and functional derivatives look inside', () => {
  manualSeed(5)
  const x = randn([4, 6])
  const run = (from: number): unknown[] => {
    setHeapFrom(from)
    const own = tensor(x.toArray())
    const { grad, jvp, vmap } = transformed(own)
    return [grad, jvp, vmap]
  }
  const got = run(1)
  const wanted = run(Number.POSITIVE_INFINITY)
  got.forEach((values, i) => {
    expectClose((values as number[][]).flat(), (wanted[i] as number[][]).flat())
  })
})

function transformed(x: Tensor): { grad: unknown; jvp: unknown; vmap: unknown } {
  const loss = (value: Tensor): Tensor => F.softmax(value, -1).mul(F.gelu(value)).sum()
  return {
    grad: func.grad(loss)(x).toArray(),
    jvp: [[func.jvp(loss, [x], [x])[1].item()]],
    vmap: [
      func
        .vmap((row: Tensor) => loss(row))(x)
        .toArray(),
    ],
  }
}
