// Compiled functions that differentiate, transform, checkpoint and hook inside, and compiled functions inside of transforms and of each other.
import { describe, expect, test } from 'vitest'
import { arange, autograd, compile, enableGrad, func, inferenceMode, noGrad, ones, randn, type Tensor, tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as F from 'wengert/nn/functional'

const numbers = (size: number): Tensor =>
  arange(size)
    .mul(0.01)
    .sub(0.02 * size)
    .add(0.3)
const f = (x: Tensor): Tensor => x.sin().mul(x.exp()).sum()
const many = (x: Tensor): Tensor => x.square().mul(x.at(0)).add(x.cumsum(0))

const double = autograd.customFunction({
  name: 'double',
  forward: (ctx, x: Tensor) => {
    ctx.save({ x })
    return x.mul(2)
  },
  backward: (ctx, gradient: Tensor) => [gradient.mul(ctx.saved.x.sign().add(5))],
})

const w = numbers(6).requiresGrad_()
const gradientOf = (loss: () => Tensor): Tensor => {
  w.grad = null
  loss().backward()
  return (w.grad as unknown as Tensor).clone()
}

const programs: Readonly<Record<string, (x: Tensor) => readonly Tensor[]>> = {
  'func.grad': (x) => [func.grad(f)(x)],
  'func.grad of a func.grad': (x) => [func.grad((y: Tensor) => func.grad(f)(y).square().sum())(x)],
  'func.gradAndValue': (x) => {
    const [gradient, value] = func.gradAndValue(f)(x)
    return [gradient, value]
  },
  'func.vjp': (x) => {
    const [output, pull] = func.vjp(many, [x])
    return [output, ...pull(x.cos())]
  },
  'func.jvp': (x) => [func.jvp(many, [x], [x.cos()])].flat() as Tensor[],
  'func.jacrev and func.jacfwd': (x) => [func.jacrev(many)(x.at([0, 1, 2])), func.jacfwd(many)(x.at([0, 1, 2]))],
  'func.hessian': (x) => [func.hessian(f)(x.at([0, 1, 2, 3]))],
  'func.vmap': (x) => [func.vmap((y: Tensor) => many(y).sum())(x.reshape([2, -1]))],
  'func.vmap of func.grad': (x) => [func.vmap(func.grad(f))(x.reshape([2, -1]))],
  'func.grad through a module': (x) => {
    const rows = x.reshape([-1, 3])
    return [func.grad((weight: Tensor) => F.linear(rows, weight).tanh().square().sum())(x.at([0, 1, 2]).unsqueeze(0))]
  },
  'autograd.grad with a graph of its own': (x) => {
    const y = x.mul(1).requiresGrad_()
    const [first] = autograd.grad(f(y), y, { createGraph: true }) as [Tensor]
    return autograd.grad(first.square().sum(), y) as Tensor[]
  },
  'backward twice, with a graph': (x) => [
    gradientOf(() => {
      const y = w.mul(x.at([0, 1, 2, 3, 4, 5]))
      const [first] = autograd.grad(f(y), y, { createGraph: true }) as [Tensor]
      return first.square().sum()
    }),
  ],
  'a checkpoint': (x) => [
    gradientOf(() =>
      autograd
        .checkpoint((v: Tensor) => v.mul(v).sin(), [w])
        .mul(x.at(0))
        .sum(),
    ),
  ],
  'a custom function': (x) => [
    gradientOf(() =>
      double(w.mul(x.at(1)))
        .square()
        .sum(),
    ),
  ],
  'gradients kept by results': (x) => {
    w.grad = null
    const middle = w.mul(x.at(0))
    middle.retainGrad()
    middle.exp().sum().backward()
    return [middle.grad as unknown as Tensor, (w.grad as unknown as Tensor).clone()]
  },
  'hooks that change gradients': (x) => [
    gradientOf(() => {
      const middle = w.mul(x.at(0))
      middle.registerHook((gradient) => gradient.mul(3))
      const last = middle.exp()
      last.gradFn?.registerPrehook(([gradient]) => [(gradient as Tensor).add(1)])
      return last.sum()
    }),
  ],
  'no gradients inside, and gradients inside of none': (x) => [
    noGrad(() => w.mul(x.at(0))),
    noGrad(() => enableGrad(() => gradientOf(() => w.square().mul(x.at(0)).sum()))),
    inferenceMode(() => w.mul(2).add(x.at(2))),
  ],
  'in-place operations with a history': (x) => [
    gradientOf(() => {
      const y = w.mul(x.at(0))
      y.at(0).mul_(3)
      y.add_(y.sum())
      y.setAt([1], w.at(2).mul(2))
      return y.sin().sum()
    }),
  ],
  'detached parts': (x) => [
    gradientOf(() =>
      w
        .mul(w.detach().mul(x.at(0)))
        .sum()
        .add(w.sum()),
    ),
  ],
  'indexing by tensors': (x) => [
    gradientOf(() =>
      w
        .at([[0, 5, 5]])
        .mul(x.at(0))
        .sum()
        .add(
          w
            .gather(0, tensor([1, 1, 2], { dtype: 'int32' }))
            .square()
            .sum(),
        ),
    ),
  ],
}

describe.each([
  ['small', 12],
  ['large', 3000],
])('on a %s argument', (_, size) => {
  test.each(Object.entries(programs).filter(([name]) => size < 100 || !/jac|hessian/.test(name)))('%s', (__, run) => {
    let runs = 0
    const step = compile((x: Tensor) => {
      runs++
      return run(x)
    })
    for (let i = 0; i < 3; i++) {
      const x = numbers(size).add(0.1 * i)
      const [actual, expected] = [step(x), run(x)]
      expect(actual.length).toBe(expected.length)
      actual.forEach((result, k) => {
        const wanted = (expected[k] as Tensor).detach()
        expect(result.shape).toEqual(wanted.shape)
        expect(result.allclose(wanted, 1e-4, { atol: 1e-5 }), `result ${k} of call ${i}: ${result}\ninstead of ${wanted}`).toBe(true)
      })
    }
    expect(runs).toBe(1)
  })
})

test('hooks, counters and whatever else is no tensor run once', () => {
  const seen: string[] = []
  const step = compile((x: Tensor) => {
    seen.push('function')
    const y = w.mul(x)
    y.registerHook(() => {
      seen.push('hook')
    })
    w.grad = null
    y.sum().backward()
    return y
  })
  for (let i = 0; i < 3; i++) step(numbers(6))
  expect(seen).toEqual(['function', 'hook'])
})

test('hooks of leaves from outside run when it is recorded, and change the gradient at each run', () => {
  const v = ones([3], { requiresGrad: true })
  let calls = 0
  const handle = v.registerHook((gradient) => {
    calls++
    return gradient.mul(10)
  })
  const step = compile((x: Tensor) => {
    v.grad = null
    v.mul(x).sum().backward()
  })
  for (let i = 1; i < 4; i++) {
    step(ones([3]).mul(i))
    expect(v.grad?.toArray()).toEqual([10 * i, 10 * i, 10 * i])
  }
  expect(calls).toBe(1)
  handle.remove()
})

describe('compiled functions inside', () => {
  const inner = compile((x: Tensor) => x.sin().mul(w.detach().at(0)).sum())
  const plain = (x: Tensor): Tensor => x.sin().mul(w.detach().at(0)).sum()
  const x = numbers(6)

  test.each<[string, (g: (x: Tensor) => Tensor) => Tensor]>([
    ['func.grad', (g) => func.grad(g)(x)],
    ['func.vmap', (g) => func.vmap(g)(numbers(12).reshape([3, 4]))],
    ['func.hessian', (g) => func.hessian(g)(x)],
    ['func.jvp', (g) => ([func.jvp(g, [x], [x])].flat() as Tensor[])[1] as Tensor],
    ['another compiled function', (g) => compile((y: Tensor) => g(y.mul(2)).add(g(y)))(x)],
    ['a checkpoint', (g) => gradientOf(() => autograd.checkpoint((v: Tensor) => g(v.mul(2)), [w]))],
    ['what is differentiated', (g) => gradientOf(() => g(w.mul(2)))],
  ])('%s', (_, use) => {
    for (let i = 0; i < 2; i++) expect(use(inner).allclose(use(plain))).toBe(true)
  })

  test('called from one that was recorded before it', () => {
    const outer = compile((y: Tensor) => inner(y).mul(2))
    expect(outer(x).allclose(plain(x).mul(2))).toBe(true)
    inner(x)
    expect(outer(x.add(1)).allclose(plain(x.add(1)).mul(2))).toBe(true)
  })

  test('leaves that are arguments, in a compiled function of a compiled function', () => {
    const deep = compile((y: Tensor) => compile((z: Tensor) => z.square().sum().backward())(y))
    const leaf = ones([4], { requiresGrad: true })
    deep(leaf)
    expect(leaf.grad?.toArray()).toEqual([2, 2, 2, 2])
  })
})

test('inference with a whole network, in both modes of it', () => {
  const model = new nn.Sequential(new nn.Linear(8, 16), new nn.BatchNorm1d(16), new nn.GELU(), new nn.Dropout(0.5), new nn.Linear(16, 4))
  const predict = compile((x: Tensor) => model.forward(x).softmax(1))
  const x = randn([5, 8])
  model.eval()
  for (let i = 0; i < 2; i++) {
    expect(noGrad(() => predict(x)).allclose(noGrad(() => model.forward(x).softmax(1)))).toBe(true)
    expect(inferenceMode(() => predict(x)).allclose(noGrad(() => model.forward(x).softmax(1)))).toBe(true)
    expect(predict(x).allclose(noGrad(() => model.forward(x).softmax(1)))).toBe(true)
  }
  model.train()
  expect(predict(x).equal(predict(x))).toBe(false)
  model.eval()
  expect(predict(x).equal(predict(x))).toBe(true)
})
