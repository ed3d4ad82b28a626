// Convolution in one and two dims, around the one primitive for [N, C, H, W].
import { OptionError, ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/spatial.ts'
import type { OptionsOf, ReadOptionsOf } from '../signatures.ts'
import { spread } from './shape-arguments.ts'

type Pair = [number, number]

/** Cross-correlation of `[N, C, H, W]` (or `[C, H, W]`) with filters `[O, C / groups, kh, kw]`; output size ⌊(H + 2·padding − dilation·(kh − 1) − 1) / stride⌋ + 1. */
export function conv2d(input: Value, weight: Value, bias?: Value | null | OptionsOf<'conv2d'>, options?: OptionsOf<'conv2d'>): Value {
  return convolve('conv2d', input, weight, readOptions('conv2d', bias, options), 2)
}

/** Cross-correlation of `[N, C, L]` (or `[C, L]`) with filters `[O, C / groups, k]`; output size as in `conv2d`. */
export function conv1d(input: Value, weight: Value, bias?: Value | null | OptionsOf<'conv1d'>, options?: OptionsOf<'conv1d'>): Value {
  return convolve('conv1d', input, weight, readOptions('conv1d', bias, options), 1)
}

// One spatial dim is a plane of height 1.
const asPair = (list: readonly number[], missing: number): Pair =>
  list.length === 1 ? [missing, list[0] as number] : [list[0] as number, list[1] as number]

/** Zeros before and after each spatial dim; 'same' keeps the size, an odd one more after. */
function paddings(
  name: string,
  padding: number | readonly number[] | 'same' | 'valid',
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): { low: number[]; high: number[] } {
  if (padding === 'valid') return { low: kernel.map(() => 0), high: kernel.map(() => 0) }
  if (padding !== 'same') {
    const each = spread(name, 'padding', padding, kernel.length, 0)
    return { low: each, high: each }
  }
  if (stride.some((step) => step !== 1))
    throw new OptionError(`${name}: padding 'same' needs stride 1, got ${printShape(stride)}. Give the padding as numbers.`)
  const total = kernel.map((size, dim) => (dilation[dim] as number) * (size - 1))
  return { low: total.map((zeros) => Math.floor(zeros / 2)), high: total.map((zeros) => Math.ceil(zeros / 2)) }
}

function convolve(name: 'conv1d' | 'conv2d', input: Value, weight: Value, given: ReadOptionsOf<'conv2d'>, spatial: 1 | 2): Value {
  const letters = spatial === 1 ? 'L' : 'H, W'
  const unbatched = input.shape.length === spatial + 1
  if (!unbatched && input.shape.length !== spatial + 2) {
    throw new ShapeError(
      `${name}: input must be [N, C, ${letters}] or [C, ${letters}], got ${printShape(input.shape)}. Unsqueeze the missing dim?`,
    )
  }
  if (weight.shape.length !== spatial + 2) {
    throw new ShapeError(`${name}: weight must be [O, C / groups, ${spatial === 1 ? 'k' : 'kh, kw'}], got ${printShape(weight.shape)}.`)
  }
  const { groups, bias } = given
  const channels = input.shape[unbatched ? 0 : 1] as number
  const [outputs, perGroup, ...kernel] = weight.shape as readonly [number, number, ...number[]]
  if (groups < 1 || channels % groups !== 0 || outputs % groups !== 0) {
    throw new ShapeError(`${name}: ${channels} input and ${outputs} output channels do not divide into ${groups} groups.`)
  }
  if (perGroup * groups !== channels) {
    const inGroups = groups === 1 ? '' : ` in ${groups} groups`
    throw new ShapeError(
      `${name}: weight ${printShape(weight.shape)} takes ${perGroup * groups} channels${inGroups}, but the input ${printShape(input.shape)} has ${channels}.`,
    )
  }
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== outputs)) {
    throw new ShapeError(`${name}: bias must have shape [${outputs}], one number for each filter, got ${printShape(bias.shape)}.`)
  }
  const stride = spread(name, 'stride', given.stride, spatial, 1)
  const dilation = spread(name, 'dilation', given.dilation, spatial, 1)
  const { low, high } = paddings(name, given.padding, kernel, stride, dilation)
  kernel.forEach((size, dim) => {
    const length = (input.shape[input.shape.length - spatial + dim] as number) + (low[dim] as number) + (high[dim] as number)
    const reach = (dilation[dim] as number) * (size - 1) + 1
    if (reach > length)
      throw new ShapeError(
        `${name}: the kernel reaches over ${reach} positions, but the padded input has only ${length}. Use a smaller kernel or more padding.`,
      )
  })

  let x = unbatched ? P.unsqueeze(input, 0) : input
  let w = weight
  if (spatial === 1) {
    x = P.unsqueeze(x, 2)
    w = P.unsqueeze(w, 2)
  }
  const surplus = high.map((zeros, dim) => zeros - (low[dim] as number))
  if (surplus.some((zeros) => zeros > 0)) x = P.pad(x, [0, 0, 0, 0], [0, 0, ...asPair(surplus, 0)], [0, 0, 0, 0])
  let y = P.convolution(x, w, { stride: asPair(stride, 1), padding: asPair(low, 0), dilation: asPair(dilation, 1), groups })
  if (bias !== null) y = P.add(y, P.reshape(bias, [1, outputs, 1, 1]))
  if (spatial === 1) y = P.squeeze(y, 2)
  return unbatched ? P.squeeze(y, 0) : y
}
