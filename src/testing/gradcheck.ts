// gradcheck: derivatives of a function against central differences.
import { GradError, OptionError } from '../core/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkBatchedGradients, checkUndefinedGradients, checkZeroGradients } from './backward-checks.ts'
import { type CheckedFunction, type CheckedOutputs, checkedFunction } from './checked-function.ts'
import { compareJacobians } from './jacobian-checks.ts'
import { compareProjections } from './projections.ts'
import { type GradcheckOptions, readOptions, type Settings } from './signatures.ts'

interface Check {
  readonly wanted: (settings: Settings) => boolean
  /** What is wrong, or null. */
  readonly failure: (subject: CheckedFunction, settings: Settings) => string | null
}

/** In this order; the first failure is the one that is told. */
const checks: readonly Check[] = [
  { wanted: (settings) => !settings.fastMode, failure: compareJacobians },
  { wanted: (settings) => settings.fastMode, failure: compareProjections },
  { wanted: (settings) => settings.checkBatchedGrad, failure: checkBatchedGradients },
  { wanted: (settings) => settings.checkBackwardAD, failure: checkZeroGradients },
  { wanted: (settings) => settings.checkBackwardAD && settings.checkUndefinedGrad, failure: checkUndefinedGradients },
]

/** Makes the checks that were asked for; `onDuals` is f where inputs have tangents. */
export function runChecks(
  check: string,
  f: (...inputs: never[]) => unknown,
  inputs: unknown,
  settings: Settings,
  onDuals: (...inputs: never[]) => unknown = f,
): boolean {
  if (!settings.checkBackwardAD && !settings.checkForwardAD)
    throw new OptionError(`${check}: nothing to check. Leave checkBackwardAD true, or set checkForwardAD.`)
  if (settings.checkBatchedGrad && !settings.checkBackwardAD)
    throw new OptionError(`${check}: checkBatchedGrad checks backward. Leave checkBackwardAD true.`)
  const subject = checkedFunction(check, f, inputs, onDuals)
  for (const { wanted, failure } of checks) {
    const wrong = wanted(settings) ? failure(subject, settings) : null
    if (wrong === null) continue
    if (settings.raiseException) throw new GradError(wrong)
    return false
  }
  return true
}

/**
 * Compares the derivatives of `f` at `inputs` with central differences, (f(x + eps) − f(x − eps)) / 2·eps, for every output and every
 * input that requires a gradient: |analytical − numerical| ≤ atol + rtol · |numerical|.
 *
 * The inputs are changed in place on the way, and restored. Make them float64: in float32 differences are mostly rounding.
 *
 * @throws GradError with both matrices where they are not close, unless `raiseException` is false.
 * @example
 * ```ts
 * import { randn } from 'wengert'
 * import { gradcheck } from 'wengert/testing'
 * const x = randn([3, 2], { dtype: 'float64', requiresGrad: true })
 * const y = randn([2], { dtype: 'float64', requiresGrad: true })
 * console.log(gradcheck((x, y) => x.mul(y).tanh(), [x, y])) // true
 * ```
 */
export function gradcheck(f: (input: Tensor) => CheckedOutputs, input: Tensor, options?: GradcheckOptions): boolean
export function gradcheck<const I extends readonly unknown[]>(
  f: (...inputs: I) => CheckedOutputs,
  inputs: I,
  options?: GradcheckOptions,
): boolean
export function gradcheck(f: (...inputs: never[]) => unknown, inputs: unknown, options?: GradcheckOptions): boolean {
  return runChecks('gradcheck', f, inputs, readOptions('gradcheck', options))
}
