// Forward mode as a level: a value with a tangent, computed side by side.
import { GradError } from '../core/errors.ts'
import { memoryOrder, printShape, sameShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { bind, write } from '../primitives/bind.ts'
import type { LiftedBy } from '../primitives/levels.ts'
import { add, copyInOrder, full, sum, where } from '../primitives/operations.ts'
import type { BindablePrimitive, ParamsOf } from '../primitives/params.ts'
import { DerivativeLevel } from './derivative-level.ts'
import { tangentOfResult } from './jvp.ts'
import { inheritOrigin, lift, lowered } from './lowering.ts'

/** A value with its tangent. */
interface Dual extends LiftedBy<DualLevel> {
  /** Null stands for zero. Of a view it is the tangent of what it is a view of, seen through the same view. */
  tangent: Value | null
}

/** A function under forward-mode differentiation. */
export class DualLevel extends DerivativeLevel {
  readonly name: string
  readonly records = false

  constructor(name = 'func.jvp') {
    super()
    this.name = name
  }

  enter(): () => void {
    return () => this.releaseAdopted()
  }

  protected liftedConstant(below: Value): Dual {
    return { level: this, below, tangent: null }
  }

  /** A value of this level. The tangent has its shape and dtype; null stands for zero. */
  make(primal: Value, tangent: Value | null): Value {
    if (tangent !== null && !(sameShape(primal.shape, tangent.shape) && primal.dtype === tangent.dtype)) {
      throw new GradError(
        `${this.name}: a tangent must have its primal's shape and dtype ${printShape(primal.shape)} ${primal.dtype}, got ${printShape(tangent.shape)} ${tangent.dtype}.`,
      )
    }
    const dual: Dual = { level: this, below: primal, tangent }
    return lift(dual)
  }

  primal(value: Value): Value {
    return lowered(value, this)
  }

  /** The tangent of a value; null stands for zero. */
  tangent(value: Value): Value | null {
    const dual = this.#dualOf(value)
    if (dual === null) return null
    if (value.origin === null) return dual.tangent
    const { parent, primitive, params } = value.origin
    const tangent = this.tangent(parent)
    return tangent && bind(primitive as BindablePrimitive, [tangent], params as ParamsOf<BindablePrimitive>)
  }

  apply(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown): Value {
    const primals = inputs.map((value) => lowered(value, this))
    const below = bind(primitive, primals, params as ParamsOf<BindablePrimitive>)
    const output = lift({ level: this, below, tangent: null } as Dual)
    inheritOrigin(output, inputs[0] as Value, primitive, params)
    if (output.origin === null)
      (output.lifted as Dual).tangent = tangentOfResult(
        primitive,
        primals,
        inputs.map((value) => this.tangent(value)),
        params,
        below,
      )
    return output
  }

  write(destination: Value, value: Value, name: string): void {
    const tangent = this.tangent(value)
    if (this.#dualOf(destination) === null) {
      if (tangent === null) {
        write(destination, lowered(value, this), name)
        return
      }
      this.adopt(destination)
    }
    write(lowered(destination, this), lowered(value, this), name)
    const root = destination.origin?.root ?? destination
    const dual = root.lifted as Dual
    if (dual.tangent === null && tangent === null) return
    const written = tangent ?? full([], 0, value.dtype)
    const { shape, strides, dtype } = dual.below
    // a tangent of its own in its primal's memory order, so that what is a view of the one is a view of the other
    dual.tangent = copyInOrder(add(dual.tangent ?? full(shape, 0, dtype), zeroOf(written)), memoryOrder(shape, strides))
    write(this.tangent(destination) as Value, written, name)
  }

  #dualOf(value: Value): Dual | null {
    return value.lifted?.level === this ? (value.lifted as Dual) : null
  }
}

/** A zero that is batched where `value` is, so that what it is added to can be overwritten with `value` inside vmap. */
const zeroOf = (value: Value): Value => where(full([], 0, 'bool'), sum(value, null), 0)
