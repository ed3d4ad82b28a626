// Signatures: convolution, pooling and padding.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
  conv1d:
    "input: tensor, weight: tensor, bias: tensor | null = null, stride: pair = 1, padding: pair | 'same' | 'valid' = 0, dilation: pair = 1, groups: int = 1",
  conv2d:
    "input: tensor, weight: tensor, bias: tensor | null = null, stride: pair = 1, padding: pair | 'same' | 'valid' = 0, dilation: pair = 1, groups: int = 1",
  maxPool1d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, dilation: pair = 1, ceilMode: boolean = false, returnIndices: boolean = false',
  maxPool2d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, dilation: pair = 1, ceilMode: boolean = false, returnIndices: boolean = false',
  avgPool1d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, ceilMode: boolean = false, countIncludePad: boolean = true',
  avgPool2d:
    'input: tensor, kernelSize: pair, stride: pair | null = null, padding: pair = 0, ceilMode: boolean = false, countIncludePad: boolean = true, divisorOverride: int | null = null',
  pad: "input: tensor, pad: shape, mode: 'constant' | 'reflect' | 'replicate' | 'circular' = 'constant', value: number = 0",
} as const

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
