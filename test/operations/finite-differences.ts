// Derivatives by central differences, in float64, for first and second order.
// The scalar is Σ output · cotangent; the second order differentiates Σ gradient · weight with respect to inputs and cotangents.
import { fromTypedArray, type Tensor } from 'wengert'
import { grad } from 'wengert/autograd'
import type { OperationRecord, Sample } from '../records/specs.ts'
import { cotangent, drawUnits } from '../records/values.ts'
import { buildCall, leafValues } from './build.ts'
import { flattenResults, formsFor, invoke, tracked } from './invoke.ts'

const step = 1e-5
/** Truncation is about step² · f‴, rounding about 1e-16 / step: both near 1e-10. */
const tolerance = 1e-6

type Point = readonly (readonly number[])[]

interface Function_ {
  /** The scalar at a point. */
  readonly value: (point: Point) => number
  /** Its gradient there. */
  readonly gradient: (point: Point) => Point
}

const asTensor = (values: readonly number[], shape: readonly number[]): Tensor =>
  fromTypedArray(Float64Array.from(values), [...shape], { dtype: 'float64' })
const numbersOf = (tensor: Tensor | null, size: number): number[] =>
  tensor ? Array.from(tensor.toTypedArray() as Float64Array) : new Array<number>(size).fill(0)
const weighted = (parts: Point, weights: Point): number =>
  parts.reduce((sum, part, i) => sum + part.reduce((s, x, j) => s + x * ((weights[i] as readonly number[])[j] as number), 0), 0)

function forward(
  record: OperationRecord,
  sample: Sample,
  point: Point,
): { leaves: readonly Tensor[]; outputs: { output: Tensor; number: number }[] } {
  const call = buildCall(record, sample, 'float64', point)
  const form = formsFor(record, call)[0]
  if (!form) throw new Error('no form fits')
  return { leaves: call.leaves, outputs: tracked(flattenResults(record, invoke(record, call, form))) }
}

/** Σ output · cotangent. */
function first(record: OperationRecord, sample: Sample): Function_ {
  return {
    value: (point) => {
      const { outputs } = forward(record, sample, point)
      return weighted(
        outputs.map(({ output }) => numbersOf(output.detach(), output.elementCount)),
        outputs.map(({ output, number }) => cotangent(output.elementCount, number)),
      )
    },
    gradient: (point) => {
      const { leaves, outputs } = forward(record, sample, point)
      const seeds = outputs.map(({ output, number }) => asTensor(cotangent(output.elementCount, number), output.shape))
      const gradients = grad(
        outputs.map(({ output }) => output),
        [...leaves],
        { gradOutputs: seeds, allowUnused: true },
      )
      return gradients.map((gradient, i) => numbersOf(gradient, (leaves[i] as Tensor).elementCount))
    },
  }
}

/** Σ gradient · weight as a function of the inputs and the cotangents. */
function second(record: OperationRecord, sample: Sample, inputs: number): Function_ {
  const evaluate = (point: Point, differentiate: boolean): { value: number; gradient: Point } => {
    const { leaves, outputs } = forward(record, sample, point.slice(0, inputs))
    const seeds = outputs.map(({ output }, i) => asTensor(point[inputs + i] as readonly number[], output.shape).requiresGrad_())
    const gradients = grad(
      outputs.map(({ output }) => output),
      [...leaves],
      { gradOutputs: seeds, allowUnused: true, createGraph: true },
    )
    const weights = leaves.map((leaf, i) => cotangent(leaf.elementCount, 100 + i))
    const value = weighted(
      gradients.map((gradient, i) => numbersOf(gradient?.detach() ?? null, (leaves[i] as Tensor).elementCount)),
      weights,
    )
    if (!differentiate) return { value, gradient: [] }
    const live = gradients.flatMap((gradient, i) =>
      gradient?.requiresGrad ? [{ gradient, weight: asTensor(weights[i] as number[], gradient.shape) }] : [],
    )
    const variables = [...leaves, ...seeds]
    const seconds =
      live.length === 0
        ? variables.map(() => null)
        : grad(
            live.map(({ gradient }) => gradient),
            variables,
            { gradOutputs: live.map(({ weight }) => weight), allowUnused: true },
          )
    return { value, gradient: seconds.map((part, i) => numbersOf(part, (variables[i] as Tensor).elementCount)) }
  }
  return { value: (point) => evaluate(point, false).value, gradient: (point) => evaluate(point, true).gradient }
}

/** Along each element where there are few, else along four random directions. */
function directions(point: Point, few: number): Point[] {
  const sizes = point.map((part) => part.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total <= few) {
    return sizes.flatMap((size, i) =>
      Array.from({ length: size }, (_, j) =>
        sizes.map((other, k) => Array.from({ length: other }, (_, l) => (k === i && l === j ? 1 : 0))),
      ),
    )
  }
  const units = drawUnits(7)
  return Array.from({ length: 4 }, () => sizes.map((size) => Array.from({ length: size }, () => units.next().value)))
}

function compare(f: Function_, point: Point, few: number): string | null {
  const gradient = f.gradient(point)
  for (const direction of directions(point, few)) {
    const moved = (by: number): Point =>
      point.map((part, i) => part.map((x, j) => x + by * ((direction[i] as readonly number[])[j] as number)))
    const numerical = (f.value(moved(step)) - f.value(moved(-step))) / (2 * step)
    const analytical = weighted(gradient, direction)
    if (!(Math.abs(numerical - analytical) <= tolerance * (1 + Math.abs(numerical)))) {
      const along = direction.map((part) => part.indexOf(1)).join()
      return `numerical ${numerical}, analytical ${analytical} (along element ${along})`
    }
  }
  return null
}

/** What is wrong with the first derivative, or null. */
export function checkFirst(record: OperationRecord, sample: Sample): string | null {
  return compare(first(record, sample), leafValues(record, sample), 12)
}

/** What is wrong with the second derivative, or null. */
export function checkSecond(record: OperationRecord, sample: Sample): string | null {
  const inputs = leafValues(record, sample)
  const { outputs } = forward(record, sample, inputs)
  const seeds = outputs.map(({ output, number }) => cotangent(output.elementCount, number))
  return compare(second(record, sample, inputs.length), [...inputs, ...seeds], 6)
}

/** Whether anything of this sample can be differentiated. */
export function isDifferentiable(record: OperationRecord, sample: Sample): boolean {
  const inputs = leafValues(record, sample)
  return inputs.some((part) => part.length > 0) && forward(record, sample, inputs).outputs.length > 0
}
