// From a value of a level to what it stands for below, and back.
import { aliasOf, type Lifted, type Value } from '../core/value.ts'
import { kernels } from '../primitives/kernels.ts'
import type { BindablePrimitive } from '../primitives/params.ts'

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
  if (kernels[primitive]?.kind !== 'view' || view.storage !== parent.storage || view.lifted?.level !== parent.lifted?.level) return
  const root = parent.origin?.root ?? parent
  const locked = view.lifted?.below.origin?.locked ?? null
  view.origin = { parent, root, primitive, params, generation: root.generation, locked }
}
