// Remainders of division and the quotients that belong to them: of float32 numbers, exactly, on float64 lanes.
import type { Code } from '../assembler.ts'
import type { Lanes } from './lanes.ts'

/**
 * The remainder with the sign of the dividend. Quotients are cut to 28 bits, so that their products with the divisor, and what these leave of
 * the dividend, are exact; where they had more, another round follows.
 */
export const fmod = (v: Lanes, a: Code, b: Code): Code => {
  const divisor = v.op('abs', b)
  const rest = v.f.local('v128', 'rest')
  v.f.set(rest, v.op('abs', a))
  const value: Code = ['local.get', rest]
  const round = v.f.capture(() => {
    const quotient = v.all('and', v.op('trunc', v.div(value, divisor)), v.bits(~((1n << 25n) - 1n)))
    // where a / ∞ is 0, a is its own rest
    const left = v.choose(v.op('lt', value, divisor), value, v.sub(value, v.mul(quotient, divisor)))
    // the quotient may have been rounded up to a whole number
    v.f.set(rest, v.add(left, v.all('and', v.op('lt', left, 0), divisor)))
    v.f.emit(['br_if', 'again', ['v128.any_true', v.op('ge', value, divisor)]])
  })
  v.f.emit(['loop', 'again', ...round])
  return v.all('or', value, v.sign(a))
}

/** Mask of the lanes where the remainder is to get the divisor's sign. */
const differs = (v: Lanes, rest: Code, b: Code): Code =>
  v.all('and', v.op('ne', rest, 0), v.all('xor', v.op('lt', rest, 0), v.op('lt', b, 0)))

export const floorModulo = (v: Lanes, a: Code, b: Code): Code => {
  const rest = fmod(v, a, b)
  return v.choose(differs(v, rest, b), v.add(rest, b), rest)
}

export const floorQuotient = (v: Lanes, a: Code, b: Code): Code => {
  const rest = fmod(v, a, b)
  const ratio = v.div(a, b)
  const quotient = v.sub(v.op('nearest', v.div(v.sub(a, rest), b)), v.all('and', differs(v, rest, b), v.of(1)))
  const value = v.choose(v.op('eq', quotient, 0), v.mul(ratio, 0), quotient)
  return v.choose(v.op('eq', b, 0), ratio, value)
}
