// Forward mode as people switch it on: one dual level for everything inside.
import { type Mode, mode } from '../autograd/index.ts'
import { isFloating } from '../core/dtype.ts'
import { GradError, OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { enter, present } from '../primitives/levels.ts'
import { DualLevel } from './dual-level.ts'

let entered: DualLevel | null = null

/** The dual level under way; one whose scope was never left is gone with the transform that it was in. */
const active = (): DualLevel | null => (entered !== null && entered.depth >= 0 ? entered : null)

/** See the typed front in tensor/autograd/forward-ad.ts. */
export const dualLevel: Mode = /*@__PURE__*/ mode('dualLevel', () => {
  if (active() !== null) throw new GradError('dualLevel: dual levels do not nest. Use func.jvp for derivatives of derivatives.')
  const level = new DualLevel('makeDual')
  const leave = enter(level)
  const before = entered
  entered = level
  return () => {
    if (entered === level) entered = before
    leave()
  }
})

/** A value with a tangent. */
export function makeDual(primal: Value, tangent: Value): Value {
  if (!(primal instanceof Value && tangent instanceof Value))
    throw new OptionError('makeDual: needs two tensors, a primal and its tangent, as in makeDual(x, onesLike(x)).')
  const current = active()
  if (current === null) throw new GradError('makeDual: there is no dual level. Call it inside dualLevel(() => …).')
  if (!isFloating(primal.dtype))
    throw new GradError(`makeDual: only float tensors have tangents, got ${primal.dtype}. Convert with .to('float32').`)
  if (current.tangent(primal) !== null) throw new GradError('makeDual: the tensor has a tangent already. Take unpackDual(x).primal.')
  return current.make(primal, tangent)
}

/** The two parts of a value; the tangent is null where it has none. */
export function unpackDual(value: Value): { primal: Value; tangent: Value | null } {
  const current = active()
  const seen = present(value)
  return { primal: current?.primal(seen) ?? seen, tangent: current?.tangent(seen) ?? null }
}
