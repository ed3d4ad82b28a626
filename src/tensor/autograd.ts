// The autograd entry: gradients as functions, grad modes, the graph. Typed fronts of autograd/, nothing more.
import * as tape from '../autograd/index.ts'
import type { Tensor } from './tensor.ts'

export {
  AccumulateGrad,
  enableGrad,
  type GradMode,
  GraphNode,
  isGradEnabled,
  type ModeScope,
  noGrad,
  setGradEnabled,
} from '../autograd/index.ts'

/** Options of `grad`. */
export interface GradOptions {
  /** Weighs each output (default: 1, for outputs of one element). */
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[] | null
  /** Keeps what the graph saved, so that it can be walked again (default: the value of createGraph). */
  readonly retainGraph?: boolean
  /** Records the walk itself, for derivatives of derivatives (default false). */
  readonly createGraph?: boolean
  /** Gives null for an input that the outputs do not depend on, instead of throwing (default false). */
  readonly allowUnused?: boolean
  /** Gives zeros for such an input (default false). */
  readonly materializeGrads?: boolean
}

/**
 * The gradients of the sum of `outputs` with respect to each of `inputs`; every `.grad` stays as it is.
 *
 * @throws GradError if an input was not used (see allowUnused) or requires no gradient.
 * @example
 * ```ts
 * import { autograd, tensor } from 'wengert'
 * const x = tensor(2, { requiresGrad: true })
 * const [slope] = autograd.grad(x.pow(3), x, { createGraph: true })
 * const [curvature] = autograd.grad(slope, x)
 * console.log(slope.item(), curvature.item())
 * ```
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor,
  options: GradOptions & { readonly allowUnused: true },
): [Tensor | null]
export function grad(outputs: Tensor | readonly Tensor[], inputs: Tensor, options?: GradOptions): [Tensor]
export function grad<const I extends readonly Tensor[]>(
  outputs: Tensor | readonly Tensor[],
  inputs: I,
  options: GradOptions & { readonly allowUnused: true },
): { -readonly [K in keyof I]: I[K] | null }
export function grad<const I extends readonly Tensor[]>(
  outputs: Tensor | readonly Tensor[],
  inputs: I,
  options?: GradOptions,
): { -readonly [K in keyof I]: I[K] }
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  return tape.grad(outputs, inputs, options) as (Tensor | null)[] // what bind makes are tensors once Tensor is installed
}

/** Options of `backward`. */
export interface BackwardOptions {
  /** One gradient for each output; null for outputs of one element. */
  readonly gradTensors?: readonly (Tensor | null)[]
  /** Keeps what the graph saved, so that backward can run again (default: the value of createGraph). */
  readonly retainGraph?: boolean
  /** Records the walk itself, for derivatives of derivatives (default false). */
  readonly createGraph?: boolean
  /** Accumulates into these only (default: all leaves). */
  readonly inputs?: readonly Tensor[]
}

/** Adds the gradients of the sum of `tensors` to the `.grad` of the leaves that they come from. */
export function backward(tensors: Tensor | readonly Tensor[], options: BackwardOptions = {}): void {
  const { gradTensors = [], ...rest } = options
  tape.backward(Array.isArray(tensors) ? tensors : [tensors as Tensor], gradTensors, rest)
}
