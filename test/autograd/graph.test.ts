// What the tape keeps and what it does not; the walk.
import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { RecordedNode } from '../../src/autograd/index.ts'
import { autograd, noGrad, randn, type Tensor, tensor, zeros } from '../../src/index.ts'
import { collect } from './collect.ts'

describe('what a node keeps alive', () => {
  test('x.add(y).add(z) keeps no intermediate', () => {
    const x = randn([1000], { requiresGrad: true })
    let intermediate: WeakRef<Tensor> | undefined
    const make = () => {
      const sum = x.add(1)
      intermediate = new WeakRef(sum)
      return sum.add(2)
    }
    const result = make()
    collect()
    expect(intermediate?.deref() === undefined).toBe(true)
    result.sum().backward()
    expect(x.grad?.at(0).item()).toBe(1)
  })

  test('what a rule saved goes with backward', () => {
    const x = randn([1000], { requiresGrad: true })
    let intermediate: WeakRef<Tensor> | undefined
    const make = () => {
      const product = x.mul(x)
      intermediate = new WeakRef(product)
      return product.mul(product).sum()
    }
    const loss = make()
    collect()
    expect(intermediate?.deref() === undefined).toBe(false)
    loss.backward()
    collect()
    expect(intermediate?.deref() === undefined).toBe(true)
  })

  test('a product with a constant saves the constant only', () => {
    const x = randn([3], { requiresGrad: true })
    const product = x.mul(randn([3]))
    expect(Array.from((product.gradFn as RecordedNode).saved, (value) => value !== null)).toEqual([false, true, false])
  })
})

describe('work that is not done', () => {
  test('an input that requires no gradient has no edge', () => {
    const x = randn([3], { requiresGrad: true })
    const constant = randn([3])
    expect(constant.mul(2).gradFn).toBeNull()
    expect(x.mul(constant.exp()).gradFn?.nextFunctions.map(([node]) => node?.name ?? null)).toEqual(['AccumulateGrad', null])
  })

  test('grad walks only towards its inputs', () => {
    const x = tensor(2, { requiresGrad: true })
    const other = tensor(3, { requiresGrad: true })
    const side = other.exp()
    const loss = x.mul(side)
    noGrad(() => side.mul_(0)) // would make a walk through exp's rule throw
    const [slope] = autograd.grad(x.mul(2).add(other.mul(0)), x)
    expect(slope.item()).toBe(2)
    expect(() => loss.backward()).toThrow('changed in place')
  })
})

test('a node prints as PyTorch prints it', () => {
  const { gradFn } = tensor(2, { requiresGrad: true }).mul(3)
  expect([String(gradFn), inspect(gradFn)]).toEqual(['<MulBackward0>', '<MulBackward0>'])
})

describe('walking twice', () => {
  test('throws once what was saved is gone', () => {
    const x = tensor(2, { requiresGrad: true })
    const y = x.mul(x)
    y.backward()
    expect(() => y.backward()).toThrow('backward already went through this graph. Pass { retainGraph: true } the first time.')
  })

  test('works with retainGraph, and where nothing was saved', () => {
    const x = tensor(2, { requiresGrad: true })
    const y = x.mul(x)
    y.backward({ retainGraph: true })
    y.backward()
    expect(x.grad?.item()).toBe(8)
    const sum = x.add(1).sum()
    sum.backward()
    sum.backward()
    expect(x.grad?.item()).toBe(10)
  })
})

describe('accumulation', () => {
  test('starts null, adds in place, and never aliases', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = tensor([3, 4], { requiresGrad: true })
    expect(x.grad).toBeNull()
    const given = tensor([1, 1])
    x.add(y).backward(given)
    const first = x.grad
    x.add(y).backward(given)
    expect(x.grad).toBe(first)
    expect(first?.toArray()).toEqual([2, 2])
    expect(given.toArray()).toEqual([1, 1])
    expect(y.grad?.toArray()).toEqual([2, 2])
    x.mul(1).backward(given)
    expect([x.grad?.toArray(), y.grad?.toArray()]).toEqual([
      [3, 3],
      [2, 2],
    ])
  })

  test('has the dtype of its leaf', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = tensor([1, 2], { dtype: 'float64', requiresGrad: true })
    x.mul(y).sum().backward()
    expect([x.grad?.dtype, y.grad?.dtype]).toEqual(['float32', 'float64'])
  })

  test('backward({ inputs }) accumulates there only', () => {
    const x = tensor(2, { requiresGrad: true })
    const y = tensor(3, { requiresGrad: true })
    x.mul(y).backward({ inputs: [y] })
    expect([x.grad, y.grad?.item()]).toEqual([null, 2])
    expect(() => x.mul(y).backward({ inputs: [] })).toThrow('inputs is empty')
  })

  test('after an error no leaf has changed', () => {
    const x = tensor(2, { requiresGrad: true })
    const y = tensor(3, { requiresGrad: true })
    const broken = y.exp()
    const loss = x.mul(5).add(broken.mul(broken))
    noGrad(() => broken.zero_())
    expect(() => loss.backward()).toThrow('is at version 1; expected version 0')
    expect([x.grad, y.grad]).toEqual([null, null])
  })
})

describe('grad', () => {
  test('leaves .grad alone, weighs outputs, and names unused inputs', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const unused = tensor(1, { requiresGrad: true })
    const [g] = autograd.grad(x.square(), x, { gradOutputs: tensor([1, 10]) })
    expect(g.toArray()).toEqual([2, 40])
    expect(x.grad).toBeNull()
    expect(() => autograd.grad(x.sum(), unused)).toThrow('input 0 was not used')
    expect(autograd.grad(x.sum(), unused, { allowUnused: true })).toEqual([null])
    expect(autograd.grad(x.sum(), unused, { materializeGrads: true })[0].item()).toBe(0)
    expect(() => autograd.grad(x.square(), x)).toThrow('grad can be implicitly created only for scalar outputs')
    expect(() => autograd.grad(zeros([1]), x)).toThrow('requires no gradient')
  })

  test('derivatives of derivatives', () => {
    const x = tensor(2, { requiresGrad: true })
    const [first] = autograd.grad(x.pow(3), x, { createGraph: true })
    const [second] = autograd.grad(first, x, { createGraph: true })
    const [third] = autograd.grad(second, x)
    expect([first.item(), second.item(), third.item()]).toEqual([12, 12, 6])
    expect(third.requiresGrad).toBe(false)
  })

  test('of an intermediate', () => {
    const x = tensor(3, { requiresGrad: true })
    const square = x.mul(x)
    const [g] = autograd.grad(square.mul(2), square)
    expect(g.item()).toBe(2)
  })

  test('x · x.detach() has slope x', () => {
    const x = tensor(3, { requiresGrad: true })
    x.mul(x.detach()).backward()
    expect(x.grad?.item()).toBe(3)
  })
})
