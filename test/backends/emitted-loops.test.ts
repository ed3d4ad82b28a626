// The text of emitted loops, and the closures that stand in for it where text may not be compiled.
import { afterEach, expect, test } from 'vitest'
import { a, apply, b } from '../../src/backends/expression.ts'
import { setCompileText } from '../../src/backends/reference/compile-text.ts'
import { denseLoopText, elementwiseKernel, runElementwise, stridedLoopText } from '../../src/backends/reference/elementwise.ts'
import { reductionKernel, reductionText, runReduction } from '../../src/backends/reference/reduction.ts'
import { installSpecialFunctions } from '../../src/backends/special-functions.ts'
import { dtypes } from '../../src/core/dtype.ts'
import { emptyValue, type Value, viewOf } from '../../src/core/value.ts'
import { type ElementwiseRow, elementwise } from '../../src/primitives/elementwise.ts'

installSpecialFunctions()

afterEach(() => setCompileText(undefined))

test('a dense loop', () => {
  expect(denseLoopText(apply('mul', a, b), 2, 0b10, 3)).toMatchInlineSnapshot(
    `"function (n, out, at, x0, at0, x1, at1) { const s1 = x1[at1]; for (let i = 0; i < n; i++) { const v0 = x0[at0 + i]; const v1 = s1; out[at + i] = (v0 * v1) } }"`,
  )
})

test('a strided loop with a bool result', () => {
  expect(stridedLoopText(apply('lt', a, b), 2, 2, 0)).toMatchInlineSnapshot(
    `"function (sizes, out, at, step, x0, at0, step0, x1, at1, step1) { const n_0 = sizes[0]; const s_0 = step[0]; const s0_0 = step0[0]; const s1_0 = step1[0]; const n_1 = sizes[1]; const s_1 = step[1]; const s0_1 = step0[1]; const s1_1 = step1[1]; for (let i0 = 0; i0 < n_0; i0++) { for (let i1 = 0; i1 < n_1; i1++) { const v0 = x0[at0 + i0 * s0_0 + i1 * s0_1]; const v1 = x1[at1 + i0 * s1_0 + i1 * s1_1]; out[at + i0 * s_0 + i1 * s_1] = ((v0 < v1 ? 1 : 0)) !== 0 ? 1 : 0 } } }"`,
  )
})

test('a reduction', () => {
  expect(reductionText(reductionKernel(0, apply('add', a, b)), 1, 1)).toMatchInlineSnapshot(`
    "function (kept, out, x, start, keptSteps, reduced, reducedSteps) { let at = 0; const n0 = kept[0], s0 = keptSteps[0]; const m0 = reduced[0], t0 = reducedSteps[0]; for (let i0 = 0; i0 < n0; i0++) { const base = start + i0 * s0; let a0 = 0, a1 = 0, a2 = 0, a3 = 0;
        let p = base, j = 0;
        for (const end = m0 - 3; j < end; j += 4) { const e0 = x[p]; const e1 = x[p + 1 * t0]; const e2 = x[p + 2 * t0]; const e3 = x[p + 3 * t0]; a0 = (a0 + e0); a1 = (a1 + e1); a2 = (a2 + e2); a3 = (a3 + e3); p += 4 * t0 }
        for (; j < m0; j++) { const e = x[p]; a0 = (a0 + e); p += t0 }
        const e1 = a1; a0 = (a0 + e1); const e2 = a2; a0 = (a0 + e2); const e3 = a3; a0 = (a0 + e3); out[at++] = a0; } }"
  `)
})

/** 3 × 4 numbers, some of them awkward. */
function sample(seed: number): Value {
  const value = emptyValue(dtypes.float64, [3, 4])
  const awkward = [0, -0, 1, -1, 0.5, 2.5, -1.5, 3, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-8]
  for (let i = 0; i < 12; i++) value.storage.data[i] = awkward[(i * 5 + seed) % 12] as number
  return value
}
const transposed = (x: Value): Value => viewOf(x.storage, [4, 3], [1, 4], 0, 12)

test.each(Object.entries(elementwise) as [string, ElementwiseRow][])('%s: closures give the same bits as text', (_, row) => {
  const results = [undefined, false as const].map((mode) => {
    setCompileText(mode)
    const type = row.result === 'bool' ? dtypes.bool : dtypes.float64
    return [sample, (seed: number) => transposed(sample(seed))].map((make) => {
      const inputs = Array.from({ length: row.arity }, (_, k) => make(k))
      const output = emptyValue(type, (inputs[0] as Value).shape)
      runElementwise(elementwiseKernel(row.expression), inputs, output)
      return [...output.storage.data]
    })
  })
  expect(results[1]).toEqual(results[0])
})

test('reductions: closures give the same as text', () => {
  const x = viewOf(sample(0).storage, [2, 2, 2], [4, 2, 1], 0, 8)
  for (let i = 0; i < 12; i++) x.storage.data[i] = i * 0.25
  const results = [undefined, false as const].map((mode) => {
    setCompileText(mode)
    const output = emptyValue(dtypes.float64, [2])
    runReduction(reductionKernel(0, apply('add', a, b)), x, [0, 2], output)
    return [...output.storage.data]
  })
  expect(results[0]).toEqual([2.5, 4.5])
  expect(results[1]).toEqual(results[0])
})
