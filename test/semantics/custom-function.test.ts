// Functions with derivatives of their own: what forward and backward get, what they may return, and what is refused.
import { describe, expect, test } from 'vitest'
import { autograd, func, GradError, isGradEnabled, OptionError, type Tensor, WengertError } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

const { customFunction } = autograd

const square = customFunction({
  name: 'Square',
  forward: (ctx, x: Tensor) => {
    ctx.save({ x })
    return x.mul(x)
  },
  backward: (ctx, g: Tensor) => g.mul(ctx.saved.x).mul(2),
})

/** x · y, whose backward returns what it is told. */
const productReturning = (gradients: (g: Tensor) => unknown) =>
  customFunction({
    name: 'Product',
    forward: (_ctx, x: Tensor, y: Tensor) => x.mul(y),
    backward: (_ctx, g: Tensor) => gradients(g) as Tensor[],
  })

describe('Custom Function', () => {
  test('forward runs with grad off, and the result is recorded as one node', () => {
    const seen: unknown[] = []
    const twice = customFunction({
      name: 'Twice',
      forward: (_ctx, x: Tensor) => {
        const y = x.mul(2)
        seen.push([isGradEnabled(), y.requiresGrad])
        return y
      },
      backward: (_ctx, g: Tensor) => g.mul(2),
    })
    const x = leaf(3)
    const y = twice(x)
    expect([seen, y.requiresGrad, y.gradFn?.name]).toEqual([[[false, false]], true, 'TwiceBackward'])
    expect(y.gradFn?.nextFunctions.map(([node]) => node?.name)).toEqual(['AccumulateGrad'])
    expect(isGradEnabled()).toBe(true)
    expect(twice(constant(3)).requiresGrad).toBe(false)
  })

  test('backward of a custom function runs with grad off', () => {
    const seen: boolean[] = []
    const f = customFunction({
      name: 'F',
      forward: (_ctx, x: Tensor) => x.mul(2),
      backward: (_ctx, g: Tensor) => {
        seen.push(isGradEnabled())
        return g.mul(2)
      },
    })
    const x = leaf(3)
    f(x).backward()
    expect([seen, values(x.grad)]).toEqual([[false], 2])
  })

  test('under createGraph backward runs with grad on, so that it is differentiated, too', () => {
    const x = leaf(3)
    const [slope] = autograd.grad(square(x), x, { createGraph: true })
    const [curvature] = autograd.grad(slope, x)
    expect([values(slope), values(curvature)]).toEqual([6, 2])
  })

  test('ctx.save keeps tensors, with their versions, and other values', () => {
    const power = customFunction({
      name: 'Power',
      forward: (ctx, x: Tensor, n: number) => {
        ctx.save({ x, n })
        return x.pow(n)
      },
      backward: (ctx, g: Tensor) => [g.mul(ctx.saved.x.pow(ctx.saved.n - 1)).mul(ctx.saved.n), null],
    })
    const x = leaf(2)
    power(x, 3).backward()
    expect(values(x.grad)).toBe(12)
    const y = x.mul(1)
    const z = power(y, 3)
    y.add_(1)
    expectError(() => z.backward(), GradError, 'PowerBackward', 'add_', 'is at version 1; expected version 0')
  })

  test('ctx.saved gives back what was saved, until backward has freed it', () => {
    const x = leaf(3)
    const y = square(x)
    y.backward({ retainGraph: true })
    y.backward()
    expect(values(x.grad)).toBe(12)
    expectError(() => y.backward(), GradError, 'SquareBackward', 'retainGraph')
  })

  test('ctx.needsInputGrad says which inputs want a gradient', () => {
    const seen: unknown[] = []
    const f = customFunction({
      name: 'F',
      forward: (ctx, x: Tensor, y: Tensor, n: number) => {
        seen.push(ctx.needsInputGrad)
        return x.mul(y).mul(n)
      },
      backward: (ctx, g: Tensor) => {
        seen.push(ctx.needsInputGrad)
        return [null, g, null]
      },
    })
    f(constant(2), leaf(3), 4).backward()
    expect(seen).toEqual([
      [false, true, false],
      [false, true, false],
    ])
  })

  test('ctx.markDirty makes a change in place known', () => {
    const double_ = customFunction({
      name: 'Double',
      forward: (ctx, x: Tensor) => {
        ctx.markDirty(x)
        return x.mul_(2)
      },
      backward: (_ctx, g: Tensor) => g.mul(2),
    })
    const x = leaf(3)
    const y = x.mul(1)
    const z = y.exp()
    const w = y.mul(y)
    double_(y)
    expect([values(y), y._version]).toEqual([6, 1])
    z.backward()
    expectError(() => w.backward(), GradError, 'MulBackward0', 'is at version 1; expected version 0')
  })

  test('ctx.markNonDifferentiable gives an output without gradient', () => {
    const sorted = customFunction({
      name: 'WithPlace',
      forward: (ctx, x: Tensor) => {
        const place = x.argmax().to('float64')
        ctx.markNonDifferentiable(place)
        return [x.mul(2), place]
      },
      backward: (_ctx, g: Tensor, ofPlace: Tensor) => {
        expect(values(ofPlace)).toBe(0)
        return g.mul(2)
      },
    })
    const x = leaf([1, 3])
    const [y, place] = sorted(x)
    expect([y?.requiresGrad, place?.requiresGrad, values(place)]).toEqual([true, false, 1])
    y?.sum().backward()
    expect(values(x.grad)).toEqual([2, 2])
  })

  test('missing gradients of outputs become zeros, unless ctx.setMaterializeGrads is set to false', () => {
    for (const materialize of [true, false]) {
      const seen: unknown[] = []
      const two = customFunction({
        name: 'Two',
        forward: (ctx, x: Tensor) => {
          if (!materialize) ctx.setMaterializeGrads(false)
          return [x.mul(2), x.mul(3)]
        },
        backward: (_ctx, first: Tensor | null, second: Tensor | null) => {
          seen.push(values(first), values(second))
          return second?.mul(3) ?? null
        },
      })
      const x = leaf([1, 2])
      two(x)[1]?.sum().backward()
      expect([seen, values(x.grad)]).toEqual([
        [materialize ? [0, 0] : null, [1, 1]],
        [3, 3],
      ])
    }
  })

  test('backward of a custom function returns one gradient for each input', () => {
    const [x, y] = [leaf(2), leaf(3)]
    productReturning((g) => [g.mul(10), g.mul(20)])(x, y).backward()
    expect([values(x.grad), values(y.grad)]).toEqual([10, 20])
  })

  test('further nulls behind the gradients are fine', () => {
    const [x, y] = [leaf(2), leaf(3)]
    productReturning((g) => [g, g, null, null])(x, y).backward()
    expect([values(x.grad), values(y.grad)]).toEqual([1, 1])
  })

  test('any other number is an incorrect number of gradients', () => {
    const [x, y] = [leaf(2), leaf(3)]
    for (const [given, count] of [
      [(g: Tensor) => g, '1'],
      [(g: Tensor) => [g], '1'],
      [(g: Tensor) => [g, g, g], '3'],
    ] as const) {
      expectError(() => productReturning(given)(x, y).backward(), GradError, 'Product', 'incorrect number of gradients', '2', count)
    }
    expect([x.grad, y.grad]).toEqual([null, null])
  })

  test('null for an input leaves its .grad null', () => {
    const [x, y] = [leaf(2), leaf(3)]
    productReturning((g) => [g, null])(x, y).backward()
    expect([values(x.grad), y.grad]).toEqual([1, null])
  })

  test('a gradient whose shape does not fit throws', () => {
    const [x, y] = [leaf([1, 2, 3]), constant(1)]
    for (const [wrong, printed] of [
      [constant([1, 1]), '[2]'],
      [constant([1]), '[1]'],
      [constant(1), '[]'],
    ] as const) {
      expectError(
        () =>
          productReturning(() => [wrong, null])(x, y)
            .sum()
            .backward(),
        WengertError,
        'Product',
        'input 0',
        '[3]',
        printed,
      )
    }
    expect(x.grad).toBeNull()
  })

  test('a gradient that its input expands to is summed', () => {
    const [x, y] = [leaf([1, 2, 3]), leaf(2)]
    productReturning(() => [
      constant([
        [1, 2, 3],
        [10, 20, 30],
      ]),
      constant([1, 2, 3]),
    ])(x, y)
      .sum()
      .backward()
    expect([values(x.grad), values(y.grad)]).toEqual([[11, 22, 33], 6])
  })

  test('a gradient that is no tensor throws', () => {
    const x = leaf(2)
    expectError(() => productReturning(() => [3, null])(x, constant(1)).backward(), WengertError, 'Product', 'input 0', 'number')
    expect(x.grad).toBeNull()
  })

  test('outputs that are no tensors pass through', () => {
    const f = customFunction({
      name: 'F',
      forward: (_ctx, x: Tensor) => ({ y: x.mul(2), note: 'text', count: 7 }),
      backward: (_ctx, g: Tensor) => g.mul(2),
    })
    const x = leaf(3)
    const { y, note, count } = f(x)
    y.backward()
    expect([note, count, values(x.grad)]).toEqual(['text', 7, 2])
    const g = customFunction({ name: 'G', forward: (_ctx, _x: Tensor) => 5, backward: () => null })
    expect(g(x)).toBe(5)
  })

  test('an input that is returned unchanged becomes a new tensor with a gradFn of its own', () => {
    const identity = customFunction({
      name: 'Identity',
      forward: (_ctx, x: Tensor) => x,
      backward: (_ctx, g: Tensor) => g.mul(5),
    })
    const x = leaf(3)
    const y = identity(x)
    expect([y === x, x.gradFn, y.gradFn?.name]).toEqual([false, null, 'IdentityBackward'])
    y.backward()
    expect([values(y), values(x.grad)]).toEqual([3, 5])
  })

  const double_ = customFunction({
    name: 'Double',
    forward: (ctx, x: Tensor) => {
      ctx.markDirty(x)
      return x.mul_(2)
    },
    backward: (_ctx, g: Tensor) => g.mul(2),
  })

  test('an input marked dirty is returned as the same object', () => {
    const x = leaf(3)
    const y = x.mul(1)
    const z = double_(y)
    expect(z).toBe(y)
    expect(y.gradFn?.name).toBe('DoubleBackward')
    y.mul(5).backward()
    expect([values(y), values(x.grad)]).toEqual([6, 10])
  })

  test('a leaf that requires grad cannot be marked dirty', () => {
    const x = leaf(3)
    expectError(() => double_(x), GradError, 'leaf', /noGrad|clone/)
    expect([x.gradFn, isGradEnabled()]).toEqual([null, true])
  })

  test('a function without a backward throws when backward comes to it', () => {
    const f = customFunction({ name: 'Forgetful', forward: (_ctx, x: Tensor) => x.mul(2) })
    const x = leaf(3)
    const y = f(x)
    expect([values(y), y.requiresGrad]).toEqual([6, true])
    expectError(() => y.backward(), GradError, 'Forgetful', 'backward')
    expect(x.grad).toBeNull()
  })

  test('onceDifferentiable makes a second derivative throw', () => {
    const cube = customFunction({
      name: 'Cube',
      forward: (ctx, x: Tensor) => {
        ctx.save({ x })
        return x.pow(3)
      },
      backward: autograd.onceDifferentiable((ctx: autograd.FunctionContext<{ x: Tensor }>, g: Tensor) =>
        g.mul(ctx.saved.x.square()).mul(3),
      ),
    })
    const x = leaf(2)
    expect(values(autograd.grad(cube(x), x)[0])).toBe(12)
    const [slope] = autograd.grad(cube(x), x, { createGraph: true })
    expect(values(slope)).toBe(12)
    expectError(() => autograd.grad(slope, x), GradError, /once/, 'backward')
  })

  const sine = customFunction({
    name: 'Sine',
    forward: (x: Tensor) => x.sin(),
    setupContext: (ctx, [x], _output) => ctx.save({ x }),
    backward: (ctx, g: Tensor) => g.mul(ctx.saved.x.cos()),
    jvp: (ctx, t: Tensor) => t.mul(ctx.saved.x.cos()),
    generateVmapRule: true,
  })

  test('with setupContext forward has no ctx, and the functional transforms take the function', () => {
    const x = constant(0.5)
    expect(values(sine(x))).toBe(Math.sin(0.5))
    expect(values(func.grad(sine)(x))).toBe(Math.cos(0.5))
    expect(values(func.grad(func.grad(sine))(x))).toBe(-Math.sin(0.5))
    expect(values(func.vjp(sine, [x])[1](constant(2))[0])).toBe(2 * Math.cos(0.5))
    expectError(() => func.grad(square)(x), WengertError, 'Square', 'setupContext')
  })

  test('jvp is the rule of forward mode', () => {
    const [y, tangent] = func.jvp(sine, [constant(0.5)], [constant(2)])
    expect([values(y), values(tangent)]).toEqual([Math.sin(0.5), 2 * Math.cos(0.5)])
    autograd.forwardAD.dualLevel(() => {
      const dual = sine(autograd.forwardAD.makeDual(constant(0.5), constant(3)))
      expect(values(autograd.forwardAD.unpackDual(dual).tangent)).toBe(3 * Math.cos(0.5))
    })
  })

  test('without a jvp forward mode throws', () => {
    const plain = customFunction({
      name: 'Plain',
      forward: (x: Tensor) => x.mul(2),
      setupContext: () => {},
      backward: (_ctx, g: Tensor) => g.mul(2),
    })
    expectError(() => func.jvp(plain, [constant(1)], [constant(1)]), GradError, 'Plain', 'jvp')
  })

  test('vmap is the rule of batching', () => {
    const seen: unknown[] = []
    const f = customFunction({
      name: 'F',
      forward: (x: Tensor, y: Tensor) => x.mul(y),
      setupContext: () => {},
      backward: (_ctx, g: Tensor) => [g, g],
      vmap: (info, inDims, x: Tensor, y: Tensor) => {
        seen.push([info.batchSize, info.randomness, inDims, x.shape, y.shape])
        return [x.mul(y).mul(100), 0]
      },
    })
    const result = func.vmap(f, { inDims: [0, null] })(constant([1, 2, 3]), constant(5))
    expect([values(result), seen]).toEqual([[500, 1000, 1500], [[3, 'error', [0, null], [3], []]]])
  })

  test('generateVmapRule makes the rule of batching from forward and backward', () => {
    const x = constant([0.5, 1, 1.5])
    expect(values(func.vmap(sine)(x))).toEqual([0.5, 1, 1.5].map(Math.sin))
    expect(values(func.vmap(func.grad(sine))(x))).toEqual([0.5, 1, 1.5].map(Math.cos))
    const plain = customFunction({ name: 'Plain', forward: (t: Tensor) => t.mul(2), setupContext: () => {}, backward: () => null })
    expectError(() => func.vmap(plain)(x), WengertError, 'Plain', 'vmap', 'generateVmapRule')
  })

  test('both a vmap rule and a generated one are refused', () => {
    expectError(
      () =>
        func.vmap(
          customFunction({
            name: 'Both',
            forward: (x: Tensor) => x.mul(2),
            setupContext: () => {},
            backward: (_ctx, g: Tensor) => g.mul(2),
            vmap: (_info, _inDims, x: Tensor) => [x.mul(2), 0],
            generateVmapRule: true,
          }),
        )(constant([1, 2])),
      OptionError,
      'Both',
      'vmap',
      'generateVmapRule',
    )
  })
})
