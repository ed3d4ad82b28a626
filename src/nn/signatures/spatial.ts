// Signatures of convolution and pooling; those of the functions that tensor/ has are in tensor/signatures.ts. Same grammar as tensor/signatures.ts.
import { type OptionReader, optionReader, type RequiredCheck, requiredCheck } from '../../tensor/signature-reader.ts'

/** Signatures of functions. */
export const functions = {
  adaptiveAvgPool1d: 'input: tensor, outputSize: pair | data',
  adaptiveAvgPool2d: 'input: tensor, outputSize: pair | data',
} as const

/** Signatures of the layers' constructors. */
export const layers = {
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
} as const

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof functions & typeof layers> = /*@__PURE__*/ optionReader(functions, layers)

/** Throws unless the required arguments of a layer are there and of the right kinds. */
export const checkRequired: RequiredCheck<typeof layers> = /*@__PURE__*/ requiredCheck(layers)
