// Derivatives of functions by backward and double backward on the tape of `backward()`: what PyTorch has in torch.autograd.functional.
// The transforms of wengert/func are newer and more general; these also differentiate by tensors that f captures (createGraph).
import { enableGrad, isGradEnabled } from '../../autograd/index.ts'
import type { Value } from '../../core/value.ts'
import { reshape } from '../../primitives/operations.ts'
import { type OptionReader, optionReader } from '../signature-reader.ts'
import type { Tensor } from '../tensor.ts'
import {
  blocks,
  dummies,
  filled,
  finished,
  fresh,
  gradients,
  listed,
  type MatrixOptions,
  type ProductOptions,
  requireHistory,
  requireScalar,
  run,
  underMode,
  unlisted,
  weightsFor,
} from './derivative-steps.ts'

export type { MatrixOptions, ProductOptions } from './derivative-steps.ts'

/** A tensor, or an array of tensors. */
export type Tensors = Tensor | readonly Tensor[]

/** A function of as many tensors as there are inputs. */
export type TensorFunction<I extends Tensors, O extends Tensors> = (...inputs: I extends readonly Tensor[] ? I : [I]) => O

/** For every tensor of `O` the structure of `I`. */
export type MatrixOf<O extends Tensors, I extends Tensors> = O extends readonly Tensor[] ? { -readonly [K in keyof O]: RowOf<I> } : RowOf<I>
/** One plain tensor for every tensor of `I`. */
export type RowOf<I extends Tensors> = I extends readonly Tensor[] ? { -readonly [K in keyof I]: Tensor } : Tensor

/** Their options by name, with kinds and defaults. */
const signatures = {
  vjp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  jvp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  vhp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  hvp: 'f: function, inputs: tensor | tensors, v: tensor | tensors | null = null, *, createGraph: boolean = false, strict: boolean = false',
  jacobian: 'f: function, inputs: tensor | tensors, *, createGraph: boolean = false, strict: boolean = false, vectorize: boolean = false',
  hessian: 'f: function, inputs: tensor | tensors, *, createGraph: boolean = false, strict: boolean = false, vectorize: boolean = false',
} as const
const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)

/**
 * `[output, vᵀJ]` of a function at `inputs`; v has the structure and shapes of the output, and is 1 by default for one element.
 *
 * @example
 * ```ts
 * import { autograd, ones, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.vjp((x: Tensor) => x.exp().sum(1), tensor([[0, 0], [0, 0]]), ones([2]))
 * console.log(output.toArray(), product.toArray()) // [ 2, 2 ] [ [ 1, 1 ], [ 1, 1 ] ]
 * ```
 */
export function vjp<const I extends Tensors, const O extends Tensors>(
  f: TensorFunction<I, O>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: O, product: RowOf<I>]
export function vjp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('vjp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('vjp', 'inputs', inputs)
  const { leaves, outputs, weights } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const outputs = run('vjp', f, leaves, strict)
    return { leaves, outputs, weights: weightsFor('vjp', given.v, outputs, createGraph) }
  })
  const product = underMode(createGraph, outside, () =>
    filled('vjp', gradients(outputs.list, leaves, weights, { createGraph }), leaves, given, 'gradient'),
  )
  return [unlisted(finished(outputs.list, createGraph), outputs.single), unlisted(finished(product, createGraph), single)]
}

/**
 * `[output, Jv]` of a function at `inputs`, by differentiating uᵀJ, which is linear in u, by u; v has the structure and shapes of the inputs.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.jvp((x: Tensor) => x.square(), tensor([1, 2]), tensor([1, 10]))
 * console.log(output.toArray(), product.toArray()) // [ 1, 4 ] [ 2, 40 ]
 * ```
 */
export function jvp<const I extends Tensors, const O extends Tensors>(
  f: TensorFunction<I, O>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: O, product: RowOf<O>]
export function jvp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('jvp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('jvp', 'inputs', inputs)
  const { outputs, weights, units, pulled } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const weights = weightsFor('jvp', given.v, { list: leaves, single }, createGraph)
    const outputs = run('jvp', f, leaves, strict)
    const units = dummies(outputs.list)
    const pulled = gradients(outputs.list, leaves, units, { createGraph: true })
    requireHistory('jvp', pulled, 'gradient', strict)
    return { outputs, weights, units, pulled }
  })
  const product = underMode(createGraph, outside, () =>
    filled('jvp', gradients(pulled, units, weights, { createGraph }), outputs.list, given, 'gradient'),
  )
  return [unlisted(finished(outputs.list, createGraph), outputs.single), unlisted(finished(product, createGraph), outputs.single)]
}

/**
 * `[output, vᵀH]` of a function that gives one element. H is symmetric, so this is Hv, for less than `hvp` takes.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.vhp((x: Tensor) => x.pow(3).sum(), tensor([1, 2]), tensor([1, 1]))
 * console.log(output.item(), product.toArray()) // 9 [ 6, 12 ]
 * ```
 */
export function vhp<const I extends Tensors>(
  f: TensorFunction<I, Tensor>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: Tensor, product: RowOf<I>]
export function vhp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('vhp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('vhp', 'inputs', inputs)
  const { leaves, output, weights, slopes } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const weights = weightsFor('vhp', given.v, { list: leaves, single }, createGraph)
    const output = requireScalar('vhp', run('vhp', f, leaves, strict))
    const slopes = gradients([output], leaves, null, { createGraph: true })
    requireHistory('vhp', slopes, 'jacobian', strict)
    return { leaves, output, weights, slopes }
  })
  const product = underMode(createGraph, outside, () =>
    filled('vhp', gradients(slopes, leaves, weights, { createGraph }), leaves, given, 'hessian'),
  )
  return [finished([output], createGraph)[0], unlisted(finished(product, createGraph), single)]
}

/**
 * `[output, Hv]` of a function that gives one element, by differentiating uᵀH, which is linear in u, by u.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const [output, product] = autograd.functional.hvp((x: Tensor) => x.pow(3).sum(), tensor([1, 2]), tensor([1, 1]))
 * console.log(output.item(), product.toArray()) // 9 [ 6, 12 ]
 * ```
 */
export function hvp<const I extends Tensors>(
  f: TensorFunction<I, Tensor>,
  inputs: I,
  v?: Tensors | null,
  options?: ProductOptions,
): [output: Tensor, product: RowOf<I>]
export function hvp(f: (...inputs: Value[]) => unknown, inputs: unknown, v?: unknown, options?: unknown): unknown {
  const given = readOptions('hvp', v, options)
  const { createGraph, strict } = given
  const outside = isGradEnabled()
  const { list, single } = listed('hvp', 'inputs', inputs)
  const { leaves, output, weights, units, pulled } = enableGrad(() => {
    const leaves = fresh(list, createGraph, true)
    const weights = weightsFor('hvp', given.v, { list: leaves, single }, createGraph)
    const output = requireScalar('hvp', run('hvp', f, leaves, strict))
    const slopes = gradients([output], leaves, null, { createGraph: true })
    requireHistory('hvp', slopes, 'jacobian', strict)
    const units = dummies(leaves)
    const pulled = gradients(slopes, leaves, units, { createGraph: true })
    requireHistory('hvp', pulled, 'hessian', strict)
    return { leaves, output, weights, units, pulled }
  })
  const product = underMode(createGraph, outside, () =>
    filled('hvp', gradients(pulled, units, weights, { createGraph }), leaves, given, 'hessian'),
  )
  return [finished([output], createGraph)[0], unlisted(finished(product, createGraph), single)]
}

/**
 * The Jacobian of a function at `inputs`: for every output and every input a tensor of shape output + input.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const jacobian = autograd.functional.jacobian((x: Tensor) => x.square(), tensor([1, 2]))
 * console.log(jacobian.toArray()) // [ [ 2, 0 ], [ 0, 4 ] ]
 * ```
 */
export function jacobian<const I extends Tensors, const O extends Tensors>(
  f: TensorFunction<I, O>,
  inputs: I,
  options?: MatrixOptions,
): MatrixOf<O, I>
export function jacobian(f: (...inputs: Value[]) => unknown, inputs: unknown, options?: unknown): unknown {
  const given = readOptions('jacobian', options)
  const { list, single } = listed('jacobian', 'inputs', inputs)
  const { outputs, matrix } = blocks('jacobian', f, list, given)
  return unlisted(
    matrix.map((row) => unlisted(finished(row, given.createGraph), single)),
    outputs.single,
  )
}

/**
 * The Hessian of a function that gives one element: for every pair of inputs a tensor of shape input + input.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const hessian = autograd.functional.hessian((x: Tensor, y: Tensor) => x.mul(y).sum(), [tensor([1, 2]), tensor([3, 4])])
 * console.log(hessian[0][1].toArray()) // [ [ 1, 0 ], [ 0, 1 ] ]
 * ```
 */
export function hessian<const I extends Tensors>(f: TensorFunction<I, Tensor>, inputs: I, options?: MatrixOptions): MatrixOf<I, I>
export function hessian(f: (...inputs: Value[]) => unknown, inputs: unknown, options?: unknown): unknown {
  const given = readOptions('hessian', options)
  const { createGraph, strict, vectorize } = given
  const { list, single } = listed('hessian', 'inputs', inputs)
  const scalar = (...leaves: Value[]): Value => reshape(requireScalar('hessian', run('hessian', f, leaves, strict)), [])
  const slopes = (...leaves: Value[]): readonly Value[] => {
    const { matrix } = blocks('hessian', scalar, leaves, { createGraph: true, strict: false, vectorize: false })
    requireHistory('hessian', matrix[0] as Value[], 'jacobian', strict)
    return matrix[0] as Value[]
  }
  const { matrix } = blocks('hessian', slopes, list, { createGraph, strict, vectorize })
  return unlisted(
    matrix.map((row) => unlisted(finished(row, createGraph), single)),
    single,
  )
}
