// grad, gradAndValue, vjp: reverse mode as functions of functions.
import { expect, test } from 'vitest'
import { func, noGrad, ones, type Tensor, tensor } from 'wengert'
import { double, expectClose } from './close.ts'

const { grad, gradAndValue, vjp } = func

test('grad of sin, again and again', () => {
  const x = double(0.7)
  const derivatives = [grad((a: Tensor) => a.sin())]
  for (let order = 1; order < 4; order++) derivatives.push(grad(derivatives[order - 1]!))
  const expected = [Math.cos(0.7), -Math.sin(0.7), -Math.cos(0.7), Math.sin(0.7)]
  derivatives.forEach((derivative, order) => expect(derivative(x).item()).toBeCloseTo(expected[order]!, 12))
})

test('argnums: a number, several, negative', () => {
  const f = (x: Tensor, y: Tensor, z: Tensor) => x.mul(y).add(z.square()).sum()
  const [x, y, z] = [double([1, 2]), double([3, 4]), double([5, 6])]
  expect(grad(f)(x, y, z).toArray()).toEqual([3, 4])
  expect(grad(f, { argnums: 1 })(x, y, z).toArray()).toEqual([1, 2])
  expect(grad(f, { argnums: -1 })(x, y, z).toArray()).toEqual([10, 12])
  expect(grad(f, { argnums: [2, 0] })(x, y, z).map((g) => g.toArray())).toEqual([
    [10, 12],
    [3, 4],
  ])
  expect(grad(f, { argnums: [-3] })(x, y, z).map((g) => g.toArray())).toEqual([[3, 4]])
  expect(() => grad(f, { argnums: 3 })(x, y, z)).toThrow('grad: argnums 3 is out of range, there are 3 arguments.')
  expect(() => grad(f, { argnums: [] })(x, y, z)).toThrow('grad: argnums is empty')
  expect(() => grad(f, { argnums: [0, -3] })(x, y, z)).toThrow('name an argument twice')
})

test('any nested structure', () => {
  const loss = (params: { layers: { w: Tensor; b: Tensor | null }[]; scale: Tensor }, x: Tensor) =>
    params.layers
      .reduce((h, { w, b }) => (b === null ? w.mv(h) : w.mv(h).add(b)), x)
      .sum()
      .mul(params.scale)
  const params = {
    layers: [
      {
        w: double([
          [1, 2],
          [3, 4],
        ]),
        b: double([1, 1]),
      },
      { w: double([[1, 0]]), b: null },
    ],
    scale: double(2),
  }
  const gradient = grad(loss)(params, double([1, 1]))
  expect(gradient.layers[0]!.w.toArray()).toEqual([
    [2, 2],
    [0, 0],
  ])
  expect(gradient.layers[0]!.b?.toArray()).toEqual([2, 0])
  expect(gradient.layers[1]!.w.toArray()).toEqual([[8, 16]])
  expect(gradient.layers[1]!.b).toBeNull()
  expect(gradient.scale.item()).toBe(4)
})

test('arguments that are no tensors pass through where nothing is differentiated by them', () => {
  const power = (x: Tensor, exponent: number, { scale }: { scale: number }) => x.pow(exponent).mul(scale)
  expect(grad(power)(double(2), 3, { scale: 10 }).item()).toBe(120)
  expect(() => grad(power, { argnums: 1 })(double(2), 3, { scale: 10 })).toThrow('grad: argument 1 is number 3, and only tensors')
})

test('hasAux and gradAndValue', () => {
  const f = (x: Tensor) => [x.square().sum(), { doubled: x.mul(2), note: 'text' }] as const
  const x = double([1, 2])
  const [gradient, aux] = grad(f, { hasAux: true })(x)
  expect(gradient.toArray()).toEqual([2, 4])
  expect([aux.doubled.toArray(), aux.note]).toEqual([[2, 4], 'text'])
  expect(aux.doubled.requiresGrad).toBe(false)
  const [slope, [value, more]] = gradAndValue(f, { hasAux: true })(x)
  expect([slope.toArray(), value.item(), more.doubled.toArray()]).toEqual([[2, 4], 5, [2, 4]])
  const [both, alone] = gradAndValue((a: Tensor) => a.square().sum())(x)
  expect([both.toArray(), alone.item()]).toEqual([[2, 4], 5])
  expect(() => grad((a: Tensor) => a.sum(), { hasAux: true })(x)).toThrow('must return [result, aux], got a tensor')
})

test('only scalars have a gradient', () => {
  const x = double([1, 2])
  expect(() => grad((a: Tensor) => a.mul(2))(x)).toThrow(
    'grad: the function must return a scalar, a tensor of shape [], got [2]. Sum it, or use vjp or jacrev.',
  )
  expect(() => grad((a: Tensor) => a.sum().reshape([1]))(x)).toThrow('got [1]')
  expect(() => grad(() => 3)()).toThrow('argnums 0 is out of range')
  expect(() => grad((_: Tensor) => 3)(x)).toThrow('grad: the function must return one tensor, got number 3.')
  expect(() => grad((a: Tensor) => [a.sum()])(x)).toThrow('got an array')
  expect(() => grad(async (a: Tensor) => a.sum())(x)).toThrow('got a Promise. Await before or after')
  expect(() => grad(x as never)).toThrow('grad: needs a function, got a tensor.')
  expect(() => grad((a: Tensor) => a, { argnum: 1 } as never)).toThrow("Did you mean 'argnums'?")
})

test('only float tensors can be differentiated by', () => {
  const f = (p: { n: Tensor }, x: Tensor) => p.n.mul(x).sum()
  const n = tensor([1, 2], { dtype: 'int32' })
  expect(() => grad(f)({ n }, double([1, 2]))).toThrow('grad: argument 0.n is int32, and only float tensors have gradients.')
  expect(grad(f, { argnums: 1 })({ n }, double([1, 2])).toArray()).toEqual([1, 2])
  expect(() => grad((x: Tensor[]) => x[0]!)([])).toThrow('argument 0 has no tensor')
})

test('without dependence the gradient is zero', () => {
  expect(grad((_: Tensor) => tensor(3))(double([1, 2])).toArray()).toEqual([0, 0])
  expect(grad((x: Tensor) => x.sum().to('int32'))(double([1, 2])).toArray()).toEqual([0, 0])
  expect(grad((x: Tensor, _: Tensor) => x.sum(), { argnums: [0, 1] })(double([1]), double([2]))[1].toArray()).toEqual([0])
  expect(grad((x: Tensor) => x)(double(3)).item()).toBe(1)
})

test('a gradient has the dtype and shape of its argument', () => {
  const gradients = grad((x: Tensor, y: Tensor) => x.mul(y).sum(), { argnums: [0, 1] })(ones([1, 3]), ones([2, 1], { dtype: 'float64' }))
  expect(gradients.map((g) => [g.dtype, g.shape])).toEqual([
    ['float32', [1, 3]],
    ['float64', [2, 1]],
  ])
})

test('what is given keeps its state', () => {
  const x = double([1, 2], true)
  const gradient = grad((a: Tensor) => a.square().sum())(x)
  expect(x.grad).toBeNull()
  expect(gradient.toArray()).toEqual([2, 4])
  const detached = double([1, 2])
  const again = grad((a: Tensor) => a.square().sum())(detached)
  expect([detached.requiresGrad, again.requiresGrad]).toEqual([false, false])
})

test('vjp: one pullback, many cotangents', () => {
  let runs = 0
  const [output, vjpFn] = vjp(
    (x: Tensor, p: { y: Tensor }) => {
      runs++
      return { product: x.mul(p.y), list: [x.sum()] }
    },
    [double([1, 2]), { y: double([3, 4]) }],
  )
  expect(output.product.toArray()).toEqual([3, 8])
  const first = vjpFn({ product: double([1, 0]), list: [double(0)] })
  expect([first[0].toArray(), first[1].y.toArray()]).toEqual([
    [3, 0],
    [1, 0],
  ])
  const second = vjpFn({ product: double([0, 1]), list: [double(5)] })
  expect([second[0].toArray(), second[1].y.toArray()]).toEqual([
    [5, 9],
    [0, 2],
  ])
  expect(runs).toBe(1)
})

test('vjp: aux, and what does not fit', () => {
  const [, vjpFn, aux] = vjp((x: Tensor) => [x.sin(), x.cos()] as const, [double([0, 1])], { hasAux: true })
  expectClose(aux, [1, Math.cos(1)])
  expectClose(vjpFn(double([1, 0]))[0], [1, 0])
  const [, pull] = vjp((x: Tensor) => [x, { y: x.sum() }] as const, [double([1, 2])])
  const wrong = pull as (cotangent: unknown) => unknown
  expect(() => wrong(double([1, 2]))).toThrow('vjp: the cotangent must be an array of 2, got a tensor.')
  expect(() => wrong([double([1, 2]), { z: double(1) }])).toThrow('vjp: the cotangent[1] must be an object with y, got an object with z.')
  expect(() => wrong([double([1, 2]), { y: null }])).toThrow('vjp: the cotangent[1].y must be a tensor, got null.')
  expect(() => wrong([double([1]), { y: double(1) }])).toThrow('has shape [1], but the output has [2]')
  expect(() => vjp((x: Tensor) => x, double(1) as never)).toThrow('vjp: primals must be an array')
  expect(() => vjp((x: Tensor) => [x, 3], [double(1)])).toThrow('vjp: the function must return tensors, got number 3 at [1].')
  expect(() => vjp((x: Tensor) => x, [tensor([1], { dtype: 'int32' })])).toThrow('vjp: primals[0] is int32')
})

test('noGrad inside makes a constant, noGrad outside has no effect', () => {
  const x = double(3)
  const f = (a: Tensor) => a.square().sub(noGrad(() => a.square()))
  expect(grad(f)(x).item()).toBe(6)
  expect(noGrad(() => grad((a: Tensor) => a.square())(x)).item()).toBe(6)
  expect(noGrad(() => grad(grad((a: Tensor) => a.pow(3)))(x)).item()).toBe(18)
})

test('noGrad around an inner gradient makes it a constant of the outer level', () => {
  const x = double(2)
  // inside noGrad the inner gradient is computed, but the outer level does not see how
  expect(grad((a: Tensor) => noGrad(() => grad((b: Tensor) => b.pow(3))(a)))(x).item()).toBe(0)
})

test('in-place changes inside f', () => {
  const f = (x: Tensor) => {
    const y = x.mul(2)
    y.mul_(x).add_(1)
    y.at(0).mul_(3)
    return y.sum()
  }
  const g = (x: Tensor) => {
    const y = x.mul(0)
    y.copy_(x.square())
    y.setAt([1], x.at(0))
    return y.sum()
  }
  expect(grad(f)(double([1, 2])).toArray()).toEqual([12, 8])
  expect(grad(g)(double([3, 4])).toArray()).toEqual([7, 0])
})

test('tensors that are captured and require grad get theirs from backward()', () => {
  const w = double([2, 3], true)
  const gradient = grad((x: Tensor) => x.square().mul(w).sum())(double([1, 2]))
  expect(gradient.toArray()).toEqual([4, 12])
  expect(gradient.requiresGrad).toBe(true)
  gradient.sum().backward()
  expect(w.grad?.toArray()).toEqual([2, 4])
})

test('the argument itself may require grad: backward() through grad', () => {
  const x = double([1, 2], true)
  const gradient = grad((a: Tensor) => a.pow(3).sum())(x)
  gradient.sum().backward()
  expect(x.grad?.toArray()).toEqual([6, 12])
})

test('an error inside f leaves nothing behind', () => {
  const fails = (_: Tensor): Tensor => {
    throw new Error('inside')
  }
  expect(() => grad(fails)(double(1))).toThrow('inside')
  expect(() => grad((x: Tensor) => grad(fails)(x))(double(1))).toThrow('inside')
  expect(() => vjp(fails, [double(1)])).toThrow('inside')
  expect(grad(grad((x: Tensor) => x.pow(3)))(double(2)).item()).toBe(12)
  const x = double(2, true)
  x.square().backward()
  expect(x.grad?.item()).toBe(4)
})
