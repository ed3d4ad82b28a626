// Inverse circular functions, of float64 lanes: all are angles of points.
import type { Code } from '../assembler.ts'
import { atan64 } from './coefficients.ts'
import type { Lanes } from './lanes.ts'

const PI_LOW = 1.2246467991473532e-16

/** The angle of the point (x, y), whose coordinates should not be near overflow. */
const angle = (v: Lanes, y: Code, x: Code): Code => {
  const [height, width] = [v.op('abs', y), v.op('abs', x)]
  const steep = v.op('gt', height, width)
  const [least, most] = [v.choose(steep, width, height), v.choose(steep, height, width)]
  // the tangent t is at most 1; above tan(π/8), the tangent of what lacks to π/4 is (t − 1) / (t + 1), or 0 where t is ∞ / ∞; 0 / 0 counts as 0
  const wide = v.op('gt', least, v.op('pmin', v.mul(most, 0.41421356237309503), Number.MAX_VALUE))
  const quotient = v.div(v.choose(wide, v.sub(least, most), least), v.choose(wide, v.add(least, most), most))
  const t = v.choose(v.op('eq', least, most), 0, quotient)
  const square = v.mul(t, t)
  const rest = v.madd(v.mul(square, v.horner(square, atan64)), t, t)
  const flat = v.add(v.all('and', wide, v.of(Math.PI / 4)), v.add(rest, v.all('and', wide, v.of(PI_LOW / 4))))
  const right = v.choose(steep, v.sub(Math.PI / 2, v.sub(flat, PI_LOW / 2)), flat)
  // the sign bit decides: −0 is on the left, too
  const left = v.int('lt_s', x, v.bits(0n))
  return v.all('or', v.choose(left, v.sub(Math.PI, v.sub(right, PI_LOW)), right), v.sign(y))
}

export const atan2 = (v: Lanes, y: Code, x: Code): Code => {
  const large = v.op('gt', v.op('pmax', v.op('abs', x), v.op('abs', y)), 2 ** 1000)
  const scale = v.choose(large, 2 ** -4, 1)
  return angle(v, v.mul(y, scale), v.mul(x, scale))
}

export const atan = (v: Lanes, x: Code): Code => angle(v, x, v.of(1))

/** √(1 − x²). */
const other = (v: Lanes, x: Code): Code => v.op('sqrt', v.mul(v.sub(1, x), v.add(x, 1)))

export const asin = (v: Lanes, x: Code): Code => angle(v, x, other(v, x))
export const acos = (v: Lanes, x: Code): Code => angle(v, other(v, x), x)
