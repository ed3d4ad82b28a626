// 2-d convolution and both of its gradients as matrix multiplies over the image-to-column matrix of one image at a time.
// All operands are dense: x [N, C, H, W], weight [O, C/groups, kh, kw], y [N, O, oh, ow].
import type { ElementArray } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import { multiplyAdd } from './matmul.ts'

/** Options of a 2-d convolution, [height, width] each. */
export interface ConvolutionParams {
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number]
  readonly dilation: readonly [number, number]
  readonly groups: number
}

interface Geometry extends ConvolutionParams {
  readonly images: number
  readonly groupChannels: number
  readonly groupOutputs: number
  readonly height: number
  readonly width: number
  readonly kernel: readonly [number, number]
  readonly out: readonly [number, number]
}

function geometry(x: Value, weight: Value, y: Value, params: ConvolutionParams): Geometry {
  const [images, , height, width] = x.shape as [number, number, number, number]
  const [outputs, groupChannels, kh, kw] = weight.shape as [number, number, number, number]
  const [, , oh, ow] = y.shape as [number, number, number, number]
  return { ...params, images, groupChannels, groupOutputs: outputs / params.groups, height, width, kernel: [kh, kw], out: [oh, ow] }
}

let columns = new Float64Array(0)

/** A column matrix has a row for every (channel, ky, kx) and a column for every output pixel. */
const columnLength = (g: Geometry): number => g.groupChannels * g.kernel[0] * g.kernel[1] * g.out[0] * g.out[1]

/** Calls `visit(image row start or −1, first x, row of columns)` for every row of output pixels of every column-matrix row. */
function walkColumns(g: Geometry, visit: (source: number, firstX: number, at: number) => void): void {
  const [kh, kw] = g.kernel
  const [oh, ow] = g.out
  let at = 0
  for (let channel = 0; channel < g.groupChannels; channel++) {
    for (let ky = 0; ky < kh; ky++) {
      for (let kx = 0; kx < kw; kx++) {
        for (let oy = 0; oy < oh; oy++, at += ow) {
          const y = oy * g.stride[0] - g.padding[0] + ky * g.dilation[0]
          visit(y >= 0 && y < g.height ? (channel * g.height + y) * g.width : -1, kx * g.dilation[1] - g.padding[1], at)
        }
      }
    }
  }
}

function imageToColumns(g: Geometry, image: ElementArray, start: number): void {
  const [, ow] = g.out
  const step = g.stride[1]
  walkColumns(g, (source, firstX, at) => {
    for (let ox = 0, x = firstX; ox < ow; ox++, x += step) {
      columns[at + ox] = source >= 0 && x >= 0 && x < g.width ? (image[start + source + x] as number) : 0
    }
  })
}

function addColumnsToImage(g: Geometry, image: ElementArray, start: number): void {
  const [, ow] = g.out
  const step = g.stride[1]
  walkColumns(g, (source, firstX, at) => {
    if (source < 0) return
    for (let ox = 0, x = firstX; ox < ow; ox++, x += step) {
      if (x >= 0 && x < g.width) image[start + source + x] = (image[start + source + x] as number) + (columns[at + ox] as number)
    }
  })
}

/** Positions of one (image, group) in x, y and the weight, with the sizes of the matrices. */
function forEachGroup(g: Geometry, visit: (xStart: number, yStart: number, weightStart: number) => void): void {
  const plane = g.height * g.width
  const outPlane = g.out[0] * g.out[1]
  const weightSize = g.groupOutputs * g.groupChannels * g.kernel[0] * g.kernel[1]
  for (let image = 0; image < g.images; image++) {
    for (let group = 0; group < g.groups; group++) {
      const part = image * g.groups + group
      visit(part * g.groupChannels * plane, part * g.groupOutputs * outPlane, group * weightSize)
    }
  }
}

function prepare(g: Geometry): { depth: number; pixels: number } {
  if (columns.length < columnLength(g)) columns = new Float64Array(columnLength(g))
  return { depth: g.groupChannels * g.kernel[0] * g.kernel[1], pixels: g.out[0] * g.out[1] }
}

/** y = weight ∗ x: for each image, weight [O, CKK] × columns [CKK, pixels]. */
export function convolve(x: Value, weight: Value, y: Value, params: ConvolutionParams): void {
  const g = geometry(x, weight, y, params)
  const { depth, pixels } = prepare(g)
  forEachGroup(g, (xStart, yStart, weightStart) => {
    imageToColumns(g, x.storage.data, x.offset + xStart)
    const w = { data: weight.storage.data, offset: weight.offset + weightStart, rowStep: depth, columnStep: 1 }
    multiplyAdd(
      g.groupOutputs,
      pixels,
      depth,
      w,
      { data: columns, offset: 0, rowStep: pixels, columnStep: 1 },
      y.storage.data,
      y.offset + yStart,
    )
  })
}

/** Gradient with respect to x: columns = weightᵀ × dy, added back into the image. */
export function convolveInputGradient(dy: Value, weight: Value, dx: Value, params: ConvolutionParams): void {
  const g = geometry(dx, weight, dy, params)
  const { depth, pixels } = prepare(g)
  forEachGroup(g, (xStart, yStart, weightStart) => {
    const transposed = { data: weight.storage.data, offset: weight.offset + weightStart, rowStep: 1, columnStep: depth }
    const outputs = { data: dy.storage.data, offset: dy.offset + yStart, rowStep: pixels, columnStep: 1 }
    columns.fill(0, 0, depth * pixels)
    multiplyAdd(depth, pixels, g.groupOutputs, transposed, outputs, columns, 0)
    addColumnsToImage(g, dx.storage.data, dx.offset + xStart)
  })
}

/** Gradient with respect to the weight: Σ over images of dy [O, pixels] × columnsᵀ. */
export function convolveWeightGradient(x: Value, dy: Value, dw: Value, params: ConvolutionParams): void {
  const g = geometry(x, dw, dy, params)
  const { depth, pixels } = prepare(g)
  forEachGroup(g, (xStart, yStart, weightStart) => {
    imageToColumns(g, x.storage.data, x.offset + xStart)
    const outputs = { data: dy.storage.data, offset: dy.offset + yStart, rowStep: pixels, columnStep: 1 }
    const transposed = { data: columns, offset: 0, rowStep: 1, columnStep: pixels }
    multiplyAdd(g.groupOutputs, depth, pixels, outputs, transposed, dw.storage.data, dw.offset + weightStart)
  })
}
