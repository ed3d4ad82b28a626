// Pooling layers.
import type { DType } from '../../core/dtype.ts'
import type { Shape } from '../../core/shape.ts'
import type { Out } from '../../tensor/shape-types.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
  maxPool1d,
  maxPool2d,
  type OutputSizes,
} from '../functional/spatial.ts'
import { Module } from '../module.ts'
import { pythonBoolean, pythonTuple } from '../module-format.ts'
import type { Apply, KeepsChannels } from '../shape-flow.ts'
import { checkRequired, readOptions } from '../signatures/spatial.ts'
import type { OptionsOf } from '../signatures.ts'
import { perDim } from './convolution.ts'

type Sizes = number | readonly number[]

const printed = (sizes: Sizes): string => (typeof sizes === 'number' ? String(sizes) : pythonTuple(sizes))

const printedOutput = (sizes: OutputSizes): string => {
  const text = (size: number | null): string => (size === null ? 'None' : String(size))
  return Array.isArray(sizes) ? `(${sizes.map(text).join(', ')}${sizes.length === 1 ? ',' : ''})` : text(sizes as number | null)
}

/** What both max pools share. */
abstract class MaxPool extends Module {
  readonly kernelSize: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly dilation: Sizes
  readonly ceilMode: boolean

  constructor(
    name: 'MaxPool1d' | 'MaxPool2d',
    kernelSize: Sizes,
    stride?: Sizes | null | OptionsOf<'MaxPool2d'>,
    options?: OptionsOf<'MaxPool2d'>,
  ) {
    super()
    checkRequired(name, kernelSize)
    const given = readOptions(name, stride, options)
    this.kernelSize = kernelSize
    this.stride = given.stride ?? kernelSize
    this.padding = given.padding
    this.dilation = given.dilation
    this.ceilMode = given.ceilMode
  }

  protected get window(): { stride: Sizes; padding: Sizes; dilation: Sizes; ceilMode: boolean } {
    return { stride: this.stride, padding: this.padding, dilation: this.dilation, ceilMode: this.ceilMode }
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this
    return `kernel_size=${printed(kernelSize)}, stride=${printed(stride)}, padding=${printed(padding)}, dilation=${printed(dilation)}, ceil_mode=${pythonBoolean(ceilMode)}`
  }
}

/** The largest element of each window along one dim: `[N, C, L] → [N, C, L′]`; of equal ones the first gets the gradient. */
export class MaxPool1d extends MaxPool {
  /** @internal */
  declare readonly shapeRule?: KeepsChannels<[number]>

  constructor(kernelSize: Sizes, stride?: Sizes | null | OptionsOf<'MaxPool1d'>, options?: OptionsOf<'MaxPool1d'>) {
    super('MaxPool1d', kernelSize, stride, options)
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<KeepsChannels<[number]>, S>>, D> {
    return maxPool1d(input as Tensor, this.kernelSize, this.window) as Tensor
  }
}

/**
 * The largest element of each window: `[N, C, H, W] → [N, C, H′, W′]`; of equal ones the first gets the gradient.
 *
 * @example
 * ```ts
 * import { nn, zeros } from 'wengert'
 * console.log(new nn.MaxPool2d(2).forward(zeros([8, 6, 24, 24])).shape) // [ 8, 6, 12, 12 ]
 * ```
 */
export class MaxPool2d extends MaxPool {
  /** @internal */
  declare readonly shapeRule?: KeepsChannels<[number, number]>

  constructor(kernelSize: Sizes, stride?: Sizes | null | OptionsOf<'MaxPool2d'>, options?: OptionsOf<'MaxPool2d'>) {
    super('MaxPool2d', kernelSize, stride, options)
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<KeepsChannels<[number, number]>, S>>, D> {
    return maxPool2d(input as Tensor, this.kernelSize, this.window) as Tensor
  }
}

/** The mean of each window along one dim: `[N, C, L] → [N, C, L′]`. */
export class AvgPool1d extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsChannels<[number]>
  readonly kernelSize: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[]
  readonly ceilMode: boolean
  readonly countIncludePad: boolean

  constructor(kernelSize: Sizes, stride?: Sizes | null | OptionsOf<'AvgPool1d'>, options?: OptionsOf<'AvgPool1d'>) {
    super()
    checkRequired('AvgPool1d', kernelSize)
    const given = readOptions('AvgPool1d', stride, options)
    this.kernelSize = perDim('AvgPool1d', 'kernelSize', kernelSize, 1)
    this.stride = perDim('AvgPool1d', 'stride', given.stride ?? kernelSize, 1)
    this.padding = perDim('AvgPool1d', 'padding', given.padding, 1)
    this.ceilMode = given.ceilMode
    this.countIncludePad = given.countIncludePad
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<KeepsChannels<[number]>, S>>, D> {
    const { stride, padding, ceilMode, countIncludePad } = this
    return avgPool1d(input as Tensor, this.kernelSize, { stride, padding, ceilMode, countIncludePad }) as Tensor
  }

  override extraRepr(): string {
    return `kernel_size=${pythonTuple(this.kernelSize)}, stride=${pythonTuple(this.stride)}, padding=${pythonTuple(this.padding)}`
  }
}

/** The mean of each window: `[N, C, H, W] → [N, C, H′, W′]`. */
export class AvgPool2d extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsChannels<[number, number]>
  readonly kernelSize: Sizes
  readonly stride: Sizes
  readonly padding: Sizes
  readonly ceilMode: boolean
  readonly countIncludePad: boolean
  readonly divisorOverride: number | null

  constructor(kernelSize: Sizes, stride?: Sizes | null | OptionsOf<'AvgPool2d'>, options?: OptionsOf<'AvgPool2d'>) {
    super()
    checkRequired('AvgPool2d', kernelSize)
    const given = readOptions('AvgPool2d', stride, options)
    this.kernelSize = kernelSize
    this.stride = given.stride ?? kernelSize
    this.padding = given.padding
    this.ceilMode = given.ceilMode
    this.countIncludePad = given.countIncludePad
    this.divisorOverride = given.divisorOverride
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<KeepsChannels<[number, number]>, S>>, D> {
    const { stride, padding, ceilMode, countIncludePad, divisorOverride } = this
    return avgPool2d(input as Tensor, this.kernelSize, { stride, padding, ceilMode, countIncludePad, divisorOverride }) as Tensor
  }

  override extraRepr(): string {
    return `kernel_size=${printed(this.kernelSize)}, stride=${printed(this.stride)}, padding=${printed(this.padding)}`
  }
}

/** Means of windows chosen so that the output has the given length. */
export class AdaptiveAvgPool1d extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsChannels<[number]>
  readonly outputSize: OutputSizes

  constructor(outputSize: OutputSizes) {
    super()
    checkRequired('AdaptiveAvgPool1d', outputSize)
    this.outputSize = outputSize
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<KeepsChannels<[number]>, S>>, D> {
    return adaptiveAvgPool1d(input as Tensor, this.outputSize) as Tensor
  }

  override extraRepr(): string {
    return `output_size=${printedOutput(this.outputSize)}`
  }
}

/** Means of windows chosen so that the output has the given height and width; 1 is the global mean. */
export class AdaptiveAvgPool2d extends Module {
  /** @internal */
  declare readonly shapeRule?: KeepsChannels<[number, number]>
  readonly outputSize: OutputSizes

  constructor(outputSize: OutputSizes) {
    super()
    checkRequired('AdaptiveAvgPool2d', outputSize)
    this.outputSize = outputSize
  }

  forward<S extends Shape, D extends DType>(input: Tensor<S, D>): Tensor<Out<Apply<KeepsChannels<[number, number]>, S>>, D> {
    return adaptiveAvgPool2d(input as Tensor, this.outputSize) as Tensor
  }

  override extraRepr(): string {
    return `output_size=${printedOutput(this.outputSize)}`
  }
}
