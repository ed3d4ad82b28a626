// From a value of a level to what it stands for below, and back.
import { aliasOf, type Lifted, type Value } from '../core/value.ts'
import type { BindablePrimitive } from '../primitives/bind.ts'
import { kernels } from '../primitives/kernels.ts'

/** What `value` stands for below the level; a value that does not belong to the level is itself. */
export const lowered = (value: Value, level: object): Value => (value.lifted?.level === level ? value.lifted.below : value)

/** A value of a level that looks at the same elements as `lifted.below`. */
export function lift(lifted: Lifted): Value {
  const value = aliasOf(lifted.below)
  value.lifted = lifted
  return value
}

/** Gives the result of a view primitive its origin at its level, so that a write through it finds its root there. */
export function inheritOrigin(view: Value, parent: Value, primitive: BindablePrimitive, params: unknown): void {
  if (kernels[primitive].kind !== 'view' || view.storage !== parent.storage || view.lifted?.level !== parent.lifted?.level) return
  const root = parent.origin?.root ?? parent
  const locked = view.lifted?.below.origin?.locked ?? null
  view.origin = { parent, root, primitive, params, generation: root.generation, locked }
}

/** Values from outside that a level has made its own, because a value of the level was written into them. */
export class Adoptions {
  readonly #level: object
  readonly #lift: (below: Value) => Lifted
  readonly #adopted: { readonly value: Value; readonly below: Value }[] = []

  constructor(level: object, liftValue: (below: Value) => Lifted) {
    this.#level = level
    this.#lift = liftValue
  }

  /** Makes `value`, and what it is a view of, values of the level. */
  adopt(value: Value): void {
    if (value.lifted?.level === this.#level) return
    const { origin } = value
    if (origin !== null) this.adopt(origin.parent)
    const below = aliasOf(value)
    below.lifted = value.lifted
    below.source = value.source
    below.generation = value.generation
    if (origin !== null) {
      below.origin = { ...origin, parent: lowered(origin.parent, this.#level), root: lowered(origin.root, this.#level) }
      origin.generation = -1 // its history at this level is that of what it is a view of
    }
    value.lifted = this.#lift(below)
    value.source = null
    this.#adopted.push({ value, below })
  }

  /** Gives all of them back as what they stand for below. */
  release(): void {
    for (const { value, below } of this.#adopted.splice(0).reverse()) {
      value.lifted = below.lifted
      value.source = below.source
      value.generation = below.generation
      if (value.origin !== null && below.origin !== null) value.origin.generation = below.origin.generation
    }
  }
}
