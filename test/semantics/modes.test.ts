// Grad modes, inference mode, and the training mode of modules.
import { describe, expect, test } from 'vitest'
import {
  autograd,
  enableGrad,
  GradError,
  inferenceMode,
  isGradEnabled,
  nn,
  noGrad,
  ones,
  setGradEnabled,
  tensor,
  zeros,
} from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

const inferred = (data: number[] = [1, 2]) => inferenceMode(() => constant(data))

describe('Modes', () => {
  test('noGrad nests, and what was before comes back', () => {
    const x = leaf(2)
    noGrad(() => {
      noGrad(() => expect([isGradEnabled(), x.mul(2).requiresGrad]).toEqual([false, false]))
      expect(isGradEnabled()).toBe(false)
    })
    expect([isGradEnabled(), x.mul(2).requiresGrad]).toEqual([true, true])
    expect(() =>
      noGrad(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    expect(isGradEnabled()).toBe(true)
  })

  test('enableGrad records inside noGrad, and noGrad inside enableGrad does not', () => {
    const x = leaf(2)
    noGrad(() => {
      expect(enableGrad(() => x.mul(2)).requiresGrad).toBe(true)
      expect(enableGrad(() => noGrad(() => x.mul(2))).requiresGrad).toBe(false)
      expect(x.mul(2).requiresGrad).toBe(false)
    })
    {
      using _off = noGrad.scope()
      {
        using _on = enableGrad.scope()
        expect(x.mul(2).requiresGrad).toBe(true)
      }
      expect(x.mul(2).requiresGrad).toBe(false)
    }
    expect(x.mul(2).requiresGrad).toBe(true)
  })

  test('setGradEnabled switches within the mode that surrounds it', () => {
    const x = leaf(2)
    noGrad(() => {
      setGradEnabled(true)
      expect(x.mul(2).requiresGrad).toBe(true)
      noGrad(() => expect(isGradEnabled()).toBe(false))
      expect(isGradEnabled()).toBe(true)
    })
    expect(isGradEnabled()).toBe(true)
    setGradEnabled(false)
    try {
      expect([x.mul(2).requiresGrad, enableGrad(() => x.mul(2).requiresGrad)]).toEqual([false, true])
    } finally {
      setGradEnabled(true)
    }
  })

  test('a tensor made inside noGrad may require grad', () => {
    const [a, b, c] = noGrad(() => [zeros([2], { requiresGrad: true }), tensor([1, 2], { requiresGrad: true }), ones([2]).requiresGrad_()])
    for (const x of [a, b, c]) expect([x?.requiresGrad, x?.isLeaf, x?.mul(2).requiresGrad]).toEqual([true, true, true])
  })

  test('a tensor made in inference mode says so', () => {
    const x = leaf(2)
    const y = inferenceMode(() => {
      expect([autograd.isInferenceModeEnabled(), isGradEnabled()]).toEqual([true, false])
      return x.mul(3)
    })
    expect([y.isInference(), y.requiresGrad, values(y)]).toEqual([true, false, 6])
    expect([x.isInference(), x.mul(3).isInference(), autograd.isInferenceModeEnabled(), isGradEnabled()]).toEqual([
      false,
      false,
      false,
      true,
    ])
    using _scope = inferenceMode.scope()
    expect(x.mul(3).isInference()).toBe(true)
  })

  test('enableGrad inside inference mode has no effect', () => {
    const x = leaf(2)
    inferenceMode(() =>
      enableGrad(() => {
        const y = x.mul(3)
        expect([y.requiresGrad, y.gradFn, y.isInference()]).toEqual([false, null, true])
      }),
    )
  })

  test('an inference tensor cannot be saved for backward', () => {
    const [given, w] = [inferred(), leaf([3, 4])]
    expectError(() => w.mul(given), GradError, /mul/i, 'nference', '[2]', 'clone()')
    expect(values(noGrad(() => w.mul(given)))).toEqual([3, 8])
  })

  test('an inference tensor cannot be changed in place outside', () => {
    const given = inferred()
    expectError(() => given.add_(1), GradError, 'add_', 'nference', '[2]', 'clone()')
    expectError(() => noGrad(() => given.at(0).mul_(2)), GradError, 'mul_', 'nference', 'clone()')
    expect(values(given)).toEqual([1, 2])
    inferenceMode(() => given.add_(1))
    expect(values(given)).toEqual([2, 3])
  })

  test('an inference tensor cannot start to require grad outside', () => {
    const given = inferred()
    expectError(() => given.requiresGrad_(), GradError, 'nference', 'clone()')
    expect(given.requiresGrad).toBe(false)
  })

  test('an operation that saves nothing takes an inference tensor', () => {
    const [given, x] = [inferred(), leaf([3, 4])]
    const sum = x.add(given)
    sum.sum().backward()
    expect([values(sum), sum.isInference(), values(x.grad)]).toEqual([[4, 6], false, [1, 1]])
  })

  test('a clone of an inference tensor is a normal tensor', () => {
    const given = inferred()
    const normal = given.clone()
    expect([given.isInference(), normal.isInference()]).toEqual([true, false])
    normal.add_(1).requiresGrad_()
    const w = leaf([3, 4])
    w.mul(normal).sum().backward()
    expect([values(w.grad), values(normal.grad)]).toEqual([
      [2, 3],
      [3, 4],
    ])
  })

  test('eval() of a module and the grad modes do not touch each other', () => {
    const layer = new nn.Dropout(0.5)
    layer.eval()
    expect([layer.training, isGradEnabled(), layer.forward(leaf([1, 2])).requiresGrad]).toEqual([false, true, true])
    layer.train()
    noGrad(() => expect([layer.training, isGradEnabled(), layer.forward(leaf([1, 2])).requiresGrad]).toEqual([true, false, false]))
    inferenceMode(() => expect(layer.training).toBe(true))
  })
})
