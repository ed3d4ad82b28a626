// A heap without any room left, before the first kernel runs and afterwards: every operation gives what the reference gives.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arange, cat, F, func, inferenceMode, memory, nn, noGrad, optim, randn, type Tensor, tensor } from 'wengert'
import { reserve, setHeapFrom } from '../../src/core/memory/heap.ts'

let ordinary: number
let x: Tensor
let y: Tensor
beforeAll(() => {
  ordinary = setHeapFrom(1)
  memory.configure({ limit: 2 ** 20 })
  x = tensor(Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i))).reshape([40, 50])
  y = tensor(Float32Array.from({ length: 2000 }, (_, i) => Math.cos(i))).reshape([40, 50])
  for (const bytes of [65536, 4096, 64]) while (reserve(bytes) !== 0);
})
afterAll(() => {
  setHeapFrom(ordinary)
  memory.configure({ limit: null })
})

/** A copy outside the heap. */
function apart(value: Tensor): Tensor {
  const before = setHeapFrom(Number.POSITIVE_INFINITY)
  try {
    return tensor([...value.flatten().toTypedArray()]).reshape(value.shape)
  } finally {
    setHeapFrom(before)
  }
}

function gradients(run: (x: Tensor, y: Tensor) => Tensor, a: Tensor, b: Tensor): number[][] {
  const [p, q] = [a.detach().requiresGrad_(), b.detach().requiresGrad_()] as [Tensor, Tensor]
  const output = run(p, q)
  output.backward(output.detach())
  return [output, p.grad, q.grad].map((value) => (value === null ? [] : [...value.flatten().toTypedArray()]))
}

test('the first kernel runs in a full heap', () => {
  expect(memory.stats().used).toBeGreaterThan(2 ** 20 - 2 ** 13)
  const z = x.detach()
  const expected = apart(z).add(apart(y)).toTypedArray()
  z.add_(y)
  expect(z.toTypedArray()).toEqual(expected)
})

const image = (value: Tensor): Tensor => value.reshape([1, 2, 25, 40])
const classes = tensor(
  Array.from({ length: 40 }, (_, i) => i),
  { dtype: 'int32' },
)
const runs: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  add: (a, b) => a.add(b),
  sum: (a, b) => a.sum(0).mul(b.sum(1, { keepdim: true })),
  matmul: (a, b) => a.matmul(b.transpose(0, 1)),
  conv2d: (a, b) => F.conv2d(image(a), b.reshape([10, 2, 10, 10]), null, { padding: 1, stride: 2 }),
  maxPool2d: (a, b) => F.maxPool2d(image(a.mul(b)), 2),
  avgPool2d: (a, b) => F.avgPool2d(image(a.mul(b)), 3),
  softmax: (a, b) => F.softmax(a, 1).mul(F.logSoftmax(b, 0)),
  gelu: (a, b) => F.gelu(a.mul(b)),
  layerNorm: (a, b) => F.layerNorm(a, [50], b.select(0, 3), b.select(0, 4)),
  batchNorm: (a, b) => F.batchNorm(a, null, null, b.select(0, 3), b.select(0, 4), { training: true }),
  crossEntropy: (a, b) => F.crossEntropy(a, classes).mul(b),
  cumsum: (a, b) => a.mul(b).cumsum(1),
  indexSelect: (a, b) => a.mul(b).indexSelect(0, classes),
  gather: (a, b) => a.gather(1, classes.unsqueeze(1)).mul(b),
  cat: (a, b) => cat([a, b.flip([0])], 1),
}

test.each(Object.keys(runs))('%s and its gradients in a full heap', (name) => {
  const run = runs[name] as (x: Tensor, y: Tensor) => Tensor
  const found = gradients(run, x, y)
  const expected = gradients(run, apart(x), apart(y))
  for (const [k, list] of expected.entries()) {
    expect(found[k]?.length).toBe(list.length)
    const most = Math.max(...list.map(Math.abs))
    list.forEach((value, i) => void expect(Math.abs((found[k]?.[i] as number) - value), `${k} ${i}`).toBeLessThanOrEqual(2e-5 * most))
  }
})

const losses: Record<string, (x: Tensor) => Tensor> = {
  gelu: (a) => F.gelu(a),
  layerNorm: (a) => F.layerNorm(a, [50]),
  batchNorm: (a) => F.batchNorm(a, null, null, null, null, { training: true }),
  crossEntropy: (a) => F.crossEntropy(a, classes, { reduction: 'none' }),
}

test.each(Object.keys(losses))('the gradient of %s is the same inside noGrad, inferenceMode and func.grad', (name) => {
  const gradientWithin = (mode: (run: () => void) => unknown): unknown => {
    const leaf = x.detach().requiresGrad_() as Tensor
    const output = (losses[name] as (x: Tensor) => Tensor)(leaf)
    mode(() => output.backward(output.detach()))
    return leaf.grad?.toTypedArray()
  }
  const expected = gradientWithin((run) => run())
  expect(gradientWithin(noGrad)).toEqual(expected)
  expect(gradientWithin(inferenceMode)).toEqual(expected)
  const within = (run: () => void): unknown =>
    func.grad((z: Tensor) => {
      run()
      return z.square()
    })(tensor(2))
  expect(gradientWithin(within)).toEqual(expected)
})

test('training in a full heap', () => {
  const layer = new nn.Linear(50, 3)
  const optimizer = new optim.Adam(layer.parameters(), { lr: 0.01 })
  const losses: number[] = []
  const target = randn([40, 3])
  for (let step = 0; step < 20; step++) {
    optimizer.zeroGrad()
    const loss = F.mseLoss(layer.forward(x), target)
    loss.backward()
    optimizer.step()
    losses.push(loss.item())
  }
  expect(losses.at(-1)).toBeLessThan(0.9 * (losses[0] as number))
  expect(arange(1000).sum().item()).toBe(499500)
})
