// Attention and its gradients as programs: on kernels for float32, else in plain loops.
import * as reference from '../backends/reference/attention.ts'
import * as wasm from '../backends/wasm/attention/attention.ts'
import { emptyValue, type Value } from '../core/value.ts'
import { copyInto } from './kernels.ts'
import type { Program } from './program.ts'

export type { AttentionParams } from '../backends/reference/attention.ts'

/** With rows as kernels read them. */
function readable(value: Value): Value {
  if (value.dtype !== 'float32' || wasm.areRowsReadable(value)) return value
  const copy = emptyValue(value.storage.type, value.shape)
  copyInto(value, copy)
  return copy
}

/** Queries, keys, values and perhaps a mask → output and, for each query, the logarithm of the sum of its scores' exponentials. */
export const attention: Program<reference.AttentionParams> = {
  name: 'attention',
  run: ([q, k, v, ...mask], params, outputs) =>
    wasm.attend([...[q, k, v].map((value) => readable(value as Value)), ...mask], params, outputs),
  reference: reference.attend,
}

/** Cotangent, queries, keys, values, logarithms and perhaps the mask → gradients of queries, keys and values. */
export const attentionGradient: Program<reference.AttentionParams> = {
  name: 'attentionGradient',
  run: ([g, q, k, v, ...rest], params, outputs) =>
    wasm.attendGradient([...[g, q, k, v].map((value) => readable(value as Value)), ...rest], params, outputs),
  reference: reference.attendGradient,
}
