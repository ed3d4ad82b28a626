// Optimizers' updates as one kernel over all parameters: the same steps wherever the tensors live, as the formulas in float64 say.
import { afterEach, describe, expect, test } from 'vitest'
import { inferenceMode, noGrad, ones, optim, type Tensor, tensor, zeros } from 'wengert'
import { setCompileText } from '../../src/backends/reference/compile-text.ts'
import { segmentText } from '../../src/backends/reference/segments.ts'
import { setHeapFrom } from '../../src/core/memory/heap.ts'
import { apply, updateRule } from '../../src/primitives/update.ts'

const before = setHeapFrom(Number.POSITIVE_INFINITY)
afterEach(() => {
  setHeapFrom(before)
  setCompileText(undefined)
})

type Options = Record<string, number | boolean | readonly number[]>
const STEPS = 20
const shapes = [[3], [40, 30], [], [1025], [7, 1], [4100]]

const sgdOptions: Options[] = []
for (const maximize of [false, true])
  for (const weightDecay of [0, 0.1])
    for (const more of [{}, { momentum: 0.9 }, { momentum: 0.8, dampening: 0.3 }, { momentum: 0.7, nesterov: true }])
      sgdOptions.push({ lr: 0.05, maximize, weightDecay, ...more })
const adamOptions: Options[] = []
for (const maximize of [false, true])
  for (const weightDecay of [0, 0.1]) for (const amsgrad of [false, true]) adamOptions.push({ lr: 0.02, maximize, weightDecay, amsgrad })
adamOptions.push({ lr: 0.1, betas: [0, 0.5], eps: 0.01, weightDecay: 0 })

const cases = [
  ...sgdOptions.map((options) => ['SGD', options] as const),
  ...adamOptions.map((options) => ['Adam', options] as const),
  ...adamOptions.map((options) => ['AdamW', options] as const),
]

const startOf = (length: number): number[] => Array.from({ length }, (_, i) => Math.fround(Math.sin(i * 1.3 + length)))
/** A gradient that changes from step to step and grows smaller. */
const gradientAt = (step: number, length: number): number[] =>
  Array.from({ length }, (_, i) => Math.fround(Math.cos(i * 0.7 + step * (1 + (i % 3))) / (1 + 0.2 * step)))

/** What the formulas give, in float64. */
function expected(name: string, options: Options, length: number, steps: number): { parameter: number[]; state: Record<string, number[]> } {
  const { lr, weightDecay = 0, momentum = 0, dampening = 0, eps = 1e-8 } = options as Record<string, number>
  const [beta1, beta2] = (options['betas'] ?? [0.9, 0.999]) as readonly [number, number]
  const p = startOf(length)
  const [m, v, largest] = [p.map(() => 0), p.map(() => 0), p.map(() => 0)]
  for (let t = 1; t <= steps; t++) {
    gradientAt(t, length).forEach((drawn, i) => {
      let g = options['maximize'] ? -drawn : drawn
      if (name === 'AdamW') p[i]! *= 1 - lr! * weightDecay
      else g += weightDecay * p[i]!
      if (name === 'SGD') {
        m[i] = t === 1 ? g : momentum * m[i]! + (1 - dampening) * g
        p[i]! -= lr! * (momentum === 0 ? g : options['nesterov'] ? g + momentum * m[i]! : m[i]!)
        return
      }
      m[i] = beta1 * m[i]! + (1 - beta1) * g
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g
      largest[i] = Math.max(largest[i]!, v[i]!)
      const second = (options['amsgrad'] ? largest : v)[i]! / (1 - beta2 ** t)
      p[i]! -= (lr! * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(second) + eps)
    })
  }
  if (name === 'SGD') return { parameter: p, state: momentum === 0 ? {} : { momentum_buffer: m } }
  return { parameter: p, state: { exp_avg: m, exp_avg_sq: v, ...(options['amsgrad'] && { max_exp_avg_sq: largest }) } }
}

const numbers = (x: Tensor): number[] => x.detach().flatten().toArray() as number[]
const close = (ours: readonly number[], theirs: readonly number[], tolerance: number): void => {
  const worst = Math.max(0, ...ours.map((value, i) => Math.abs(value - theirs[i]!) / Math.max(1, Math.abs(theirs[i]!))))
  expect(ours.length).toBe(theirs.length)
  expect(worst).toBeLessThanOrEqual(tolerance)
}

function train(name: 'SGD' | 'Adam' | 'AdamW', options: Options, dtype: 'float32' | 'float64', steps = STEPS) {
  const parameters = shapes.map((shape) => {
    const length = shape.reduce((all, size) => all * size, 1)
    return tensor(startOf(length), { dtype }).reshape(shape).clone().requiresGrad_() as Tensor
  })
  const optimizer = new optim[name](parameters, options)
  for (let t = 1; t <= steps; t++) {
    for (const parameter of parameters) parameter.grad = tensor(gradientAt(t, parameter.numel()), { dtype }).reshape([...parameter.shape])
    optimizer.step()
  }
  return { parameters, state: optimizer.stateDict().state }
}

describe.each(cases)('%s with %j', (name, options) => {
  test.each([
    ['in the heap', 1, 'float32', 3e-6],
    ['partly in the heap', 4096, 'float32', 3e-6],
    ['outside', Number.POSITIVE_INFINITY, 'float32', 3e-6],
    ['in the heap, float64', 1, 'float64', 1e-12],
    ['outside, float64', Number.POSITIVE_INFINITY, 'float64', 1e-12],
  ] as const)('%s', (_, from, dtype, tolerance) => {
    setHeapFrom(from)
    const { parameters, state } = train(name, options, dtype)
    parameters.forEach((parameter, k) => {
      const wanted = expected(name, options, parameter.numel(), STEPS)
      close(numbers(parameter), wanted.parameter, tolerance)
      const { step, ...own } = state[k] ?? {}
      expect(step?.item()).toBe(name === 'SGD' ? undefined : STEPS)
      expect(Object.keys(own)).toEqual(Object.keys(wanted.state))
      for (const [key, value] of Object.entries(own)) {
        expect([value.shape, value.dtype]).toEqual([parameter.shape, dtype])
        close(numbers(value), wanted.state[key]!, tolerance)
      }
    })
  })
})

test('without emitted code the same', () => {
  setCompileText(false)
  const { parameters } = train('AdamW', { lr: 0.02, amsgrad: true }, 'float64', 3)
  for (const parameter of parameters)
    close(numbers(parameter), expected('AdamW', { lr: 0.02, amsgrad: true, weightDecay: 0.01 }, parameter.numel(), 3).parameter, 1e-12)
})

test('a loop computes shared expressions once', () => {
  const rule = updateRule('example', ['p', 'g'], ['lr'], ({ p, g, lr }) => {
    const step = apply('mul', g, lr)
    return { g: step, p: apply('sub', p, apply('sqrt', apply('add', step, 0.5))) }
  })
  expect(segmentText(rule.kernel)).toMatchInlineSnapshot(
    `"function (count, scalars, operands) { const s0 = scalars[0]; const x0 = operands[0].storage.data, at0 = operands[0].offset; const x1 = operands[1].storage.data, at1 = operands[1].offset; for (let i = 0; i < count; i++) { const e0 = x0[at0 + i]; const e1 = x1[at1 + i]; const v0 = (e1 * s0); const v1 = (v0 + 0.5); const v2 = Math.sqrt(v1); const v3 = (e0 - v2); x1[at1 + i] = v0; x0[at0 + i] = v3; } }"`,
  )
})

describe.each([1, Number.POSITIVE_INFINITY])('with heap from %d bytes', (from) => {
  test('a step counts as a write to parameters and state', () => {
    setHeapFrom(from)
    const p = ones([2000], { requiresGrad: true })
    const optimizer = new optim.SGD([p], { lr: 0.5, momentum: 0.9 })
    const y = p.mul(p).sum()
    p.grad = ones([2000])
    optimizer.step()
    expect(() => y.backward()).toThrow(/changed.*SGD/s)
    const buffer = optimizer.state.get(p)!['momentumBuffer']!
    const versions = [p._version, buffer._version]
    optimizer.step()
    expect([p._version - versions[0]!, buffer._version - versions[1]!]).toEqual([1, 1])
  })

  test('parameters and gradients that are not dense, or share memory', () => {
    setHeapFrom(from)
    const base = zeros([40, 30])
    const transposed = base.transpose(0, 1).requiresGrad_()
    const sliced = zeros([2000]).at(/* every other */ [0, 1])
    const p = zeros([1500], { requiresGrad: true })
    transposed.grad = tensor(startOf(1200)).reshape([30, 40])
    p.grad = tensor([2]).expand([1500])
    const q = p.detach().requiresGrad_() // the same memory
    q.grad = ones([1500])
    const optimizer = new optim.SGD([transposed, p, q], { lr: 0.5 })
    optimizer.step()
    close(
      numbers(transposed),
      startOf(1200).map((g) => -0.5 * g),
      1e-7,
    )
    expect(base.at(3, 5).item()).toBe(transposed.detach().at(5, 3).item())
    expect(new Set(numbers(p))).toEqual(new Set([-1.5]))
    expect(sliced.numel()).toBe(2)
    const own = ones([2000], { requiresGrad: true })
    own.grad = own.detach() // its own gradient
    new optim.SGD([own], { lr: 0.25 }).step()
    expect(new Set(numbers(own))).toEqual(new Set([0.75]))
  })

  test('tensors of inference mode are refused outside it', () => {
    setHeapFrom(from)
    const p = inferenceMode(() => ones([2000]))
    const optimizer = new optim.SGD([p], 0.1)
    inferenceMode(() => {
      p.grad = ones([2000])
    })
    expect(() => noGrad(() => optimizer.step())).toThrow('made in inferenceMode')
  })
})
