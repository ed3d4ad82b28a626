// `F`, or `nn.functional`: the functions that layers are made of.
export {
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSoftmax,
  logsigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
  threshold,
} from './functional/activation.ts'
export { scaledDotProductAttention } from './functional/attention.ts'
export { batchNorm } from './functional/batch-norm.ts'
export { dropout } from './functional/dropout.ts'
export { layerNorm } from './functional/layer-norm.ts'
export { embedding, linear, oneHot } from './functional/linear.ts'
export {
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  crossEntropy,
  huberLoss,
  klDiv,
  l1Loss,
  mseLoss,
  nllLoss,
  type Reduced,
  type Reduction,
  smoothL1Loss,
  type WithReduction,
} from './functional/loss.ts'
export { cosineEmbeddingLoss, hingeEmbeddingLoss, marginRankingLoss, softMarginLoss } from './functional/margin-loss.ts'
export { cosineSimilarity, normalize, pairwiseDistance } from './functional/normalization.ts'
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  conv1d,
  conv2d,
  maxPool1d,
  maxPool2d,
  type OutputSizes,
  type PooledWithIndices,
  pad,
} from './functional/spatial.ts'
