// The error function, Γ's logarithm and their like as scalar operations, in JavaScript and on lanes. They join the tables with the first call
// of a function that needs them, so that a bundle without such functions does not hold them.
import { addScalarFunctions } from './expression.ts'
import { digamma, erf, erfc, erfinv, lgamma, zeta } from './special.ts'
import { erf32, erf64, erfc as erfcOfLanes, erfinv as erfinvOfLanes } from './wasm/math/error-function.ts'
import { addVectorFunctions } from './wasm/math/functions.ts'
import { digamma as digammaOfLanes, lgamma as lgammaOfLanes } from './wasm/math/gamma.ts'
import { widened } from './wasm/math/lanes.ts'

let installed = false

/** Adds the special functions to the tables. */
export function installSpecialFunctions(): void {
  if (installed) return
  installed = true
  addScalarFunctions({ erf, erfc, erfinv, lgamma, digamma, zeta })
  addVectorFunctions('f32x4', {
    erf: erf32,
    erfc: widened(erfcOfLanes),
    erfinv: widened(erfinvOfLanes),
    lgamma: widened(lgammaOfLanes),
    digamma: widened(digammaOfLanes),
  })
  addVectorFunctions('f64x2', { erf: erf64, erfc: erfcOfLanes })
}
