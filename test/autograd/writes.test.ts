// Mutation and the tape: what is allowed, what is recorded, what is caught.
import { describe, expect, test } from 'vitest'
import { noGrad, slice, tensor } from '../../src/index.ts'

describe('leaves', () => {
  test('that require grad cannot be changed while recording, nor through a view', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    expect(() => x.add_(1)).toThrow('a leaf of shape [2] that requires grad cannot be changed while operations are recorded')
    expect(() => x.at(0).add_(1)).toThrow('a view of a leaf')
    expect(x.toArray()).toEqual([1, 2])
    noGrad(() => x.add_(1))
    expect(x.toArray()).toEqual([2, 3])
  })
})

describe('writes are recorded', () => {
  test('on a result', () => {
    const x = tensor([1, 2, 3], { requiresGrad: true })
    const y = x.mul(2)
    y.mul_(y.detach().clone())
    y.sum().backward()
    expect(x.grad?.toArray()).toEqual([4, 8, 12])
  })

  test('through a view: scaling [0:2] by 10', () => {
    const x = tensor([1, 2, 3], { requiresGrad: true })
    const y = x.mul(1)
    y.at(slice(0, 2)).mul_(10)
    expect(y.gradFn?.name).toBe('CopySlices')
    y.sum().backward()
    expect(x.grad?.toArray()).toEqual([10, 10, 1])
  })

  test('y[1] = x[0] · 5', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = x.mul(1)
    y.setAt([1], x.at(0).mul(5))
    y.sum().backward()
    expect(x.grad?.toArray()).toEqual([6, 0])
  })

  test('a view sees the new history of its base', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const base = x.mul(1)
    const view = base.at(0)
    base.mul_(3)
    view.backward()
    expect(x.grad?.toArray()).toEqual([3, 0])
  })

  test('a constant base joins the graph', () => {
    const w = tensor(4, { requiresGrad: true })
    const base = tensor([1, 2, 3])
    base.at(1).mul_(w)
    expect(base.requiresGrad).toBe(true)
    base.sum().backward()
    expect(w.grad?.item()).toBe(2)
  })

  test('to second order', () => {
    const x = tensor([1, 2, 3], { dtype: 'float64', requiresGrad: true })
    const y = x.square()
    y.at(slice(1, 3)).mul_(x.at(slice(0, 2)))
    const gradient = () => x.grad?.toArray() // assigning null below would narrow x.grad
    const total = y.sum() // x0² + x1² x0 + x2² x1
    total.backward({ createGraph: true })
    expect(gradient()).toEqual([2 + 4, 4 + 9, 12])
    const first = x.grad
    x.grad = null
    first?.sum().backward()
    expect(gradient()).toEqual([2 + 4, 4 + 2 + 6, 6 + 4])
  })
})

describe('versions', () => {
  test('a changed value that backward needs is an error that says what to do', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = x.exp()
    y.add_(1)
    expect(() => y.sum().backward()).toThrow(
      'backward: a tensor of shape [2] that ExpBackward0 needs was changed in place by add_: it is at version 1; expected version 0. Use the form without underscore, or clone it first.',
    )
  })

  test('a change through detach or a view is caught, too', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = x.mul(1)
    const z = y.mul(y)
    y.detach().zero_()
    expect(() => z.sum().backward()).toThrow('changed in place')
  })

  test('a change of what was not saved is fine', () => {
    const x = tensor([1, 2], { requiresGrad: true })
    const y = x.mul(1)
    const z = y.add(3)
    y.mul_(2)
    z.sum().backward()
    expect(x.grad?.toArray()).toEqual([1, 1])
  })
})

describe('overlap', () => {
  test('a write that reads the same memory reads it first', () => {
    const x = tensor([1, 2, 3, 4])
    x.at(slice(1, 4)).copy_(x.at(slice(0, 3)))
    expect(x.toArray()).toEqual([1, 1, 2, 3])
    const square = tensor([
      [1, 2],
      [3, 4],
    ])
    square.add_(square.t())
    expect(square.toArray()).toEqual([
      [2, 5],
      [5, 8],
    ])
  })

  test('an expanded tensor cannot be written to', () => {
    const x = tensor([1]).expand([3])
    expect(() => x.add_(1)).toThrow('several elements of an expanded tensor are one place in memory. Clone it before writing.')
  })
})
