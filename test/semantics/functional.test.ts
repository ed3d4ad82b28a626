// Derivatives of functions: jacobian to vhp, the transforms of `func` and how they nest, vmap and what it refuses.
import { describe, expect, test } from 'vitest'
import {
  autograd,
  defaultGenerator,
  equal,
  func,
  GradError,
  isGradEnabled,
  nn,
  noGrad,
  rand,
  ShapeError,
  stack,
  type Tensor,
  tensor,
  WengertError,
} from '../../src/index.ts'
import { constant, expectClose, expectError, leaf, values } from './assertions.ts'

const { functional } = autograd

/** (x0² x1, 3 x1), whose Jacobian at (2, 5) is [[20, 4], [0, 3]]. */
const f = (x: Tensor): Tensor => stack([x.at(0).square().mul(x.at(1)), x.at(1).mul(3)])
/** Σ x³, with the Hessian diag(6x). */
const cubes = (x: Tensor): Tensor => x.pow(3).sum()
const at = (): Tensor => constant([2, 5])

describe('Functional', () => {
  test('jacobian has the shape of the output followed by that of the input', () => {
    const jacobian = functional.jacobian(f, at())
    expect(values(jacobian)).toEqual([
      [20, 4],
      [0, 3],
    ])
    const wide = functional.jacobian(
      (x: Tensor) => x.reshape([3, 2]).mul(2).sum(1),
      constant([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    )
    expect(wide.shape).toEqual([3, 2, 3])
    expect(values(functional.jacobian(cubes, at()))).toEqual([12, 75])
    expectClose(functional.jacobian(f, at(), { vectorize: true }), [
      [20, 4],
      [0, 3],
    ])
  })

  test('of several outputs and inputs jacobian is nested', () => {
    const jacobian = functional.jacobian((x: Tensor, y: Tensor) => [x.mul(y), y.sum()], [constant([2, 3]), constant([5, 7])])
    expect(jacobian.map((row) => row.map(values))).toEqual([
      [
        [
          [5, 0],
          [0, 7],
        ],
        [
          [2, 0],
          [0, 3],
        ],
      ],
      [
        [0, 0],
        [1, 1],
      ],
    ])
    const single = functional.jacobian((x: Tensor, y: Tensor) => x.mul(y), [constant(2), constant(3)])
    expect(single.map(values)).toEqual([3, 2])
  })

  test('strict jacobian throws where an output does not depend on an input', () => {
    const independent = (x: Tensor, y: Tensor): Tensor => x.mul(1).add(y.detach())
    expectError(
      () => functional.jacobian(independent, [constant(2), constant(3)], { strict: true }),
      GradError,
      'jacobian',
      'input 1',
      'depend',
    )
    expectError(() => functional.jacobian((_x: Tensor) => constant(1), constant(2), { strict: true }), GradError, 'jacobian', 'depend')
  })

  test('without strict, jacobian gives zeros there', () => {
    const independent = (x: Tensor, y: Tensor): Tensor => x.mul(4).add(y.detach())
    expect(functional.jacobian(independent, [constant(2), constant([3, 5])]).map(values)).toEqual([
      [4, 4],
      [
        [0, 0],
        [0, 0],
      ],
    ])
    expect(values(functional.jacobian((_x: Tensor) => constant([1, 2]), constant(2)))).toEqual([0, 0])
  })

  test('jacobian, hessian and vjp give detached results', () => {
    const x = leaf([2, 5])
    expect([functional.jacobian(f, x).requiresGrad, functional.hessian(cubes, x).requiresGrad]).toEqual([false, false])
    expect(functional.vjp(cubes, x)[1].requiresGrad).toBe(false)
    expect(x.grad).toBeNull()
  })

  test('with createGraph their results can be differentiated', () => {
    const x = leaf([2, 5])
    const jacobian = functional.jacobian(f, x, { createGraph: true })
    expect(jacobian.requiresGrad).toBe(true)
    expect(values(autograd.grad(jacobian.sum(), x)[0])).toEqual([2 * 5 + 2 * 2, 2 * 2])
  })

  test('hessian is the matrix of second derivatives, nested for several inputs', () => {
    expect(values(functional.hessian(cubes, at()))).toEqual([
      [12, 0],
      [0, 30],
    ])
    const hessian = functional.hessian((x: Tensor, y: Tensor) => x.mul(x).mul(y), [constant(3), constant(5)])
    expect(hessian.map((row) => row.map(values))).toEqual([
      [10, 6],
      [6, 0],
    ])
  })

  test('hessian needs an output of one element', () => {
    expectError(() => functional.hessian(f, at()), WengertError, 'hessian', '[2]', /one element|scalar/)
    expect(functional.hessian((x: Tensor) => cubes(x).reshape([1]), at()).shape).toEqual([2, 2])
  })

  test('vjp gives the output and the product of a vector with the Jacobian', () => {
    const [output, product] = functional.vjp(f, at(), constant([1, 10]))
    expect([values(output), values(product)]).toEqual([
      [20, 15],
      [20, 34],
    ])
  })

  test('jvp gives the output and the product of the Jacobian with a vector', () => {
    const [output, product] = functional.jvp(f, at(), constant([1, 10]))
    expect([values(output), values(product)]).toEqual([
      [20, 15],
      [60, 30],
    ])
  })

  test('hvp gives the output and the product of the Hessian with a vector', () => {
    const [output, product] = functional.hvp((x: Tensor) => x.at(0).square().mul(x.at(1)), at(), constant([1, 10]))
    expect([values(output), values(product)]).toEqual([20, [10 + 40, 4]])
  })

  test('vhp gives the output and the product of a vector with the Hessian', () => {
    const [output, product] = functional.vhp((x: Tensor) => x.at(0).square().mul(x.at(1)), at(), constant([1, 10]))
    expect([values(output), values(product)]).toEqual([20, [10 + 40, 4]])
  })

  test('func.grad is the derivative of a function with a scalar result', () => {
    expect(values(func.grad(cubes)(at()))).toEqual([12, 75])
    expect([at().requiresGrad, func.grad(cubes)(at()).requiresGrad]).toEqual([false, false])
  })

  test('func.grad refuses a result that is no scalar', () => {
    expectError(() => func.grad(f)(at()), WengertError, 'grad', '[2]', 'scalar')
    expectError(() => func.grad((x: Tensor) => x.sum().reshape([1]))(at()), WengertError, 'grad', '[1]', 'scalar')
  })

  test('argnums of func.grad is a number or a list', () => {
    const product = (x: Tensor, y: Tensor): Tensor => x.mul(y).sum()
    const [x, y] = [constant([2, 3]), constant([5, 7])]
    expect(values(func.grad(product)(x, y))).toEqual([5, 7])
    expect(values(func.grad(product, { argnums: 1 })(x, y))).toEqual([2, 3])
    expect(
      func
        .grad(product, { argnums: [1, 0] })(x, y)
        .map(values),
    ).toEqual([
      [2, 3],
      [5, 7],
    ])
  })

  test('hasAux of func.grad passes a second result through', () => {
    const [slope, aux] = func.grad((x: Tensor) => [cubes(x), { twice: x.mul(2), name: 'aux' }], { hasAux: true })(at())
    expect([values(slope), values(aux.twice), aux.name]).toEqual([[12, 75], [4, 10], 'aux'])
  })

  test('arguments and gradients of func.grad may be any nested structure', () => {
    type Parameters = { readonly layers: readonly { readonly w: Tensor; readonly b: Tensor }[]; readonly scale: Tensor }
    const loss = ({ layers, scale }: Parameters, x: Tensor): Tensor => layers.reduce((h, { w, b }) => h.mul(w).add(b), x).mul(scale)
    const gradient = func.grad(loss)(
      {
        layers: [
          { w: constant(2), b: constant(1) },
          { w: constant(3), b: constant(4) },
        ],
        scale: constant(10),
      },
      constant(5),
    )
    expect(gradient.layers.map(({ w, b }) => [values(w), values(b)])).toEqual([
      [150, 30],
      [110, 10],
    ])
    expect(values(gradient.scale)).toBe(37)
  })

  test('gradAndValue gives the gradient and the value', () => {
    const [slope, value] = func.gradAndValue(cubes)(at())
    expect([values(slope), values(value)]).toEqual([[12, 75], 133])
  })

  test('func.vjp gives the output and a function from cotangents', () => {
    const [output, vjpFn] = func.vjp(f, [at()])
    expect(values(output)).toEqual([20, 15])
    expect(vjpFn(constant([1, 0])).map(values)).toEqual([[20, 4]])
    expect(vjpFn(constant([0, 1])).map(values)).toEqual([[0, 3]])
  })

  test('func.jvp gives the output and its tangent', () => {
    const [output, tangent] = func.jvp(f, [at()], [constant([1, 10])])
    expect([values(output), values(tangent)]).toEqual([
      [20, 15],
      [60, 30],
    ])
  })

  test('jacrev gives the Jacobian', () => {
    expect(values(func.jacrev(f)(at()))).toEqual([
      [20, 4],
      [0, 3],
    ])
  })

  test('jacfwd gives the Jacobian', () => {
    expect(values(func.jacfwd(f)(at()))).toEqual([
      [20, 4],
      [0, 3],
    ])
  })

  test('func.hessian gives the second derivatives', () => {
    expect(values(func.hessian(cubes)(at()))).toEqual([
      [12, 0],
      [0, 30],
    ])
  })

  test('linearize gives the output and a function from tangents, which may be called again', () => {
    let runs = 0
    const [output, jvpFn] = func.linearize(
      (x: Tensor) => {
        runs++
        return f(x)
      },
      [at()],
    )
    expect([values(output), values(jvpFn(constant([1, 10]))), values(jvpFn(constant([0, 1])))]).toEqual([
      [20, 15],
      [60, 30],
      [4, 3],
    ])
    expect(runs).toBe(1)
  })

  test('vmap maps a function over an axis of its arguments', () => {
    const shapes: unknown[] = []
    const dot = (x: Tensor, y: Tensor): Tensor => {
      shapes.push([x.shape, y.shape])
      return x.mul(y).sum()
    }
    const [x, y] = [
      constant([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      constant([
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
    ]
    expect(values(func.vmap(dot)(x, y))).toEqual([1, 4, 11])
    expect(shapes).toEqual([[[2], [2]]])
    expect(values(func.vmap(dot, { chunkSize: 2 })(x, y))).toEqual([1, 4, 11])
  })

  test('inDims of vmap says which axis of which argument', () => {
    const [x, y] = [
      constant([
        [1, 2, 3],
        [4, 5, 6],
      ]),
      constant([10, 100]),
    ]
    const mapped = func.vmap((column: Tensor, weights: Tensor) => column.mul(weights).sum(), { inDims: [1, null] })
    expect(values(mapped(x, y))).toEqual([410, 520, 630])
    expect(values(func.vmap((column: Tensor) => column.sum(), { inDims: 1 })(x))).toEqual([5, 7, 9])
  })

  test('outDims of vmap says where the axis goes', () => {
    const x = constant([
      [1, 2],
      [3, 4],
      [5, 6],
    ])
    expect(values(func.vmap((row: Tensor) => row.mul(10), { outDims: 1 })(x))).toEqual([
      [10, 30, 50],
      [20, 40, 60],
    ])
    const [first, second] = func.vmap((row: Tensor) => [row.mul(1), row.mul(2)], { outDims: [0, 1] })(x) as [Tensor, Tensor]
    expect([first.shape, second.shape]).toEqual([
      [3, 2],
      [2, 3],
    ])
  })

  test('functionalCall runs a module with other parameters', () => {
    const layer = new nn.Linear(2, 1)
    const before = values(layer.weight)
    const parameters = { weight: tensor([[2, 3]]), bias: tensor([10]) }
    const x = tensor([[1, 1]])
    expect(values(func.functionalCall(layer, parameters, [x]))).toEqual([[15]])
    expect(values(layer.weight)).toEqual(before)
    const slopes = func.grad((p: typeof parameters) => (func.functionalCall(layer, p, [x]) as Tensor).sum())(parameters)
    expect([values(slopes.weight), values(slopes.bias)]).toEqual([[[1, 1]], [1]])
    expect(layer.weight.grad).toBeNull()
  })

  test('stackModuleState stacks the parameters of several modules for vmap', () => {
    const layers = [new nn.Linear(2, 1), new nn.Linear(2, 1), new nn.Linear(2, 1)] as const
    const [params, buffers] = func.stackModuleState(layers)
    expect([params['weight']?.shape, params['bias']?.shape, buffers]).toEqual([[3, 1, 2], [3, 1], {}])
    const x = tensor([[1, 2]])
    const outputs = func.vmap((p: Record<string, Tensor>) => func.functionalCall(layers[0], p, [x]) as Tensor)(params)
    expectClose(outputs, layers.map((layer) => layer.forward(x).toArray()) as never, 1e-6)
  })

  test('grad of grad of sin is minus sin', () => {
    const second = func.grad(func.grad((x: Tensor) => x.sin()))
    expectClose(second(constant(0.5)), -Math.sin(0.5))
    expectClose(func.grad(second)(constant(0.5)), -Math.cos(0.5))
  })

  test('noGrad inside a function that func.grad differentiates makes a constant', () => {
    const g = (x: Tensor): Tensor => x.square().add(noGrad(() => x.pow(3)))
    expect(values(func.grad(g)(constant(2)))).toBe(4)
  })

  test('noGrad outside leaves func.grad as it is', () => {
    expect(noGrad(() => values(func.grad(cubes)(at())))).toEqual([12, 75])
    noGrad(() => {
      func.grad(cubes)(at())
      expect(isGradEnabled()).toBe(false)
    })
  })

  test('vmap refuses axes of unequal size', () => {
    const add = func.vmap((x: Tensor, y: Tensor) => x.add(y))
    expectError(() => add(constant([1, 2]), constant([1, 2, 3])), ShapeError, 'vmap', '2', '3')
  })

  test('vmap refuses item()', () => {
    expectError(() => func.vmap((x: Tensor) => x.mul(x.item() as number))(constant([1, 2])), WengertError, 'item', 'vmap')
  })

  test('vmap refuses a branch that depends on its data', () => {
    expectError(() => func.vmap((x: Tensor) => (x.gt(1).item() ? x : x.neg()))(constant([1, 2])), WengertError, 'vmap', 'where')
    expectError(() => func.vmap((x: Tensor) => (equal(x, constant(1)) ? x : x.neg()))(constant([1, 2])), WengertError, 'vmap')
    expectError(() => func.vmap((x: Tensor) => x.mul((x.toArray() as never) ? 1 : 2))(constant([1, 2])), WengertError, 'vmap')
  })

  test('vmap refuses random operations unless told how: the same numbers for all, or different ones', () => {
    const noisy = (x: Tensor): Tensor => x.add(rand([2]))
    const x = tensor([
      [0, 0],
      [0, 0],
      [0, 0],
    ])
    expectError(() => func.vmap(noisy)(x), WengertError, 'vmap', 'randomness', "'same'", "'different'")
    defaultGenerator.manualSeed(7)
    const [first, ...others] = func.vmap(noisy, { randomness: 'same' })(x).toArray() as number[][]
    for (const other of others) expect(other).toEqual(first)
    const rows = func.vmap(noisy, { randomness: 'different' })(x).toArray() as number[][]
    expect(new Set(rows.flat()).size).toBe(6)
  })

  test('vmap of grad gives a gradient for each sample', () => {
    const loss = (w: Tensor, x: Tensor, y: Tensor): Tensor => w.mul(x).sum().sub(y).square()
    const [w, x, y] = [
      constant([1, 2]),
      constant([
        [1, 0],
        [0, 1],
        [1, 1],
      ]),
      constant([0, 0, 1]),
    ]
    const each = func.vmap(func.grad(loss), { inDims: [null, 0, 0] })(w, x, y)
    expect(values(each)).toEqual([
      [2, 0],
      [0, 4],
      [4, 4],
    ])
  })
})
