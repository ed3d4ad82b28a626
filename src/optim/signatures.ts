// Signatures of optimizers and schedulers. Same grammar as tensor/signatures.ts.
import { type OptionReader, type Options, optionReader, type ReadOptions } from '../tensor/signature-reader.ts'

/** Signatures of optimizers. The options are also what a parameter group may set for itself. */
export const optimizers = {
  SGD: 'params: tensors, lr: number = 0.001, momentum: number = 0, dampening: number = 0, weightDecay: number = 0, nesterov: boolean = false, *, maximize: boolean = false',
  Adam: 'params: tensors, lr: number = 0.001, betas: numbers = [0.9,0.999], eps: number = 1e-8, weightDecay: number = 0, amsgrad: boolean = false, *, maximize: boolean = false',
  AdamW:
    'params: tensors, lr: number = 0.001, betas: numbers = [0.9,0.999], eps: number = 1e-8, weightDecay: number = 0.01, amsgrad: boolean = false, *, maximize: boolean = false',
} as const

/** Signatures of the methods of optimizers. */
export const optimizerMethods = { zeroGrad: '*, setToNull: boolean = true' } as const

/** Signatures of learning-rate schedulers. */
export const schedulers = {
  StepLR: 'optimizer: data, stepSize: int, gamma: number = 0.1',
  MultiStepLR: 'optimizer: data, milestones: shape, gamma: number = 0.1',
  ExponentialLR: 'optimizer: data, gamma: number',
  CosineAnnealingLR: 'optimizer: data, tMax: number, etaMin: number = 0',
  LinearLR: 'optimizer: data, startFactor: number = 0.3333333333333333, endFactor: number = 1, totalIters: int = 5',
  LambdaLR: 'optimizer: data, lrLambda: data',
  OneCycleLR:
    "optimizer: data, maxLr: number | numbers, totalSteps: int | null = null, epochs: int | null = null, stepsPerEpoch: int | null = null, pctStart: number = 0.3, annealStrategy: 'cos' | 'linear' = 'cos', cycleMomentum: boolean = true, baseMomentum: number = 0.85, maxMomentum: number = 0.95, divFactor: number = 25, finalDivFactor: number = 10000, threePhase: boolean = false",
} as const

type Signatures = typeof optimizers & typeof optimizerMethods & typeof schedulers
/** Names of optimizers and schedulers. */
export type SignatureName = keyof Signatures
/** What may be given to an optimizer or scheduler in its options object, as in `OptionsOf<'SGD'>`. */
export type OptionsOf<N extends SignatureName> = Options<Signatures[N]>
/** The same with every default filled in. */
export type ReadOptionsOf<N extends SignatureName> = ReadOptions<Signatures[N]>

/** The optional arguments of an optimizer, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof optimizers & typeof optimizerMethods> = /*@__PURE__*/ optionReader(
  optimizers,
  optimizerMethods,
)

/** The same of a scheduler. */
export const readSchedulerOptions: OptionReader<typeof schedulers> = /*@__PURE__*/ optionReader(schedulers)
