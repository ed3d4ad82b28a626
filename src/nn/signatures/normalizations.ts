// Signatures of normalisation, attention, dropout and distances. Same grammar as tensor/signatures.ts.
import { type OptionReader, optionReader, type RequiredCheck, requiredCheck } from '../../tensor/signature-reader.ts'

/** Signatures of functions. */
export const functions = {
  dropout: 'input: tensor, p: number = 0.5, training: boolean = true, *, generator: generator | null = null',
  batchNorm:
    'input: tensor, runningMean: tensor | null, runningVar: tensor | null, weight: tensor | null = null, bias: tensor | null = null, training: boolean = false, momentum: number = 0.1, eps: number = 0.00001',
  layerNorm: 'input: tensor, normalizedShape: shape, weight: tensor | null = null, bias: tensor | null = null, eps: number = 0.00001',
  scaledDotProductAttention:
    'query: tensor, key: tensor, value: tensor, attnMask: tensor | null = null, dropoutP: number = 0, isCausal: boolean = false, scale: number | null = null',
  normalize: 'input: tensor, p: number = 2, dim: dim = 1, eps: number = 1e-12',
  cosineSimilarity: 'x1: tensor, x2: tensor, dim: dim = 1, eps: number = 1e-8',
  pairwiseDistance: 'x1: tensor, x2: tensor, p: number = 2, eps: number = 0.000001, keepdim: boolean = false',
} as const

/** Signatures of the layers' constructors. */
export const layers = {
  BatchNorm1d:
    "numFeatures: int, eps: number = 0.00001, momentum: number | null = 0.1, affine: boolean = true, trackRunningStats: boolean = true, *, dtype: dtype = 'float32', device: device = 'cpu'",
  BatchNorm2d:
    "numFeatures: int, eps: number = 0.00001, momentum: number | null = 0.1, affine: boolean = true, trackRunningStats: boolean = true, *, dtype: dtype = 'float32', device: device = 'cpu'",
  LayerNorm:
    "normalizedShape: int | shape, eps: number = 0.00001, elementwiseAffine: boolean = true, bias: boolean = true, *, dtype: dtype = 'float32', device: device = 'cpu'",
  Dropout: 'p: number = 0.5, *, generator: generator | null = null',
} as const

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof functions & typeof layers> = /*@__PURE__*/ optionReader(functions, layers)

/** Throws unless the required arguments of a layer are there and of the right kinds. */
export const checkRequired: RequiredCheck<typeof layers> = /*@__PURE__*/ requiredCheck(layers)
