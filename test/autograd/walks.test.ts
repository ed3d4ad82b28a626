// What a walk must not do: give gradients to what waits for none, mix walks inside each other, take options for others than were meant.
import { describe, expect, test } from 'vitest'
import { autograd, enableGrad, func, inferenceMode, noGrad, slice, stack, type Tensor, tensor } from '../../src/index.ts'

const leaf = (data: number[] | number) => tensor(data, { dtype: 'float64', requiresGrad: true }) as Tensor
const constant = (data: number[] | number[][]) => tensor(data, { dtype: 'float64' }) as Tensor
const values = (value: Tensor | null | undefined) => value?.toArray() ?? null

describe('a leaf that stopped requiring a gradient after the graph was recorded', () => {
  test('gets none, and its hooks do not run', () => {
    const x = leaf([1, 2])
    const y = leaf([3, 4])
    let runs = 0
    x.registerPostAccumulateGradHook(() => void runs++)
    const loss = x.mul(y).sum()
    x.requiresGrad = false
    loss.backward()
    expect([values(x.grad), values(y.grad), runs]).toEqual([null, [1, 2], 0])
  })

  test('by detach_ keeps what it has accumulated, and its place in recorded graphs', () => {
    const x = leaf([1, 2])
    const loss = x.mul(3).sum()
    loss.backward({ retainGraph: true })
    x.detach_()
    expect([x.requiresGrad, values(x.grad)]).toEqual([false, [3, 3]])
    loss.backward({ retainGraph: true })
    expect(values(x.grad)).toEqual([3, 3])
    x.requiresGrad = true
    loss.backward()
    expect(values(x.grad)).toEqual([6, 6])
  })
})

test('a multi-grad hook tells apart a walk and one that a hook starts in the middle of it', () => {
  const x = leaf([1, 2])
  const y = leaf([3, 4])
  const all: unknown[] = []
  const any: unknown[] = []
  autograd.registerMultiGradHook([x, y], (gradients) => void all.push(gradients.map(values)))
  autograd.registerMultiGradHook([x, y], (gradient) => void any.push(values(gradient)), { mode: 'any' })
  let isFirst = true
  const nested = () => {
    if (!isFirst) return
    isFirst = false
    enableGrad(() => x.mul(2).sum().backward())
  }
  for (const tensor of [x, y]) tensor.registerHook(nested)
  x.mul(y).sum().backward()
  // whichever of x and y came first, the nested walk ran between them
  expect(all).toEqual([
    [[2, 2], null],
    [
      [3, 4],
      [1, 2],
    ],
  ])
  expect(any.length).toBe(2)
})

describe('options', () => {
  const x = leaf([1, 2])

  test('of another name are refused', () => {
    const options = { create_graph: true } as object
    expect(() => autograd.grad(x.sum(), x, options)).toThrow("grad: unknown option 'create_graph'. Did you mean 'createGraph'?")
    expect(() => autograd.backward(x.sum(), options)).toThrow("backward: unknown option 'create_graph'. Did you mean 'createGraph'?")
  })

  test('gradTensors may be one tensor', () => {
    const y = leaf([1, 2])
    autograd.backward(y.mul(2), { gradTensors: constant([1, 5]) })
    expect(values(y.grad)).toEqual([2, 10])
  })

  test('that contradict each other are refused', () => {
    expect(() => autograd.grad(x.sum(), leaf(1), { materializeGrads: true, allowUnused: false })).toThrow('allowUnused: false forbids')
  })

  test('what is no tensor is named', () => {
    expect(() => autograd.grad(3 as never, x)).toThrow('grad: outputs must be a tensor, got number 3')
    expect(() => autograd.grad(x.sum(), [x, 4] as never)).toThrow('grad: inputs must be a tensor, got number 4')
    expect(() => autograd.backward(x.sum(), { inputs: x as never })).toThrow('backward: inputs must be a list of tensors')
  })
})

describe('inside vmap', () => {
  const weight = leaf([1, 2])
  const samples = constant([[3], [4]])

  test('the graph of all samples together is not walked for one', () => {
    const remedy = 'Use func.grad or func.vjp there'
    expect(() => func.vmap((x: Tensor) => autograd.grad(weight.mul(x).sum(), weight)[0])(samples)).toThrow(remedy)
    expect(() =>
      func.vmap((x: Tensor) => {
        weight.mul(x).sum().backward()
        return x
      })(samples),
    ).toThrow(remedy)
    expect(weight.grad).toBeNull()
  })

  test('what a tensor outside keeps is no gradient of a whole batch', () => {
    const x = leaf([1, 2])
    const y = x.mul(2)
    y.retainGrad()
    const settings = {
      gradOutputs: constant([
        [1, 0],
        [0, 1],
      ]),
      isGradsBatched: true,
      retainGraph: true,
    }
    expect(values(autograd.grad(y.mul(y), x, settings)[0])).toEqual([
      [8, 0],
      [0, 16],
    ])
    expect(y.grad).toBeNull()
    y.sum().backward()
    expect(values(y.grad)).toEqual([1, 1])
  })

  test('anomalies are found', () => {
    const slopes = func.vmap(func.grad((x: Tensor) => x.sqrt().sum()))
    expect(() => autograd.detectAnomaly(() => slopes(constant([[-1], [4]])))).toThrow("'SqrtBackward0' returned nan values")
  })
})

describe('inference mode', () => {
  test('a gradient from inside is added to outside, by another', () => {
    const x = leaf([1, 2])
    const y = leaf([3, 4])
    const loss = x.mul(y).sum()
    inferenceMode(() => loss.backward({ retainGraph: true }))
    expect(x.grad?.isInference()).toBe(true)
    loss.backward()
    expect([values(x.grad), values(y.grad)]).toEqual([
      [6, 8],
      [2, 4],
    ])
  })

  test('createGraph has no effect inside', () => {
    const x = leaf([1, 2])
    const y = x.mul(x).sum()
    const [gradient] = inferenceMode(() => autograd.grad(y, x, { createGraph: true }))
    expect([values(gradient), gradient.requiresGrad]).toEqual([[2, 4], false])
  })

  test('functional derivatives work inside', () => {
    const square = (x: Tensor) => x.mul(2).mul(x.mul(2)).sum()
    expect(values(inferenceMode(() => func.grad(square)(constant([1, 2]))))).toEqual([8, 16])
  })
})

test('a scope that is disposed of twice is left once', () => {
  for (const mode of [noGrad, inferenceMode]) {
    const scope = mode.scope()
    scope[Symbol.dispose]()
    expect(autograd.isGradEnabled()).toBe(true)
    noGrad(() => {
      scope[Symbol.dispose]()
      expect(autograd.isGradEnabled()).toBe(false)
    })
  }
  const scope = autograd.detectAnomaly.scope()
  scope[Symbol.dispose]()
  autograd.detectAnomaly(() => {
    scope[Symbol.dispose]()
    expect(autograd.isAnomalyEnabled()).toBe(true)
  })
})

describe('a custom function that returns the memory of an argument', () => {
  const times5 = autograd.customFunction({
    name: 'Times5',
    forward: (x: Tensor) => x,
    setupContext: () => {},
    backward: (_ctx, gradient) => gradient.mul(5),
  })
  const firstOf = autograd.customFunction({
    name: 'First',
    forward: (_ctx: autograd.FunctionContext, x: Tensor) => x.at(0),
    backward: (_ctx, gradient) => stack([gradient, gradient.mul(0)]),
  })
  const locked = 'has the memory of an argument, which a custom function returned'

  test('has an output that cannot be changed while recording', () => {
    const x = leaf([1, 2]).mul(1)
    expect(() => times5(x).mul_(2)).toThrow(locked)
    expect(() => firstOf(x).mul_(2)).toThrow(locked)
    expect(values(x)).toEqual([1, 2])
    const y = times5(x)
    noGrad(() => y.mul_(2))
    expect(values(x)).toEqual([2, 4])
  })

  test('says so when the argument was changed', () => {
    const x = leaf([1, 2]).mul(1)
    const y = times5(x)
    x.mul_(2)
    expect(() => y.sum()).toThrow('has the memory of an argument, which was changed in place since')
  })

  test('also inside func.grad', () => {
    expect(values(func.grad((x: Tensor) => times5(x).mul(2).sum())(constant([1, 2])))).toEqual([10, 10])
    expect(() => func.grad((x: Tensor) => times5(x.mul(1)).mul_(2).sum())(constant([1, 2]))).toThrow(locked)
  })
})

describe('markDirty inside func.grad', () => {
  const doubled = autograd.customFunction({
    name: 'Doubled',
    forward: (x: Tensor) => x.mul_(2),
    setupContext: (ctx, [x]: readonly [Tensor]) => ctx.markDirty(x),
    backward: (_ctx, gradient) => gradient.mul(2),
  })

  test('gives the argument its new history', () => {
    const f = (x: Tensor) => {
      const y = x.mul(1)
      expect(doubled(y)).toBe(y)
      return y.mul(y).sum()
    }
    expect(values(func.grad(f)(constant([1, 2])))).toEqual([8, 16])
  })

  test('refuses the variables', () => {
    expect(() => func.grad((x: Tensor) => doubled(x).sum())(constant([1, 2]))).toThrow('a leaf that requires grad was changed in place')
  })
})

test('joining takes time in proportion to the number of tensors', () => {
  const x = leaf(1)
  stack(Array.from({ length: 50_000 }, () => x.mul(2)))
    .sum()
    .backward()
  expect(x.grad?.item()).toBe(100_000)
})

test('a gradient that was assigned is added to in place, also a part of a buffer', () => {
  const x = leaf([1, 2])
  const buffer = constant([0, 0, 0, 0])
  x.grad = buffer.at(slice(1, 3))
  x.mul(x).sum().backward()
  expect(values(buffer)).toEqual([0, 2, 4, 0])
})
