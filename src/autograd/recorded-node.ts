// The node of an applied primitive: its rule, its params, and the values that the rule asked to be saved.

import type { DType } from '../core/dtype.ts'
import type { Shape } from '../core/shape.ts'
import { aliasOf, type Value } from '../core/value.ts'
import type { BindablePrimitive, ParamsOf } from '../primitives/params.ts'
import { GraphNode, type NodeOutput } from './graph-node.ts'
import type { Gradient, VjpRule } from './rule.ts'
import { vjpRules } from './rules/index.ts'
import { Packed, pack, packs } from './saved-hooks.ts'
import { changedError, releasedError, versionToSave } from './saved-versions.ts'

type Slots = (Value | Packed | undefined)[]

// A slot for each input and one for the output. Literals have exactly the room they need; an array that grows takes more.
const emptySlots = (inputs: number): Slots =>
  inputs === 1 ? [undefined, undefined] : inputs === 2 ? [undefined, undefined, undefined] : new Array(inputs + 1).fill(undefined)
const zeroVersions = (inputs: number): number[] => (inputs === 1 ? [0, 0] : inputs === 2 ? [0, 0, 0] : new Array(inputs + 1).fill(0))

// Shared by all nodes that save nothing.
const nothing: Slots = []
const noVersions: number[] = []

type Gradients = readonly (Gradient<unknown> | null)[]

/** The gradients of a primitive by input, or null where none of its inputs has one. */
export function gradientsOf(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown): Gradients | null {
  const rule = vjpRules[primitive] as VjpRule<unknown> | null
  return typeof rule === 'function' ? rule({ inputs, params }) : rule
}

/** An applied primitive. */
export class RecordedNode extends GraphNode {
  readonly primitive: BindablePrimitive
  readonly params: unknown
  readonly #gradients: Gradients
  /** By slot: inputs first, the output last; undefined where nobody asked. Null once released. */
  #saved: Slots | null
  readonly #versions: number[]
  /** Whether what is saved are values of this tape; those below the level of a functional tape have histories of their own. */
  readonly #own: boolean

  /** `inputs` and `output` are what the rule may save: the values themselves, or (not `own`) those one level below. */
  constructor(
    primitive: BindablePrimitive,
    params: unknown,
    gradients: Gradients,
    edges: readonly (NodeOutput | null)[],
    inputs: readonly Value[],
    output: Value,
    own: boolean,
  ) {
    super(edges, output.shape, output.storage.type)
    this.primitive = primitive
    this.params = params
    this.#gradients = gradients
    this.#own = own
    let saved = nothing
    let versions = noVersions
    for (let i = 0; i < edges.length; i++) {
      if (edges[i] === null) continue
      const { saves } = gradients[i] as Gradient<unknown>
      for (let k = 0; k < saves.length; k++) {
        const slot = saves[k] as number
        const place = slot < 0 ? inputs.length : slot
        if (saved === nothing) {
          saved = emptySlots(inputs.length)
          versions = zeroVersions(inputs.length)
        } else if (saved[place] !== undefined) continue
        const value = slot < 0 ? output : (inputs[slot] as Value)
        const { version } = value.storage
        versions[place] = version < 0 ? versionToSave(value, this) : version
        saved[place] = packs ? pack(own ? aliasOf(value) : value) : value
      }
    }
    this.#saved = saved
    this.#versions = versions
  }

  get name(): string {
    return `${(this.primitive[0] as string).toUpperCase()}${this.primitive.slice(1)}Backward0`
  }

  gradientAlong(i: number, cotangent: Value): Value | null {
    const gradient = this.#gradients[i] as Gradient<unknown>
    const saved: Value[] = []
    for (const slot of gradient.saves) saved.push(this.#read(slot))
    return gradient.apply(cotangent, saved, {
      params: this.params as ParamsOf<BindablePrimitive>,
      shape: (this.edges[i] as NodeOutput).shape,
    })
  }

  /** What is saved for the rules, by input with the output last; null where nothing is, or where a hook packed it. */
  get saved(): ({ readonly shape: Shape; readonly dtype: DType } | null)[] {
    return Array.from(this.#saved ?? [], (value) =>
      value === undefined || value instanceof Packed ? null : { shape: value.shape, dtype: value.dtype },
    )
  }

  #read(slot: number): Value {
    if (this.#saved === null) throw releasedError(this)
    const place = slot < 0 ? this.edges.length : slot
    const kept = this.#saved[place] as Value | Packed
    let value: Value
    if (kept instanceof Packed) value = kept.open()
    else {
      value = kept
      if (value.storage.version !== this.#versions[place]) throw changedError(value, this.#versions[place] as number, this)
    }
    if (!this.#own) return value
    // the value stands for what it was when it was saved, whatever became of its history since (detach_, requiresGrad)
    const source = slot < 0 ? this : (this.edges[slot] ?? null)
    if (value.source === source) return value
    const asSaved = aliasOf(value)
    asSaved.source = source
    return asSaved
  }

  override release(): void {
    const saved = this.#saved
    if (saved === null || saved.length === 0) return
    this.#saved = null
    for (const kept of saved) if (kept instanceof Packed) kept.release()
  }
}
