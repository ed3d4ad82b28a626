// 2-d pooling over dense [N, C, H, W] values.
import type { Value } from '../../core/value.ts'

/** Windows of a pooling, [height, width] each. */
export interface PoolParams {
  readonly kernel: readonly [number, number]
  readonly stride: readonly [number, number]
  readonly padding: readonly [number, number]
  readonly dilation: readonly [number, number]
  readonly ceilMode: boolean
}

/** Average pooling's own options. */
export interface AveragePoolParams extends Omit<PoolParams, 'dilation'> {
  readonly countIncludePad: boolean
  readonly divisorOverride: number | null
}

/** Index into the H·W plane of each window's largest element, the first of equals; a NaN wins. */
export function maxPoolIndices(x: Value, output: Value, { kernel, stride, padding, dilation }: PoolParams): void {
  const [images, channels, height, width] = x.shape as [number, number, number, number]
  const [, , oh, ow] = output.shape as [number, number, number, number]
  const data = x.storage.data
  const out = output.storage.data
  let at = output.offset
  for (let plane = 0; plane < images * channels; plane++) {
    const start = x.offset + plane * height * width
    for (let oy = 0; oy < oh; oy++) {
      for (let ox = 0; ox < ow; ox++, at++) {
        let best = -Infinity
        let bestAt = -1
        for (let ky = 0, y = oy * stride[0] - padding[0]; ky < kernel[0]; ky++, y += dilation[0]) {
          if (y < 0 || y >= height) continue
          for (let kx = 0, c = ox * stride[1] - padding[1]; kx < kernel[1]; kx++, c += dilation[1]) {
            if (c < 0 || c >= width) continue
            const element = data[start + y * width + c] as number
            if (bestAt < 0 || element > best || element !== element) {
              best = element
              bestAt = y * width + c
            }
          }
        }
        out[at] = bestAt
      }
    }
  }
}

/** Calls `visit(plane, output index, window, weight)` for every window of an average pooling. */
function forEachWindow(
  x: Value,
  y: Value,
  { kernel, stride, padding, countIncludePad, divisorOverride }: AveragePoolParams,
  visit: (inputStart: number, outputAt: number, top: number, bottom: number, left: number, right: number, weight: number) => void,
): void {
  const [images, channels, height, width] = x.shape as [number, number, number, number]
  const [, , oh, ow] = y.shape as [number, number, number, number]
  let at = y.offset
  for (let plane = 0; plane < images * channels; plane++) {
    for (let oy = 0; oy < oh; oy++) {
      const y0 = oy * stride[0] - padding[0]
      const y1 = Math.min(y0 + kernel[0], height + padding[0])
      for (let ox = 0; ox < ow; ox++, at++) {
        const x0 = ox * stride[1] - padding[1]
        const x1 = Math.min(x0 + kernel[1], width + padding[1])
        const top = Math.max(y0, 0)
        const left = Math.max(x0, 0)
        const bottom = Math.min(y1, height)
        const right = Math.min(x1, width)
        const count = divisorOverride ?? (countIncludePad ? (y1 - y0) * (x1 - x0) : (bottom - top) * (right - left))
        visit(x.offset + plane * height * width, at, top, bottom, left, right, 1 / count)
      }
    }
  }
}

/** Mean of each window. */
export function averagePool(x: Value, y: Value, params: AveragePoolParams): void {
  const width = x.shape[3] as number
  const data = x.storage.data
  forEachWindow(x, y, params, (start, at, top, bottom, left, right, weight) => {
    let sum = 0
    for (let row = top; row < bottom; row++) for (let p = row * width + left; p < row * width + right; p++) sum += data[start + p] as number
    y.storage.data[at] = sum * weight
  })
}

/** The transpose of `averagePool`: spreads dy over its windows. `dx` starts as zeros. */
export function averagePoolGradient(dy: Value, dx: Value, params: AveragePoolParams): void {
  const width = dx.shape[3] as number
  const data = dx.storage.data
  forEachWindow(dx, dy, params, (start, at, top, bottom, left, right, weight) => {
    const share = (dy.storage.data[at] as number) * weight
    for (let row = top; row < bottom; row++)
      for (let p = row * width + left; p < row * width + right; p++) data[start + p] = (data[start + p] as number) + share
  })
}
