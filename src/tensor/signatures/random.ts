// Signatures: random draws.
import { type OptionReader, optionReader } from '../signature-reader.ts'

export const signatures = {
  rand: "shape: shape, *, generator: generator | null = null, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  randn:
    "shape: shape, *, generator: generator | null = null, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  randint:
    "lowOrHigh: int, highOrShape: int | shape, shape: shape | null = null, /, *, generator: generator | null = null, dtype: dtype = 'int32', device: device = 'cpu', requiresGrad: boolean = false",
  randperm: "n: int, *, generator: generator | null = null, dtype: dtype = 'int32', device: device = 'cpu', requiresGrad: boolean = false",
  normal:
    "mean: operand, std: operand, shape: shape | null = null, *, generator: generator | null = null, dtype: dtype = 'float32', device: device = 'cpu', requiresGrad: boolean = false",
  randLike:
    "input: tensor, *, generator: generator | null = null, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  randnLike:
    "input: tensor, *, generator: generator | null = null, dtype: dtype | null = null, device: device = 'cpu', requiresGrad: boolean = false",
  manualSeed: 'seed: int',
} as const

export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
