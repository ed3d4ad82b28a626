// Signatures of losses. Same grammar as tensor/signatures.ts.
import { type OptionReader, optionReader, type RequiredCheck, requiredCheck } from '../../tensor/signature-reader.ts'

/** Signatures of functions. */
export const functions = {
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

/** Signatures of the layers' constructors. */
export const layers = {
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

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof functions & typeof layers> = /*@__PURE__*/ optionReader(functions, layers)

/** Throws unless the required arguments of a layer are there and of the right kinds. */
export const checkRequired: RequiredCheck<typeof layers> = /*@__PURE__*/ requiredCheck(layers)
