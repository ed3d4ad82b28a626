// autograd.functional: jacobian, hessian and the products, by backward on the tape.
import { expect, expectTypeOf, test } from 'vitest'
import { autograd, enableGrad, noGrad, ones, type Tensor, tensor, zeros } from 'wengert'

const { jacobian, hessian, vjp, jvp, hvp, vhp } = autograd.functional
const double = (data: number | number[] | number[][], requiresGrad = false): Tensor => tensor(data, { dtype: 'float64', requiresGrad })

test('jacobian: shape out + in', () => {
  const matrix = jacobian(
    (x: Tensor) => x.square().sum(1),
    double([
      [1, 2],
      [3, 4],
    ]),
  )
  expect(matrix.shape).toEqual([2, 2, 2])
  expect(matrix.toArray()).toEqual([
    [
      [2, 4],
      [0, 0],
    ],
    [
      [0, 0],
      [6, 8],
    ],
  ])
})

test('jacobian: nested for several inputs and outputs', () => {
  const x = double([1, 2])
  const y = double([3, 4])
  const byInput = jacobian((a: Tensor, b: Tensor) => a.exp().mul(2).add(b.mul(3)), [x, y])
  expect(byInput).toHaveLength(2)
  expect(byInput[1]?.toArray()).toEqual([
    [3, 0],
    [0, 3],
  ])
  const both = jacobian((a: Tensor, b: Tensor): [Tensor, Tensor] => [a.mul(b), a.sum()], [x, y])
  expect(both.map((row) => row.map((block) => block.shape))).toEqual([
    [
      [2, 2],
      [2, 2],
    ],
    [[2], [2]],
  ])
  expect(both[0][0].toArray()).toEqual([
    [3, 0],
    [0, 4],
  ])
  expect(both[1][1].toArray()).toEqual([0, 0])
  const rows = jacobian((a: Tensor): Tensor[] => [a, a.square()], x)
  expect(rows.map((block) => block.toArray())).toEqual([
    [
      [1, 0],
      [0, 1],
    ],
    [
      [2, 0],
      [0, 4],
    ],
  ])
})

test.each([false, true])('vectorize %s gives the same', (vectorize) => {
  const x = double([1, 2, 3])
  const f = (a: Tensor): Tensor[] => [a.cumsum(0).sin(), a.prod().reshape([1]), tensor([1, 2], { dtype: 'float64' })]
  const expected = jacobian(f, x)
  jacobian(f, x, { vectorize }).forEach((block, k) => {
    expect(block.allclose(expected[k] as Tensor)).toBe(true)
  })
  const curved = (a: Tensor): Tensor => a.pow(3).sum().mul(a.sum())
  expect(hessian(curved, x, { vectorize }).allclose(hessian(curved, x))).toBe(true)
})

test('results are detached unless createGraph', () => {
  const x = double([1, 2], true)
  const f = (a: Tensor): Tensor => a.pow(3)
  expect(jacobian(f, x).requiresGrad).toBe(false)
  expect(vjp(f, x, ones([2])).map((part) => part.requiresGrad)).toEqual([false, false])
  const [output, product] = jvp(f, x, double([1, 0]), { createGraph: true })
  expect([output.requiresGrad, product.requiresGrad]).toEqual([true, true])
  const matrix = jacobian(f, x, { createGraph: true })
  const [slope] = autograd.grad(matrix.sum(), x)
  expect(slope.toArray()).toEqual([6, 12])
  expect(x.grad).toBeNull()
})

test('createGraph also reaches tensors that the function captures', () => {
  const w = double([2, 3], true)
  const matrix = jacobian((x: Tensor) => x.square().mul(w), double([1, 2]), { createGraph: true })
  const [slope] = autograd.grad(matrix.sum(), w)
  expect(slope.toArray()).toEqual([2, 4])
})

test('an input that is also captured counts once', () => {
  const x = double(3, true)
  expect(jacobian((a: Tensor) => a.mul(x), x).item()).toBe(3)
})

test('vjp and jvp', () => {
  const x = double([
    [1, 2],
    [3, 4],
  ])
  const v = double([1, 10])
  expect(vjp((a: Tensor) => a.square().sum(1), x, v)[1].toArray()).toEqual([
    [2, 4],
    [60, 80],
  ])
  expect(jvp((a: Tensor) => a.square().sum(1), x, ones([2, 2], { dtype: 'float64' }))[1].toArray()).toEqual([6, 14])
  const [outputs, products] = vjp((a: Tensor, b: Tensor) => a.mul(2).add(b.mul(3)), [double([1, 1]), double([2, 2])], double([1, 2]))
  expect(outputs.toArray()).toEqual([8, 8])
  expect(products.map((part) => part.toArray())).toEqual([
    [2, 4],
    [3, 6],
  ])
  const [, tangents] = jvp((a: Tensor): [Tensor, Tensor] => [a.square(), a.sum()], double([1, 2]), double([1, 1]))
  expect(tangents.map((part) => part.toArray())).toEqual([[2, 4], 2])
  expect(vjp((a: Tensor) => a.sin(), double(0))[1].item()).toBe(1)
  expect(jvp((a: Tensor) => a.sin(), double(0))[1].item()).toBe(1)
})

test('hvp and vhp: H = A + Aᵀ of x·Ax', () => {
  const a = double([
    [1, 2],
    [5, 3],
  ])
  const f = (x: Tensor): Tensor => x.dot(a.mv(x))
  const x = double([1, 1])
  const v = double([1, -1])
  expect(hessian(f, x).toArray()).toEqual([
    [2, 7],
    [7, 6],
  ])
  for (const product of [hvp, vhp]) {
    const [output, along] = product(f, x, v)
    expect(output.item()).toBe(11)
    expect(along.toArray()).toEqual([-5, 1])
  }
  const mixed = hessian((p: Tensor, q: Tensor) => p.mul(q).sum(), [double([1, 2]), double([3, 4])])
  expect(mixed.map((row) => row.map((block) => block.toArray()))).toEqual([
    [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ],
    [
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0, 0],
        [0, 0],
      ],
    ],
  ])
})

test('they work under noGrad, and leave the mode alone', () => {
  noGrad(() => {
    expect(jacobian((x: Tensor) => x.square(), double([3])).toArray()).toEqual([[6]])
    expect(hvp((x: Tensor) => x.pow(3).sum(), double([2]), double([1]))[1].toArray()).toEqual([12])
    expect(autograd.isGradEnabled()).toBe(false)
  })
  expect(() =>
    jacobian(
      () => {
        throw new Error('inside')
      },
      double([1]),
    ),
  ).toThrow('inside')
  expect(autograd.isGradEnabled()).toBe(true)
  enableGrad(() => expect(vjp((x: Tensor) => x.mul(2), double(1))[1].requiresGrad).toBe(false))
})

test('without dependence: zeros, and strict throws', () => {
  const x = double([1, 2])
  const constant = (_: Tensor): Tensor => ones([3], { dtype: 'float64' })
  expect(jacobian(constant, x).toArray()).toEqual(zeros([3, 2]).toArray())
  expect(vjp(constant, x, ones([3]))[1].toArray()).toEqual([0, 0])
  expect(jvp(constant, x, x)[1].toArray()).toEqual([0, 0, 0])
  for (const run of [
    () => jacobian(constant, x, { strict: true }),
    () => vjp(constant, x, ones([3]), { strict: true }),
    () => jvp(constant, x, x, { strict: true }),
  ])
    expect(run).toThrow('output 0 does not depend on the inputs')
  const first = (a: Tensor, _: Tensor): Tensor => a.square().sum()
  expect(jacobian(first, [x, x])[1]?.toArray()).toEqual([0, 0])
  expect(() => jacobian(first, [x, x], { strict: true })).toThrow('output 0 does not depend on input 1')
  expect(() => vjp(first, [x, x], null, { strict: true })).toThrow('input 1')
  const linear = (a: Tensor): Tensor => a.sum()
  expect(hessian(linear, x).toArray()).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect(hvp(linear, x, x)[1].toArray()).toEqual([0, 0])
  expect(vhp(linear, x, x)[1].toArray()).toEqual([0, 0])
  for (const run of [
    () => hessian(linear, x, { strict: true }),
    () => hvp(linear, x, x, { strict: true }),
    () => vhp(linear, x, x, { strict: true }),
  ])
    expect(run).toThrow('the Jacobian by input 0 does not depend on the inputs')
  expect(() => jacobian(linear, x, { strict: true, createGraph: true })).toThrow('the Jacobian by input 0')
  expect(() => jacobian(linear, x, { strict: true, vectorize: true })).toThrow('strict and vectorize')
})

test('wrong use', () => {
  const x = double([1, 2])
  expect(() => hessian((a: Tensor) => a.square(), x)).toThrow('one tensor of one element, got [2]')
  expect(() => hvp(((a: Tensor) => [a.sum()]) as never, x, x)).toThrow('one tensor of one element, got 1 tensors')
  expect(() => vjp((a: Tensor) => a.square(), x)).toThrow('v can only be left out')
  expect(() => jvp((a: Tensor) => a.square(), x)).toThrow('v can only be left out')
  expect(() => vjp((a: Tensor) => a.square(), x, ones([3]))).toThrow('v must have shape [2], got [3]')
  expect(() => jvp((a: Tensor) => a.square(), x, [x, x])).toThrow('v must be 1 tensors, got 2')
  expect(() => jacobian((() => 3) as never, x)).toThrow('what the function returns must be a tensor or an array of tensors')
  expect(() => jacobian((a: Tensor) => a, [x, 3] as never)).toThrow('inputs must be a tensor or an array of tensors; number 1 is none')
  expect(() => jacobian(x as never, x)).toThrow('needs a function')
  expect(() => jacobian((a: Tensor) => a, x, { stritc: true } as never)).toThrow("Did you mean 'strict'?")
})

test('types follow inputs and outputs', () => {
  const x = zeros([2])
  expectTypeOf(jacobian((a: Tensor) => a, x)).toEqualTypeOf<Tensor>()
  expectTypeOf(jacobian((a: Tensor, b: Tensor) => a.add(b), [x, x])).toEqualTypeOf<[Tensor, Tensor]>()
  expectTypeOf(jacobian((a: Tensor): [Tensor, Tensor] => [a, a], x)).toEqualTypeOf<[Tensor, Tensor]>()
  expectTypeOf(hessian((a: Tensor, b: Tensor) => a.mul(b).sum(), [x, x])).toEqualTypeOf<[[Tensor, Tensor], [Tensor, Tensor]]>()
  const [output, product] = vjp((a: Tensor) => a, x, x)
  expectTypeOf(output).toEqualTypeOf<Tensor>()
  expectTypeOf(product).toEqualTypeOf<Tensor>()
  // @ts-expect-error two inputs, one parameter missing in the list
  expect(() => jacobian((a: Tensor, b: Tensor) => a.add(b), [x])).toThrow()
})
