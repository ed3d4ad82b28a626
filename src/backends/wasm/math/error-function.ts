// The error function, its complement and its inverse.
import type { Code } from '../assembler.ts'
import { erfc64, erfinvCentral, erfinvTail, erfLarge32, erfSmall32, erfSmall64 } from './coefficients.ts'
import { exp, exponential } from './exponential.ts'
import type { Lanes } from './lanes.ts'
import { log } from './logarithm.ts'

/** A polynomial near 0, 1 − e^(x q(x)) elsewhere. */
export const erf32 = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const small = v.madd(v.horner(v.mul(x, x), erfSmall32), size, size)
  const clamped = v.op('pmin', size, 3.95)
  const { m, s } = exponential(v, v.mul(clamped, v.horner(clamped, erfLarge32)), 1)
  const large = v.sub(1, v.madd(m, s, s))
  return v.all('or', v.choose(v.op('lt', size, 0.8), small, large), v.sign(x))
}

/** erfc(|x|) from 0.65 on: e^(−x²) q(t) / (1 + 2x), t = (x − 4) / (x + 4). */
function tail(v: Lanes, size: Code): Code {
  const x = v.op('pmin', v.op('pmax', size, 0.65), 28)
  // x² without rounding: of few bits, and the rest
  const high = v.all('and', x, v.bits(~((1n << 27n) - 1n)))
  const low = v.mul(v.sub(high, x), v.add(high, x))
  const e = exp(v, v.op('neg', v.mul(high, high)), low)
  const t = v.div(v.sub(x, 4), v.add(x, 4))
  return v.mul(e, v.div(v.horner(t, erfc64), v.madd(x, 2, 1)))
}

/** erf(x) up to 0.65. */
const near0 = (v: Lanes, x: Code): Code => v.madd(v.horner(v.mul(x, x), erfSmall64), x, x)

export const erf64 = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  return v.all('or', v.choose(v.op('lt', size, 0.65), near0(v, size), v.sub(1, tail(v, size))), v.sign(x))
}

export const erfc = (v: Lanes, x: Code): Code => {
  const size = v.op('abs', x)
  const rest = tail(v, size)
  const far = v.choose(v.op('lt', x, 0), v.sub(2, rest), rest)
  return v.choose(v.op('lt', size, 0.65), v.sub(1, near0(v, x)), far)
}

/** The inverse of erf to float32's accuracy, on float64 lanes: x times a polynomial in w = −ln(1 − x²), or in √w where w is large. */
export const erfinv = (v: Lanes, x: Code): Code => {
  const w = v.op('neg', log(v, v.mul(v.sub(1, x), v.add(x, 1))))
  const central = v.horner(v.sub(w, 2.5), erfinvCentral)
  const outer = v.horner(v.sub(v.op('sqrt', w), 3), erfinvTail)
  return v.mul(v.choose(v.op('lt', w, 5), central, outer), x)
}
