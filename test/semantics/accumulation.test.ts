// What `.grad` holds after one backward and after several, in which shape and dtype, and whose memory it is.
import { describe, expect, test } from 'vitest'
import { autograd, GradError, nn, optim, type Tensor, tensor } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

describe('Accumulation', () => {
  test('.grad starts as null', () => {
    const x = leaf([1, 2])
    expect(x.grad).toBeNull()
    x.mul(2)
    expect(x.grad).toBeNull()
  })

  test('a second backward adds to .grad', () => {
    const x = leaf([1, 2])
    x.mul(2).sum().backward()
    expect(values(x.grad)).toEqual([2, 2])
    x.square().sum().backward()
    expect(values(x.grad)).toEqual([4, 6])
  })

  test('without createGraph it adds in place: .grad stays the same object', () => {
    const x = leaf([1, 2])
    x.sum().backward()
    const first = x.grad as Tensor
    x.sum().backward()
    expect(x.grad).toBe(first)
    expect(values(first)).toEqual([2, 2])
    expect(first.requiresGrad).toBe(false)
  })

  test('with createGraph .grad becomes a new tensor that can be differentiated', () => {
    const x = leaf(2)
    x.pow(3).backward({ createGraph: true })
    const first = x.grad as Tensor
    x.pow(3).backward({ createGraph: true })
    const second = x.grad as Tensor
    expect(second === first).toBe(false)
    expect([values(first), values(second), second.requiresGrad]).toEqual([12, 24, true])
    expect(autograd.grad(second, x)[0].item()).toBe(24)
  })

  test('a leaf that was not used keeps null', () => {
    const [x, unused] = [leaf(2), leaf(3)]
    x.mul(2).backward()
    expect([values(x.grad), unused.grad]).toEqual([2, null])
  })

  test('.grad is never the memory of the gradient that was passed in', () => {
    const x = leaf([1, 2])
    const given = constant([3, 4])
    x.backward(given)
    expect(x.grad === given).toBe(false)
    given.fill_(9)
    expect(values(x.grad)).toEqual([3, 4])
    x.grad?.zero_()
    expect(values(given)).toEqual([9, 9])
    const [y, z] = [leaf([1, 1]), leaf([1, 1])]
    y.add(z).backward(given)
    y.grad?.zero_()
    expect([values(z.grad), values(given)]).toEqual([
      [9, 9],
      [9, 9],
    ])
  })

  test('.grad is never the memory of a gradient that a hook or a custom function may have kept', () => {
    const kept: Tensor[] = []
    const keep = (gradients: readonly (Tensor | null)[]): null => {
      for (const gradient of gradients) if (gradient !== null) kept.push(gradient)
      return null
    }
    const same = autograd.customFunction({
      name: 'Same',
      forward: (_ctx, x: Tensor) => x.mul(1),
      backward: (_ctx, g: Tensor) => {
        keep([g])
        return g
      },
    })
    const watched: ((x: Tensor) => Tensor)[] = [
      (x) => {
        const y = x.add(1)
        y.registerHook((g) => void keep([g]))
        return y
      },
      (x) => {
        const y = x.add(1)
        y.gradFn?.registerPrehook((gradOutputs) => keep(gradOutputs))
        return y
      },
      (x) => {
        const y = x.add(1)
        y.gradFn?.registerHook((gradInputs) => keep(gradInputs))
        return y
      },
      (x) => same(x),
    ]
    for (const f of watched) {
      const x = leaf([1, 2])
      for (let i = 0; i < 3; i++)
        f(x)
          .mul(constant([3, 4]))
          .sum()
          .backward()
      expect(values(x.grad)).toEqual([9, 12])
    }
    expect(kept.length).toBe(12)
    for (const gradient of kept) expect(values(gradient)).toEqual([3, 4])
  })

  test('a .grad of another shape cannot be assigned', () => {
    const x = leaf([1, 2])
    expectError(
      () => {
        x.grad = constant([1, 2, 3])
      },
      GradError,
      '[2]',
      '[3]',
    )
    expect(x.grad).toBeNull()
  })

  test('a .grad of another dtype cannot be assigned', () => {
    const x = leaf([1, 2])
    expectError(
      () => {
        x.grad = tensor([1, 2])
      },
      GradError,
      'float64',
      'float32',
    )
    expect(x.grad).toBeNull()
  })

  test('zeroGrad() sets .grad to null, and to zeros only on request', () => {
    const x = leaf([1, 2])
    const optimizer = new optim.SGD([x], 0.1)
    x.sum().backward()
    optimizer.zeroGrad({ setToNull: false })
    expect(values(x.grad)).toEqual([0, 0])
    optimizer.zeroGrad()
    expect(x.grad).toBeNull()
    const layer = new nn.Linear(2, 1)
    layer
      .forward(tensor([[1, 2]]))
      .sum()
      .backward()
    expect(layer.weight.grad === null).toBe(false)
    layer.zeroGrad()
    expect(layer.weight.grad).toBeNull()
  })

  test('an optimizer refuses a parameter that is no leaf', () => {
    expectError(() => new optim.SGD([leaf([1, 2]).mul(2)], 0.1), GradError, 'SGD', 'result of an operation')
  })

  test('a gradient has the dtype of its input: float32 times float64 gives float32 and float64', () => {
    const single = tensor([1, 2], { requiresGrad: true })
    const double = leaf([3, 4])
    const product = single.mul(double)
    product.sum().backward()
    expect([product.dtype, single.grad?.dtype, double.grad?.dtype]).toEqual(['float64', 'float32', 'float64'])
    expect([values(single.grad), values(double.grad)]).toEqual([
      [3, 4],
      [1, 2],
    ])
  })

  test('the gradient of a broadcast input is summed back to its shape', () => {
    const [row, column, scalar] = [leaf([1, 2, 3]), leaf([[10], [20]]), leaf(7)]
    row.mul(column).mul(scalar).sum().backward()
    expect([values(row.grad), values(column.grad), values(scalar.grad)]).toEqual([[210, 210, 210], [[42], [42]], 180])
  })
})
