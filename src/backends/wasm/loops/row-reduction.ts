// The loop kernel of a plain reduction.
import { type Combination, element, type LoopKernel, result } from './ir.ts'

const kernels = /*@__PURE__*/ new Map<string, LoopKernel>()

/** The kernel that reduces operand 0 to operand 1. */
export function rowReduction(combine: Combination, computes: 'float32' | 'float64' | 'int32'): LoopKernel {
  const key = `${combine} ${computes}`
  let kernel = kernels.get(key)
  if (kernel === undefined) {
    kernel = {
      name: combine,
      operands: 2,
      stages: [
        { per: 'element', reductions: [{ combine, value: element(0) }] },
        { per: 'row', stores: [{ operand: 1, value: result(0) }] },
      ],
      computes,
    }
    kernels.set(key, kernel)
  }
  return kernel
}
