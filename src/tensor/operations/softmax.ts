// Softmax and its relatives: each subtracts the largest element first, so that no exponential overflows. That maximum is a
// constant for the derivative (the results do not depend on it), hence detached. Large ones are one kernel each way.
import { applyFused, detach, type Fused } from '../../autograd/index.ts'
import { apply, type Expression } from '../../backends/expression.ts'
import type { DType } from '../../core/dtype.ts'
import { normalizeDim } from '../../core/shape.ts'
import { emptyValue, type Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { element, type LoopKernel, overRows, result } from '../../primitives/rows.ts'
import { readOptions } from '../signatures/reductions.ts'
import type { OptionsOf } from '../signatures.ts'
import { floatInput, reducedDims } from './reductions.ts'

// x − max(x) along the dims.
const shift = (x: Value, dims: readonly number[]): Value => P.sub(x, P.amax(detach(x), dims, true))

interface Softmax {
  readonly dims: readonly number[]
}

const shifted: Expression = apply('sub', element(0), result(0))
const exponential: Expression = apply('exp', shifted)

const softmaxKernel: LoopKernel = {
  name: 'softmax',
  operands: 2,
  stages: [
    { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
    { per: 'element', reductions: [{ combine: 'sum', value: exponential }], stores: [{ operand: 1, value: exponential }] },
    { per: 'row', values: [apply('div', 1, result(1))] },
    { per: 'element', stores: [{ operand: 1, value: apply('mul', element(1), result(2)) }] },
  ],
}

// from cotangent and result: y (g − Σ g y)
const softmaxGradientKernel: LoopKernel = {
  name: 'softmaxGradient',
  operands: 3,
  stages: [
    { per: 'element', reductions: [{ combine: 'sum', value: apply('mul', element(0), element(1)) }] },
    {
      per: 'element',
      stores: [{ operand: 2, value: apply('mul', element(1), apply('sub', element(0), result(0))) }],
    },
  ],
}

const logSoftmaxKernel: LoopKernel = {
  name: 'logSoftmax',
  operands: 2,
  stages: [
    { per: 'element', reductions: [{ combine: 'max', value: element(0) }] },
    { per: 'element', reductions: [{ combine: 'sum', value: exponential }] },
    { per: 'row', values: [apply('log', result(1))] },
    { per: 'element', stores: [{ operand: 1, value: apply('sub', shifted, result(2)) }] },
  ],
}

// from cotangent and result: g − eʸ Σ g
const logSoftmaxGradientKernel: LoopKernel = {
  name: 'logSoftmaxGradient',
  operands: 3,
  stages: [
    { per: 'element', reductions: [{ combine: 'sum', value: element(0) }] },
    {
      per: 'element',
      stores: [
        {
          operand: 2,
          value: apply('sub', element(0), apply('mul', apply('exp', element(1)), result(0))),
        },
      ],
    },
  ],
}

/** What softmax and logSoftmax have in common: both directions are one kernel over rows along the dims. */
const alongDims = (
  name: string,
  forward: LoopKernel,
  backward: LoopKernel,
  composition: (x: Value, dims: readonly number[]) => Value,
  gradient: (g: Value, y: Value, dims: readonly number[]) => Value,
): Fused<Softmax> => ({
  name,
  saves: 'output',
  applies: () => true,
  composition: ([x], { dims }) => composition(x as Value, dims),
  forward([x], { dims }) {
    const { shape, storage } = x as Value
    const output = emptyValue(storage.type, shape)
    return overRows(forward, shape, dims, [x as Value, output]) ? { output, extra: [] } : null
  },
  backward(g, [y], _, { dims }) {
    const dx = emptyValue(g.storage.type, g.shape)
    return overRows(backward, g.shape, dims, [g, y as Value, dx]) ? [dx] : null
  },
  derivative: (g, [y], { dims }) => [gradient(g, y as Value, dims)],
})

const fusedSoftmax: Fused<Softmax> = /*@__PURE__*/ alongDims(
  'softmax',
  softmaxKernel,
  softmaxGradientKernel,
  (x, dims) => {
    const exponentials = P.exp(shift(x, dims))
    return P.div(exponentials, P.sum(exponentials, dims, true))
  },
  (g, y, dims) => P.mul(y, P.sub(g, P.sum(P.mul(g, y), dims, true))),
)

const fusedLogSoftmax: Fused<Softmax> = /*@__PURE__*/ alongDims(
  'logSoftmax',
  logSoftmaxKernel,
  logSoftmaxGradientKernel,
  (x, dims) => {
    const differences = shift(x, dims)
    return P.sub(differences, P.log(P.sum(P.exp(differences), dims, true)))
  },
  (g, y, dims) => P.sub(g, P.mul(P.exp(y), P.sum(g, dims, true))),
)

/** A float input and the dim as a list, none for a 0-d tensor. */
function prepare(name: string, input: Value, dim: number, dtype: DType | null): { x: Value; dims: number[] } {
  const x = floatInput(name, input, dtype)
  const axis = normalizeDim(name, dim, x.shape.length)
  return { x, dims: x.shape.length === 0 ? [] : [axis] }
}

/** `eˣ / Σ eˣ` along `dim`. */
export function softmax(input: Value, dim: number, options?: OptionsOf<'softmax'>): Value {
  const { x, dims } = prepare('softmax', input, dim, readOptions('softmax', options).dtype)
  return x.elementCount === 0 ? P.exp(x) : applyFused(fusedSoftmax, [x], { dims })
}

/** `x − log Σ eˣ` along `dim`. */
export function logSoftmax(input: Value, dim: number, options?: OptionsOf<'logSoftmax'>): Value {
  const { x, dims } = prepare('logSoftmax', input, dim, readOptions('logSoftmax', options).dtype)
  return x.elementCount === 0 ? P.copy(x) : applyFused(fusedLogSoftmax, [x], { dims })
}

/** `log Σ eˣ` over `dim`; −∞ where all are −∞. */
export function logsumexp(input: Value, dim: number | readonly number[], options?: OptionsOf<'logsumexp'>): Value {
  const { keepdim } = readOptions('logsumexp', options)
  const x = floatInput('logsumexp', input)
  const dims = reducedDims('logsumexp', dim, x) ?? x.shape.map((_, axis) => axis)
  const narrow = (value: Value): Value =>
    keepdim
      ? value
      : P.reshape(
          value,
          value.shape.filter((_, axis) => !dims.includes(axis)),
        )
  if (x.elementCount === 0) return narrow(P.log(P.sum(P.exp(x), dims, true)))
  const largest = P.amax(detach(x), dims, true)
  const finite = P.where(P.isfinite(largest), largest, 0) // ∞ − ∞ would be NaN
  return narrow(P.add(P.log(P.sum(P.exp(P.sub(x, finite)), dims, true)), finite))
}
