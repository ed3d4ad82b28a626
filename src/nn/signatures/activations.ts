// Signatures of activations and other elementwise functions. Same grammar as tensor/signatures.ts.
import { type OptionReader, optionReader, type RequiredCheck, requiredCheck } from '../../tensor/signature-reader.ts'

/** Signatures of functions. */
export const functions = {
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

/** Signatures of the layers' constructors. */
export const layers = {
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
} as const

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof functions & typeof layers> = /*@__PURE__*/ optionReader(functions, layers)

/** Throws unless the required arguments of a layer are there and of the right kinds. */
export const checkRequired: RequiredCheck<typeof layers> = /*@__PURE__*/ requiredCheck(layers)
