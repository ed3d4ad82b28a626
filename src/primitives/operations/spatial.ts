// Convolution and pooling as functions. What computes them comes with them; derivative rules, which every bundle holds, bind directly.
import type { Value } from '../../core/value.ts'
import { bind } from '../bind.ts'
import type { StructuredParams } from '../params.ts'
import { installConvolution, installPooling } from '../spatial-rows.ts'

/** Cross-correlation of x [N, C, H, W] with weight [O, C/groups, kh, kw]. */
export function convolution(x: Value, weight: Value, params: StructuredParams['convolution']): Value {
  installConvolution()
  return bind('convolution', [x, weight], params)
}

/** Position in the H·W plane of each window's largest element. */
export function maxPoolIndices(x: Value, params: StructuredParams['maxPoolIndices']): Value {
  installPooling()
  return bind('maxPoolIndices', [x], params)
}

/** Mean of each window. */
export function averagePool(x: Value, params: StructuredParams['averagePool']): Value {
  installPooling()
  return bind('averagePool', [x], params)
}
