// What backward() and grad() take, give, refuse, and in which order they walk.
import { describe, expect, test } from 'vitest'
import { autograd, GradError, noGrad, ShapeError, type Tensor, tensor } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

describe('backward and grad', () => {
  test('an output of one element has the gradient 1 by itself, whatever its rank', () => {
    for (const data of [3, [3], [[3]]]) {
      const x = leaf(data)
      x.square().backward()
      expect(x.grad?.item()).toBe(6)
      expect(x.grad?.shape).toEqual(x.shape)
    }
  })

  test('an output of more elements needs its gradient to be given', () => {
    const x = leaf([1, 2])
    for (const run of [() => x.square().backward(), () => autograd.grad(x.square(), x)])
      expectError(run, GradError, 'grad can be implicitly created only for scalar outputs', '[2]')
    expect(x.grad).toBeNull()
  })

  test('a given gradient has exactly the shape of its output; nothing is broadcast', () => {
    const x = leaf([[1, 2, 3]])
    for (const given of [constant(1), constant([1, 1, 1]), constant([[1]])]) {
      expectError(() => x.mul(2).backward(given), ShapeError, '[1, 3]', `[${given.shape.join(', ')}]`)
      expectError(() => autograd.grad(x.mul(2), x, { gradOutputs: given }), ShapeError, '[1, 3]')
    }
    expectError(() => x.sum().backward(constant([1])), ShapeError, '[1]', '[]')
    expect(x.grad).toBeNull()
  })

  test('a second backward throws once what was saved is freed', () => {
    const x = leaf(2)
    const y = x.mul(x)
    y.backward()
    expectError(() => y.backward(), GradError, 'MulBackward0', 'retainGraph: true')
    expect(values(x.grad)).toBe(4)
  })

  test('a graph of additions and sums, which save nothing, may be walked twice', () => {
    const x = leaf([1, 2])
    const y = x.add(x).add(1).sum()
    y.backward()
    y.backward()
    expect(values(x.grad)).toEqual([4, 4])
  })

  test('retainGraph keeps what was saved', () => {
    const x = leaf(2)
    const y = x.mul(x)
    y.backward({ retainGraph: true })
    y.backward()
    expect(values(x.grad)).toBe(8)
    expectError(() => y.backward(), GradError, 'retainGraph')
  })

  test('retainGraph is createGraph unless it is given', () => {
    const x = leaf(2)
    const y = x.pow(3)
    autograd.grad(y, x, { createGraph: true })
    expect(autograd.grad(y, x)[0].item()).toBe(12)
    const z = x.pow(3)
    autograd.grad(z, x, { createGraph: true, retainGraph: false })
    expectError(() => autograd.grad(z, x), GradError, 'retainGraph')
  })

  test('backward({ inputs }) accumulates into these inputs only', () => {
    const [x, y] = [leaf(2), leaf(3)]
    x.mul(y).backward({ inputs: [y] })
    expect([values(x.grad), values(y.grad)]).toEqual([null, 2])
    autograd.backward(x.mul(y), { inputs: [x] })
    expect([values(x.grad), values(y.grad)]).toEqual([3, 2])
  })

  test('the inputs of backward may be results', () => {
    const x = leaf(2)
    const y = x.mul(3)
    y.square().backward({ inputs: [y] })
    expect([values(y.grad), values(x.grad)]).toEqual([12, null])
  })

  test('an empty list of inputs makes backward throw', () => {
    const x = leaf(2)
    expectError(() => x.mul(3).backward({ inputs: [] }), GradError, 'inputs is empty')
    expect(x.grad).toBeNull()
  })

  test('backward works under noGrad', () => {
    const x = leaf(2)
    const y = x.pow(3)
    noGrad(() => y.backward())
    expect(values(x.grad)).toBe(12)
  })

  test('grad leaves every .grad alone', () => {
    const [x, y] = [leaf(2), leaf(3)]
    y.mul(1).backward()
    const before = y.grad
    const [byX, byY] = autograd.grad(x.mul(y), [x, y])
    expect([values(byX), values(byY)]).toEqual([3, 2])
    expect(x.grad).toBeNull()
    expect(y.grad).toBe(before)
    expect(values(before)).toBe(1)
  })

  test('grad sums over outputs', () => {
    const x = leaf([1, 2])
    const [slope] = autograd.grad([x.square().sum(), x.mul(10).sum()], x)
    expect(values(slope)).toEqual([12, 14])
  })

  test('gradOutputs weighs the outputs', () => {
    const x = leaf([1, 2])
    const [slope] = autograd.grad([x.square(), x.sum()], x, { gradOutputs: [constant([1, 10]), constant(100)] })
    expect(values(slope)).toEqual([102, 140])
    expect(values(autograd.grad([x.square(), x.sum()], x, { gradOutputs: [constant([1, 10]), null] })[0])).toEqual([3, 41])
  })

  test('grad throws for an input that was not used', () => {
    const [x, unused] = [leaf(2), leaf(3)]
    expectError(() => autograd.grad(x.mul(2), [x, unused]), GradError, 'input 1', 'not used', 'allowUnused')
  })

  test('allowUnused gives null for an input that was not used', () => {
    const [x, unused] = [leaf(2), leaf(3)]
    const [used, none] = autograd.grad(x.mul(2), [x, unused], { allowUnused: true })
    expect([values(used), none]).toEqual([2, null])
  })

  test('materializeGrads gives zeros for an input that was not used', () => {
    const [x, unused] = [leaf(2), leaf([3, 4])]
    const [used, zeros] = autograd.grad(x.mul(2), [x, unused], { materializeGrads: true })
    expect([values(used), values(zeros), zeros.dtype]).toEqual([2, [0, 0], 'float64'])
  })

  test('grad throws for an input that requires no grad', () => {
    const x = leaf(2)
    const c = constant(3)
    expectError(() => autograd.grad(x.mul(c), [x, c]), GradError, 'input 1', 'requires no gradient')
    expectError(() => autograd.grad(x.mul(c), c, { allowUnused: true }), GradError, 'requires no gradient')
  })

  test('an input of grad may be an intermediate result', () => {
    const x = leaf(2)
    const y = x.mul(3)
    const z = y.mul(1)
    const [byY, byX] = autograd.grad(y.square().add(z), [y, x])
    expect([values(byY), values(byX)]).toEqual([13, 39])
  })

  test('isGradsBatched gives the rows of a Jacobian in one walk', () => {
    const x = leaf([1, 2, 3])
    const y = x.square()
    const [rows] = autograd.grad(y, x, {
      gradOutputs: tensor(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        { dtype: 'float64' },
      ),
      isGradsBatched: true,
    })
    expect(values(rows)).toEqual([
      [2, 0, 0],
      [0, 4, 0],
      [0, 0, 6],
    ])
  })

  test('backward of a leaf itself adds what is given', () => {
    const x = leaf([1, 2])
    x.backward(constant([3, 4]))
    x.backward(constant([10, 20]))
    expect(values(x.grad)).toEqual([13, 24])
  })

  test('x times x.detach() has the gradient x, not 2x', () => {
    const x = leaf([3, 5])
    x.mul(x.detach()).sum().backward()
    expect(values(x.grad)).toEqual([3, 5])
  })

  test('each node runs once: forty doublings have the gradient 2^40 at once', () => {
    const x = leaf(1)
    let y: Tensor = x
    let visits = 0
    for (let i = 0; i < 40; i++) {
      y = y.add(y)
      y.gradFn?.registerHook(() => void visits++)
    }
    y.backward()
    expect([values(x.grad), visits]).toEqual([2 ** 40, 40])
  })

  test('a chain of a million operations does not overflow the stack', () => {
    const x = leaf(1)
    let y: Tensor = x
    for (let i = 0; i < 1_000_000; i++) y = y.add(1)
    y.backward()
    expect(values(x.grad)).toBe(1)
  })

  test('of the nodes that are ready, the latest created runs first', () => {
    const x = leaf(1)
    const order: string[] = []
    const noted = (name: string, y: Tensor): Tensor => {
      y.gradFn?.registerHook(() => void order.push(name))
      return y
    }
    const first = noted('first', x.mul(2))
    const second = noted('second', x.mul(3))
    const third = noted('third', first.mul(5))
    const fourth = noted('fourth', second.mul(7))
    noted('sum', third.add(fourth)).backward()
    expect(order).toEqual(['sum', 'fourth', 'third', 'second', 'first'])
  })

  test('createGraph gives derivatives of derivatives: of x³ at 2 they are 12, 12, 6', () => {
    const x = leaf(2)
    const [first] = autograd.grad(x.pow(3), x, { createGraph: true })
    const [second] = autograd.grad(first, x, { createGraph: true })
    const [third] = autograd.grad(second, x, { createGraph: true })
    expect([values(first), values(second), values(third)]).toEqual([12, 12, 6])
  })

  test('without createGraph a gradient requires no grad', () => {
    const x = leaf(2)
    const [slope] = autograd.grad(x.pow(3), x)
    expect([slope.requiresGrad, slope.gradFn]).toEqual([false, null])
    x.pow(3).backward()
    expect(x.grad?.requiresGrad).toBe(false)
  })

  test('with createGraph a gradient that does not depend on x requires none either', () => {
    const x = leaf(2)
    const [slope] = autograd.grad(x.mul(3), x, { createGraph: true })
    expect([values(slope), slope.requiresGrad]).toEqual([3, false])
  })
})
