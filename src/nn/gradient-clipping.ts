// `nn.utils`: keeping gradients within bounds.
import { isGradEnabled, setGradEnabled } from '../autograd/index.ts'
import { GradError, OptionError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import { norm } from '../tensor/operations/statistics.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { readOptions } from './signatures/initialisers.ts'
import type { OptionsOf } from './signatures.ts'

const gradientsOf = (parameters: Tensor | Iterable<Tensor>): Tensor[] => {
  const list = Symbol.iterator in parameters && !('storage' in parameters) ? [...(parameters as Iterable<Tensor>)] : [parameters as Tensor]
  return list.flatMap((parameter) => (parameter.grad === null ? [] : [parameter.grad as Tensor]))
}

function unrecorded<R>(compute: () => R): R {
  const recording = isGradEnabled()
  setGradEnabled(false)
  try {
    return compute()
  } finally {
    setGradEnabled(recording)
  }
}

function checkFinite([total]: ArrayLike<number> & Iterable<number>): void {
  if (!Number.isFinite(total))
    throw new GradError(`clipGradNorm_: the gradients' norm is ${total}. Leave out errorIfNonfinite to scale all the same.`)
}

/**
 * Scales all gradients together so that their joint norm is at most `maxNorm`, and returns the norm they had.
 *
 * @example
 * ```ts
 * import { nn, tensor } from 'wengert'
 * const w = tensor([3, 4], { requiresGrad: true })
 * w.mul(w).sum().backward() // gradient [6, 8], norm 10
 * console.log(nn.utils.clipGradNorm_([w], 1).item()) // 10
 * ```
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  normType?: number | OptionsOf<'clipGradNorm_'>,
  options?: OptionsOf<'clipGradNorm_'>,
): Tensor<[]> {
  const given = readOptions('clipGradNorm_', normType, options)
  if (typeof maxNorm !== 'number' || Number.isNaN(maxNorm))
    throw new OptionError(`clipGradNorm_: maxNorm must be a number, not ${String(maxNorm)}.`)
  const gradients = gradientsOf(parameters)
  if (gradients.length === 0) return P.full([], 0, 'float32') as Tensor<[]>
  return unrecorded(() => {
    const norms = gradients.map((gradient) => P.reshape(norm(gradient, given.normType), [1]))
    const total = norm(P.concatenate(norms, 0), given.normType)
    if (given.errorIfNonfinite) P.inspect('clipGradNorm_', total, checkFinite)
    // a tensor, not a number, so that nothing has to be read
    const factor: Value = P.clamp(P.div(maxNorm, P.add(total, 1e-6)), null, 1)
    for (const gradient of gradients) P.writeResult(gradient, 'mul', [gradient, P.cast(factor, gradient.dtype)], null)
    return total as Tensor<[]>
  })
}

/** Clamps every element of every gradient to ±`clipValue`. */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  if (!(clipValue >= 0)) throw new OptionError(`clipGradValue_: clipValue must be ≥ 0, not ${String(clipValue)}.`)
  unrecorded(() => {
    for (const gradient of gradientsOf(parameters)) P.write(gradient, P.clamp(gradient, -clipValue, clipValue))
  })
}
