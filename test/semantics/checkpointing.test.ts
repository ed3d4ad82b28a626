// Recomputing instead of keeping.
import { describe, expect, test } from 'vitest'
import { autograd, F, GradError, manualSeed, nn, ones, rand, type Tensor } from '../../src/index.ts'
import { expectError, leaf, values } from './assertions.ts'

const { checkpoint, checkpointSequential } = autograd

describe('Checkpointing', () => {
  test('a checkpointed function runs once forward and once again in backward', () => {
    let runs = 0
    const f = (x: Tensor): Tensor => {
      runs++
      return x.exp().sin()
    }
    const x = leaf([1, 2])
    const y = checkpoint(f, [x]).sum()
    expect(runs).toBe(1)
    y.backward()
    expect(runs).toBe(2)
    const z = checkpointSequential([f, f, f, f], 2, x).sum()
    expect(runs).toBe(6)
    z.backward()
    expect(runs).toBe(8) // the last segment's values are needed at once, so it is not run again
  })

  test('the gradients are the same as without checkpointing', () => {
    const layers = [new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 2)]
    const model = new nn.Sequential(...layers)
    const x = ones([2, 3], { requiresGrad: true })
    model.forward(x).square().sum().backward()
    const want = [x, ...model.parameters()].map(({ grad }) => values(grad as Tensor))
    for (const run of [() => checkpoint((t: Tensor) => model.forward(t), [x]), () => checkpointSequential(layers, 2, x)]) {
      x.grad = null
      model.zeroGrad()
      ;(run() as Tensor).square().sum().backward()
      expect([x, ...model.parameters()].map(({ grad }) => values(grad as Tensor))).toEqual(want)
    }
  })

  test('random numbers are the same again: a dropout mask stays', () => {
    const masks: unknown[] = []
    const f = (x: Tensor): Tensor => {
      const y = F.dropout(x, 0.5)
      masks.push(values(y.detach().ne(0)))
      return y.mul(x)
    }
    const x = ones([64], { requiresGrad: true })
    manualSeed(5)
    const y = checkpoint(f, [x]) as Tensor
    F.dropout(ones([64]), 0.5) // moves the generator on
    y.sum().backward()
    const after = rand([4])
    expect(masks.length).toBe(2)
    expect(masks[1]).toEqual(masks[0])
    expect(values(x.grad)).toEqual(values(y.detach().mul(2)))
    // and the generator stands where it would stand without backward
    manualSeed(5)
    f(x)
    F.dropout(ones([64]), 0.5)
    expect(values(rand([4]))).toEqual(values(after))
  })

  test('checkpointing works with grad()', () => {
    const x = leaf([1, 2])
    expect(values(autograd.grad(checkpoint((t: Tensor) => t.pow(3), [x]).sum(), x)[0])).toEqual([3, 12])
    expect(x.grad).toBeNull()
  })

  test('checkpointing works with derivatives of derivatives', () => {
    const x = leaf(2)
    const [first] = autograd.grad(
      checkpoint((t: Tensor) => t.pow(3), [x]),
      x,
      { createGraph: true },
    )
    const [second] = autograd.grad(first, x, { createGraph: true })
    const [third] = autograd.grad(second, x)
    expect([values(first), values(second), values(third)]).toEqual([12, 12, 6])
  })

  test('checkpointing nests', () => {
    let runs = 0
    const inner = (t: Tensor): Tensor => {
      runs++
      return t.exp().sin()
    }
    const outer = (t: Tensor): Tensor => (checkpoint(inner, [t.square()]) as Tensor).square()
    const plain = leaf([0.5, 1])
    plain.square().exp().sin().square().sum().backward()
    const x = leaf([0.5, 1])
    ;(checkpoint(outer, [x]) as Tensor).sum().backward()
    expect(values(x.grad)).toEqual(values(plain.grad))
    expect(runs).toBeGreaterThan(1)
  })

  /** A function that saves something else the second time. */
  const changing = (first: (x: Tensor) => Tensor, then: (x: Tensor) => Tensor) => {
    let runs = 0
    return (x: Tensor): Tensor => (runs++ === 0 ? first(x) : then(x))
  }
  const run = (first: (x: Tensor) => Tensor, then: (x: Tensor) => Tensor) => {
    const x = leaf([1, 2])
    const y = checkpoint(changing(first, then), [x]) as Tensor
    return { x, backward: () => y.sum().backward() }
  }

  test('another number of saved tensors the second time throws', () => {
    const { x, backward } = run(
      (t) => t.exp().sin(),
      (t) => t.exp(),
    )
    expectError(backward, GradError, 'checkpoint', '1', '2', /saved/)
    expect(x.grad).toBeNull()
  })

  test('another shape of a saved tensor throws', () => {
    const { x, backward } = run(
      (t) => t.exp(),
      (t) => t.expand([3, 2]).exp(),
    )
    expectError(backward, GradError, 'checkpoint', '[2]', '[3, 2]')
    expect(x.grad).toBeNull()
  })

  test('another dtype of a saved tensor throws', () => {
    const { x, backward } = run(
      (t) => t.exp(),
      (t) => t.float().exp(),
    )
    expectError(backward, GradError, 'checkpoint', 'float64', 'float32')
    expect(x.grad).toBeNull()
  })
})
