// The context of a custom function: what its forward leaves for its backward.
import { type GraphNode, type NodeOutput, releasedError, SavedValue, sourceOf } from '../autograd/index.ts'
import { GradError } from '../core/errors.ts'
import { isPlainObject, mapNested } from '../core/nested.ts'
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
  /** What was saved, as it was given; null once it is sealed. */
  #given: Readonly<Record<string, unknown>> | null = {}
  /** The same with tensors as saved values; null before and after. */
  #sealed: Readonly<Record<string, unknown>> | null = null

  constructor(owner: Pick<GraphNode, 'name'>, needsInputGrad: readonly boolean[]) {
    this.owner = owner
    this.needsInputGrad = needsInputGrad
  }

  /**
   * Keeps values for backward and jvp, by name: tensors, arrays and plain objects of tensors, anything else. A tensor is kept with its
   * version, so that a later change in place is noticed.
   */
  save(values: Saved): void {
    if (!isPlainObject(values)) throw new GradError(`${this.owner.name}: save takes values by name, as in ctx.save({ x }).`)
    this.#given = { ...this.#given, ...values }
  }

  /** What was saved. */
  get saved(): Saved {
    if (this.#given === null && this.#sealed === null) throw releasedError(this.owner)
    const saved = this.#given ?? mapNested(this.#sealed, (leaf) => (leaf instanceof SavedValue ? leaf.open() : leaf))
    return refusing(saved as Saved & object, this.owner.name)
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
    const keep = (leaf: unknown): unknown =>
      leaf instanceof Value ? new SavedValue(leaf, sources.get(leaf) ?? null, this.owner, own) : leaf
    this.#sealed = mapNested(this.#given, keep) as Record<string, unknown> // the structure stays
    this.#given = null
  }

  /** @internal Lets go of what was saved; a context that saved no tensor stays as it is. */
  release(): void {
    const kept = this.#keptTensors()
    if (kept.length === 0) return
    for (const [, tensor] of kept) tensor.release()
    this.#sealed = null
  }

  /** @internal Shapes and dtypes of what is kept, by name. */
  get facts(): Record<string, SavedValue['facts']> {
    return Object.fromEntries(this.#keptTensors().map(([name, { facts }]) => [name, facts]))
  }

  /** @internal The histories of what was saved. */
  sources(): NodeOutput[] {
    const found: NodeOutput[] = []
    mapNested({ ...this.saved }, (leaf) => {
      const source = leaf instanceof Value ? sourceOf(leaf) : null
      if (source !== null) found.push(source)
    })
    return found
  }

  #keptTensors(): [string, SavedValue][] {
    const kept: [string, SavedValue][] = []
    for (const [name, tree] of Object.entries(this.#sealed ?? {})) {
      mapNested(tree, (leaf) => void (leaf instanceof SavedValue && kept.push([name, leaf])))
    }
    return kept
  }
}

/** What was saved, with an error for a name under which nothing was. */
const refusing = <S extends object>(saved: S, name: string): S =>
  new Proxy(saved, {
    get(target, key, receiver) {
      if (typeof key === 'string' && !(key in target) && key !== 'then' && key !== 'toJSON')
        throw new GradError(`${name}: nothing was saved as '${key}' (saved: ${Object.keys(target).join(', ') || 'nothing'}).`)
      return Reflect.get(target, key, receiver)
    },
  })
