// Signatures of `wengert/testing`; the defaults are PyTorch's. Grammar and law: tensor/signature-reader.ts.
import { type OptionReader, optionReader, type ReadOptions } from '../tensor/signature-reader.ts'

const settings =
  'eps: number = 0.000001, atol: number = 0.00001, rtol: number = 0.001, raiseException: boolean = true, nondetTol: number = 0, checkUndefinedGrad: boolean = true, checkBatchedGrad: boolean = false, checkForwardAD: boolean = false, checkBackwardAD: boolean = true, fastMode: boolean = false'

/** Signatures of `wengert/testing`. */
export const signatures: {
  readonly gradcheck: `f: function, inputs: data, *, ${typeof settings}`
  readonly gradgradcheck: `f: function, inputs: data, gradOutputs: tensor | tensors | null = null, *, ${typeof settings}`
  readonly assertClose: 'actual: data, expected: data, *, rtol: number | null = null, atol: number | null = null, equalNan: boolean = false, checkDtype: boolean = true'
} = {
  gradcheck: `f: function, inputs: data, *, ${settings}`,
  gradgradcheck: `f: function, inputs: data, gradOutputs: tensor | tensors | null = null, *, ${settings}`,
  assertClose:
    'actual: data, expected: data, *, rtol: number | null = null, atol: number | null = null, equalNan: boolean = false, checkDtype: boolean = true',
}

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)

/** What `gradcheck` was asked to do, defaults filled in. */
export type Settings = ReadOptions<typeof signatures.gradcheck>

/** Options of `gradcheck` and `gradgradcheck`. */
export interface GradcheckOptions {
  /** How far an input is moved to either side (default 1e-6). */
  eps?: number | undefined
  /** Absolute tolerance (default 1e-5). */
  atol?: number | undefined
  /** Tolerance relative to the numerical derivative (default 1e-3). */
  rtol?: number | undefined
  /** Throws where the check fails; else the result is false (default true). */
  raiseException?: boolean | undefined
  /** How far two runs of the same backward may differ (default 0). */
  nondetTol?: number | undefined
  /** Also checks that an output without a gradient counts as one whose gradient is zero (default true). */
  checkUndefinedGrad?: boolean | undefined
  /** Also checks backward under vmap, several gradients at once, against one after the other (default false). */
  checkBatchedGrad?: boolean | undefined
  /** Also checks forward mode (default false). */
  checkForwardAD?: boolean | undefined
  /** Checks backward (default true). */
  checkBackwardAD?: boolean | undefined
  /** Compares one random projection of each Jacobian instead of all of it (default false). */
  fastMode?: boolean | undefined
}

/** Options of `assertClose`. */
export interface AssertCloseOptions {
  /** Relative tolerance, given together with `atol` (default: by dtype, 1.3e-6 for float32, 1e-7 for float64, 0 for integers). */
  rtol?: number | undefined
  /** Absolute tolerance, given together with `rtol` (default: by dtype, 1e-5 for float32, 1e-7 for float64, 0 for integers). */
  atol?: number | undefined
  /** NaN is close to NaN (default false). */
  equalNan?: boolean | undefined
  /** Different dtypes are a failure (default true). */
  checkDtype?: boolean | undefined
}
