// Convolution layers.
import type { DType } from '../../core/dtype.ts'
import { OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, type Shape } from '../../core/shape.ts'
import { requireTensor } from '../../tensor/required-tensor.ts'
import type { Arg, Out } from '../../tensor/shape-types.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { conv1d, conv2d, pad } from '../functional/spatial.ts'
import { affineDefaults } from '../init.ts'
import { Module } from '../module.ts'
import { pythonTuple } from '../module-format.ts'
import type { Parameter } from '../parameter.ts'
import type { Apply, MapsChannels } from '../shape-flow.ts'
import { checkRequired, readOptions } from '../signatures/spatial.ts'
import type { OptionsOf, ReadOptionsOf } from '../signatures.ts'
import { emptyParameter } from './linear.ts'

/** One size for each of `count` spatial dims. */
export function perDim(name: string, parameter: string, value: number | readonly number[], count: number): number[] {
  const sizes = typeof value === 'number' ? new Array<number>(count).fill(value) : [...value]
  if (sizes.length !== count)
    throw new OptionError(`${name}: ${parameter} must be one number or a list of ${count}, not [${sizes.join(', ')}].`)
  return sizes
}

type Given = ReadOptionsOf<'Conv2d'>

/** Throws for an input that can only be read as one sample, and is none that the layer takes. */
function checkSample(name: string, shape: Shape, spatial: number, channels: number): void {
  if (shape.length !== spatial + 1 || shape[0] === channels) return
  const letters = spatial === 1 ? 'L' : 'H, W'
  const remedy = channels === 1 ? 'unsqueeze(1)?' : 'reshape it?'
  throw new ShapeError(
    `${name}: ${printShape(shape)} is read as one sample [C, ${letters}] with ${shape[0]} channels, not ${channels}. A batch needs [N, C, ${letters}]: ${remedy}`,
  )
}

/** What convolutions of any number of spatial dims share. */
abstract class Convolution<I extends number, O extends number> extends Module {
  readonly inChannels: I
  readonly outChannels: O
  readonly kernelSize: readonly number[]
  readonly stride: readonly number[]
  readonly padding: readonly number[] | 'same' | 'valid'
  readonly dilation: readonly number[]
  readonly groups: number
  readonly paddingMode: Given['paddingMode']
  /** `[O, I / groups, …kernelSize]`. */
  readonly weight: Parameter<number[]>
  /** `[O]`, or null. */
  readonly bias: Parameter<[O]> | null

  constructor(name: string, rank: number, inChannels: I, outChannels: O, kernelSize: number | readonly number[], given: Given) {
    super()
    if (inChannels % given.groups !== 0 || outChannels % given.groups !== 0 || given.groups < 1) {
      throw new OptionError(
        `${name}: groups must divide both numbers of channels, but ${given.groups} does not divide ${inChannels} and ${outChannels}.`,
      )
    }
    this.inChannels = inChannels
    this.outChannels = outChannels
    this.kernelSize = perDim(name, 'kernelSize', kernelSize, rank)
    this.stride = perDim(name, 'stride', given.stride, rank)
    this.padding = typeof given.padding === 'string' ? given.padding : perDim(name, 'padding', given.padding, rank)
    this.dilation = perDim(name, 'dilation', given.dilation, rank)
    this.groups = given.groups
    this.paddingMode = given.paddingMode
    if (this.padding === 'same' && this.stride.some((step) => step !== 1))
      throw new OptionError(`${name}: padding 'same' needs stride 1, not [${this.stride.join(', ')}].`)
    this.weight = emptyParameter([outChannels, inChannels / given.groups, ...this.kernelSize], given.dtype)
    this.bias = given.bias ? emptyParameter([outChannels], given.dtype) : null
    this.resetParameters()
  }

  /** Draws weight and bias anew. */
  resetParameters(): void {
    affineDefaults(this.weight, this.bias)
  }

  /** The input padded by other than zeros, and the padding that is left to do. */
  protected padded(input: Tensor): { input: Tensor; padding: readonly number[] | 'same' | 'valid' } {
    requireTensor(this.constructor.name, 'input', input)
    checkSample(this.constructor.name, input.shape, this.kernelSize.length, this.inChannels)
    if (this.paddingMode === 'zeros') return { input, padding: this.padding }
    const sizes = this.kernelSize.flatMap((size, dim) => {
      if (this.padding === 'valid') return [0, 0]
      if (this.padding !== 'same') return [this.padding[dim] as number, this.padding[dim] as number]
      const total = (this.dilation[dim] as number) * (size - 1)
      return [Math.floor(total / 2), total - Math.floor(total / 2)]
    })
    const lastDimFirst = this.kernelSize.flatMap((_, dim) => sizes.slice(sizes.length - 2 * (dim + 1), sizes.length - 2 * dim))
    return { input: pad(input, lastDimFirst, this.paddingMode), padding: this.kernelSize.map(() => 0) }
  }

  override extraRepr(): string {
    const differs = (sizes: readonly number[], usual: number): boolean => sizes.some((size) => size !== usual)
    let text = `${this.inChannels}, ${this.outChannels}, kernel_size=${pythonTuple(this.kernelSize)}, stride=${pythonTuple(this.stride)}`
    if (typeof this.padding === 'string') text += `, padding=${this.padding}`
    else if (differs(this.padding, 0)) text += `, padding=${pythonTuple(this.padding)}`
    if (differs(this.dilation, 1)) text += `, dilation=${pythonTuple(this.dilation)}`
    if (this.groups !== 1) text += `, groups=${this.groups}`
    if (this.bias === null) text += ', bias=False'
    if (this.paddingMode !== 'zeros') text += `, padding_mode=${this.paddingMode}`
    return text
  }
}

/**
 * Cross-correlation along one dim: `[N, I, L] → [N, O, ⌊(L + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1]`.
 *
 * @example
 * ```ts
 * import { nn, randn } from 'wengert'
 * console.log(new nn.Conv1d(2, 4, 3, { padding: 1 }).forward(randn([8, 2, 100])).shape) // [ 8, 4, 100 ]
 * ```
 */
export class Conv1d<I extends number = number, O extends number = number> extends Convolution<I, O> {
  /** @internal */
  declare readonly shapeRule?: MapsChannels<I, O, [number], 'Conv1d'>

  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: number | readonly number[],
    stride?: number | readonly number[] | OptionsOf<'Conv1d'>,
    options?: OptionsOf<'Conv1d'>,
  ) {
    checkRequired('Conv1d', inChannels, outChannels, kernelSize)
    super('Conv1d', 1, inChannels, outChannels, kernelSize, readOptions('Conv1d', stride, options))
  }

  forward<S extends Shape, D extends DType>(
    input: Arg<Apply<MapsChannels<I, O, [number], 'Conv1d'>, S>, Tensor<S, D>>,
  ): Tensor<Out<Apply<MapsChannels<I, O, [number], 'Conv1d'>, S>>, D> {
    const ready = this.padded(input as Tensor)
    return conv1d(ready.input, this.weight as Tensor, this.bias, {
      stride: this.stride,
      padding: ready.padding,
      dilation: this.dilation,
      groups: this.groups,
    }) as Tensor
  }
}

/**
 * Cross-correlation of images: `[N, I, H, W] → [N, O, H′, W′]` with `H′ = ⌊(H + 2·padding − dilation·(kernelSize − 1) − 1) / stride⌋ + 1`.
 * Weight and bias start uniform on ±1/√(I/groups · kernel area).
 *
 * @example
 * ```ts
 * import { nn, randn } from 'wengert'
 * const layer = new nn.Conv2d(1, 32, 3, { padding: 1 })
 * console.log(layer.forward(randn([8, 1, 28, 28])).shape) // [ 8, 32, 28, 28 ]
 * console.log(String(layer)) // Conv2d(1, 32, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
 * ```
 */
export class Conv2d<I extends number = number, O extends number = number> extends Convolution<I, O> {
  /** @internal */
  declare readonly shapeRule?: MapsChannels<I, O, [number, number], 'Conv2d'>

  constructor(
    inChannels: I,
    outChannels: O,
    kernelSize: number | readonly number[],
    stride?: number | readonly number[] | OptionsOf<'Conv2d'>,
    options?: OptionsOf<'Conv2d'>,
  ) {
    checkRequired('Conv2d', inChannels, outChannels, kernelSize)
    super('Conv2d', 2, inChannels, outChannels, kernelSize, readOptions('Conv2d', stride, options))
  }

  forward<S extends Shape, D extends DType>(
    input: Arg<Apply<MapsChannels<I, O, [number, number], 'Conv2d'>, S>, Tensor<S, D>>,
  ): Tensor<Out<Apply<MapsChannels<I, O, [number, number], 'Conv2d'>, S>>, D> {
    const ready = this.padded(input as Tensor)
    return conv2d(ready.input, this.weight as Tensor, this.bias, {
      stride: this.stride,
      padding: ready.padding,
      dilation: this.dilation,
      groups: this.groups,
    }) as Tensor
  }
}
