// jacrev, jacfwd, hessian: whole Jacobians, in the structure of outputs and inputs.
import { expect, test } from 'vitest'
import { func, randn, stack, type Tensor, tensor } from 'wengert'
import { double, expectClose } from './close.ts'

const { hessian, jacfwd, jacrev } = func
/** Both, under the options that they share. */
const jacobians: readonly (typeof jacrev)[] = [jacrev, jacfwd as typeof jacrev]

test('jacrev and jacfwd of sin', () => {
  const x = double([0, 1, 2])
  const expected = [
    [1, 0, 0],
    [0, Math.cos(1), 0],
    [0, 0, Math.cos(2)],
  ]
  for (const jacobian of jacobians) expectClose(jacobian((a: Tensor) => a.sin())(x), expected)
})

test('shape out + in', () => {
  const f = (x: Tensor) => x.square().sum(1)
  const x = double([
    [1, 2, 3],
    [4, 5, 6],
  ])
  for (const jacobian of jacobians) {
    const matrix = jacobian(f)(x)
    expect(matrix.shape).toEqual([2, 2, 3])
    expect(matrix.toArray()).toEqual([
      [
        [2, 4, 6],
        [0, 0, 0],
      ],
      [
        [0, 0, 0],
        [8, 10, 12],
      ],
    ])
    expect(jacobian((a: Tensor) => a.sum())(x).shape).toEqual([2, 3])
    expect(jacobian((a: Tensor) => a.mul(double([1, 2])))(double(3)).toArray()).toEqual([1, 2])
  }
})

test('structures: the input nested in the output', () => {
  const f = (p: { w: Tensor; b: Tensor }, x: Tensor) => ({ y: [p.w.mul(x).add(p.b)], total: x.sum() })
  const p = { w: double([2, 3]), b: double([1, 1]) }
  const x = double([5, 7])
  for (const jacobian of jacobians) {
    const one = jacobian(f)(p, x)
    expect(one.y[0]?.w.toArray()).toEqual([
      [5, 0],
      [0, 7],
    ])
    expect(one.total.b.toArray()).toEqual([0, 0])
    const both = jacobian(f, { argnums: [1, 0] })(p, x)
    expect(both.y[0]?.[0].toArray()).toEqual([
      [2, 0],
      [0, 3],
    ])
    expect(both.y[0]?.[1].b.toArray()).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(both.total[0].toArray()).toEqual([1, 1])
    expect(jacobian(f, { argnums: -1 })(p, x).total.toArray()).toEqual([1, 1])
  }
})

test('hasAux', () => {
  const f = (x: Tensor) => [x.square(), { twice: x.mul(2), note: 1 }] as const
  for (const jacobian of jacobians) {
    const [matrix, aux] = jacobian(f, { hasAux: true })(double([1, 2]))
    expect(matrix.toArray()).toEqual([
      [2, 0],
      [0, 4],
    ])
    expect([aux.twice.toArray(), aux.note]).toEqual([[2, 4], 1])
  }
})

test.each([1, 2, 3, 4, 7, 100])('jacrev in chunks of %i rows', (chunkSize) => {
  const f = (x: Tensor) => [x.cumsum(0).sin(), x.prod(), x.mul(x.sum())]
  const x = double([1, 2, 3])
  const expected = jacrev(f)(x)
  jacrev(f, { chunkSize })(x).forEach((block, k) => expectClose(block, expected[k] as Tensor))
})

test('no dependence: zeros; no outputs; wrong use', () => {
  const constant = (_: Tensor) => double([1, 2])
  for (const jacobian of jacobians) {
    expect(jacobian(constant)(double([1, 2, 3])).toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(() => jacobian((_: Tensor) => 3)(double(1))).toThrow('must return tensors, got number 3')
    expect(() => jacobian((x: Tensor) => x)(tensor([1], { dtype: 'int32' }))).toThrow('argument 0 is int32')
    expect(() => jacobian((x: Tensor) => x, { argnums: 1 })(double(1))).toThrow('argnums 1 is out of range')
  }
  expect(jacrev((x: Tensor) => x.narrow(0, 0, 0))(double([1, 2])).shape).toEqual([0, 2])
  expect(() => jacrev((x: Tensor) => x, { chunkSize: 0 })).toThrow('jacrev: chunkSize must be at least 1, got 0.')
})

test('jacfwd draws as randomness says', () => {
  const noisy = (x: Tensor) => x.mul(randn([], { dtype: 'float64' }))
  expect(() => jacfwd(noisy)(double([1, 2]))).toThrow('randomness')
  const matrix = jacfwd(noisy, { randomness: 'same' })(double([1, 2])).toArray() as number[][]
  expect(matrix[0]?.[0]).toBe(matrix[1]?.[1])
})

test('the Jacobian of a residual: spherical coordinates', () => {
  const f = (p: Tensor) => {
    const [r, theta, phi] = p.unbind(0) as [Tensor, Tensor, Tensor]
    return stack([r.mul(theta.sin()).mul(phi.cos()), r.mul(theta.sin()).mul(phi.sin()), r.mul(theta.cos())])
  }
  const [r, t, p] = [2, 0.6, 1.1]
  const [st, ct, sp, cp] = [Math.sin(t), Math.cos(t), Math.sin(p), Math.cos(p)]
  const expected = [
    [st * cp, r * ct * cp, -r * st * sp],
    [st * sp, r * ct * sp, r * st * cp],
    [ct, -r * st, 0],
  ]
  for (const jacobian of jacobians) expectClose(jacobian(f)(double([r, t, p])), expected)
})

test('hessian of x·Ax is A + Aᵀ', () => {
  const a = double([
    [1, 2, 0],
    [5, 3, 1],
    [0, 0, 7],
  ])
  const f = (x: Tensor) => x.dot(a.mv(x))
  const x = double([1, -1, 2])
  const expected = a.add(a.T)
  expectClose(hessian(f)(x), expected)
  expectClose(jacrev(jacrev(f))(x), expected)
  expectClose(jacfwd(jacfwd(f))(x), expected)
  expectClose(jacrev(jacfwd(f))(x), expected)
})

test('hessian: several arguments, structures, outputs with dims', () => {
  const f = (x: Tensor, p: { y: Tensor }) => x.square().mul(p.y).sum()
  const blocks = hessian(f, { argnums: [0, 1] })(double([1, 2]), { y: double([3, 4]) })
  expect(blocks[0][0].toArray()).toEqual([
    [6, 0],
    [0, 8],
  ])
  expect(blocks[0][1].y.toArray()).toEqual([
    [2, 0],
    [0, 4],
  ])
  expect(blocks[1].y[0].toArray()).toEqual([
    [2, 0],
    [0, 4],
  ])
  expect(blocks[1].y[1].y.toArray()).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect(hessian((x: Tensor) => x.pow(3))(double([1, 2])).shape).toEqual([2, 2, 2])
})

test('an error inside f leaves nothing behind', () => {
  const fails = (_: Tensor): Tensor => {
    throw new Error('inside')
  }
  for (const run of [() => jacrev(fails)(double(1)), () => jacfwd(fails)(double(1)), () => hessian(fails)(double(1))])
    expect(run).toThrow('inside')
  expect(hessian((x: Tensor) => x.pow(2).sum())(double([1])).toArray()).toEqual([[2]])
})
