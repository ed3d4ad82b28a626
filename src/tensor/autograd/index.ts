// The autograd entry: gradients as functions, grad modes, the graph. Typed fronts of autograd/, nothing more.
import * as tape from '../../autograd/index.ts'
import { OptionError } from '../../core/errors.ts'
import { gradOfBatch } from '../../transforms/index.ts'
import { requireTensor } from '../required-tensor.ts'
import { optionReader } from '../signature-reader.ts'
import type { Tensor } from '../tensor.ts'

export {
  AccumulateGrad,
  enableGrad,
  type HookHandle,
  inferenceMode,
  isAnomalyEnabled,
  isGradEnabled,
  isInferenceModeEnabled,
  type Mode,
  type ModeScope,
  noGrad,
  setGradEnabled,
} from '../../autograd/index.ts'
export { type CheckpointOptions, checkpoint, checkpointSequential, type Stage } from './checkpoint.ts'
export {
  customFunction,
  type Derivatives,
  type FunctionContext,
  type FunctionWithContext,
  type FunctionWithSetup,
  onceDifferentiable,
} from './custom-function.ts'
export * as forwardAD from './forward-ad.ts'
export * as functional from './functional-derivatives.ts'
export type { GraphNode } from './graph-node.ts'
export * as profiler from './profiler/index.ts'

const common = 'retainGraph: boolean | null = null, createGraph: boolean = false'
const readOptions = /*@__PURE__*/ optionReader({
  grad: `outputs: data, inputs: data, *, gradOutputs: data = null, ${common}, allowUnused: boolean | null = null, materializeGrads: boolean = false, isGradsBatched: boolean = false`,
  backward: `tensors: data, *, gradTensors: data = null, ${common}, inputs: tensors | null = null`,
  registerMultiGradHook: "tensors: data, hook: function, *, mode: 'all' | 'any' = 'all'",
  detectAnomaly: 'run: function, *, checkNan: boolean = true',
  setDetectAnomaly: 'enabled: boolean, *, checkNan: boolean = true',
} as const)

/** What stands for several tensors: one, or a list of them, some of which may be null where `nullable`. */
function tensorsOf(operation: string, parameter: string, given: unknown, nullable: boolean): readonly Tensor[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  for (const value of list) if (value !== null || !nullable) requireTensor(operation, parameter, value)
  return list as readonly Tensor[] // null where the callee expects it, too
}

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
  /** Takes `gradOutputs` as a batch along dim 0, and gives as many gradients along dim 0: the rows of a Jacobian (default false). */
  readonly isGradsBatched?: boolean
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
  const { isGradsBatched, gradOutputs, retainGraph, createGraph, allowUnused, materializeGrads } = readOptions('grad', options)
  if (materializeGrads && allowUnused === false)
    throw new OptionError('grad: materializeGrads gives zeros for unused inputs, which allowUnused: false forbids. Leave one of them out.')
  const settings = {
    gradOutputs: gradOutputs === null ? [] : tensorsOf('grad', 'gradOutputs', gradOutputs, true),
    retainGraph: retainGraph ?? createGraph,
    createGraph,
    allowUnused: allowUnused ?? materializeGrads,
    materializeGrads,
  }
  const walk = isGradsBatched ? gradOfBatch : tape.grad
  // what bind makes are tensors once Tensor is installed
  return walk(tensorsOf('grad', 'outputs', outputs, false), tensorsOf('grad', 'inputs', inputs, false), settings) as (Tensor | null)[]
}

/** Options of `backward`. */
export interface BackwardOptions {
  /** One gradient for each output; null for outputs of one element. */
  readonly gradTensors?: Tensor | readonly (Tensor | null)[] | null
  /** Keeps what the graph saved, so that backward can run again (default: the value of createGraph). */
  readonly retainGraph?: boolean
  /** Records the walk itself, for derivatives of derivatives (default false). */
  readonly createGraph?: boolean
  /** Accumulates into these only (default: all leaves). */
  readonly inputs?: readonly Tensor[]
}

/** Adds the gradients of the sum of `tensors` to the `.grad` of the leaves that they come from. */
export function backward(tensors: Tensor | readonly Tensor[], options: BackwardOptions = {}): void {
  const { gradTensors, retainGraph, createGraph, inputs } = readOptions('backward', options)
  const weights = gradTensors === null ? [] : tensorsOf('backward', 'gradTensors', gradTensors, true)
  tape.backward(tensorsOf('backward', 'tensors', tensors, false), weights, {
    retainGraph: retainGraph ?? createGraph,
    createGraph,
    ...(inputs === null ? {} : { inputs }),
  })
}

/**
 * Runs a function in which every tensor that is saved for backward goes through `pack` first; `unpack` gives it again when backward needs
 * it. The innermost pair wins; `savedTensorsHooks.scope(pack, unpack)` is for `using`.
 *
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * let kept = 0
 * const onHost = (x: Tensor) => { kept += x.numel(); return x.toTypedArray() } // somewhere cheaper
 * const back = (data: unknown) => tensor(data as Float32Array)
 * const x = tensor([1, 2], { requiresGrad: true })
 * const y = autograd.savedTensorsHooks(onHost, back, () => x.mul(x).sum())
 * y.backward()
 * console.log(kept, x.grad?.toArray()) // 4 [ 2, 4 ]
 * ```
 */
export const savedTensorsHooks = tape.savedTensorsHooks as unknown as {
  <R, P>(pack: (tensor: Tensor) => P, unpack: (packed: P) => Tensor, run: () => R): R
  scope<P>(pack: (tensor: Tensor) => P, unpack: (packed: P) => Tensor): tape.ModeScope
}

/**
 * Calls a hook once in each backward with the gradients of several tensors: with all of them when backward has them (`mode: 'all'`; null
 * for a tensor that was not reached), or with the first that arrives (`'any'`).
 */
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: (gradient: Tensor) => void,
  options: { readonly mode: 'any' },
): tape.HookHandle
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: (gradients: (Tensor | null)[]) => void,
  options?: { readonly mode?: 'all' },
): tape.HookHandle
export function registerMultiGradHook(
  tensors: readonly Tensor[],
  hook: (gradients: never) => void,
  options: { readonly mode?: 'all' | 'any' } = {},
): tape.HookHandle {
  const { mode } = readOptions('registerMultiGradHook', options)
  return tape.registerMultiGradHook(tensors, hook as tape.MultiGradHook, mode)
}

/** Options of `detectAnomaly`. */
export interface AnomalyOptions {
  /** Whether gradients are searched for NaN (default true); without, errors in backward still name their forward line. */
  readonly checkNan?: boolean
}

/**
 * Runs a function so that backward stops at the first NaN, with the name of the operation that made it and the line of the forward pass
 * where it was called. Slow; for looking for mistakes. Forward and backward both belong inside; `detectAnomaly.scope()` is for `using`.
 *
 * @throws GradError naming the operation and the line.
 * @example
 * ```ts
 * import { autograd, tensor } from 'wengert'
 * const x = tensor(-1, { requiresGrad: true })
 * try {
 *   autograd.detectAnomaly(() => x.sqrt().backward())
 * } catch (error) {
 *   console.log((error as Error).message.includes("'SqrtBackward0' returned nan values in its 0th output")) // true
 * }
 * ```
 */
export const detectAnomaly: {
  <R>(run: () => R, options?: AnomalyOptions): R
  scope(options?: AnomalyOptions): tape.ModeScope
} = /*@__PURE__*/ Object.assign(
  <R>(run: () => R, options: AnomalyOptions = {}): R => {
    const { checkNan } = readOptions('detectAnomaly', options)
    return tape.runUnder('detectAnomaly', () => tape.setAnomaly(true, checkNan), run)
  },
  {
    scope(options: AnomalyOptions = {}): tape.ModeScope {
      const { checkNan } = readOptions('detectAnomaly', options)
      return tape.scopeOf(tape.setAnomaly(true, checkNan))
    },
  },
)

/** Switches anomaly detection on or off until told otherwise. */
export function setDetectAnomaly(enabled: boolean, options: AnomalyOptions = {}): void {
  if (typeof enabled !== 'boolean') throw new OptionError('setDetectAnomaly: enabled must be true or false.')
  const { checkNan } = readOptions('setDetectAnomaly', options)
  tape.setAnomaly(enabled, checkNan)
}
