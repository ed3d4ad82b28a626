// Signatures of initialisers and of `nn.utils`. Same grammar as tensor/signatures.ts.
import { type OptionReader, optionReader } from '../../tensor/signature-reader.ts'

/** Signatures of functions. */
export const functions = {
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

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof functions> = /*@__PURE__*/ optionReader(functions)
