// jvp and linearize: forward mode as functions of functions.
import { expect, test } from 'vitest'
import { func, noGrad, type Tensor, tensor, zeros } from 'wengert'
import { double, expectClose } from './close.ts'

const { grad, jvp, linearize, vjp } = func

test('jvp of x³ at 2', () => {
  const [value, tangent] = jvp((x: Tensor) => x.pow(3), [double(2)], [double(1)])
  expect([value.item(), tangent.item()]).toEqual([8, 12])
})

test('structures, several arguments, and tangents that are zero', () => {
  const f = (p: { w: Tensor; b: Tensor }, x: Tensor) => ({ y: p.w.mv(x).add(p.b), norm: p.b.square().sum() })
  const primals = [
    {
      w: double([
        [1, 2],
        [3, 4],
      ]),
      b: double([1, 1]),
    },
    double([1, 10]),
  ] as const
  const [value, tangent] = jvp(f, [...primals], [{ w: zeros([2, 2]), b: double([1, 2]) }, double([1, 0])])
  expect(value.y.toArray()).toEqual([22, 44])
  expect(tangent.y.toArray()).toEqual([2, 5])
  expect(tangent.norm.item()).toBe(6)
})

test('no dependence: zeros, and strict throws', () => {
  const constant = (_: Tensor) => [tensor([1, 2]), tensor(3, { dtype: 'int32' })] as const
  const [, [first, second]] = jvp(constant, [double(1)], [double(1)])
  expect([first.toArray(), second.item()]).toEqual([[0, 0], 0])
  expect(() => jvp(constant, [double(1)], [double(1)], { strict: true })).toThrow('jvp: output 0 does not depend on the primals')
})

test('hasAux', () => {
  const [value, tangent, aux] = jvp((x: Tensor) => [x.square(), { x, note: 1 }] as const, [double(3)], [double(1)], { hasAux: true })
  expect([value.item(), tangent.item(), aux.x.item(), aux.note]).toEqual([9, 6, 3, 1])
})

test('what does not fit', () => {
  const f = (x: Tensor) => x
  expect(() => jvp(f, double(1) as never, [double(1)])).toThrow('jvp: primals must be an array')
  expect(() => jvp(f, [double(1)], double(1) as never)).toThrow('jvp: tangents must be an array')
  expect(() => jvp(f, [double(1)], [] as never)).toThrow('jvp: tangents must be an array of 1, got an array of 0.')
  expect(() => jvp(f, [double([1, 2])], [double(1)])).toThrow('the tangent has shape [], but the primal has [2]')
  expect(() => jvp(f, [tensor([1], { dtype: 'int32' })], [double([1])])).toThrow('jvp: primals[0] is int32')
  expect(() => jvp((_: Tensor) => 'text', [double(1)], [double(1)])).toThrow('jvp: the function must return tensors, got string text.')
})

test('higher derivatives: jvp over jvp, over grad, under grad', () => {
  const x = double(0.5)
  const along = (f: (x: Tensor) => Tensor) => (a: Tensor) => jvp(f, [a], [double(1)])[1]
  expect(along(along(along((a) => a.sin())))(x).item()).toBeCloseTo(-Math.cos(0.5), 12)
  expect(along(grad((a: Tensor) => a.exp()))(x).item()).toBeCloseTo(Math.exp(0.5), 12)
  expect(grad(along((a) => a.pow(4)))(x).item()).toBeCloseTo(3, 12)
})

test('jvp of vjp and vjp of jvp: Hessian-vector products', () => {
  const f = (x: Tensor) => x.pow(3).sum().mul(x.sum())
  const [x, v] = [double([1, 2]), double([1, -1])]
  const hessian = func.hessian(f)(x)
  const expected = hessian.mv(v)
  const forwardOverReverse = jvp((a: Tensor) => vjp(f, [a])[1](double(1))[0], [x], [v])[1]
  const reverseOverForward = vjp((a: Tensor) => jvp(f, [a], [v])[1], [x])[1](double(1))[0]
  expectClose(forwardOverReverse, expected)
  expectClose(reverseOverForward, expected)
  expectClose(jvp(grad(f), [x], [v])[1], expected)
})

test('jvp under noGrad, and tangents that vanish when it is over', () => {
  expect(noGrad(() => jvp((x: Tensor) => x.square(), [double(3)], [double(1)])[1]).item()).toBe(6)
  let leaked: Tensor | null = null
  jvp(
    (x: Tensor) => {
      leaked = x.square()
      return x
    },
    [double(3)],
    [double(1)],
  )
  expect((leaked as unknown as Tensor).add(1).item()).toBe(10)
})

test('in-place inside f', () => {
  const f = (x: Tensor) => {
    const y = x.clone()
    y.mul_(y).at(0).mul_(10)
    const z = x.mul(0)
    z.copy_(y)
    return z
  }
  expect(jvp(f, [double([2, 3])], [double([1, 1])]).map((part) => part.toArray())).toEqual([
    [40, 9],
    [40, 6],
  ])
})

test('linearize runs f once', () => {
  let runs = 0
  const f = (x: Tensor, p: { y: Tensor }) => {
    runs++
    return { a: x.mul(p.y).sin(), b: [x.sum()] }
  }
  const primals = [double([1, 2]), { y: double([3, 4]) }] as const
  const [output, jvpFn] = linearize(f, [...primals])
  for (const tangents of [
    [double([1, 0]), { y: double([0, 0]) }],
    [double([0.5, -1]), { y: double([2, 3]) }],
  ] as const) {
    const before = runs
    const along = jvpFn(tangents[0], tangents[1])
    expect(runs).toBe(before)
    const [value, expected] = jvp(f, [...primals], [...tangents])
    expectClose(output.a, value.a)
    expectClose(along.a, expected.a)
    expectClose(along.b[0]!, expected.b[0]!)
  }
  expect(() => jvpFn(double([1, 2, 3]), { y: double([1, 2]) })).toThrow('the tangent has shape [3], but the primal has [2]')
  expect(() => (jvpFn as (x: Tensor) => unknown)(double([1, 2]))).toThrow('linearize: tangents must be an array of 2')
})

test('linearize inside other transforms, and without dependence', () => {
  const slope = (x: Tensor) => linearize((a: Tensor) => a.pow(3), [x])[1](double(1))
  expect(grad(slope)(double(2)).item()).toBe(12)
  const [, jvpFn] = linearize((x: Tensor) => x.square(), [double([1, 2])])
  expect(
    func
      .vmap(jvpFn)(
        double([
          [1, 0],
          [0, 1],
        ]),
      )
      .toArray(),
  ).toEqual([
    [2, 0],
    [0, 4],
  ])
  const [value, constant] = linearize((_: Tensor) => double([5, 6]), [double(1)])
  expect([value.toArray(), constant(double(1)).toArray()]).toEqual([
    [5, 6],
    [0, 0],
  ])
  expect(jvp(jvpFn, [double([1, 1])], [double([0, 1])])[1].toArray()).toEqual([0, 4])
})

test('an error inside f leaves nothing behind', () => {
  const fails = (_: Tensor): Tensor => {
    throw new Error('inside')
  }
  expect(() => jvp(fails, [double(1)], [double(1)])).toThrow('inside')
  expect(() => linearize(fails, [double(1)])).toThrow('inside')
  expect(jvp((x: Tensor) => x.square(), [double(3)], [double(1)])[1].item()).toBe(6)
})
