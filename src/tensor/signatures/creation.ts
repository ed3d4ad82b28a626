// Signatures: creation from nothing, from data and like other tensors.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
  tensor: "data: data, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  fromTypedArray:
    "array: data, shape: shape | null = null, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  zeros: "shape: shape, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  ones: "shape: shape, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  empty: "shape: shape, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  full: "shape: shape, fillValue: number | boolean, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  arange:
    "startOrEnd: number, end: number | null = null, step: number = 1, /, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  linspace: "start: number, end: number, steps: int, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  logspace:
    "start: number, end: number, steps: int, base: number = 10, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  eye: "n: int, m: int | null = null, *, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  zerosLike: "input: tensor, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  onesLike: "input: tensor, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  emptyLike: "input: tensor, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  fullLike:
    "input: tensor, fillValue: number | boolean, *, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
} as const

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
