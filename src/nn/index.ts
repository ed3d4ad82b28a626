// `nn`: modules, layers, losses, and what initialises and clips them.
export { ModuleList, Sequential } from './containers.ts'
export * as functional from './functional.ts'
export * as utils from './gradient-clipping.ts'
export * as init from './init.ts'
export {
  Hardsigmoid,
  Hardswish,
  LogSigmoid,
  Mish,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softsign,
  Tanh,
  Tanhshrink,
} from './layers/activation.ts'
export {
  CELU,
  ELU,
  GELU,
  GLU,
  Hardshrink,
  Hardtanh,
  LeakyReLU,
  LogSoftmax,
  PReLU,
  Softmax,
  Softmin,
  Softplus,
  Softshrink,
  Threshold,
} from './layers/adjustable-activation.ts'
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
export { CosineEmbeddingLoss, HingeEmbeddingLoss, MarginRankingLoss, SoftMarginLoss } from './layers/margin-loss.ts'
export { BatchNorm1d, BatchNorm2d, Dropout, LayerNorm } from './layers/normalization.ts'
export { AdaptiveAvgPool1d, AdaptiveAvgPool2d, AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d } from './layers/pooling.ts'
export { type Layer, Module } from './module.ts'
export { Buffer, Parameter } from './parameter.ts'
export type { KeyMismatch, StateDict } from './state-dict.ts'
