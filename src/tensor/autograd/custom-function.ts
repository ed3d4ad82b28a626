// Functions with derivatives of their own: the typed front of transforms/custom-function.ts.
import { OptionError } from '../../core/errors.ts'
import * as transforms from '../../transforms/index.ts'
import { optionReader } from '../signature-reader.ts'
import type { Tensor } from '../tensor.ts'

/** What the parts of a custom function get first: what forward leaves for backward. `Saved` names what is kept. */
export interface FunctionContext<Saved extends object = any> {
  /** Keeps values for backward and jvp, by name: tensors with their versions, so that a later change in place is an error. */
  save(values: Saved): void
  /** What was saved. */
  readonly saved: Saved
  /** Whether backward will be asked for the gradient of each argument of forward. */
  readonly needsInputGrad: readonly boolean[]
  /** Says that forward changed these arguments in place; it must return them, too. */
  markDirty(...tensors: readonly Tensor[]): void
  /** Says that these outputs have no gradient. */
  markNonDifferentiable(...tensors: readonly Tensor[]): void
  /** Whether the gradient of an output that nobody used is given to backward as zeros (the default) or as null. */
  setMaterializeGrads(materializes: boolean): void
}

/** What backward and jvp return: one tensor, or null for zero, for each argument (backward) or output (jvp). */
export type Derivatives = Tensor | null | readonly (Tensor | null)[]

/** The parts that both kinds of custom functions may have. */
export interface CommonParts<Saved extends object> {
  /** The node of the graph is called so, followed by `Backward`. */
  readonly name: string
  /** One gradient for each argument of forward, from one for each output. */
  readonly backward?: (ctx: FunctionContext<Saved>, ...gradOutputs: Tensor[]) => Derivatives
  /** For forward mode: one tangent for each output, from one for each argument. */
  readonly jvp?: (ctx: FunctionContext<Saved>, ...tangents: Tensor[]) => Derivatives
}

/** A custom function whose forward leaves things in the context itself. */
export interface FunctionWithContext<Saved extends object, Inputs extends readonly unknown[], Output> extends CommonParts<Saved> {
  readonly forward: (ctx: FunctionContext<Saved>, ...inputs: Inputs) => Output
  readonly setupContext?: undefined
}

/** A custom function that works under all transforms: forward knows no context, setupContext fills it from arguments and output. */
export interface FunctionWithSetup<Saved extends object, Inputs extends readonly unknown[], Output> extends CommonParts<Saved> {
  readonly forward: (...inputs: Inputs) => Output
  readonly setupContext: (ctx: FunctionContext<Saved>, inputs: Inputs, output: Output) => void
  /** The function over a batch: `inDims` tells along which dim each argument is batched, null for none. Returns `[output, outDims]`. */
  readonly vmap?: (
    info: transforms.BatchInfo,
    inDims: { readonly [I in keyof Inputs]: number | null },
    ...inputs: Inputs
  ) => readonly [Output, number | null | readonly (number | null)[]]
  /** Has vmap run forward and backward themselves on batched values. Not together with `vmap`. */
  readonly generateVmapRule?: boolean
}

const readOptions = /*@__PURE__*/ optionReader({
  customFunction:
    "definition: data = null, *, name: string = '', forward: function | null = null, backward: function | null = null, setupContext: function | null = null, jvp: function | null = null, vmap: function | null = null, generateVmapRule: boolean = false",
} as const)

/**
 * A function with a derivative of its own. Forward runs without recording; backward gets the context and one gradient for each output,
 * and returns one for each argument of forward (null where there is none).
 *
 * With `setupContext(ctx, inputs, output)`, forward takes no context, and the function works inside `func.grad`, `func.vmap` (with `vmap`
 * or `generateVmapRule`) and forward mode (with `jvp`), in any nesting.
 *
 * @throws GradError in backward: for a wrong number of gradients, a gradient whose shape does not fit, or where no backward was given.
 * @example
 * ```ts
 * import { autograd, type Tensor, tensor } from 'wengert'
 * const exp = autograd.customFunction({
 *   name: 'Exp',
 *   forward: (x: Tensor) => x.exp(),
 *   setupContext: (ctx: autograd.FunctionContext<{ y: Tensor }>, _inputs, output) => ctx.save({ y: output }),
 *   backward: (ctx, gradient) => gradient.mul(ctx.saved.y),
 * })
 * const x = tensor([0, 1], { requiresGrad: true })
 * exp(x).sum().backward()
 * console.log(x.grad?.at(0).item()) // 1
 * ```
 */
export function customFunction<Saved extends object = any, const Inputs extends readonly unknown[] = any, Output = any>(
  definition: FunctionWithSetup<Saved, Inputs, Output>,
): (...inputs: Inputs) => Output
export function customFunction<Saved extends object = any, const Inputs extends readonly unknown[] = any, Output = any>(
  definition: FunctionWithContext<Saved, Inputs, Output>,
): (...inputs: Inputs) => Output
export function customFunction(definition: object): (...inputs: readonly unknown[]) => unknown {
  if (typeof definition !== 'object' || definition === null)
    throw new OptionError('customFunction: needs an object { name, forward, backward }.')
  const { name, forward } = definition as { name?: unknown; forward?: unknown }
  if (typeof name !== 'string' || typeof forward !== 'function')
    throw new OptionError('customFunction: needs at least a name and a forward, as in customFunction({ name, forward, backward }).')
  const { vmap, generateVmapRule } = readOptions('customFunction', null, definition) // refuses misspelt parts
  if (vmap !== null && generateVmapRule)
    throw new OptionError(`customFunction: ${name} has both vmap and generateVmapRule. Give one of them.`)
  return transforms.customFunction(definition as transforms.CustomDefinition)
}

/**
 * Marks a backward that cannot be differentiated, because it computes with numbers rather than tensors: it runs without recording, and a
 * second derivative throws instead of being wrong.
 */
export const onceDifferentiable = <Saved extends object = any>(
  backward: (ctx: FunctionContext<Saved>, ...gradOutputs: Tensor[]) => Derivatives,
): ((ctx: FunctionContext<Saved>, ...gradOutputs: Tensor[]) => Derivatives) =>
  transforms.onceDifferentiable(backward as unknown as transforms.CustomBackward) as never // the same function, differently typed
