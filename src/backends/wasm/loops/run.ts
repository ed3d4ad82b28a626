// Launches loop kernels: over rows, and over segments.
import type { DTypeFacts } from '../../../core/dtype.ts'
import { floats, words } from '../../../core/memory/heap.ts'
import { contiguousStrides } from '../../../core/shape.ts'
import type { Value } from '../../../core/value.ts'
import type { Cut } from '../cut.ts'
import { launch } from '../launch.ts'
import { begin, destination, finish, scratch, source, table } from '../operands.ts'
import type { LoopKernel } from './ir.ts'
import { arithmeticKind, segmentWords } from './kernel-facts.ts'
import { fits, hashOf, makePlan, type PlacedOperand, type Plan, rowsOfPiece, TASK_ELEMENTS } from './plan.ts'
import { rowReduction } from './row-reduction.ts'
import { compiledVariant, factsOf } from './variants.ts'
import { countWork } from './widening.ts'

/** An operand of a row kernel: its first element is the value's, its strides (in elements, 0 where it is broadcast) are given for each dim. */
export interface RowOperand {
  readonly value: Value
  readonly outer: readonly number[]
  readonly inner: readonly number[]
}

/** Plans that a kernel remembers. */
const PLANS = 256
const plansByKernel = /*@__PURE__*/ new WeakMap<LoopKernel, Map<number, Plan>>()

/** The plan that is remembered for a launch; null where there is no vector form. */
function planOf(kernel: LoopKernel, outer: readonly number[], inner: readonly number[], operands: readonly PlacedOperand[]): Plan | null {
  const plans = plansOf(kernel)
  const hash = hashOf(outer, inner, operands)
  let plan = plans.get(hash) ?? null
  if (plan !== null && fits(plan, outer, inner, operands)) return plan
  plan = makePlan(kernel, outer, inner, operands)
  if (plan === null) return null
  if (plans.size >= PLANS) plans.clear()
  plans.set(hash, plan)
  return plan
}

function plansOf(kernel: LoopKernel): Map<number, Plan> {
  let plans = plansByKernel.get(kernel)
  if (plans === undefined) {
    plans = new Map()
    plansByKernel.set(kernel, plans)
  }
  return plans
}

const args: number[] = []

/**
 * Runs a kernel on operands in place. Without inner dims it is an elementwise computation, whose last operand decides the order of the
 * loops; else the first operand decides that of the outer ones. With a `cut`, tasks are those of what is followed (see `makePlan`). Returns
 * false where there is no vector form.
 */
export function launchRows(
  kernel: LoopKernel,
  outer: readonly number[],
  inner: readonly number[],
  operands: readonly PlacedOperand[],
  scalars: readonly number[] = [],
  cut: Cut | null = null,
): boolean {
  for (let d = 0; d < outer.length; d++) if (outer[d] === 0) return true
  const plan = cut === null ? planOf(kernel, outer, inner, operands) : makePlan(kernel, outer, inner, operands, cut)
  if (plan === null) return false
  const { words: template, addresses, compiled, tasks, work } = plan
  for (let i = 0; i < template.length; i++) args[i] = template[i] as number
  args.length = template.length
  for (let k = 0; k < addresses.length; k++) args[addresses[k] as number] = (operands[k] as PlacedOperand).address
  pushScalars(kernel, operands, scalars)
  countWork(compiled, work)
  launch(compiled.kernel, args, tasks, work)
  return true
}

const bits = /*@__PURE__*/ new DataView(/*@__PURE__*/ new ArrayBuffer(8))

function pushScalars(kernel: LoopKernel, operands: readonly { readonly type: DTypeFacts }[], scalars: readonly number[]): void {
  const count = factsOf(kernel).scalars
  if (count === 0) return
  const types = operands.map(({ type }) => type)
  pushNumbers(scalars.slice(0, count), arithmeticKind(kernel, types) === 'f64')
}

function pushNumbers(numbers: readonly number[], isWide: boolean): void {
  for (const number of numbers) {
    if (isWide) {
      bits.setFloat64(0, number, true)
      args.push(bits.getInt32(0, true), bits.getInt32(4, true))
    } else {
      bits.setFloat32(0, number, true)
      args.push(bits.getInt32(0, true))
    }
  }
}

/** Runs `kernel` over rows; false where the reference must compute (a function or dtype without kernels, no room). */
export function runRows(
  kernel: LoopKernel,
  outer: readonly number[],
  inner: readonly number[],
  operands: readonly RowOperand[],
  scalars: readonly number[] = [],
  cut: Cut | null = null,
): boolean {
  const { written, summed } = factsOf(kernel)
  begin()
  const placed: PlacedOperand[] = []
  for (let k = 0; k < operands.length; k++) {
    const operand = operands[k] as RowOperand
    const address = written.has(k) ? destination(operand.value) : source(operand.value)
    if (address === 0) return false
    placed.push({ type: operand.value.storage.type, address, outer: operand.outer, inner: operand.inner })
  }
  const launched =
    summed.length > 0 ? launchInPieces(kernel, outer, inner, placed, scalars) : launchRows(kernel, outer, inner, placed, scalars, cut)
  if (!launched) return false
  finish()
  return true
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1)

/** The same for a kernel with sums over rows: each piece of the rows sums into working memory, and a second launch adds these sums up. */
function launchInPieces(
  kernel: LoopKernel,
  outer: readonly number[],
  inner: readonly number[],
  operands: readonly PlacedOperand[],
  scalars: readonly number[],
): boolean {
  const { summed } = factsOf(kernel)
  const [rows, elements] = [product(outer), product(inner)]
  const pieces = Math.ceil(rows / rowsOfPiece(rows, elements))
  if (pieces <= 1) return launchRows(kernel, outer, inner, operands, scalars)
  const dense = contiguousStrides(inner)
  const sums = summed.map((k) => operands[k] as PlacedOperand)
  const bytes = pieces * elements * Math.max(...sums.map(({ type }) => type.bytes))
  const area = scratch(summed.length * bytes)
  if (area === 0) return false
  const inPieces = [...operands]
  summed.forEach((k, i) => {
    inPieces[k] = { ...(sums[i] as PlacedOperand), address: area + i * bytes, inner: dense }
  })
  if (!launchRows(kernel, outer, inner, inPieces, scalars)) return false
  sums.forEach((sum, i) => {
    const partial: PlacedOperand = { type: sum.type, address: area + i * bytes, outer: dense, inner: [elements] }
    const total: PlacedOperand = { ...sum, outer: sum.inner, inner: [0] }
    launchRows(rowReduction('sum', sum.type.bytes === 8 ? 'float64' : 'float32'), inner, [pieces], [partial, total])
  })
  return true
}

/** Dense tensors of one length that a segmented launch walks together, e.g. a parameter with its gradient and moments, and the kernel's scalars. */
export interface Segment {
  readonly tensors: readonly Value[]
  readonly scalars: readonly number[]
}

/** Runs `kernel`, without inner dims, over every element of all segments (of equal dtypes) in one launch; false where the reference must. */
export function runSegments(kernel: LoopKernel, segments: readonly Segment[]): boolean {
  const first = (segments[0] as Segment).tensors.map(({ storage }) => storage)
  const types = first.map(({ type }) => type)
  const compiled = compiledVariant(kernel, { schedule: 'segments', outerRank: 0, innerRank: 0, types, steppings: types.map(() => 1) })
  if (compiled === null) return false
  begin()
  const { written } = factsOf(kernel)
  let elements = 0
  const entries: number[] = []
  const addresses = types.map(() => 0)
  for (const segment of segments) {
    for (let k = 0; k < types.length; k++) {
      const value = segment.tensors[k] as Value
      addresses[k] = written.has(k) ? destination(value) : source(value)
      if (addresses[k] === 0) return false
    }
    args.length = 0
    pushScalars(kernel, first, segment.scalars)
    const length = segmentLength(segment)
    elements += length
    for (let at = 0; at < length; at += TASK_ELEMENTS) {
      for (let k = 0; k < types.length; k++) entries.push((addresses[k] as number) + at * (types[k] as DTypeFacts).bytes)
      entries.push(Math.min(TASK_ELEMENTS, length - at), ...args)
    }
  }
  const chunks = entries.length / segmentWords(kernel, types)
  launch(compiled.kernel, [chunks, 1, table(entries)], chunks, elements * compiled.elementTime)
  finish()
  return true
}

const segmentLength = ({ tensors }: Segment): number => (tensors[0] as Value).elementCount

/**
 * What brings new scalars, a list for each segment, into the table that a launch of `runSegments` looks up: `at` is its place among the words of the heap. It
 * writes those that differ from the ones before, which are few.
 */
export function scalarsAt(kernel: LoopKernel, segments: readonly Segment[], at: number): (scalars: readonly (readonly number[])[]) => void {
  const types = (segments[0] as Segment).tensors.map(({ storage }) => storage.type)
  const isWide = arithmeticKind(kernel, types) === 'f64'
  const { scalars: count } = factsOf(kernel)
  const each = segmentWords(kernel, types)
  let end = at + types.length + 1
  const ends = segments.map((segment) => {
    end += Math.ceil(segmentLength(segment) / TASK_ELEMENTS) * each
    return end
  })
  const written = new Float64Array(segments.length * count).fill(Number.NaN)
  return (scalars) => {
    const singles = floats // a local is read faster than what a module exports
    let first = at + types.length + 1
    for (let i = 0, place = 0; i < ends.length; i++) {
      const end = ends[i] as number
      const numbers = scalars[i] as readonly number[]
      for (let k = 0; k < count; k++, place++) {
        const number = numbers[k] as number
        if (number === written[place] && number !== 0) continue // zeros have signs
        written[place] = number
        if (isWide) {
          bits.setFloat64(0, number, true)
          for (let entry = first + 2 * k; entry < end; entry += each) {
            words[entry] = bits.getInt32(0, true)
            words[entry + 1] = bits.getInt32(4, true)
          }
        } else for (let entry = first + k; entry < end; entry += each) singles[entry] = number
      }
      first = end
    }
  }
}
