// Max and average pooling in one and two dims.
import { ShapeError } from '../../core/errors.ts'
import { printShape } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/spatial.ts'
import type { OptionsOf } from '../signatures.ts'
import type { ValuesAndIndices } from './extremes.ts'
import { spread } from './shape-arguments.ts'

type Size = number | readonly number[]
type Pair = [number, number]

const asPair = (list: readonly number[], missing: number): Pair =>
  list.length === 1 ? [missing, list[0] as number] : [list[0] as number, list[1] as number]

interface Window {
  readonly kernel: Pair
  readonly stride: Pair
  readonly padding: Pair
}

function windowOf(name: string, kernelSize: Size, given: { stride: Size | null; padding: Size }, spatial: 1 | 2): Window {
  const kernel = spread(name, 'kernelSize', kernelSize, spatial, 1)
  const stride =
    given.stride === null || (typeof given.stride !== 'number' && given.stride.length === 0)
      ? kernel
      : spread(name, 'stride', given.stride, spatial, 1)
  const padding = spread(name, 'padding', given.padding, spatial, 0)
  if (padding.some((zeros, dim) => zeros > (kernel[dim] as number) / 2)) {
    throw new ShapeError(
      `${name}: padding ${printShape(padding)} is more than half of the kernel ${printShape(kernel)}. Pad the input with pad.`,
    )
  }
  return { kernel: asPair(kernel, 1), stride: asPair(stride, 1), padding: asPair(padding, 0) }
}

// Applies `pool`, which takes [N, C, H, W], to an input with fewer dims.
function onPlanes<R>(name: string, input: Value, spatial: 1 | 2, pool: (planes: Value, restore: (result: Value) => Value) => R): R {
  const letters = spatial === 1 ? 'L' : 'H, W'
  const rank = input.shape.length
  if (rank !== spatial + 1 && rank !== spatial + 2) {
    throw new ShapeError(
      `${name}: input must be [N, C, ${letters}] or [C, ${letters}], got ${printShape(input.shape)}. Unsqueeze the missing dim?`,
    )
  }
  const unbatched = rank === spatial + 1
  let planes = unbatched ? P.unsqueeze(input, 0) : input
  if (spatial === 1) planes = P.unsqueeze(planes, 2)
  return pool(planes, (result) => {
    const flat = spatial === 1 ? P.squeeze(result, 2) : result
    return unbatched ? P.squeeze(flat, 0) : flat
  })
}

function requireRoom(name: string, input: Value, window: Window, dilation: Pair): void {
  const plane = input.shape.slice(2) as readonly number[]
  for (const dim of [0, 1] as const) {
    const length = (plane[dim] as number) + 2 * window.padding[dim]
    const reach = dilation[dim] * (window.kernel[dim] - 1) + 1
    if (reach > length)
      throw new ShapeError(
        `${name}: the window reaches over ${reach} positions, but the padded input has only ${length}. Use a smaller kernelSize.`,
      )
  }
}

function maxPool(
  name: 'maxPool1d' | 'maxPool2d',
  input: Value,
  kernelSize: Size,
  first: unknown,
  options: unknown,
  spatial: 1 | 2,
): Value | ValuesAndIndices {
  const given = readOptions(name, first, options)
  const window = windowOf(name, kernelSize, given, spatial)
  const dilation = asPair(spread(name, 'dilation', given.dilation, spatial, 1), 1)
  return onPlanes(name, input, spatial, (planes, restore) => {
    if (!given.ceilMode) requireRoom(name, planes, window, dilation)
    const places = P.maxPoolIndices(planes, { ...window, dilation, ceilMode: given.ceilMode })
    const [images, channels, height, width] = planes.shape as readonly [number, number, number, number]
    const flat = P.reshape(planes, [images, channels, height * width])
    const chosen = P.gatherInside(flat, 2, P.reshape(places, [images, channels, (places.shape[2] as number) * (places.shape[3] as number)]))
    const values = restore(P.reshape(chosen, places.shape))
    return given.returnIndices ? { values, indices: restore(places) } : values
  })
}

/** The largest element of each window of `[N, C, H, W]`; the derivative goes to the first of equal ones. With `returnIndices` also their places in the H·W plane. */
export function maxPool2d(
  input: Value,
  kernelSize: Size,
  stride?: Size | null | OptionsOf<'maxPool2d'>,
  options?: OptionsOf<'maxPool2d'>,
): Value | ValuesAndIndices {
  return maxPool('maxPool2d', input, kernelSize, stride, options, 2)
}

/** The largest element of each window of `[N, C, L]`; otherwise as `maxPool2d`. */
export function maxPool1d(
  input: Value,
  kernelSize: Size,
  stride?: Size | null | OptionsOf<'maxPool1d'>,
  options?: OptionsOf<'maxPool1d'>,
): Value | ValuesAndIndices {
  return maxPool('maxPool1d', input, kernelSize, stride, options, 1)
}

function avgPool(
  name: string,
  input: Value,
  kernelSize: Size,
  given: { stride: Size | null; padding: Size; ceilMode: boolean; countIncludePad: boolean },
  divisorOverride: number | null,
  spatial: 1 | 2,
): Value {
  const window = windowOf(name, kernelSize, given, spatial)
  if (divisorOverride === 0) throw new ShapeError(`${name}: divisorOverride must not be 0. Leave it out for the window's size.`)
  return onPlanes(name, input, spatial, (planes, restore) => {
    if (!given.ceilMode) requireRoom(name, planes, window, [1, 1])
    return restore(P.averagePool(planes, { ...window, ceilMode: given.ceilMode, countIncludePad: given.countIncludePad, divisorOverride }))
  })
}

/** The mean of each window of `[N, C, H, W]`; padding counts as zeros unless `countIncludePad: false`. */
export function avgPool2d(
  input: Value,
  kernelSize: Size,
  stride?: Size | null | OptionsOf<'avgPool2d'>,
  options?: OptionsOf<'avgPool2d'>,
): Value {
  const given = readOptions('avgPool2d', stride, options)
  return avgPool('avgPool2d', input, kernelSize, given, given.divisorOverride, 2)
}

/** The mean of each window of `[N, C, L]`; padding counts as zeros unless `countIncludePad: false`. */
export function avgPool1d(
  input: Value,
  kernelSize: Size,
  stride?: Size | null | OptionsOf<'avgPool1d'>,
  options?: OptionsOf<'avgPool1d'>,
): Value {
  return avgPool('avgPool1d', input, kernelSize, readOptions('avgPool1d', stride, options), null, 1)
}
