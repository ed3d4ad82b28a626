// What rows of random programs have in common. A row looks at the variables there are, takes its operands and parameters from the numbers that were
// drawn, and gives a statement; null where nothing fits. It sees the reference's values, so that no program leaves the numbers' range.
import type { Tensor } from 'wengert'
import { sizeOf } from '../records/values.ts'
import type { Argument, Statement, Tolerance } from './program.ts'

/** What a row chooses from. */
export interface Scene {
  readonly variables: readonly Tensor[]
  /** The largest magnitude among a variable's values. */
  largest(variable: number): number
  /** One of the variables that fit, by a drawn number; later ones more often. */
  pick(fits: (tensor: Tensor, variable: number) => boolean): number | null
  /** A drawn integer in [0, below). */
  number(below: number): number
  /** Whether a write into the variable spoils nothing that the tape has saved. */
  mayWrite(variable: number): boolean
}

/** Plans one statement. */
export type Choice = (scene: Scene) => Statement | null

export const exact: Tolerance | null = null
export const rounded: Tolerance = { relative: 8, scale: 8 }
export const ref = (variable: number): Argument => ({ variable })
export const isFloating = ({ dtype }: Tensor): boolean => dtype === 'float32' || dtype === 'float64'
export const isNumeric = ({ dtype }: Tensor): boolean => dtype !== 'bool'
export const MAXIMUM_ELEMENTS = 20_000
export const MAXIMUM_MAGNITUDE = 1000

export type Fits = (tensor: Tensor) => boolean
export const bounded =
  (scene: Scene, fits: Fits, limit = MAXIMUM_MAGNITUDE) =>
  (tensor: Tensor, variable: number): boolean =>
    fits(tensor) && scene.largest(variable) <= limit

export const method = (receiver: number, name: string, args: readonly Argument[], tolerance: Tolerance | null = exact): Statement => ({
  receiver,
  name,
  args,
  tolerance,
})
export const call = (name: string, args: readonly Argument[], tolerance: Tolerance | null = exact): Statement => ({
  receiver: null,
  name,
  args,
  tolerance,
})

/** A method of one operand with fixed arguments. */
export const unary =
  (name: string, limit: number, fits: Fits, tolerance: Tolerance | null, args: readonly Argument[] = []): Choice =>
  (scene) => {
    const x = scene.pick(bounded(scene, fits, limit))
    return x === null ? null : method(x, name, args, tolerance)
  }

export function broadcast(a: readonly number[], b: readonly number[]): readonly number[] | null {
  const rank = Math.max(a.length, b.length)
  const shape: number[] = []
  for (let dim = 0; dim < rank; dim++) {
    const [m, n] = [a[a.length - rank + dim] ?? 1, b[b.length - rank + dim] ?? 1]
    if (m !== n && m !== 1 && n !== 1) return null
    shape.push(m === 1 ? n : m)
  }
  return sizeOf(shape) <= MAXIMUM_ELEMENTS ? shape : null
}

/** A method of two operands that broadcast, or of one and a number. */
export const binary =
  (name: string, limit: number, fits: Fits, tolerance: Tolerance | null): Choice =>
  (scene) => {
    const x = scene.pick(bounded(scene, fits, limit))
    if (x === null) return null
    const first = scene.variables[x] as Tensor
    if (scene.number(4) === 0) {
      // a fraction with an integer tensor is an error
      const number = scene.number(5) + (isFloating(first) ? 0.25 : 1)
      return method(x, name, [number], tolerance)
    }
    const y = scene.pick(
      (tensor, variable) => bounded(scene, fits, limit)(tensor, variable) && broadcast(first.shape, tensor.shape) !== null,
    )
    return y === null ? null : method(x, name, [ref(y)], tolerance)
  }

/** Reductions over one dim, a pair, or all of them. */
export const reduction =
  (
    name: string,
    fits: Fits,
    tolerance: (scene: Scene, variable: number, count: number) => Tolerance | null,
    options: Readonly<Record<string, Argument>> = {},
  ): Choice =>
  (scene) => {
    const x = scene.pick(bounded(scene, (tensor) => fits(tensor) && tensor.elementCount > 1, 100))
    if (x === null) return null
    const { shape, elementCount } = scene.variables[x] as Tensor
    const dim = scene.number(shape.length + 1)
    const within = tolerance(scene, x, shape[dim] ?? elementCount)
    const keepdim = { keepdim: scene.number(2) === 0 }
    return dim === shape.length ? method(x, name, [], within) : method(x, name, [dim, { options: { ...options, ...keepdim } }], within)
  }

/** Root of the mean square. */
export function magnitude(scene: Scene, variable: number): number {
  const values = (scene.variables[variable] as Tensor).toTypedArray() as Float64Array
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length))
}

/** Of a sum over so many elements: terms of any sign, and terms of one sign. The reference adds float64 one by one, so it errs, too. */
export const added = (scene: Scene, x: number, count: number): Tolerance => ({
  relative: 8,
  scale: 2 * Math.sqrt(count) * scene.largest(x) + (2 + Math.sqrt(count)) * count * magnitude(scene, x),
})

/** What needs a dim, and perhaps a size along it. */
export const along =
  (fits: Fits, plan: (x: number, tensor: Tensor, dim: number, scene: Scene) => Statement | null): Choice =>
  (scene) => {
    const x = scene.pick((tensor) => fits(tensor) && tensor.shape.length > 0 && tensor.elementCount > 0)
    if (x === null) return null
    const tensor = scene.variables[x] as Tensor
    return plan(x, tensor, scene.number(tensor.shape.length), scene)
  }

export const wholeDim: Argument = { range: [null, null, null] }

export const any: Fits = () => true
export const rank =
  (...ranks: readonly number[]): Fits =>
  ({ shape }) =>
    ranks.includes(shape.length)

export const shapeOf = (scene: Scene, variable: number): readonly number[] => (scene.variables[variable] as Tensor).shape

/** All values at least 0.05. */
export function isPositive(scene: Scene, variable: number): boolean {
  const { elementCount } = scene.variables[variable] as Tensor
  if (elementCount === 0 || scene.largest(variable) > MAXIMUM_MAGNITUDE) return false
  return (scene.variables[variable] as Tensor).toTypedArray().every((value: number) => value >= 0.05)
}

export const sameBut = (a: readonly number[], b: readonly number[], dim: number): boolean =>
  a.length === b.length && a.every((size, i) => i === dim || size === b[i])

export const isIndex = (tensor: Tensor, size: number): boolean => tensor.toTypedArray().every((value: number) => value >= 0 && value < size)

/** Of a contraction of so many products. The reference adds float64 one after the other, which errs most where all have one sign. */
export function product(scene: Scene, x: number, y: number, inner: number): Tolerance {
  const growth = (scene.variables[x] as Tensor).dtype === 'float64' ? inner / 8 : Math.sqrt(inner)
  const mixed = 2 * Math.sqrt(inner) * scene.largest(x) * scene.largest(y)
  return { relative: 16, scale: mixed + (2 + growth) * inner * magnitude(scene, x) * magnitude(scene, y) }
}
