// The Gaussian error linear unit, exact and by its approximation with tanh. A large one is one pass each way.
import type { Fused } from '../../autograd/index.ts'
import { apply, constant, type Expression } from '../../backends/expression.ts'
import { emptyValue, type Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { element, type LoopKernel, overRows } from '../../primitives/rows.ts'

type Form = 'none' | 'tanh'

const CUBIC = 0.044715
const SLOPE = 0.7978845608028654 // √(2/π)
const DENSITY = 0.3989422804014327 // 1/√(2π)

const pass = (name: string, operands: number, value: Expression): LoopKernel => ({
  name,
  operands,
  stages: [{ per: 'element', stores: [{ operand: operands - 1, value }] }],
})

/** Of q, by weighted least squares at Chebyshev nodes, repeated until the relative error was level: 2 · 10⁻⁸. */
const tailCoefficients: readonly number[] = [
  0.08371514958564104, 0.08501242045058588, 0.06957020108251291, 0.12346916022976964, -0.09076307907347418, 0.34496938359466767,
  -0.32647535530492816, 0.28179466648041807, -0.071292537525112,
]

/** Σ cₖ tᵏ. */
const polynomial = (t: Expression, [first, ...rest]: readonly number[]): Expression =>
  rest.length === 0 ? constant(first as number) : apply('add', apply('mul', t, polynomial(t, rest)), first as number)

/** Value and slope as expressions of x. */
const forms: { readonly [F in Form]: (x: Expression) => { readonly value: Expression; readonly slope: Expression } } = {
  none: (x) => {
    // Φ(−|x|) = e^(−x²/2) · t q(t), where t = 1 / (1 + 0.21 |x|): one exponential for the distribution and its density
    const t = apply('div', 1, apply('add', 1, apply('mul', 0.21, apply('abs', x))))
    const bell = apply('exp', apply('mul', -0.5, apply('mul', x, x)))
    const tail = apply('mul', bell, apply('mul', t, polynomial(t, tailCoefficients)))
    const below = apply('select', apply('lt', x, 0), tail, apply('sub', 1, tail))
    return { value: apply('mul', x, below), slope: apply('add', below, apply('mul', apply('mul', DENSITY, x), bell)) }
  },
  tanh: (x) => {
    const square = apply('mul', x, x)
    const bend = apply('tanh', apply('mul', SLOPE, apply('mul', x, apply('add', 1, apply('mul', CUBIC, square)))))
    const share = apply('mul', 0.5, apply('add', 1, bend))
    const steepness = apply('mul', SLOPE, apply('add', 1, apply('mul', 3 * CUBIC, square)))
    const rise = apply('mul', apply('mul', 0.5, x), apply('mul', apply('sub', 1, apply('mul', bend, bend)), steepness))
    return { value: apply('mul', x, share), slope: apply('add', share, rise) }
  },
}

const kernelsOf = (form: Form): { readonly forward: LoopKernel; readonly backward: LoopKernel } => ({
  forward: pass('gelu', 2, forms[form](element(0)).value),
  backward: pass('geluGradient', 3, apply('mul', element(0), forms[form](element(1)).slope)),
})

const kernels: { readonly [F in Form]: ReturnType<typeof kernelsOf> } = {
  none: /*@__PURE__*/ kernelsOf('none'),
  tanh: /*@__PURE__*/ kernelsOf('tanh'),
}

export const fusedGelu: Fused<Form> = {
  name: 'gelu',
  saves: 'inputs',
  applies: ([x]) => x?.dtype === 'float32', // the coefficients of q are good for it
  composition([input], form) {
    const x = input as Value
    const half = P.mul(x, 0.5)
    if (form === 'none') return P.mul(half, P.add(P.erf(P.mul(x, Math.SQRT1_2)), 1))
    const cubic = P.mul(P.mul(x, P.add(P.mul(P.square(x), CUBIC), 1)), SLOPE)
    return P.mul(half, P.add(P.tanh(cubic), 1))
  },
  forward([input], form) {
    const x = input as Value
    const output = emptyValue(x.storage.type, x.shape)
    return overRows(kernels[form].forward, x.shape, [], [x, output]) ? { output, extra: [] } : null
  },
  backward(g, [x], _, form) {
    const dx = emptyValue(g.storage.type, g.shape)
    return overRows(kernels[form].backward, g.shape, [], [g, x as Value, dx]) ? [dx] : null
  },
}
