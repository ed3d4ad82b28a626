// The context of a custom function: what its forward leaves for its backward.
import { type GraphNode, type NodeOutput, SavedValue, sourceOf } from '../autograd/index.ts'
import { releasedError } from '../autograd/saved-versions.ts'
import type { DType } from '../core/dtype.ts'
import { GradError } from '../core/errors.ts'
import type { Shape } from '../core/shape.ts'
import { Value } from '../core/value.ts'

/** What forward, setupContext, backward and jvp of a custom function get first. */
export class CustomContext<Saved extends object = Record<string, unknown>> {
  /** Whether backward will be asked for the gradient of each argument. */
  readonly needsInputGrad: readonly boolean[]
  /** @internal */
  readonly dirty: Set<Value> = new Set()
  /** @internal */
  readonly nonDifferentiable: Set<Value> = new Set()
  /** @internal */
  materializes = true
  /** @internal The node's name. */
  readonly owner: Pick<GraphNode, 'name'>
  #given: Saved | null = null
  #saved: Map<string, unknown> | null = null
  #released = false

  constructor(owner: Pick<GraphNode, 'name'>, needsInputGrad: readonly boolean[]) {
    this.owner = owner
    this.needsInputGrad = needsInputGrad
  }

  /** Keeps values for backward and jvp, by name. A tensor is kept with its version, so that a later change in place is noticed. */
  save(values: Saved): void {
    if (typeof values !== 'object' || values === null)
      throw new GradError(`${this.owner.name}: save takes an object, as in ctx.save({ x }), got ${typeof values}.`)
    this.#given = { ...this.#given, ...values }
  }

  /** What was saved. */
  get saved(): Saved {
    if (this.#released) throw releasedError(this.owner)
    if (this.#saved === null) return (this.#given ?? {}) as Saved
    const opened: Record<string, unknown> = {}
    for (const [name, kept] of this.#saved) opened[name] = kept instanceof SavedValue ? kept.open() : kept
    return opened as Saved
  }

  /** Says that forward changed these inputs in place; they must be among its outputs. */
  markDirty(...tensors: readonly Value[]): void {
    for (const tensor of tensors) this.dirty.add(tensor)
  }

  /** Says that these outputs have no gradient. */
  markNonDifferentiable(...tensors: readonly Value[]): void {
    for (const tensor of tensors) this.nonDifferentiable.add(tensor)
  }

  /** Whether a gradient that is missing is given to backward as zeros (the default) or as null. */
  setMaterializeGrads(materializes: boolean): void {
    this.materializes = materializes
  }

  /** @internal Turns what was saved into what is kept: inputs and outputs by their histories, everything else as a constant. */
  seal(sources: ReadonlyMap<Value, NodeOutput | null>, own: boolean): void {
    const saved = new Map<string, unknown>()
    for (const [name, value] of Object.entries(this.#given ?? {})) {
      saved.set(name, value instanceof Value ? new SavedValue(value, sources.get(value) ?? null, this.owner, own) : value)
    }
    this.#saved = saved
    this.#given = null
  }

  /** @internal Shapes and dtypes of what is kept, by name. */
  get facts(): Record<string, { readonly shape: Shape; readonly dtype: DType }> {
    const kept = [...(this.#saved ?? [])].flatMap(([name, value]) => (value instanceof SavedValue ? [[name, value.facts] as const] : []))
    return Object.fromEntries(kept)
  }

  /** @internal Lets go of what was saved. */
  release(): void {
    if (this.#saved === null || this.#saved.size === 0) return
    for (const kept of this.#saved.values()) if (kept instanceof SavedValue) kept.release()
    this.#saved = null
    this.#released = true
  }

  /** @internal The histories of what was saved. */
  sources(): NodeOutput[] {
    return Object.values(this.saved).flatMap((value) => {
      const source = value instanceof Value ? sourceOf(value) : null
      return source === null ? [] : [source]
    })
  }
}
