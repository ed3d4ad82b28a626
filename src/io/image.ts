// Tensors from and to what a canvas's getImageData returns: rows of pixels, four bytes (red, green, blue, alpha) each.
import { DTypeError, OptionError, ShapeError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { fromArray, toTypedArray } from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { readOptions } from './signatures.ts'

/** What is used of an ImageData; any image decoder's output of this form will do. */
export interface ImageDataLike {
  readonly data: ArrayLike<number>
  readonly width: number
  readonly height: number
}

/** Options of `fromImageData`. */
export interface ImageOptions {
  /** 1 (grey), 3 (red, green, blue) or 4 (with alpha); default 3. */
  channels?: 1 | 3 | 4
  /** `float32` from 0 to 1 (default), or the bytes as `uint8`. */
  dtype?: 'float32' | 'uint8'
}

/** Luma of ITU-R BT.601, as Pillow's mode L. */
const grey = (red: number, green: number, blue: number): number => 0.299 * red + 0.587 * green + 0.114 * blue

/**
 * A tensor `[channels, height, width]` from an image, as torchvision's `ToTensor` gives it.
 *
 * @example
 * ```ts
 * import { io } from 'wengert'
 * const pixels = { width: 2, height: 1, data: [255, 0, 0, 255, 0, 0, 0, 255] } // or context.getImageData(0, 0, 2, 1)
 * console.log(io.fromImageData(pixels, { channels: 3 }).shape) // [ 3, 1, 2 ]
 * ```
 */
export function fromImageData(image: ImageDataLike, channels?: 1 | 3 | 4 | ImageOptions, options?: ImageOptions): Tensor {
  const read = readOptions('fromImageData', channels, options)
  const { data, width, height } = image ?? {}
  if (data?.length === undefined || !Number.isInteger(width) || !Number.isInteger(height))
    throw new OptionError('fromImageData: an image has data, width and height. Pass what getImageData returns.')
  const depth = read.channels
  if (depth !== 1 && depth !== 3 && depth !== 4) throw new OptionError(`fromImageData: channels must be 1, 3 or 4, not ${depth}.`)
  const plane = width * height
  if (data.length !== 4 * plane)
    throw new ShapeError(
      `fromImageData: ${width} × ${height} pixels take ${4 * plane} bytes, there are ${data.length}. Give four bytes a pixel.`,
    )
  const scale = read.dtype === 'uint8' ? 1 : 1 / 255
  const elements = read.dtype === 'uint8' ? new Uint8ClampedArray(depth * plane) : new Float32Array(depth * plane)
  for (let pixel = 0; pixel < plane; pixel++) {
    const at = 4 * pixel
    if (depth === 1) elements[pixel] = grey(data[at]!, data[at + 1]!, data[at + 2]!) * scale
    else for (let channel = 0; channel < depth; channel++) elements[channel * plane + pixel] = data[at + channel]! * scale
  }
  const array = elements instanceof Float32Array ? elements : new Uint8Array(elements.buffer)
  return fromArray(array, [depth, height, width], read.dtype) as Tensor // a Value is a Tensor at run time
}

/**
 * An image from a tensor `[height, width]` or `[channels, height, width]` with 1, 3 or 4 channels: floats from 0 to 1
 * (clamped), bytes, or bools. It is a real `ImageData` where the platform has that class.
 *
 * @example
 * ```ts
 * import { io, tensor } from 'wengert'
 * const image = io.toImageData(tensor([[0, 1]])) // context.putImageData(image, 0, 0)
 * console.log([...image.data]) // [ 0, 0, 0, 255, 255, 255, 255, 255 ]
 * ```
 */
export function toImageData(tensor: Tensor): { data: Uint8ClampedArray<ArrayBuffer>; width: number; height: number } {
  if (!(tensor instanceof Value)) throw new OptionError('toImageData: the image must be a tensor. Make one with tensor(…).')
  const shape: readonly number[] = tensor.shape
  const [depth, height, width] = shape.length === 2 ? [1, ...shape] : shape
  if (width === undefined || height === undefined || shape.length > 3 || (depth !== 1 && depth !== 3 && depth !== 4))
    throw new ShapeError(
      `toImageData: shape [${shape.join(', ')}] is no image. Give [height, width] or [1, 3 or 4 channels, height, width].`,
    )
  if (tensor.dtype === 'int32') throw new DTypeError("toImageData: int32 has no range for colours. Convert it: x.to('uint8').")
  const scale = tensor.dtype === 'uint8' ? 1 : 255
  const elements = toTypedArray(tensor)
  const plane = width * height
  const data = new Uint8ClampedArray(4 * plane)
  for (let pixel = 0; pixel < plane; pixel++) {
    for (let channel = 0; channel < 3; channel++) data[4 * pixel + channel] = elements[(depth === 1 ? 0 : channel) * plane + pixel]! * scale
    data[4 * pixel + 3] = depth === 4 ? elements[3 * plane + pixel]! * scale : 255
  }
  return typeof ImageData === 'function' ? new ImageData(data, width, height) : { data, width, height }
}
