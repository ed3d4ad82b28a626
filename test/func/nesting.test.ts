// Transforms of transforms, in any order; against formulas, each other and finite differences.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { enableGrad, F, func, nn, noGrad, randn, stack, type Tensor, tensor } from 'wengert'
import { double, expectClose } from './close.ts'

const { functionalCall, grad, hessian, jacfwd, jacrev, jvp, linearize, vjp, vmap } = func

test('perturbations are not confused', () => {
  // d/dx x · d/dy (x + y) is 1, not 2
  const one = double(1)
  const derivative = (f: (x: Tensor) => Tensor) => (x: Tensor) => jvp(f, [x], [one])[1]
  for (const outer of [grad, derivative])
    for (const inner of [grad, derivative]) {
      const f = outer((x: Tensor) => x.mul(inner((y: Tensor) => x.add(y))(one)))
      expect(f(double(3)).item()).toBe(1)
      // d/dx of x · (d/dy x·y² at y = x) = d/dx 2x³
      expect(outer((x: Tensor) => x.mul(inner((y: Tensor) => x.mul(y.square()))(x)))(double(3)).item()).toBe(54)
    }
})

test('an inner level sees the values of an outer one as constants', () => {
  const f = (x: Tensor) => grad((y: Tensor) => x.square().mul(y))(x)
  expect(f(double(3)).item()).toBe(9)
  expect(grad(f)(double(3)).item()).toBe(6)
})

describe('per-sample gradients', () => {
  const loss = (params: Record<string, Tensor>, model: nn.Module & { forward(x: Tensor): Tensor }, x: Tensor, y: Tensor) =>
    F.crossEntropy(functionalCall(model, params, x.unsqueeze(0)), y.unsqueeze(0))

  const check = (model: nn.Module & { forward(x: Tensor): Tensor }, x: Tensor, y: Tensor): void => {
    const params = Object.fromEntries(model.namedParameters().map(([name, p]) => [name, p.detach()]))
    const perSample = vmap(
      grad((p: Record<string, Tensor>, xi: Tensor, yi: Tensor) => loss(p, model, xi, yi)),
      { inDims: [null, 0, 0] },
    )(params, x, y)
    expect(Object.keys(perSample)).toEqual(Object.keys(params))
    for (let i = 0; i < x.size(0); i++) {
      model.zeroGrad()
      F.crossEntropy(model.forward(x.narrow(0, i, 1)), y.narrow(0, i, 1)).backward()
      for (const [name, p] of model.namedParameters()) expectClose((perSample[name] as Tensor).at(i), p.grad as Tensor, 1e-4)
    }
  }

  test('of a small MLP', () => {
    const model = new nn.Sequential(new nn.Linear(5, 7), new nn.ReLU(), new nn.Linear(7, 3))
    check(model, randn([4, 5]), tensor([0, 2, 1, 1], { dtype: 'int32' }))
  })

  test('of a convolution with pooling', () => {
    const model = new nn.Sequential(new nn.Conv2d(1, 3, 3), new nn.ReLU(), new nn.MaxPool2d(2), new nn.Flatten(), new nn.Linear(27, 3))
    check(model, randn([3, 1, 8, 8]), tensor([0, 2, 1], { dtype: 'int32' }))
  })
})

test('grad of vmap is the sum of per-sample gradients', () => {
  const f = (w: Tensor, x: Tensor) => w.mul(x).sin().sum()
  const w = double([0.5, 1.5])
  const x = randn([4, 2], { dtype: 'float64' })
  const total = grad((v: Tensor) => vmap(f, { inDims: [null, 0] })(v, x).sum())(w)
  const each = vmap(grad(f), { inDims: [null, 0] })(w, x)
  expect(each.shape).toEqual([4, 2])
  expectClose(total, each.sum(0))
  expectClose(total, x.mul(w.mul(x).cos()).sum(0))
})

test('hessian of vmap, vmap of hessian', () => {
  const f = (x: Tensor) => x.pow(3).sum()
  const x = double([
    [1, 2],
    [3, 4],
  ])
  const each = vmap(hessian(f))(x)
  expect(each.toArray()).toEqual([
    [
      [6, 0],
      [0, 12],
    ],
    [
      [18, 0],
      [0, 24],
    ],
  ])
  const whole = hessian((y: Tensor) => vmap(f)(y).sum())(x)
  expect(whole.shape).toEqual([2, 2, 2, 2])
  for (const i of [0, 1]) expectClose(whole.at(i, '...').at('...', i, slice()), each.at(i))
})

const slice = () => [0, 1]

test('vmap over jvp, vjp, linearize; and those over vmap', () => {
  const f = (x: Tensor) => stack([x.sin().sum(), x.prod()])
  const x = randn([3, 2], { dtype: 'float64' })
  const v = randn([3, 2], { dtype: 'float64' })
  const jacobian = vmap(jacrev(f))(x)
  expectClose(vmap(jacfwd(f))(x), jacobian)
  const expected: Tensor = stack([0, 1, 2].map((i) => jacobian.at(i).mv(v.at(i))))
  expectClose(vmap((a: Tensor, t: Tensor) => jvp(f, [a], [t])[1])(x, v), expected)
  expectClose(vmap((a: Tensor, t: Tensor) => linearize(f, [a])[1](t))(x, v), expected)
  expectClose(jvp(vmap(f), [x], [v])[1], expected)
  expectClose(linearize(vmap(f), [x])[1](v), expected)
  const pulled = stack([0, 1, 2].map((i) => jacobian.at(i).t().mv(v.at(i))))
  expectClose(vmap((a: Tensor, u: Tensor) => vjp(f, [a])[1](u)[0])(x, v), pulled)
  expectClose(vjp(vmap(f), [x])[1](v)[0], pulled)
})

test('jacrev of vmap of grad; captured values of every level', () => {
  const f = (x: Tensor, y: Tensor) => x.square().mul(y).sum()
  const [x, y] = [
    double([1, 2]),
    double([
      [3, 4],
      [5, 6],
    ]),
  ]
  const g = (a: Tensor) => vmap((b: Tensor) => grad(f)(a, b))(y)
  const jacobian = jacrev(g)(x)
  expect(jacobian.shape).toEqual([2, 2, 2])
  expectClose(
    jacobian,
    stack(
      [0, 1].map((i) =>
        double([
          [2 * (y.at(i, 0).item() as number), 0],
          [0, 2 * (y.at(i, 1).item() as number)],
        ]),
      ),
    ),
  )
  expectClose(jacfwd(g)(x), jacobian)
})

test('a Hessian-vector product by five ways', () => {
  const f = (x: Tensor) =>
    x
      .exp()
      .mul(x.flip([0]))
      .sum()
  const [x, v] = [double([0.3, -0.2, 0.5]), double([1, 2, -1])]
  const expected = hessian(f)(x).mv(v)
  expectClose(jvp(grad(f), [x], [v])[1], expected)
  expectClose(grad((a: Tensor) => jvp(f, [a], [v])[1])(x), expected)
  expectClose(vjp(grad(f), [x])[1](v)[0], expected)
  expectClose(grad((a: Tensor) => grad(f)(a).dot(v))(x), expected)
  expectClose(linearize(grad(f), [x])[1](v), expected)
})

test('modes: each level has its own', () => {
  const cube = (a: Tensor) => a.pow(3)
  const x = double(2)
  expect(noGrad(() => grad(cube)(x)).item()).toBe(12)
  expect(grad((a: Tensor) => noGrad(() => enableGrad(() => cube(a))))(x).item()).toBe(12)
  // a constant of the inner level
  const inner = (a: Tensor) => grad((b: Tensor) => noGrad(() => b.square()).mul(b))(a)
  expect(inner(x).item()).toBe(4)
  expect(noGrad(() => vmap(grad(cube))(double([1, 2]))).toArray()).toEqual([3, 12])
})

test('detach inside a level is a constant of that level only', () => {
  const f = (a: Tensor) => a.mul(a.detach())
  expect(grad(f)(double(3)).item()).toBe(3)
  expect(grad(grad((a: Tensor) => a.square().mul(a.detach())))(double(3)).item()).toBe(6)
  expect(vmap(grad(f))(double([1, 2])).toArray()).toEqual([1, 2])
})

test('backward() inside a function that is mapped or differentiated leaves levels alone', () => {
  const w = double(2, true)
  grad((x: Tensor) => {
    w.square().backward()
    return x.square()
  })(double(3))
  expect(w.grad?.item()).toBe(4)
})

/** Functions of a vector of three, smooth everywhere. */
const smooth: readonly ((x: Tensor) => Tensor)[] = [
  (x) => x.sin(),
  (x) => x.mul(x.flip([0])),
  (x) => x.tanh().add(x.square()),
  (x) => x.cumsum(0).cos(),
  (x) => x.softmax(0),
  (x) => x.exp().mul(0.3).sub(x),
  (x) =>
    x
      .unsqueeze(0)
      .matmul(
        double([
          [1, 2, 0],
          [0, 1, -1],
          [0.5, 0, 1],
        ]),
      )
      .squeeze(0),
  (x) => x.at([2, 0, 1]).mul(x.mean()),
]
const weights = double([1, -2, 0.5])
/** From a function of a vector to another one of the same kind, and its value by finite differences. */
interface Transform {
  readonly apply: (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor
  readonly approximate: (f: (x: Tensor) => Tensor) => (x: Tensor) => Tensor
}
const step = 1e-4
const unit = (i: number): Tensor => double([0, 1, 2].map((j) => (i === j ? step : 0)))
const columns = (f: (x: Tensor) => Tensor) => (x: Tensor) =>
  stack(
    [0, 1, 2].map((i) =>
      f(x.add(unit(i)))
        .sub(f(x.sub(unit(i))))
        .div(2 * step),
    ),
    1,
  )
const rows = (x: Tensor) => stack([x, x.mul(2), x.sub(1)])
const transforms: Readonly<Record<string, Transform>> = {
  grad: { apply: (f) => grad((x: Tensor) => f(x).dot(weights)), approximate: (f) => (x) => columns(f)(x).t().mv(weights) },
  jvp: { apply: (f) => (x) => jvp(f, [x], [weights])[1], approximate: (f) => (x) => columns(f)(x).mv(weights) },
  vjp: { apply: (f) => (x) => vjp(f, [x])[1](weights)[0], approximate: (f) => (x) => columns(f)(x).t().mv(weights) },
  linearize: { apply: (f) => (x) => linearize(f, [x])[1](weights), approximate: (f) => (x) => columns(f)(x).mv(weights) },
  jacrev: { apply: (f) => (x) => jacrev(f)(x).sum(1), approximate: (f) => (x) => columns(f)(x).sum(1) },
  jacfwd: { apply: (f) => (x) => jacfwd(f)(x).sum(0), approximate: (f) => (x) => columns(f)(x).sum(0) },
  vmap: { apply: (f) => (x) => vmap(f)(rows(x)).sum(0), approximate: (f) => (x) => stack(rows(x).unbind(0).map(f)).sum(0) },
  columns: {
    apply: (f) => (x) => vmap(f, { inDims: 1, outDims: 1, chunkSize: 2 })(rows(x)).mean(1),
    approximate: (f) => (x) => stack(rows(x).unbind(1).map(f), 1).mean(1),
  },
}
const names = Object.keys(transforms)

test('a random composition of two transforms agrees with finite differences', () => {
  const inputs = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(
      fc.constantFrom(...names),
      fc.constantFrom(...names),
      fc.nat({ max: smooth.length - 1 }),
      fc.nat({ max: smooth.length - 1 }),
      inputs,
      (outer, inner, first, second, values) => {
        const f = (x: Tensor): Tensor => smooth[second]!(smooth[first]!(x))
        const [a, b] = [transforms[outer]!, transforms[inner]!]
        const x = double(values)
        expectClose(a.apply(b.apply(f))(x), a.approximate(b.approximate(f))(x), 1e-4)
      },
    ),
    { numRuns: 200 },
  )
})

test('a random composition of three agrees with the approximated outermost', () => {
  const inputs = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...names), { minLength: 3, maxLength: 3 }),
      fc.nat({ max: smooth.length - 1 }),
      inputs,
      (chosen, which, values) => {
        const [outer, middle, inner] = chosen.map((name) => transforms[name]!) as [Transform, Transform, Transform]
        const below = middle.apply(inner.apply(smooth[which]!))
        const x = double(values)
        expectClose(outer.apply(below)(x), outer.approximate(below)(x), 1e-4)
      },
    ),
    { numRuns: 100 },
  )
})
