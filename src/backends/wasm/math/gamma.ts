// ln |Γ| and its derivative, on float64 lanes to float32's accuracy: the series at infinity, reached by the recurrence; reflection below ½.
import { digammaSeries, stirling } from '../../special.ts'
import type { Code } from '../assembler.ts'
import { sinPi, tanPi } from './circular.ts'
import type { Lanes } from './lanes.ts'
import { log } from './logarithm.ts'

/** Steps of the recurrence Γ(x + 1) = x Γ(x) for what is smaller. */
const STEPS = 8

/** Whether x is reflected, y = 1 − x or x, z = y or y + 8, and x (x + 1) … (x + 7) (else 1) with its derivative (else 0). */
function raised(v: Lanes, x: Code): { reflected: Code; z: Code; product: Code; derivative: Code } {
  const reflected = v.op('lt', x, 0.5)
  const y = v.choose(reflected, v.sub(1, x), x)
  const low = v.op('lt', y, STEPS)
  let product = y
  let derivative = v.of(1)
  for (let i = 1; i < STEPS; i++) {
    const factor = v.add(y, i)
    derivative = v.madd(derivative, factor, product)
    product = v.mul(product, factor)
  }
  return {
    reflected,
    z: v.add(y, v.all('and', low, v.of(STEPS))),
    product: v.choose(low, product, 1),
    derivative: v.all('and', low, derivative),
  }
}

/** (z − ½)(ln z − 1) + ln √(2π) − ½ + Σ Bₙ… / z. */
export const lgamma = (v: Lanes, x: Code): Code => {
  const { reflected, z, product } = raised(v, x)
  const inverse = v.div(1, z)
  const series = v.mul(v.horner(v.mul(inverse, inverse), stirling), inverse)
  const whole = v.add(v.mul(v.sub(z, 0.5), v.sub(log(v, z), 1)), v.add(series, 0.4189385332046728))
  // Γ(x) Γ(1 − x) = π / sin πx
  const factor = v.choose(reflected, v.div(v.mul(product, Math.PI), v.op('abs', sinPi(v, x))), product)
  const rest = log(v, factor)
  const result = v.choose(reflected, v.sub(rest, whole), v.sub(whole, rest))
  const exact = v.choose(v.op('eq', v.mul(v.sub(x, 1), v.sub(x, 2)), 0), 0, result)
  return v.choose(v.op('eq', x, Number.NEGATIVE_INFINITY), Number.POSITIVE_INFINITY, exact)
}

/** ln z − 1 / 2z − Σ Bₙ… / z² − Σ 1 / (y + i). */
export const digamma = (v: Lanes, x: Code): Code => {
  const { reflected, z, product, derivative } = raised(v, x)
  const inverse = v.div(1, z)
  const square = v.mul(inverse, inverse)
  const series = v.mul(v.horner(square, digammaSeries), square)
  const whole = v.sub(v.sub(log(v, z), v.madd(inverse, 0.5, series)), v.div(derivative, product))
  // ψ(x) = ψ(1 − x) − π / tan πx; poles have no value, but 0 has one on each side
  const pole = v.all('and', v.op('eq', x, v.op('nearest', x)), v.op('ne', x, 0))
  const rest = v.all('or', v.div(Math.PI, v.choose(v.op('eq', x, 0), x, tanPi(v, x))), pole)
  return v.choose(reflected, v.sub(whole, rest), whole)
}
