// assertClose: whether results are what was expected, within tolerances that follow from the dtype.
import type { DType } from '../core/dtype.ts'
import { DTypeError, GradError, OptionError, ShapeError } from '../core/errors.ts'
import { coordinatesOf, printShape, sameShape } from '../core/shape.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { isClose } from './disagreement.ts'
import { type AssertCloseOptions, readOptions } from './signatures.ts'

/** PyTorch's relative and absolute tolerance for each dtype. */
const tolerances: Readonly<Record<DType, readonly [rtol: number, atol: number]>> = {
  float32: [1.3e-6, 1e-5],
  float64: [1e-7, 1e-7],
  int32: [0, 0],
  uint8: [0, 0],
  bool: [0, 0],
}

type Tolerances = readonly [rtol: number, atol: number]

interface Rules {
  /** Null: by dtype. */
  readonly tolerances: Tolerances | null
  readonly equalNan: boolean
  readonly checkDtype: boolean
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isTensor(value)

function compareNumbers(
  where: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  shape: readonly number[],
  tolerance: Tolerances,
  { equalNan }: Rules,
): void {
  const [rtol, atol] = tolerance
  const distance = (i: number): number => {
    const apart = actual[i] === expected[i] ? 0 : Math.abs((actual[i] as number) - (expected[i] as number))
    return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart
  }
  const wrong = Array.from(actual, (_, i) => i).filter((i) => {
    const [a, b] = [actual[i] as number, expected[i] as number]
    return !(isClose(a, b, rtol, atol) || (equalNan && Number.isNaN(a) && Number.isNaN(b)))
  })
  if (wrong.length === 0) return
  const most = (measure: (i: number) => number) => wrong.reduce((best, i) => (measure(i) > measure(best) ? i : best))
  const relative = (i: number): number => distance(i) / Math.abs(expected[i] as number)
  const [absolutely, relatively] = [most(distance), most(relative)]
  const place = (i: number): string => printShape(coordinatesOf(i, shape))
  const values = `got ${actual[absolutely]} instead of ${expected[absolutely]}`
  throw new GradError(
    [
      `assertClose: ${where}values are not close: ${shape.length === 0 ? values : `at ${place(absolutely)} ${values}`}.`,
      ...(shape.length === 0 ? [] : [`Mismatched elements: ${wrong.length} / ${actual.length}`]),
      `Greatest absolute difference: ${distance(absolutely)} at ${place(absolutely)} (up to ${atol} allowed)`,
      `Greatest relative difference: ${relative(relatively)} at ${place(relatively)} (up to ${rtol} allowed)`,
    ].join('\n'),
  )
}

function compareTensors(where: string, actual: Tensor, expected: Tensor, rules: Rules): void {
  if (!sameShape(actual.shape, expected.shape))
    throw new ShapeError(
      `assertClose: ${where}the shape is ${printShape(actual.shape)} instead of ${printShape(expected.shape)}. Shapes are not broadcast here.`,
    )
  if (rules.checkDtype && actual.dtype !== expected.dtype)
    throw new DTypeError(
      `assertClose: ${where}the dtype is ${actual.dtype} instead of ${expected.dtype}. Convert one, or pass { checkDtype: false }.`,
    )
  const [own, other] = [tolerances[actual.dtype as DType], tolerances[expected.dtype as DType]]
  const tolerance = rules.tolerances ?? ([Math.max(own[0], other[0]), Math.max(own[1], other[1])] as const)
  const numbers = (tensor: Tensor) => tensor.detach().toTypedArray() as ArrayLike<number>
  compareNumbers(where, numbers(actual), numbers(expected), actual.shape, tolerance, rules)
}

function compare(path: string, actual: unknown, expected: unknown, rules: Rules): void {
  const where = path === '' ? '' : `${path}: `
  if (isTensor(actual) && isTensor(expected)) return compareTensors(where, actual, expected, rules)
  if (isGroup(actual) && isGroup(expected) && Array.isArray(actual) === Array.isArray(expected)) {
    const [own, other] = [Object.keys(actual), Object.keys(expected)]
    if (own.length !== other.length || own.some((key) => !(key in expected)))
      throw new OptionError(
        `assertClose: ${where}the structures differ: ${own.length} entries (${own}) instead of ${other.length} (${other}).`,
      )
    for (const key of own) compare(path === '' ? key : `${path}.${key}`, actual[key], expected[key], rules)
    return
  }
  const numeric = (value: unknown): value is number | boolean => typeof value === 'number' || typeof value === 'boolean'
  if (numeric(actual) && numeric(expected)) {
    const exact = typeof actual === 'boolean' || typeof expected === 'boolean'
    const tolerance = rules.tolerances ?? tolerances[exact ? 'bool' : 'float64']
    return compareNumbers(where, [Number(actual)], [Number(expected)], [], tolerance, rules)
  }
  throw new OptionError(
    `assertClose: ${where}cannot compare ${kindOf(actual)} with ${kindOf(expected)}. Give tensors, numbers, or arrays and objects of them, alike on both sides.`,
  )
}

function kindOf(value: unknown): string {
  if (isTensor(value)) return 'a tensor'
  if (Array.isArray(value)) return 'an array'
  return value === null || value === undefined ? String(value) : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/**
 * Throws unless `actual` is close to `expected`: |actual − expected| ≤ atol + rtol · |expected| for every element, with equal shapes and
 * dtypes. Both may be tensors, numbers, or arrays and objects of them.
 *
 * @throws GradError that names the worst element; ShapeError or DTypeError where those differ.
 * @example
 * ```ts
 * import { tensor } from 'wengert'
 * import { assertClose } from 'wengert/testing'
 * assertClose(tensor([1, 2]).exp().log(), tensor([1, 2]))
 * assertClose(0.1 + 0.2, 0.3)
 * assertClose({ mean: tensor(2.01) }, { mean: tensor(2) }, { rtol: 0.01, atol: 0 })
 * ```
 */
export function assertClose(actual: unknown, expected: unknown, options?: AssertCloseOptions): void {
  const { rtol, atol, equalNan, checkDtype } = readOptions('assertClose', options)
  if ((rtol === null) !== (atol === null)) throw new OptionError('assertClose: rtol and atol belong together. Give both, or neither.')
  compare('', actual, expected, { tolerances: rtol === null || atol === null ? null : [rtol, atol], equalNan, checkDtype })
}
