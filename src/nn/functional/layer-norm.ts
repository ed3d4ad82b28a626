// Layer normalisation. A large input is one kernel each way.
import { applyFused, type Fused } from '../../autograd/index.ts'
import { apply } from '../../backends/expression.ts'
import type { DType } from '../../core/dtype.ts'
import { ShapeError } from '../../core/errors.ts'
import { printShape, type Shape, sameShape } from '../../core/shape.ts'
import { emptyValue, type Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { element, type LoopKernel, overRows, result, type Stage, scalar } from '../../primitives/rows.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { readOptions } from '../signatures/normalizations.ts'
import type { OptionsOf } from '../signatures.ts'
import { type Affine, affineOf, withAffine } from './affine.ts'

// operands: x, weight, bias, y, mean, 1/σ; scalars: 1/n, eps
const forwardKernel: LoopKernel = /*@__PURE__*/ (() => {
  const centred = apply('sub', element(0), result(1))
  return {
    name: 'layerNorm',
    operands: 6,
    stages: [
      { per: 'element', reductions: [{ combine: 'sum', value: element(0) }] },
      { per: 'row', values: [apply('mul', result(0), scalar(0))], stores: [{ operand: 4, value: result(1) }] },
      { per: 'element', reductions: [{ combine: 'sum', value: apply('mul', centred, centred) }] },
      {
        per: 'row',
        values: [apply('div', 1, apply('sqrt', apply('add', apply('mul', result(2), scalar(0)), scalar(1))))],
        stores: [{ operand: 5, value: result(3) }],
      },
      {
        per: 'element',
        stores: [{ operand: 3, value: apply('add', apply('mul', apply('mul', centred, result(3)), element(1)), element(2)) }],
      },
    ],
  }
})()

const gradientKernels = /*@__PURE__*/ new Map<string, LoopKernel>()

/**
 * Gradients of x, weight and bias, as far as they are `wanted`. Operands: g, x, weight, mean, 1/σ, then the gradients; scalar: 1/n.
 * With h = g w: dx = (h − mean(h) − x̂ · mean(h x̂)) / σ; dw = Σ g x̂ and db = Σ g over all rows.
 */
function gradientKernel(wanted: readonly [x: boolean, weight: boolean, bias: boolean]): LoopKernel {
  const key = wanted.join()
  let kernel = gradientKernels.get(key)
  if (kernel === undefined) {
    const given = 5
    const place = (gradient: number): number => given + wanted.slice(0, gradient).filter(Boolean).length
    const normalized = apply('mul', apply('sub', element(1), result(0)), result(1))
    const weighted = apply('mul', element(0), element(2))
    const columnSums = [
      { operand: place(1), value: apply('mul', element(0), normalized) },
      { operand: place(2), value: element(0) },
    ].filter((_, i) => wanted[i + 1])
    const ofRows: Stage[] = [
      {
        per: 'element',
        reductions: [
          { combine: 'sum', value: weighted },
          { combine: 'sum', value: apply('mul', weighted, normalized) },
        ],
      },
      { per: 'row', values: [apply('mul', result(2), scalar(0)), apply('mul', result(3), scalar(0))] },
    ]
    const dx = apply('mul', result(1), apply('sub', apply('sub', weighted, result(4)), apply('mul', normalized, result(5))))
    kernel = {
      name: 'layerNormGradients',
      operands: place(3),
      stages: [
        { per: 'row', values: [element(3), element(4)] },
        ...(wanted[0] ? ofRows : []),
        { per: 'element', stores: wanted[0] ? [{ operand: place(0), value: dx }] : [], columnSums },
      ],
    }
    gradientKernels.set(key, kernel)
  }
  return kernel
}

interface LayerNorm extends Affine {
  readonly eps: number
  /** The dims of a sample that are normalised together, and how many elements they have. */
  readonly dims: readonly number[]
  readonly count: number
}

const number = (value: number, x: Value): Value => P.operandLike('layerNorm', value, x.storage.type)

/** `extra` are each sample's mean and 1/σ. */
const fusedLayerNorm: Fused<LayerNorm> = {
  name: 'layerNorm',
  saves: 'inputs',
  applies: (inputs) => inputs.every(({ dtype }) => dtype === 'float32'),
  composition(inputs, params) {
    const x = inputs[0] as Value
    const { eps, dims, count } = params
    const [weight, bias] = affineOf(inputs, params)
    const centred = P.sub(x, P.div(P.sum(x, dims, true), count))
    const variance = P.div(P.sum(P.square(centred), dims, true), count)
    const normalized = P.mul(centred, P.rsqrt(P.add(variance, eps)))
    const scaled = weight === null ? normalized : P.mul(normalized, weight)
    return bias === null ? scaled : P.add(scaled, bias)
  },
  forward(inputs, params) {
    const x = inputs[0] as Value
    const { eps, dims, count } = params
    const [weight, bias] = affineOf(inputs, params)
    const output = emptyValue(x.storage.type, x.shape)
    const samples = x.shape.map((size, dim) => (dims.includes(dim) ? 1 : size))
    const mean = emptyValue(x.storage.type, samples)
    const scale = emptyValue(x.storage.type, samples)
    const operands = [x, weight ?? number(1, x), bias ?? number(0, x), output, mean, scale]
    return overRows(forwardKernel, x.shape, dims, operands, [1 / count, eps]) ? { output, extra: [mean, scale] } : null
  },
  backward(g, inputs, extra, params, wanted) {
    if (extra.length === 0) return null
    const x = inputs[0] as Value
    const { dims, count, hasWeight, hasBias } = params
    const [weight] = affineOf(inputs, params)
    const [mean, scale] = extra as readonly [Value, Value]
    const isWanted = [wanted(0), hasWeight && wanted(1), hasBias && wanted(hasWeight ? 2 : 1)] as const
    const gradients = isWanted.map((is, i) =>
      is ? emptyValue(x.storage.type, i === 0 ? x.shape : dims.map((dim) => x.shape[dim] as number)) : null,
    )
    const operands = [g, x, weight ?? number(1, x), mean, scale, ...gradients.filter((gradient) => gradient !== null)]
    if (!overRows(gradientKernel(isWanted), x.shape, dims, operands, [1 / count])) return null
    return gradients.filter((_, i) => i === 0 || [hasWeight, hasBias][i - 1])
  },
}

/** `(x − mean) / √(variance + eps) · weight + bias` with each sample's statistics over the last dims, which `normalizedShape` names. */
export function layerNorm<S extends Shape, D extends DType>(
  input: Tensor<S, D>,
  normalizedShape: readonly number[],
  weight?: Tensor | null | OptionsOf<'layerNorm'>,
  bias?: Tensor | null | OptionsOf<'layerNorm'>,
  options?: OptionsOf<'layerNorm'>,
): Tensor<S, D> {
  requireTensor('layerNorm', 'input', input)
  const given = readOptions('layerNorm', weight, bias, options)
  const shape: Shape = input.shape
  const first = shape.length - normalizedShape.length
  if (normalizedShape.length === 0 || first < 0 || !sameShape(shape.slice(first), normalizedShape)) {
    throw new ShapeError(`layerNorm: the input's last sizes must be ${printShape(normalizedShape)}, got shape ${printShape(shape)}.`)
  }
  for (const [name, value] of [
    ['weight', given.weight],
    ['bias', given.bias],
  ] as const) {
    if (value !== null && !sameShape(value.shape, normalizedShape)) {
      throw new ShapeError(`layerNorm: ${name} must have shape ${printShape(normalizedShape)}, not ${printShape(value.shape)}.`)
    }
  }
  const dims = normalizedShape.map((_, position) => first + position)
  const { eps, weight: scale, bias: shift } = given
  const inputs = withAffine(input, scale, shift)
  const count = normalizedShape.reduce((product, size) => product * size, 1)
  return applyFused(fusedLayerNorm, inputs, { eps, dims, count, hasWeight: scale !== null, hasBias: shift !== null }) as Tensor<S, D>
}
