// What `.grad` holds, whose memory it is, and that it survives what happens to its tensor.
import { describe, expect, test } from 'vitest'
import { autograd, noGrad, type Tensor, tensor } from '../../src/index.ts'

type Data = number | number[] | number[][]
const leaf = (data: Data): Tensor => tensor(data, { dtype: 'float64', requiresGrad: true })
const values = (x: Tensor | null): unknown => x?.toArray() ?? null

describe('retainGrad', () => {
  test('is nobody else’s memory', () => {
    const x = leaf([1, 1])
    const y = x.add(1)
    y.retainGrad()
    y.mul(3).sum().backward()
    x.grad?.zero_()
    expect(values(y.grad)).toEqual([3, 3])
    const z = x.add(1)
    z.retainGrad()
    const given = tensor([1, 1], { dtype: 'float64' })
    z.backward(given)
    given.fill_(7)
    expect(values(z.grad)).toEqual([1, 1])
  })

  test('accumulates as leaves do', () => {
    const x = leaf([1, 1])
    const y = x.add(1)
    y.retainGrad()
    const z = y.sum()
    for (let i = 0; i < 3; i++) z.backward({ retainGraph: true })
    expect(values(y.grad)).toEqual([3, 3])
  })

  test('as a target: once, and the given gradient stays as it is', () => {
    const x = leaf([1, 1])
    const y = x.add(1)
    y.retainGrad()
    const given = tensor([1, 1], { dtype: 'float64' })
    y.backward(given, { inputs: [y] })
    expect([values(y.grad), values(given)]).toEqual([
      [1, 1],
      [1, 1],
    ])
  })

  test('a target that is no leaf accumulates every time', () => {
    const x = leaf(2)
    const y = x.mul(1)
    const z = y.mul(5)
    const seen: unknown[] = []
    for (let i = 0; i < 3; i++) {
      z.backward({ inputs: [y], retainGraph: true })
      seen.push(values(y.grad))
    }
    expect(seen).toEqual([5, 10, 15])
  })

  test('moves on with an in-place operation', () => {
    const x = leaf([1, 1])
    const y = x.mul(1)
    y.retainGrad()
    y.mul_(3)
    y.sum().backward()
    expect(values(y.grad)).toEqual([1, 1])
  })
})

describe('requiresGrad off and on', () => {
  test('keeps the gradient, readable meanwhile', () => {
    const x = leaf([1, 2])
    x.sum().backward()
    x.requiresGrad = false
    expect(values(x.grad)).toEqual([1, 1])
    x.requiresGrad = true
    expect(values(x.grad)).toEqual([1, 1])
  })

  test('leaves recorded graphs connected', () => {
    const x = leaf([1, 2])
    const y = x.mul(2).sum()
    x.requiresGrad = false
    x.requiresGrad = true
    y.backward()
    expect(values(x.grad)).toEqual([2, 2])
  })

  test('a tensor that requires none may be given a gradient, but not itself', () => {
    const x = tensor([1, 2])
    x.grad = tensor([3, 4])
    expect(values(x.grad)).toEqual([3, 4])
    expect(() => {
      x.grad = x
    }).toThrow('a tensor cannot be its own gradient')
  })
})

describe('accumulation', () => {
  test('into an expanded gradient makes a new one', () => {
    const x = leaf([1, 1, 1])
    x.grad = tensor([1], { dtype: 'float64' }).expand([3])
    x.mul(tensor([1, 2, 3], { dtype: 'float64' }))
      .sum()
      .backward()
    expect(values(x.grad)).toEqual([2, 3, 4])
  })

  test('a given gradient is cast to the tensor’s dtype', () => {
    for (const dtype of ['float64', 'int32'] as const) {
      const x = tensor([1, 2], { requiresGrad: true })
      x.backward(tensor([3, 4], { dtype }))
      expect([x.grad?.dtype, values(x.grad)]).toEqual(['float32', [3, 4]])
    }
  })

  test('records nothing without createGraph, and everything with it', () => {
    const x = leaf([1, 2])
    const given = leaf([1, 1])
    x.add(0).backward(given)
    x.add(0).backward(given)
    expect(x.grad?.requiresGrad).toBe(false)
    const y = leaf(2)
    y.pow(3).backward({ createGraph: true })
    noGrad(() => y.pow(3)) // an unrelated mode in between
    const cube = y.pow(3)
    noGrad(() => cube.backward({ createGraph: true }))
    expect(y.grad?.requiresGrad).toBe(true)
    expect(autograd.grad(y.grad as Tensor, y)[0].item()).toBe(24)
  })

  test('with createGraph a gradient is not the memory that the new graph saved', () => {
    const u = leaf([1, 2])
    const v = leaf([0.5, 1])
    const c = leaf([3, 3])
    u.add(v.exp()).mul(c).sum().backward({ createGraph: true })
    const slope = v.grad as Tensor
    noGrad(() => u.grad?.zero_())
    const found = values(autograd.grad(slope.sum(), v)[0]) as readonly number[]
    found.forEach((value, i) => {
      expect(value).toBeCloseTo(3 * Math.exp([0.5, 1][i] as number), 12) // kernels round exp otherwise than the engine does
    })
  })

  test('a gradient has no history to be cut off', () => {
    const x = leaf([1, 2, 3, 4])
    x.reshape([2, 2]).mul(1).reshape([4]).sum().backward()
    expect(x.grad?.isLeaf).toBe(true)
    x.grad?.detach_()
    x.grad?.mul_(2)
    expect(values(x.grad)).toEqual([2, 2, 2, 2])
  })
})

describe('histories', () => {
  test('what a node saved keeps the history that it had', () => {
    const x = leaf(2)
    const y = x.exp()
    const z = y.mul(1)
    y.detach_()
    const [slope] = autograd.grad(z, x, { createGraph: true })
    expect(autograd.grad(slope, x)[0].item()).toBeCloseTo(Math.exp(2), 12)
  })

  test('an overwritten tensor has gradient zero for what it came from', () => {
    const x = leaf([1, 2])
    const y = x.mul(1)
    y.zero_()
    expect(values(autograd.grad(y.sum(), x)[0])).toEqual([0, 0])
  })

  test('a write through a view that only the root’s layout allows', () => {
    const a = leaf([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    const b = leaf([1, 2, 3, 4, 5, 6])
    const d = tensor(
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
      { dtype: 'float64' },
    )
      .t()
      .detach()
    d.copy_(a)
    d.t().reshape([6]).copy_(b)
    d.sum().backward()
    expect(values(a.grad)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    expect(values(b.grad)).toEqual([1, 1, 1, 1, 1, 1])
  })
})
