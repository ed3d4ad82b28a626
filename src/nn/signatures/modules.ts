// Signatures of modules and their methods, of parameters, containers, and of what is made of one matrix or table. Same grammar as tensor/signatures.ts.
import { type OptionReader, optionReader, type RequiredCheck, requiredCheck } from '../../tensor/signature-reader.ts'

/** Signatures of functions. */
export const functions = {
  linear: 'input: tensor, weight: tensor, bias: tensor | null = null',
} as const

/** Signatures of the layers' constructors. */
export const layers = {
  Parameter: 'data: tensor, *, requiresGrad: boolean = true',
  Buffer: 'data: tensor, *, persistent: boolean = true',
  Linear: "inFeatures: int, outFeatures: int, *, bias: boolean = true, dtype: dtype = 'float32', device: device = 'cpu'",
  Embedding: "numEmbeddings: int, embeddingDim: int, paddingIdx: int | null = null, *, dtype: dtype = 'float32', device: device = 'cpu'",
  Flatten: 'startDim: dim = 1, endDim: dim = -1',
  Unflatten: 'dim: dim, unflattenedSize: shape',
  Identity: '',
  Sequential: '…layers: index',
  ModuleList: 'modules: data',
} as const

/** Signatures of the methods of Module that take options. */
export const methods = {
  train: '*, mode: boolean = true',
  requiresGrad_: '*, requiresGrad: boolean = true',
  zeroGrad: '*, setToNull: boolean = true',
  loadStateDict: 'stateDict: data, *, strict: boolean = true',
} as const

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof functions & typeof layers & typeof methods> = /*@__PURE__*/ optionReader(
  functions,
  layers,
  methods,
)

/** Throws unless the required arguments of a layer are there and of the right kinds. */
export const checkRequired: RequiredCheck<typeof layers> = /*@__PURE__*/ requiredCheck(layers)
