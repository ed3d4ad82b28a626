// Forward mode as a level: a value with a tangent, computed side by side.
import { detach } from '../autograd/index.ts'
import { GradError } from '../core/errors.ts'
import { isDense, printShape, sameShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { type BindablePrimitive, bind, write } from '../primitives/bind.ts'
import { Level, type LiftedBy } from '../primitives/levels.ts'
import { add, copy, full, permute, sum, where } from '../primitives/operations.ts'
import type { ParamsOf } from '../primitives/params.ts'
import { tangentOfResult } from './jvp.ts'
import { Adoptions, inheritOrigin, lift, lowered } from './lowering.ts'

/** A value with its tangent. */
interface Dual extends LiftedBy<DualLevel> {
  /** Null stands for zero. Of a view it is the tangent of what it is a view of, seen through the same view. */
  tangent: Value | null
}

/** A function under forward-mode differentiation. */
export class DualLevel extends Level {
  readonly name: string
  readonly records = false

  constructor(name = 'func.jvp') {
    super()
    this.name = name
  }

  readonly #adoptions = new Adoptions(this, (below): Dual => ({ level: this, below, tangent: null }))

  enter(): () => void {
    return () => this.#adoptions.release()
  }

  adopt(value: Value): void {
    this.#adoptions.adopt(value)
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
    dual.tangent = likeMemoryOf(dual.below, add(dual.tangent ?? full(dual.below.shape, 0, dual.below.dtype), zeroOf(written)))
    write(this.tangent(destination) as Value, written, name)
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

  #dualOf(value: Value): Dual | null {
    return value.lifted?.level === this ? (value.lifted as Dual) : null
  }
}

/** A tangent of its own with the memory order of its primal, so that what is a view of the one is a view of the other. */
function likeMemoryOf(primal: Value, tangent: Value): Value {
  if (isDense(primal.shape, primal.strides)) return copy(tangent)
  const stride = (dim: number): number => Math.abs(primal.strides[dim] as number)
  const order = primal.shape.map((_, dim) => dim).sort((a, b) => stride(b) - stride(a))
  return permute(
    copy(permute(tangent, order)),
    order.map((_, dim) => order.indexOf(dim)),
  )
}

/** A zero that is batched where `value` is, so that what it is added to can be overwritten with `value` inside vmap. */
const zeroOf = (value: Value): Value => where(full([], 0, 'bool'), sum(value, null), 0)
