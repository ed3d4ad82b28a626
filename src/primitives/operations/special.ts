// The error function, Γ's logarithm and their like. What computes them comes with them; derivative rules, which every bundle holds, bind directly.

import type { SpecialName } from '../../backends/expression.ts'
import { installSpecialFunctions } from '../../backends/special-functions.ts'
import { type Binary, binary, type Unary, unary } from './elementwise.ts'

const special = (name: SpecialName): Unary => {
  const apply = unary(name)
  return (x) => {
    installSpecialFunctions()
    return apply(x)
  }
}

export const erf: Unary = /*@__PURE__*/ special('erf')
export const erfc: Unary = /*@__PURE__*/ special('erfc')
export const erfinv: Unary = /*@__PURE__*/ special('erfinv')
export const lgamma: Unary = /*@__PURE__*/ special('lgamma')
/** (ln Γ)′. */
export const digamma: Unary = /*@__PURE__*/ special('digamma')
/** Σ (k + q)^(−s) over k ≥ 0. */
export const zeta: Binary = (s, q) => {
  installSpecialFunctions()
  return zetaOf(s, q)
}
const zetaOf: Binary = /*@__PURE__*/ binary('zeta')
