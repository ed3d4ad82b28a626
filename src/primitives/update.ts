// Updates of many tensors at once, as optimizers make them: a rule says how the elements of a few tensors become new ones, and runs as one
// kernel over all parameters. Where it must be recorded, or memory is shared, the same rule runs as primitives, one by one.
import { apply, type Expression, type ScalarOperationName } from '../backends/expression.ts'
import { interpretStores } from '../backends/reference/segments.ts'
import { runSegments, type Segment } from '../backends/segments.ts'
import { element, type LoopKernel, scalar } from '../backends/wasm/loops/ir.ts'
import { isDense } from '../core/shape.ts'
import type { Storage } from '../core/storage.ts'
import type { Value } from '../core/value.ts'
import { bind, write, writeStraight } from './bind.ts'
import { operandLike } from './operations/operand.ts'
import type { BindablePrimitive } from './params.ts'
import { tracer } from './tracer.ts'

export { apply, type Expression }

/** A rule: which of its tensors become what. Values are those from before the update. */
export interface UpdateRule {
  readonly kernel: LoopKernel
  /** Which tensors are written. */
  readonly written: readonly number[]
}

/**
 * A rule over tensors and numbers by name, in the order in which updates give them. `become` gets them as expressions, and gives
 * the new values of the tensors that change.
 */
export function updateRule<const T extends string, const S extends string>(
  name: string,
  tensors: readonly T[],
  scalars: readonly S[],
  become: (old: Readonly<Record<T | S, Expression>>) => Partial<Readonly<Record<T, Expression>>>,
): UpdateRule {
  const old = Object.fromEntries([
    ...tensors.map((tensor, k) => [tensor, element(k)] as const),
    ...scalars.map((number, k) => [number, scalar(k)] as const),
  ]) as Record<T | S, Expression>
  const stores = Object.entries<Expression | undefined>(become(old)).map(([tensor, value]) => ({
    operand: tensors.indexOf(tensor as T),
    value: value as Expression,
  }))
  return { kernel: { name, operands: tensors.length, stages: [{ per: 'element', stores }] }, written: stores.map(({ operand }) => operand) }
}

/** One update: tensors of one shape and dtype, and the rule's numbers, which are asked for whenever it is made. */
export interface Update {
  readonly tensors: readonly Value[]
  /** The updates made of these tensors, this one included; left out, they are not counted. */
  readonly count?: Value
  /** Updates in a row that share this function and are counted alike share the numbers: it is called once for them. */
  readonly scalars: (count: number) => readonly number[]
}

/** The numbers of each update as of now. */
export function numbersOf(updates: readonly Update[]): (readonly number[])[] {
  let asked: { readonly from: Update['scalars']; readonly count: number; readonly numbers: readonly number[] } | null = null
  return updates.map(({ count, scalars }) => {
    const number = count === undefined ? 0 : (count.storage.data[count.offset] as number)
    if (asked === null || asked.from !== scalars || asked.count !== number)
      asked = { from: scalars, count: number, numbers: scalars(number) }
    return asked.numbers
  })
}

/** The updates with their numbers as of now. */
export function segmentsOf(updates: readonly Update[]): Segment[] {
  const numbers = numbersOf(updates)
  return updates.map(({ tensors }, i) => ({ tensors, scalars: numbers[i] as readonly number[] }))
}

/** A family of rules: the one for each combination of options is made once. */
export function byOptions(make: (options: readonly boolean[]) => UpdateRule): (options: readonly boolean[]) => UpdateRule {
  const made: UpdateRule[] = []
  return (options) => {
    const key = options.reduce((bits, option) => 2 * bits + Number(option), 0)
    made[key] ??= make(options)
    return made[key]
  }
}

/** Whether kernels can run on an update's memory as it is: dense float tensors of one dtype. */
function isUniform({ tensors }: Segment): boolean {
  const { storage, elementCount } = tensors[0] as Value
  if (storage.type.category !== 2) return false
  for (const x of tensors)
    if (x.storage.type !== storage.type || x.elementCount !== elementCount || !isDense(x.shape, x.strides)) return false
  return true
}

/** Whether some update writes what another one, or another tensor of its own, looks at. */
function sharesMemory(written: readonly number[], updates: readonly Segment[]): boolean {
  const destinations = new Set<Storage>()
  for (const { tensors } of updates) for (const k of written) destinations.add((tensors[k] as Value).storage)
  if (destinations.size < updates.length * written.length) return true
  for (const { tensors } of updates)
    for (let k = 0; k < tensors.length; k++) if (!written.includes(k) && destinations.has((tensors[k] as Value).storage)) return true
  return false
}

/** Whether one kernel can make all updates, on their memory as it is. */
export const canBeOneKernel = ({ written }: UpdateRule, updates: readonly Segment[]): boolean =>
  updates.every(isUniform) && !sharesMemory(written, updates)

/** The primitives of scalar operations that are called otherwise. */
const primitiveOf: Partial<Record<ScalarOperationName, BindablePrimitive>> = { max: 'maximum', min: 'minimum' }

/** The same by primitives, one by one, which are recorded and belong to transforms as everything is. */
function updateByPrimitives(kernel: LoopKernel, { tensors, scalars }: Segment): void {
  const { type } = (tensors[0] as Value).storage
  const number = (value: number): Value => operandLike(kernel.name, value, type)
  const stores = interpretStores<Value>(kernel, {
    element: (k) => tensors[k] as Value,
    scalar: (k) => number(scalars[k] as number),
    constant: number,
    operation: (name, operands) => bind(primitiveOf[name] ?? (name as BindablePrimitive), operands, null as never), // elementwise ones have no params
  })
  for (const [operand, value] of stores) write(tensors[operand] as Value, value, kernel.name)
}

/** Applies a rule to all updates. What is written to counts as written to, as by any operation in place. */
export function updateInPlace(rule: () => UpdateRule, updates: readonly Update[]): void {
  if (tracer !== null) return tracer.update(rule, updates)
  countUp(updates.flatMap(({ count }) => count ?? []))
  applyRule(rule(), segmentsOf(updates))
}

/** Applies a rule to tensors with numbers. */
export function applyRule(rule: UpdateRule, segments: readonly Segment[]): void {
  const { kernel, written } = rule
  if (!(canBeOneKernel(rule, segments) && writeStraight(segments, written, kernel.name, () => runSegments(kernel, segments))))
    for (const segment of segments) updateByPrimitives(kernel, segment)
}

/** Adds one to counts, which are 0-d tensors, where they lie: the tape does not hear of it. */
export function addOne(counts: readonly Value[]): void {
  for (let i = 0; i < counts.length; i++) {
    const { storage, offset } = counts[i] as Value
    storage.data[offset] = (storage.data[offset] as number) + 1
  }
}

/** Adds one to counts, as any operation in place would. */
function countUp(counts: readonly Value[]): void {
  const tuples = counts.map((count) => ({ tensors: [count] }))
  if (!writeStraight(tuples, [0], 'add_', () => addOne(counts)))
    for (const count of counts) write(count, bind('add', [count, operandLike('add', 1, count.storage.type)], null), 'add_')
}
