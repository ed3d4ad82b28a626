// What both kinds of derivatives are as levels: their values look at the same elements as what they stand for, and may adopt values from
// outside. It knows neither tapes nor tangents.
import { detach } from '../autograd/index.ts'
import { aliasOf, type Lifted, type Value } from '../core/value.ts'
import { Level } from '../primitives/levels.ts'
import { lowered } from './lowering.ts'

/** A level of reverse or forward mode. */
export abstract class DerivativeLevel extends Level {
  readonly batches = false
  readonly #adoptions = new Adoptions(this, (below) => this.liftedConstant(below))

  /** What the level keeps with a value that does not depend on its variables. */
  protected abstract liftedConstant(below: Value): Lifted

  adopt(value: Value): void {
    this.#adoptions.adopt(value)
  }

  /** To be called when the level ends. */
  protected releaseAdopted(): void {
    this.#adoptions.release()
  }

  detach(value: Value): Value {
    return detach(lowered(value, this))
  }

  draw(): null {
    return null
  }

  survivor(value: Value): Value {
    return lowered(value, this)
  }
}

/** Values from outside that a level has made its own, because a value of the level was written into them. */
class Adoptions {
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
