// What gradcheck finds, what it says, and that it leaves everything as it was.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { autograd, F, GradError, rand, randn, slice, type Tensor, tensor } from 'wengert'
import { gradcheck } from 'wengert/testing'

const variable = (values: number | readonly number[] | readonly (readonly number[])[]): Tensor =>
  tensor(values as number[], { dtype: 'float64', requiresGrad: true })

/** 3x, of which backward knows only 2x. */
const wrong = (x: Tensor): Tensor => x.mul(2).add(x.detach())

/** What gradcheck says, or null where it finds nothing. */
function complaint(run: () => boolean): string | null {
  try {
    return run() ? null : 'false'
  } catch (error) {
    expect(error).toBeInstanceOf(GradError)
    return (error as GradError).message
  }
}

let warn: ReturnType<typeof vi.spyOn>
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
})
afterEach(() => {
  warn.mockRestore()
})

describe('right derivatives pass', () => {
  test.each([false, true])('several inputs and outputs (fastMode %s)', (fastMode) => {
    const f = (x: Tensor, y: Tensor) => [x.mul(y).sin(), y.exp(), x.sum()]
    expect(
      gradcheck(
        f,
        [
          variable([
            [1, 2],
            [3, 4],
          ]),
          variable([0.5, -1]),
        ],
        { fastMode },
      ),
    ).toBe(true)
    expect(warn).not.toHaveBeenCalled()
  })

  test('outputs under names; integer ones are left out', () => {
    expect(gradcheck((x) => x.max(1), variable([[1, 3, 2]]))).toBe(true)
  })

  test('arguments that are no tensors, and tensors that require no gradient', () => {
    const f = (x: Tensor, p: number, w: Tensor) => x.pow(p).mul(w)
    expect(gradcheck(f, [variable([1, 2]), 3, tensor([1, 2])])).toBe(true)
  })

  test('an empty input and an empty output', () => {
    expect(gradcheck((x, y) => [x.exp(), y.at(slice(0, 0))], [rand([0, 2], { dtype: 'float64', requiresGrad: true }), variable([1])])).toBe(
      true,
    )
  })

  test('an input that is a view with gaps, or reversed', () => {
    const memory = randn([4, 6], { dtype: 'float64' })
    const views: Tensor[] = [memory.at(slice(null, null, -1), slice(null, null, 2)), memory.t()]
    for (const view of views) {
      expect(gradcheck((x) => x.tanh().sum(0), view.detach().requiresGrad_())).toBe(true)
    }
  })

  test('an input that is reached without being passed', () => {
    const x = variable([1, 2])
    expect(gradcheck((given) => given.mul(x), x)).toBe(true)
  })

  test('a result that is no leaf may be an input', () => {
    expect(gradcheck((y) => y.square(), variable([1, 2]).exp())).toBe(true)
  })

  test('results that depend on no input', () => {
    const constant = tensor([1, 2], { dtype: 'float64' })
    expect(gradcheck(() => constant, variable([1]))).toBe(true)
    expect(gradcheck((x) => [x, constant], variable([1]))).toBe(true)
    expect(gradcheck(() => constant, variable([1]), { fastMode: true })).toBe(true)
  })

  test('an input that one output does not use', () => {
    expect(gradcheck((x, y) => [x.exp(), y.exp()], [variable([1]), variable([2, 3])])).toBe(true)
  })
})

describe('wrong derivatives are found', () => {
  test('both matrices are printed, with the places of output and input', () => {
    expect(complaint(() => gradcheck((_, x) => [x.exp(), wrong(x)], [tensor(1), variable([1, 2])]))).toMatchInlineSnapshot(`
      "gradcheck: Jacobian mismatch for output 1 with respect to input 1,
      numerical:tensor([[3.0000, 0.0000],
              [0.0000, 3.0000]], dtype=float64)
      analytical:tensor([[2., 0.],
              [0., 2.]], dtype=float64)
      They differ most at [1, 1]: 2.9999999999752447 numerically, 2 analytically. Correct the derivative, or move the inputs off the points where there is none."
    `)
  })

  test('a custom function with a wrong backward', () => {
    const cube = autograd.customFunction({
      name: 'Cube',
      forward(ctx, x: Tensor) {
        ctx.save({ x })
        return x.pow(3)
      },
      backward: (ctx, gradient: Tensor) => gradient.mul((ctx.saved as { x: Tensor }).x.square().mul(2)),
    })
    const found = complaint(() => gradcheck((x) => cube(x) as Tensor, variable([1, 2])))
    expect(found).toContain('Jacobian mismatch for output 0 with respect to input 0')
    expect(found).toMatch(/numerical:tensor\(\[\[ 3\.0000,[\s\S]*12\.0000[\s\S]*analytical:tensor\(\[\[2\., 0\.\],[\s\S]*8\./)
  })

  test('in fast mode, too', () => {
    expect(complaint(() => gradcheck(wrong, variable([1, 2]), { fastMode: true }))).toMatch(
      /mismatch for output 0 with respect to input 0,\nnumerical:tensor[\s\S]*analytical:tensor[\s\S]*projections/,
    )
  })

  test('relu at 0', () => {
    expect(complaint(() => gradcheck((x) => x.relu(), variable([-1, 0, 1])))).toContain(
      'They differ most at [1, 1]: 0.5 numerically, 0 analytically',
    )
    expect(gradcheck((x) => x.relu(), variable([-1, 1]))).toBe(true)
  })

  test('raiseException false gives false', () => {
    expect(gradcheck(wrong, variable([1]), { raiseException: false })).toBe(false)
  })

  test('a result that is detached though it changes', () => {
    for (const fastMode of [false, true])
      expect(complaint(() => gradcheck((x) => x.detach().mul(2), variable([1]), { fastMode }))).toContain('expected to be zero')
  })

  test('tolerances and eps', () => {
    const off = (x: Tensor) => x.mul(2).add(x.detach().mul(0.01))
    expect(gradcheck(off, variable([1]), { raiseException: false })).toBe(false)
    expect(gradcheck(off, variable([1]), { rtol: 0.01 })).toBe(true)
    expect(gradcheck(off, variable([1]), { atol: 0.02 })).toBe(true)
    expect(gradcheck((x) => x.abs(), variable([0.01]), { eps: 0.1, raiseException: false })).toBe(false)
  })

  test('a NaN is no agreement', () => {
    expect(gradcheck((x) => x.sqrt(), variable([-1]), { raiseException: false })).toBe(false)
  })

  test('backward that gives something else the second time', () => {
    let calls = 0
    const f = autograd.customFunction({
      name: 'Nondeterministic',
      forward: (_ctx, x: Tensor) => x.mul(2),
      backward: (_ctx, gradient: Tensor) => gradient.mul(2 + 1e-7 * calls++),
    })
    for (const fastMode of [false, true]) {
      const check = (nondetTol: number) =>
        gradcheck((x) => f(x) as Tensor, variable([1, 2]), { fastMode, nondetTol, raiseException: false })
      expect(complaint(() => gradcheck((x) => f(x) as Tensor, variable([1, 2]), { fastMode }))).toContain('backward is not reentrant')
      expect([check(0), check(1e-3)]).toEqual([false, true])
    }
  })

  test('backward that is not multiplied by what comes in', () => {
    // right for a gradient of one
    const f = autograd.customFunction({
      name: 'Careless',
      forward: (_ctx, x: Tensor) => x.mul(2),
      backward: (_ctx, gradient: Tensor) => gradient.mul(0).add(2),
    })
    expect(complaint(() => gradcheck((x) => f(x) as Tensor, variable([1])))).toContain('not multiplied by the gradient of the output')
  })

  test('backward that cannot do without the gradient of an output', () => {
    const f = autograd.customFunction({
      name: 'Demanding',
      forward(ctx, x: Tensor) {
        ctx.setMaterializeGrads(false)
        return [x.mul(1), x.mul(2), x.mul(3)]
      },
      backward: (_ctx, ...gradients: (Tensor | null)[]) => {
        const parts = gradients.flatMap((gradient, i) => (gradient === null ? [] : [gradient.mul(i + 1)]))
        if (parts.length === 2) throw new TypeError('one is missing')
        return parts.reduce((total, part) => total.add(part))
      },
    })
    const run = (x: Tensor) => f(x) as Tensor[]
    expect(complaint(() => gradcheck(run, variable([1])))).toMatch(/does not take a missing gradient of output 0: .*one is missing/)
    expect(gradcheck(run, variable([1]), { checkUndefinedGrad: false })).toBe(true)
  })
})

describe('forward mode and batches', () => {
  const square = (jvp: (x: Tensor, tangent: Tensor) => Tensor) =>
    autograd.customFunction({
      name: 'Square',
      forward(ctx, x: Tensor) {
        ctx.save({ x })
        return x.square()
      },
      backward: (ctx, gradient: Tensor) => gradient.mul((ctx.saved as { x: Tensor }).x).mul(2),
      jvp: (ctx, tangent: Tensor) => jvp((ctx.saved as { x: Tensor }).x, tangent),
    })
  const right = square((x, tangent) => x.mul(tangent).mul(2))
  const tripled = square((x, tangent) => x.mul(tangent).mul(3))

  test.each([false, true])('a wrong jvp is found (fastMode %s)', (fastMode) => {
    const options = { checkForwardAD: true, fastMode }
    expect(gradcheck((x) => right(x) as Tensor, variable([1, 2]), options)).toBe(true)
    expect(complaint(() => gradcheck((x) => tripled(x) as Tensor, variable([1, 2]), options))).toContain(
      'Jacobian computed with forward mode mismatch for output 0 with respect to input 0',
    )
    expect(gradcheck((x) => tripled(x) as Tensor, variable([1, 2]), { fastMode })).toBe(true)
  })

  test('forward mode alone', () => {
    const options = { checkForwardAD: true, checkBackwardAD: false }
    expect(gradcheck((x, y) => [x.mul(y), x.sum()], [variable([1, 2]), variable([3, 4])], options)).toBe(true)
    expect(gradcheck((x) => x.relu(), variable([0]), { ...options, raiseException: false })).toBe(false)
  })

  test('batched gradients', () => {
    expect(gradcheck((x, y) => [x.matmul(y), y.exp()], [variable([[1, 2]]), variable([[3], [4]])], { checkBatchedGrad: true })).toBe(true)
  })
})

describe('inputs', () => {
  test('are as before, to the bit, with the same version and no gradient', () => {
    const x = variable([0.1, -0, 1e-300, Number.POSITIVE_INFINITY])
    const bits = () => [...new BigUint64Array(x.detach().toTypedArray().buffer as ArrayBuffer)]
    const before = bits()
    const version = x.storage.version
    gradcheck((value) => value.at(slice(0, 3)).sin(), x)
    gradcheck((value) => value.at(slice(0, 3)).sin(), x, { fastMode: true })
    expect(bits()).toEqual(before)
    expect(x.storage.version).toBe(version)
    expect(x.grad).toBeNull()
  })

  test('are as before after an error in the middle', () => {
    for (const fastMode of [false, true]) {
      const x = variable([1, 2, 3])
      let calls = 0
      const f = (value: Tensor): Tensor => {
        if (++calls === 3) throw new RangeError('enough')
        return value.exp()
      }
      expect(() => gradcheck(f, x, { fastMode, raiseException: false })).toThrow(RangeError)
      expect(x.toArray()).toEqual([1, 2, 3])
    }
  })

  test('a graph recorded before can still be walked afterwards', () => {
    const x = variable([1, 2])
    const y = x.square().sum()
    gradcheck((value) => value.square(), x)
    y.backward()
    expect(x.grad?.toArray()).toEqual([2, 4])
  })

  test('that are not float64 are warned of, once a call', () => {
    const coarse = () => tensor([1, 2], { requiresGrad: true })
    gradcheck((x, y, z) => x.add(y).add(z), [coarse(), coarse(), variable([1, 2])], { eps: 0.25 })
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]?.[0]).toContain('inputs 0, 1 are not float64')
    expect(gradcheck((x) => x.exp(), coarse(), { raiseException: false })).toBe(false)
    expect(warn.mock.calls[1]?.[0]).toContain('input 0 is not float64')
  })

  test('whose elements share memory are refused', () => {
    const expanded = tensor([1], { dtype: 'float64' }).expand([3]).requiresGrad_()
    expect(complaint(() => gradcheck((x) => x.exp(), expanded))).toContain('elements of input 0, of shape [3], share memory')
    expect(gradcheck((x) => x.exp(), expanded.detach().contiguous().requiresGrad_())).toBe(true)
  })

  test('none of which requires a gradient', () => {
    expect(() => gradcheck((x) => x, tensor([1]))).toThrow('gradcheck: no input requires a gradient')
  })

  test('that change the shape of a result', () => {
    const f = (x: Tensor) => x.at(x.detach().gt(1))
    expect(complaint(() => gradcheck(f, variable([1, 2])))).toContain('the shapes of the results change')
  })
})

test('options', () => {
  const check = (options: object) => () => gradcheck((x) => x, variable([1]), options)
  expect(check({ fastmode: true })).toThrow("gradcheck: unknown option 'fastmode'. Did you mean 'fastMode'?")
  expect(check({ checkBackwardAD: false })).toThrow('nothing to check')
  expect(check({ checkBackwardAD: false, checkForwardAD: true, checkBatchedGrad: true })).toThrow('checkBatchedGrad checks backward')
  expect(() => gradcheck((() => 3) as never, variable([1]))).toThrow('the function must return a tensor')
  expect(() => gradcheck(async (x: Tensor) => x.sin(), variable([1]))).toThrow('the function must return a tensor')
  expect(() => gradcheck(() => ({}), variable([1]))).toThrow('the function must return a tensor')
  expect(() => gradcheck(variable([1]) as never, variable([1]))).toThrow('gradcheck: needs a function and its inputs')
})

test('Jacobians of many elements', () => {
  const weight = randn([20, 20], { dtype: 'float64', requiresGrad: true })
  expect(gradcheck((w) => w.mul(2), weight)).toBe(true) // 160,000: too many to be the arguments of one call
})

test('a layer of a network', () => {
  const [x, w, b] = [
    randn([2, 1, 5, 5], { dtype: 'float64', requiresGrad: true }),
    randn([2, 1, 3, 3], { dtype: 'float64', requiresGrad: true }),
    randn([2], { dtype: 'float64', requiresGrad: true }),
  ]
  expect(gradcheck((x, w, b) => F.conv2d(x, w, b).tanh(), [x, w, b])).toBe(true)
  expect(gradcheck((x, w, b) => F.conv2d(x, w, b).tanh(), [x, w, b], { fastMode: true })).toBe(true)
})
