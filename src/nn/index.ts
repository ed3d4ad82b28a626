// `nn`: modules, layers, losses, and what initialises and clips them.
export { ModuleList, Sequential } from './containers.ts'
export * as functional from './functional.ts'
export * as utils from './gradient-clipping.ts'
export * as init from './init.ts'
export {
  CELU,
  ELU,
  GELU,
  GLU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  Hardtanh,
  LeakyReLU,
  LogSigmoid,
  LogSoftmax,
  Mish,
  PReLU,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softmax,
  Softmin,
  Softplus,
  Softshrink,
  Softsign,
  Tanh,
  Tanhshrink,
  Threshold,
} from './layers/activation.ts'
export { Conv1d, Conv2d } from './layers/convolution.ts'
export { Embedding, Flatten, Identity, Linear, Unflatten } from './layers/linear.ts'
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  HuberLoss,
  KLDivLoss,
  L1Loss,
  MSELoss,
  NLLLoss,
  SmoothL1Loss,
} from './layers/loss.ts'
export { BatchNorm1d, BatchNorm2d, Dropout, LayerNorm } from './layers/normalization.ts'
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d } from './layers/pooling.ts'
export { type Layer, Module } from './module.ts'
export { Buffer, Parameter } from './parameter.ts'
export type { KeyMismatch, StateDict } from './state-dict.ts'
