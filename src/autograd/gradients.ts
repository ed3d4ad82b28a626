// What people call: backward and grad, and the gradient state of a value.
import { isFloating } from '../core/dtype.ts'
import { GradError, ShapeError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { aliasOf, type Value } from '../core/value.ts'
import { levelOf } from '../primitives/levels.ts'
import { cast, full } from '../primitives/operations.ts'
import { accumulate } from './accumulation.ts'
import { type Root, walk } from './engine.ts'
import { AccumulateGrad, type NodeOutput, type TensorHook } from './graph-node.ts'
import { sourceOf } from './history.ts'
import { addHook, type HookHandle } from './hooks.ts'
import { baseSwitch, isInferenceModeEnabled } from './modes.ts'

/** Options of `backward`. */
export interface BackwardOptions {
  /** Keeps what the graph saved, so that backward can run again (default: the value of createGraph). */
  readonly retainGraph?: boolean
  /** Records the backward pass itself, for derivatives of derivatives (default false). */
  readonly createGraph?: boolean
  /** Accumulates into these only (default: all leaves). */
  readonly inputs?: readonly Value[]
}

/** Options of `grad`. */
export interface GradOptions {
  /** Weighs each output (default: 1 for one-element outputs). */
  readonly gradOutputs?: Value | readonly (Value | null)[] | null
  readonly retainGraph?: boolean
  readonly createGraph?: boolean
  /** Gives null for an input that the outputs do not depend on, instead of throwing. */
  readonly allowUnused?: boolean
  /** Gives zeros for such an input. */
  readonly materializeGrads?: boolean
}

/** Whether operations on this value are recorded. */
export const requiresGrad = (value: Value): boolean => sourceOf(value) !== null

/** Whether nothing recorded made this value. */
export const isLeaf = (value: Value): boolean => {
  const source = sourceOf(value)
  return source === null || source instanceof AccumulateGrad
}

/** Where the gradients of leaves wait that require none for now: recorded graphs lead there, and the next `requiresGrad` finds it again. */
const dormant = new WeakMap<Value, AccumulateGrad>()

/** Makes a leaf require a gradient, or no longer; what it has accumulated stays. */
export function setRequiresGrad(value: Value, wanted: boolean): void {
  if (!isLeaf(value)) {
    if (!wanted) throw new GradError('requiresGrad: only leaves can stop requiring a gradient. Use detach() for a result.')
    return
  }
  if (value.lifted !== null)
    throw new GradError(
      'requiresGrad: inside a function transform the arguments of the transform cannot be changed. Nest func.grad instead.',
    )
  if (wanted && value.storage.version < 0 && !isInferenceModeEnabled())
    throw new GradError('requiresGrad: a tensor made in inferenceMode cannot require a gradient outside it. Use its clone().')
  if (wanted && !isFloating(value.dtype))
    throw new GradError(`requiresGrad: only float tensors can have gradients, got ${value.dtype}. Convert with .to('float32').`)
  const source = value.source as AccumulateGrad | null // a leaf has no other
  if (wanted) value.source = source ?? dormant.get(value) ?? new AccumulateGrad(value)
  else if (source !== null) {
    dormant.set(value, source)
    value.source = null
  }
}

let hasWarned = false

/** The accumulated (or retained) gradient; null where there is none. */
export function gradientOf(value: Value): Value | null {
  const source = sourceOf(value)
  if (source !== null && !source.retains && !hasWarned) {
    hasWarned = true
    // biome-ignore lint/suspicious/noConsole: PyTorch warns here, too
    console.warn(
      'grad: this tensor is no leaf, so that backward keeps no gradient here. Call retainGrad() on it before backward, or look at a leaf.',
    )
  }
  return (source ?? dormant.get(value))?.grad ?? null
}

/** Replaces the gradient that a tensor keeps. */
export function setGradient(value: Value, gradient: Value | null): void {
  if (gradient === value) throw new GradError('grad: a tensor cannot be its own gradient. Clone it first.')
  if (gradient !== null && (!sameShape(gradient.shape, value.shape) || gradient.dtype !== value.dtype)) {
    throw new GradError(
      `grad: a gradient must have its tensor's shape and dtype ${printShape(value.shape)} ${value.dtype}, got ${printShape(gradient.shape)} ${gradient.dtype}.`,
    )
  }
  let keeper = sourceOf(value) ?? dormant.get(value)
  if (keeper === undefined && gradient !== null) {
    keeper = new AccumulateGrad(value)
    dormant.set(value, keeper as AccumulateGrad)
  }
  if (keeper !== undefined) keeper.grad = gradient
}

/** Calls `hook` with the gradient of a tensor whenever backward has it complete; what it returns takes its place. */
export function registerTensorHook(value: Value, hook: TensorHook): HookHandle {
  const source = sourceOf(value)
  if (source === null)
    throw new GradError('registerHook: the tensor requires no gradient, so that no hook would run. Call requiresGrad_() first.')
  source.hooks ??= new Map()
  return addHook('registerHook', source.hooks, hook)
}

/** Calls `hook` with a leaf after its gradient was added up. */
export function registerPostAccumulateGradHook(value: Value, hook: (leaf: Value) => void): HookHandle {
  const source = sourceOf(value)
  if (!(source instanceof AccumulateGrad))
    throw new GradError(
      'registerPostAccumulateGradHook: only leaves that require a gradient accumulate one; this tensor is no such leaf. Use registerHook on a result.',
    )
  source.accumulated ??= new Map()
  return addHook('registerPostAccumulateGradHook', source.accumulated, hook)
}

/** Whether the gradient of a result is kept for reading. */
export const retainsGrad = (value: Value): boolean => !isLeaf(value) && (sourceOf(value)?.retains ?? false)

/** Keeps the gradient of a result for reading after backward; does nothing on a leaf. */
export function retainGrad(value: Value): void {
  const source = sourceOf(value)
  if (source === null)
    throw new GradError('retainGrad: the tensor requires no gradient. Call requiresGrad_() on a leaf that it comes from.')
  source.retains = true
}

/** The same elements without history or tangent; a write to either is seen by both, and by the tape. */
export function detach(value: Value): Value {
  const { lifted } = value
  return lifted === null ? aliasOf(value) : levelOf(lifted).detach(value)
}

/** Cuts a value off its history. */
export function detach_(value: Value): void {
  if (value.lifted !== null) throw new GradError('detach_: a value of a function transform cannot be cut off in place. Use detach().')
  if (value.origin !== null) throw new GradError('detach_: a view cannot be cut off in place. Use detach().')
  if (isLeaf(value)) setRequiresGrad(value, false)
  else value.source = null
}

/** Where a value's gradients arrive on the tape that is walked here: that of values that belong to no functional derivative. */
function ownSource(operation: string, value: Value): NodeOutput | null {
  for (let { lifted } = value; lifted !== null; { lifted } = lifted.below) {
    if (lifted.level.records)
      throw new GradError(
        `${operation}: the tensor belongs to a function that is being differentiated by func. Nest func.grad or func.vjp there.`,
      )
    if (levelOf(lifted).batches)
      throw new GradError(
        `${operation}: inside vmap a tensor stands for all samples at once, and so does its graph. Use func.grad or func.vjp there, or call ${operation} outside.`,
      )
  }
  return sourceOf(value)
}

function rootsOf(operation: string, outputs: readonly Value[], weights: readonly (Value | null)[]): Root[] {
  if (weights.length > outputs.length)
    throw new GradError(`${operation}: got ${weights.length} gradients for ${outputs.length} outputs. Give one for each.`)
  return outputs.map((value, i) => {
    const output = ownSource(operation, value)
    if (output === null)
      throw new GradError(
        `${operation}: ${outputs.length === 1 ? 'the tensor' : `output ${i}`} requires no gradient and comes from nothing that does. Set requiresGrad on what it should be differentiated by, before computing it.`,
      )
    const weight = weights[i] ?? null
    if (weight === null) {
      if (value.elementCount !== 1) {
        throw new GradError(
          `${operation}: grad can be implicitly created only for scalar outputs, got shape ${printShape(value.shape)}. Sum it, or give the gradient of the output.`,
        )
      }
      return { output, cotangent: full(value.shape, 1, value.dtype) }
    }
    if (!sameShape(weight.shape, value.shape)) {
      throw new ShapeError(
        `${operation}: the gradient has shape ${printShape(weight.shape)}, but the output has ${printShape(value.shape)}. They must be equal.`,
      )
    }
    return { output, cotangent: cast(weight, value.dtype) }
  })
}

/** Adds the gradients of `outputs` to the `.grad` of every leaf that they come from. */
export function backward(outputs: readonly Value[], gradients: readonly (Value | null)[], options: BackwardOptions = {}): void {
  const { createGraph = false, inputs } = options
  const { retainGraph = createGraph } = options
  if (inputs !== undefined && inputs.length === 0)
    throw new GradError('backward: inputs is empty. Leave it out to accumulate into all leaves.')
  const roots = rootsOf('backward', outputs, gradients)
  const targets = inputs && new Set(inputs.map((value, i) => outputOfInput('backward', value, i)))
  const records = createGraph && !isInferenceModeEnabled()
  const exposed = new Set(roots.map(({ cotangent }) => cotangent.storage))
  const found = walk(roots, { retainGraph, createGraph: records, targets: targets ?? null, recording: baseSwitch, exposed })
  accumulate(found, exposed, records)
}

function outputOfInput(operation: string, value: Value, i: number): NodeOutput {
  const output = ownSource(operation, value)
  if (output === null)
    throw new GradError(`${operation}: input ${i} requires no gradient. Set requiresGrad on it before computing the outputs.`)
  return output
}

/** The gradients of `outputs` with respect to `inputs`, summed over outputs; leaves `.grad` alone. */
export function grad(outputs: Value | readonly Value[], inputs: Value | readonly Value[], options: GradOptions = {}): (Value | null)[] {
  const { createGraph = false, materializeGrads = false, gradOutputs } = options
  const { retainGraph = createGraph, allowUnused = materializeGrads } = options
  const list = <T>(given: T | readonly T[] | null | undefined): readonly T[] =>
    given == null ? [] : Array.isArray(given) ? given : [given as T]
  const roots = rootsOf('grad', list(outputs), list<Value | null>(gradOutputs))
  const sources = list(inputs).map((value, i) => outputOfInput('grad', value, i))
  const targets = new Set(sources)
  const records = createGraph && !isInferenceModeEnabled()
  const gradients = walk(roots, { retainGraph, createGraph: records, targets, recording: baseSwitch })
  return list(inputs).map((value, i) => {
    const gradient = gradients.get(sources[i] as NodeOutput)
    if (gradient !== undefined) return gradient
    if (materializeGrads) return full(value.shape, 0, value.dtype)
    if (allowUnused) return null
    throw new GradError(`grad: input ${i} was not used in the outputs. Pass { allowUnused: true } to get null for it.`)
  })
}
