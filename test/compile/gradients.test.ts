// What compiled functions leave in `.grad`: whose it is, for how long, and what happens to what was there before.
import { describe, expect, test } from 'vitest'
import { arange, compile, memory, ones, type Tensor, tensor } from 'wengert'
import * as nn from 'wengert/nn'
import * as optim from 'wengert/optim'

const numbers = (size: number): Tensor => arange(size).mul(0.5).sub(1)
const gradientOf = (leaf: Tensor): Tensor => leaf.grad as Tensor
const list = (tensor: Tensor | null): unknown => tensor?.toArray() ?? null

describe.each([
  ['small', 5],
  ['large', 3000],
])('gradients of %s leaves', (_, size) => {
  const leaf = (): Tensor => ones([size], { requiresGrad: true })
  /** d(Σ w² x)/dw = 2 w x, and w is 1. */
  const expected = (x: Tensor): unknown => list(x.mul(2))

  test('that somebody holds are not changed later', () => {
    const w = leaf()
    const step = compile((x: Tensor) => {
      w.grad = null
      w.square().mul(x).sum().backward()
    })
    const held: [Tensor, unknown][] = []
    for (let i = 0; i < 4; i++) {
      const x = numbers(size).add(i)
      step(x)
      held.push([gradientOf(w), expected(x)])
      expect(gradientOf(w)).toBe(gradientOf(w))
    }
    for (const [gradient, wanted] of held) expect(list(gradient)).toEqual(wanted)
    gradientOf(w).zero_()
    expect(list(w.grad)).toEqual(list(numbers(size).mul(0).abs()))
    step(numbers(size))
    expect(list(w.grad)).toEqual(expected(numbers(size)))
  })

  test('that nobody reads in between', () => {
    const w = leaf()
    const step = compile((x: Tensor) => {
      w.grad = null
      w.square().mul(x).sum().backward()
    })
    for (let i = 0; i < 4; i++) step(numbers(size).add(i))
    expect(list(w.grad)).toEqual(expected(numbers(size).add(3)))
  })

  test('are added to in place, as eagerly: who holds them sees it', () => {
    const [w, v] = [leaf(), leaf()]
    const grow = (leaf: Tensor) => (x: Tensor) => leaf.square().mul(x).sum().backward()
    const step = compile(grow(w))
    const eager = grow(v)
    step(numbers(size))
    eager(numbers(size))
    const [held, wanted] = [gradientOf(w), gradientOf(v)]
    for (let i = 0; i < 3; i++) {
      step(numbers(size).add(i))
      eager(numbers(size).add(i))
      expect(gradientOf(v)).toBe(wanted)
      expect(gradientOf(w)).toBe(held)
      expect(list(held)).toEqual(list(wanted))
    }
    w.grad = null
    step(numbers(size))
    expect(list(w.grad)).toEqual(expected(numbers(size)))
    expect(list(held)).toEqual(list(wanted))
  })

  test('that were set by hand', () => {
    const w = leaf()
    const step = compile((x: Tensor) => w.square().mul(x).sum().backward())
    w.grad = numbers(size).mul(10)
    step(numbers(size))
    expect((gradientOf(w) as Tensor).allclose(numbers(size).mul(12))).toBe(true)
    w.grad = numbers(2 * size)
      .at('...')
      .reshape([size, 2])
      .at('...', 1)
    const before = gradientOf(w).clone()
    step(numbers(size))
    expect(gradientOf(w).allclose(before.add(numbers(size).mul(2)))).toBe(true)
  })

  test('that are set, changed, scaled and read inside', () => {
    const run = (w: Tensor) => (x: Tensor) => {
      w.grad = x.mul(0)
      w.square().mul(x).sum().backward()
      const before = gradientOf(w).clone()
      gradientOf(w).mul_(3)
      return [before, gradientOf(w), gradientOf(w).sum()]
    }
    const [w, v] = [leaf(), leaf()]
    const step = compile(run(w))
    for (let i = 0; i < 3; i++) {
      const [actual, wanted] = [step(numbers(size).add(i)), run(v)(numbers(size).add(i))]
      actual.forEach((result, k) => expect(result.allclose(wanted[k] as Tensor)).toBe(true))
      expect(gradientOf(w).allclose(gradientOf(v))).toBe(true)
    }
  })

  test('a gradient that is returned, and then changed', () => {
    const w = leaf()
    const step = compile((x: Tensor) => {
      w.grad = null
      w.square().mul(x).sum().backward()
      return gradientOf(w)
    })
    const first = step(numbers(size))
    const second = step(numbers(size).add(1))
    expect(list(first)).toEqual(expected(numbers(size)))
    expect(list(second)).toEqual(expected(numbers(size).add(1)))
    second.zero_() // a result is a copy, whatever it was inside
    expect(list(w.grad)).toEqual(expected(numbers(size).add(1)))
  })

  test('of one leaf to another', () => {
    const [w, v] = [leaf(), leaf()]
    const step = compile((x: Tensor) => {
      w.grad = null
      w.square().mul(x).sum().backward()
      v.grad = w.grad
    })
    step(numbers(size))
    expect(list(v.grad)).toEqual(expected(numbers(size)))
    expect(list(w.grad)).toEqual(expected(numbers(size)))
  })

  test('are there after another plan has run, after dispose(), and when the function is gone', () => {
    const w = leaf()
    let step: ReturnType<typeof compile<(x: Tensor) => void>> | null = compile((x: Tensor) => {
      w.grad = null
      w.square().mul(x).sum().backward()
    })
    step(numbers(size))
    step.dispose()
    expect(list(w.grad)).toEqual(expected(numbers(size)))
    step(numbers(size).add(1))
    const other = compile((x: Tensor) => x.exp().mul(x).sum())
    for (let i = 0; i < 10; i++) other(numbers(size + i))
    expect(list(w.grad)).toEqual(expected(numbers(size).add(1)))
    step(numbers(size).add(2))
    step = null
    for (let i = 0; i < 5; i++) {
      memory.collect()
      numbers(size + i).exp()
    }
    expect(list(w.grad)).toEqual(expected(numbers(size).add(2)))
  })

  test('are those that were there when recording fails', () => {
    const w = leaf()
    w.grad = numbers(size)
    const held = w.grad
    const step = compile((x: Tensor) => {
      w.grad = null
      w.square().mul(x).sum().backward()
      w.square().sum().backward()
      throw new Error('no')
    })
    expect(() => step(numbers(size))).toThrow('no')
    expect(w.grad).toBe(held)
    expect(list(w.grad)).toEqual(list(numbers(size)))
    expect(w.requiresGrad).toBe(true)
  })

  test('of two functions that take turns', () => {
    const w = leaf()
    const grow = (factor: number) => (x: Tensor) => w.square().mul(x).mul(factor).sum().backward()
    const [one, two] = [compile(grow(2)), compile(grow(3))]
    for (let i = 0; i < 3; i++) {
      w.grad = null
      one(numbers(size))
      two(numbers(size))
      one(numbers(size))
      expect(gradientOf(w).allclose(numbers(size).mul(14))).toBe(true)
    }
  })
})

test('parameters that get no gradient any more keep what eager would keep', () => {
  const [w, v] = [tensor([1, 2], { requiresGrad: true }), tensor([3, 4], { requiresGrad: true })]
  let usesBoth = true
  const model = { training: true }
  const step = compile((x: Tensor, both: boolean) => {
    const loss = both ? w.mul(v).mul(x).sum() : w.mul(x).sum()
    loss.backward()
    return model.training
  })
  for (let i = 0; i < 4; i++) {
    step(ones([2]), usesBoth)
    usesBoth = !usesBoth
  }
  expect([list(w.grad), list(v.grad)]).toEqual([
    [8, 10],
    [2, 4],
  ])
})

test('a step that reads gradients which another one left', () => {
  const model = new nn.Linear(3, 2)
  const optimizer = new optim.SGD(model.parameters(), 0.1)
  const forward = compile((x: Tensor) => {
    optimizer.zeroGrad()
    const loss = model.forward(x).square().sum()
    loss.backward()
    return loss
  })
  const clip = compile(() => nn.utils.clipGradNorm_(model.parameters(), 1e-3))
  const update = compile(() => optimizer.step())
  const twin = new nn.Linear(3, 2)
  twin.loadStateDict(model.stateDict())
  const other = new optim.SGD(twin.parameters(), 0.1)
  for (let i = 0; i < 3; i++) {
    const x = numbers(12).add(i).reshape([4, 3])
    forward(x)
    const norm = clip()
    update()
    other.zeroGrad()
    twin.forward(x).square().sum().backward()
    expect(norm.allclose(nn.utils.clipGradNorm_(twin.parameters(), 1e-3))).toBe(true)
    other.step()
    expect(model.weight.allclose(twin.weight)).toBe(true)
    expect(gradientOf(model.weight).allclose(gradientOf(twin.weight))).toBe(true)
  }
})
