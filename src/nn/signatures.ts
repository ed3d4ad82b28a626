// Signatures of the functions and layers of nn that tensor/ does not have. Same grammar as tensor/signatures.ts; the
// reference tables in docs/ are made from both.

import { OptionError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import {
  checkArgument,
  type OptionReader,
  type Options,
  optionReader,
  parseSignature,
  type ReadOptions,
} from '../tensor/signature-reader.ts'

/** Signatures of activations and other elementwise functions. */
export const activations = {
  relu: 'input: tensor',
  relu6: 'input: tensor',
  sigmoid: 'input: tensor',
  tanh: 'input: tensor',
  selu: 'input: tensor',
  silu: 'input: tensor',
  mish: 'input: tensor',
  hardswish: 'input: tensor',
  hardsigmoid: 'input: tensor',
  logsigmoid: 'input: tensor',
  softsign: 'input: tensor',
  tanhshrink: 'input: tensor',
  leakyRelu: 'input: tensor, negativeSlope: number = 0.01',
  prelu: 'input: tensor, weight: tensor',
  elu: 'input: tensor, alpha: number = 1',
  celu: 'input: tensor, alpha: number = 1',
  gelu: "input: tensor, approximate: 'none' | 'tanh' = 'none'",
  softplus: 'input: tensor, beta: number = 1, threshold: number = 20',
  hardtanh: 'input: tensor, minVal: number = -1, maxVal: number = 1',
  threshold: 'input: tensor, threshold: number, value: number',
  softshrink: 'input: tensor, lambd: number = 0.5',
  hardshrink: 'input: tensor, lambd: number = 0.5',
  glu: 'input: tensor, dim: dim = -1',
  softmax: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  logSoftmax: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
  softmin: 'input: tensor, dim: dim, *, dtype: dtype | null = null',
} as const

/** Signatures of the other functions: affine maps, normalisation, dropout, distances. */
export const transformations = {
  linear: 'input: tensor, weight: tensor, bias: tensor | null = null',
  dropout: 'input: tensor, p: number = 0.5, training: boolean = true, *, generator: generator | null = null',
  batchNorm:
    'input: tensor, runningMean: tensor | null, runningVar: tensor | null, weight: tensor | null = null, bias: tensor | null = null, training: boolean = false, momentum: number = 0.1, eps: number = 0.00001',
  layerNorm: 'input: tensor, normalizedShape: shape, weight: tensor | null = null, bias: tensor | null = null, eps: number = 0.00001',
  normalize: 'input: tensor, p: number = 2, dim: dim = 1, eps: number = 1e-12',
  cosineSimilarity: 'x1: tensor, x2: tensor, dim: dim = 1, eps: number = 1e-8',
  pairwiseDistance: 'x1: tensor, x2: tensor, p: number = 2, eps: number = 0.000001, keepdim: boolean = false',
  adaptiveAvgPool1d: 'input: tensor, outputSize: pair | data',
  adaptiveAvgPool2d: 'input: tensor, outputSize: pair | data',
} as const

/** Signatures of losses. */
export const losses = {
  mseLoss: "input: tensor, target: tensor, *, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  l1Loss: "input: tensor, target: tensor, *, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  smoothL1Loss: "input: tensor, target: tensor, *, reduction: 'mean' | 'sum' | 'none' = 'mean', beta: number = 1",
  huberLoss: "input: tensor, target: tensor, *, reduction: 'mean' | 'sum' | 'none' = 'mean', delta: number = 1",
  binaryCrossEntropy: "input: tensor, target: tensor, weight: tensor | null = null, *, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  binaryCrossEntropyWithLogits:
    "input: tensor, target: tensor, weight: tensor | null = null, *, reduction: 'mean' | 'sum' | 'none' = 'mean', posWeight: tensor | null = null",
  nllLoss:
    "input: tensor, target: tensor, weight: tensor | null = null, *, ignoreIndex: int = -100, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  crossEntropy:
    "input: tensor, target: tensor, weight: tensor | null = null, *, ignoreIndex: int = -100, reduction: 'mean' | 'sum' | 'none' = 'mean', labelSmoothing: number = 0",
  marginRankingLoss: "input1: tensor, input2: tensor, target: tensor, *, margin: number = 0, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  hingeEmbeddingLoss: "input: tensor, target: tensor, *, margin: number = 1, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  softMarginLoss: "input: tensor, target: tensor, *, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  cosineEmbeddingLoss: "input1: tensor, input2: tensor, target: tensor, *, margin: number = 0, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  klDiv: "input: tensor, target: tensor, *, reduction: 'mean' | 'batchmean' | 'sum' | 'none' = 'mean', logTarget: boolean = false",
} as const

/** Signatures of the methods of Module that take options. */
export const moduleMethods = {
  train: '*, mode: boolean = true',
  requiresGrad_: '*, requiresGrad: boolean = true',
  zeroGrad: '*, setToNull: boolean = true',
  loadStateDict: 'stateDict: data, *, strict: boolean = true',
} as const

/** Signatures of the layers' constructors. */
export const layers = {
  Parameter: 'data: tensor, *, requiresGrad: boolean = true',
  Buffer: 'data: tensor, *, persistent: boolean = true',
  Linear: "inFeatures: int, outFeatures: int, *, bias: boolean = true, dtype: dtype = 'float32', device: device = 'cpu'",
  Conv1d:
    "inChannels: int, outChannels: int, kernelSize: pair, stride: pair = 1, padding: pair | 'same' | 'valid' = 0, dilation: pair = 1, groups: int = 1, bias: boolean = true, paddingMode: 'zeros' | 'reflect' | 'replicate' | 'circular' = 'zeros', *, dtype: dtype = 'float32', device: device = 'cpu'",
  Conv2d:
    "inChannels: int, outChannels: int, kernelSize: pair, stride: pair = 1, padding: pair | 'same' | 'valid' = 0, dilation: pair = 1, groups: int = 1, bias: boolean = true, paddingMode: 'zeros' | 'reflect' | 'replicate' | 'circular' = 'zeros', *, dtype: dtype = 'float32', device: device = 'cpu'",
  MaxPool1d: 'kernelSize: pair, stride: pair | null = null, padding: pair = 0, dilation: pair = 1, ceilMode: boolean = false',
  MaxPool2d: 'kernelSize: pair, stride: pair | null = null, padding: pair = 0, dilation: pair = 1, ceilMode: boolean = false',
  AvgPool1d: 'kernelSize: pair, stride: pair | null = null, padding: pair = 0, ceilMode: boolean = false, countIncludePad: boolean = true',
  AvgPool2d:
    'kernelSize: pair, stride: pair | null = null, padding: pair = 0, ceilMode: boolean = false, countIncludePad: boolean = true, divisorOverride: int | null = null',
  AdaptiveAvgPool1d: 'outputSize: pair | data',
  AdaptiveAvgPool2d: 'outputSize: pair | data',
  BatchNorm1d:
    "numFeatures: int, eps: number = 0.00001, momentum: number | null = 0.1, affine: boolean = true, trackRunningStats: boolean = true, *, dtype: dtype = 'float32', device: device = 'cpu'",
  BatchNorm2d:
    "numFeatures: int, eps: number = 0.00001, momentum: number | null = 0.1, affine: boolean = true, trackRunningStats: boolean = true, *, dtype: dtype = 'float32', device: device = 'cpu'",
  LayerNorm:
    "normalizedShape: int | shape, eps: number = 0.00001, elementwiseAffine: boolean = true, bias: boolean = true, *, dtype: dtype = 'float32', device: device = 'cpu'",
  Dropout: 'p: number = 0.5, *, generator: generator | null = null',
  Embedding: "numEmbeddings: int, embeddingDim: int, paddingIdx: int | null = null, *, dtype: dtype = 'float32', device: device = 'cpu'",
  Flatten: 'startDim: dim = 1, endDim: dim = -1',
  Unflatten: 'dim: dim, unflattenedSize: shape',
  Identity: '',
  Sequential: '…layers: index',
  ModuleList: 'modules: data',
  ReLU: '',
  ReLU6: '',
  Sigmoid: '',
  Tanh: '',
  SELU: '',
  SiLU: '',
  Mish: '',
  Hardswish: '',
  Hardsigmoid: '',
  LogSigmoid: '',
  Softsign: '',
  Tanhshrink: '',
  LeakyReLU: 'negativeSlope: number = 0.01',
  PReLU: "numParameters: int = 1, init: number = 0.25, *, dtype: dtype = 'float32', device: device = 'cpu'",
  ELU: 'alpha: number = 1',
  CELU: 'alpha: number = 1',
  GELU: "approximate: 'none' | 'tanh' = 'none'",
  Softplus: 'beta: number = 1, threshold: number = 20',
  Hardtanh: 'minVal: number = -1, maxVal: number = 1',
  Threshold: 'threshold: number, value: number',
  Softshrink: 'lambd: number = 0.5',
  Hardshrink: 'lambd: number = 0.5',
  GLU: 'dim: dim = -1',
  Softmax: 'dim: dim',
  LogSoftmax: 'dim: dim',
  Softmin: 'dim: dim',
  MSELoss: "*, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  L1Loss: "*, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  SmoothL1Loss: "*, reduction: 'mean' | 'sum' | 'none' = 'mean', beta: number = 1",
  HuberLoss: "*, reduction: 'mean' | 'sum' | 'none' = 'mean', delta: number = 1",
  BCELoss: "weight: tensor | null = null, *, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  BCEWithLogitsLoss: "weight: tensor | null = null, *, reduction: 'mean' | 'sum' | 'none' = 'mean', posWeight: tensor | null = null",
  NLLLoss: "weight: tensor | null = null, *, ignoreIndex: int = -100, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  CrossEntropyLoss:
    "weight: tensor | null = null, *, ignoreIndex: int = -100, reduction: 'mean' | 'sum' | 'none' = 'mean', labelSmoothing: number = 0",
  MarginRankingLoss: "*, margin: number = 0, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  HingeEmbeddingLoss: "*, margin: number = 1, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  SoftMarginLoss: "*, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  CosineEmbeddingLoss: "*, margin: number = 0, reduction: 'mean' | 'sum' | 'none' = 'mean'",
  KLDivLoss: "*, reduction: 'mean' | 'batchmean' | 'sum' | 'none' = 'mean', logTarget: boolean = false",
} as const

/** Signatures of initialisers and of `nn.utils`. */
export const initialisers = {
  calculateGain: 'nonlinearity: string, param: number | null = null',
  uniform_: 'tensor: tensor, a: number = 0, b: number = 1, *, generator: generator | null = null',
  normal_: 'tensor: tensor, mean: number = 0, std: number = 1, *, generator: generator | null = null',
  truncNormal_: 'tensor: tensor, mean: number = 0, std: number = 1, a: number = -2, b: number = 2, *, generator: generator | null = null',
  constant_: 'tensor: tensor, val: number',
  zeros_: 'tensor: tensor',
  ones_: 'tensor: tensor',
  eye_: 'tensor: tensor',
  xavierUniform_: 'tensor: tensor, gain: number = 1, *, generator: generator | null = null',
  xavierNormal_: 'tensor: tensor, gain: number = 1, *, generator: generator | null = null',
  kaimingUniform_:
    "tensor: tensor, a: number = 0, mode: 'fanIn' | 'fanOut' = 'fanIn', nonlinearity: string = 'leakyRelu', *, generator: generator | null = null",
  kaimingNormal_:
    "tensor: tensor, a: number = 0, mode: 'fanIn' | 'fanOut' = 'fanIn', nonlinearity: string = 'leakyRelu', *, generator: generator | null = null",
  clipGradNorm_: 'parameters: tensor | tensors, maxNorm: number, normType: number = 2, *, errorIfNonfinite: boolean = false',
  clipGradValue_: 'parameters: tensor | tensors, clipValue: number',
} as const

/** Every signature of this folder, by name. */
export const signatures: typeof activations &
  typeof transformations &
  typeof losses &
  typeof moduleMethods &
  typeof layers &
  typeof initialisers = {
  ...activations,
  ...transformations,
  ...losses,
  ...moduleMethods,
  ...layers,
  ...initialisers,
}

/** Names of functions and layers. */
export type SignatureName = keyof typeof signatures
/** What may be given to a function or layer in its options object, as in `OptionsOf<'Conv2d'>`. */
export type OptionsOf<N extends SignatureName> = Options<(typeof signatures)[N]>
/** The same with every default filled in. */
export type ReadOptionsOf<N extends SignatureName> = ReadOptions<(typeof signatures)[N]>

/** The optional arguments of a function or layer, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)

/** Throws unless the required arguments of a layer are there and of the right kinds. */
export function checkRequired(name: keyof typeof layers, ...values: readonly unknown[]): void {
  const required = parseSignature(layers[name]).parameters.filter((parameter) => parameter.required)
  required.forEach((parameter, position) => {
    const value = values[position]
    if (value === undefined || isPlainObject(value))
      throw new OptionError(
        `${name}: ${parameter.name} is missing. Its required arguments are ${required.map((each) => each.name).join(', ')}.`,
      )
    checkArgument(name, parameter, value)
  })
}
