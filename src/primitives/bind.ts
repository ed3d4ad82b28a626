// The one door: every operation goes through `bind`, every mutation through `write`. It computes, and hands what happened to the
// recorder (the tape) if any input has a history. It knows neither operations by name nor what a recorder does.
import { runElementwise, runReduction, usesHeap } from '../backends/run.ts'
import { type DTypeFacts, dtypeOfCode, dtypes, promote } from '../core/dtype.ts'
import { DTypeError, OutOfMemoryError, ShapeError } from '../core/errors.ts'
import { broadcastShapes, printShape, type Shape, sameShape, sizeOf } from '../core/shape.ts'
import { allocateFrom, recordInto, type Storage, setUntracked } from '../core/storage.ts'
import { emptyValue, type Value, viewOf } from '../core/value.ts'
import { type Accelerated, accelerated } from './accelerated.ts'
import type { ElementwiseRow } from './elementwise.ts'
import { copyInto, dense, type Kernel, kernelOf } from './kernels.ts'
import { activeLevels, highestLevel, isLifted, lifts, present } from './levels.ts'
import type { BindablePrimitive, ParamsOf, Primitive, ReductionParams } from './params.ts'
import { type OutputFacts, shapeRules } from './shape-rules.ts'
import { refuseSize, tracer } from './tracer.ts'

/** What the tape does behind the door. */
export interface Recorder {
  /** Whether anything is recorded, as things stand. */
  readonly active: boolean
  /** Whether a value has a history that an operation on it would continue, as things stand. */
  tracks(value: Value): boolean
  /** `output` was computed from `inputs`, one of which has a history. */
  record(primitive: Primitive, inputs: readonly Value[], params: unknown, output: Value): void
  /** Throws if `value` may not be written into `destination` now; `value` is null where it will not be recorded. */
  checkWrite(destination: Value, value: Value | null, name: string): void
  /** `value` was written into `destination`. */
  recordWrite(destination: Value, value: Value): void
}

let recorder: Recorder | null = null

/** Installs the tape. Called once, by autograd. */
export function installRecorder(installed: Recorder): void {
  recorder = installed
}

/** What is told how long each primitive took. */
export type Stopwatch = (primitive: Primitive, inputs: readonly Value[], output: Value, start: number) => void

let stopwatch: Stopwatch | null = null

/** Measures every primitive from now on, or, with null, no longer; returns what measured before. */
export function setStopwatch(wanted: Stopwatch | null): Stopwatch | null {
  const before = stopwatch
  stopwatch = wanted
  return before
}

/** Shape and dtype of an elementwise result, and the dtype that it is computed in. */
function elementwiseFacts(name: string, row: ElementwiseRow, inputs: readonly Value[]): OutputFacts {
  const skipped = row.unpromoted ?? 0
  let shape: Shape = (inputs[0] as Value).shape
  let type: DTypeFacts = (inputs[skipped] as Value).storage.type
  let mixed = false
  for (let i = 1; i < inputs.length; i++) {
    const operand = inputs[i] as Value
    shape = broadcastShapes(name, shape, operand.shape)
    if (i > skipped && operand.storage.type !== type) mixed = true
  }
  if (mixed) type = promote(skipped === 0 ? inputs : inputs.slice(skipped))
  if (row.insteadOfBool !== undefined && (type.code === 0 || (mixed && row.noBoolAtAll && inputs.some((x) => x.storage.type.code === 0)))) {
    throw new DTypeError(`${name}: bool tensors have no ${name}. Use ${row.insteadOfBool}, or convert with .to('int32').`)
  }
  if (row.result === 'floating' && type.category !== 2) type = dtypes.float32
  return { shape, type: row.result === 'bool' ? dtypes.bool : type, computed: type }
}

/** Shape and dtype of a primitive's result, from its shape rule. */
function outputFacts(primitive: BindablePrimitive, kernel: Kernel<unknown>, inputs: readonly Value[], params: unknown): OutputFacts {
  if (kernel.kind === 'elementwise') return elementwiseFacts(primitive, kernel.row, inputs)
  // the row and its params belong together by the type of `bind`
  const rule = shapeRules[primitive as keyof typeof shapeRules] as (inputs: readonly Value[], params: unknown) => OutputFacts
  return rule(inputs, params)
}

/** Fills an output of the right shape and dtype, or has that recorded. */
export function compute(
  primitive: BindablePrimitive,
  kernel: Kernel<unknown>,
  inputs: readonly Value[],
  params: unknown,
  output: Value,
  computed?: DTypeFacts,
): void {
  if (tracer !== null) return tracer.apply(primitive, inputs, params, output, computed)
  switch (kernel.kind) {
    case 'elementwise':
      return runElementwise(kernel, inputs, output, computed)
    case 'reduction':
      return runReduction(kernel, inputs[0] as Value, (params as ReductionParams).dims, output)
    case 'program':
      if (usesHeap(inputs, output)) {
        const program = accelerated[primitive as keyof typeof accelerated] as Accelerated<unknown> | undefined
        if (program?.(inputs, params, output)) return
        output.storage.data.fill(0)
      }
      return kernel.run(inputs, params, output)
    case 'view':
    case 'dynamic':
      throw new TypeError('a view or dynamic kernel makes its own output')
    default:
      kernel satisfies never
  }
}

function makeView(primitive: Primitive, kernel: Extract<Kernel<unknown>, { kind: 'view' }>, x: Value, params: unknown): Value {
  let map = kernel.map(x, params)
  if (map === null) {
    // no view has this shape: the result is a new tensor
    const copy = dense(x)
    map = kernel.map(copy, params)
    if (map === null) throw new TypeError(`${primitive}: a dense value must have a view`)
    return viewOf(copy.storage, map.shape, map.strides, map.offset, copy.elementCount)
  }
  const output = viewOf(x.storage, map.shape, map.strides, map.offset, sizeOf(map.shape))
  const root = x.origin?.root ?? x
  const locked = recorder?.active === false ? 'was made while nothing was recorded' : null
  output.origin = { parent: x, root, primitive, params, generation: root.generation, locked }
  return output
}

/** Memory for a result; where there is none, the error names the operation. */
function newOutput(name: string, type: DTypeFacts, shape: Shape): Value {
  try {
    return emptyValue(type, shape)
  } catch (error) {
    throw error instanceof OutOfMemoryError ? new OutOfMemoryError(error.bytes, name) : error
  }
}

/** Computes a primitive, without recording. */
export function evaluate<P extends BindablePrimitive>(primitive: P, inputs: readonly Value[], params: ParamsOf<P>): Value {
  const kernel = kernelOf(primitive)
  if (kernel.kind === 'view') return makeView(primitive, kernel, inputs[0] as Value, params)
  if (kernel.kind === 'dynamic') {
    refuseSize(primitive)
    return kernel.run(inputs, params)
  }
  const { shape, type, computed } = outputFacts(primitive, kernel, inputs, params)
  const output = newOutput(primitive, type, shape)
  compute(primitive, kernel, inputs, params, output, computed)
  return output
}

function measured<P extends BindablePrimitive>(stop: Stopwatch, primitive: P, inputs: readonly Value[], params: ParamsOf<P>): Value {
  const start = performance.now()
  const output = evaluate(primitive, inputs, params)
  stop(primitive, inputs, output, start)
  return output
}

/** Applies a primitive one of whose inputs belongs to a transform: its level decides, and comes back here with values below. */
function bindLifted<P extends BindablePrimitive>(primitive: P, inputs: readonly Value[], params: ParamsOf<P>): Value {
  const operands = inputs.map(present)
  const level = highestLevel(operands)
  return level === null ? bind(primitive, operands, params) : level.apply(primitive, operands, params)
}

/** Applies a primitive: shape rule, kernel, tape. */
export function bind<P extends BindablePrimitive>(primitive: P, inputs: readonly Value[], params: ParamsOf<P>): Value {
  if (lifts && inputs.some(isLifted)) return bindLifted(primitive, inputs, params)
  const output = stopwatch === null ? evaluate(primitive, inputs, params) : measured(stopwatch, primitive, inputs, params)
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i] as Value
    if (input.source !== null || input.origin !== null) {
      recorder?.record(primitive, inputs, params, output)
      break
    }
  }
  return output
}

let drawing = Number.POSITIVE_INFINITY

/** Draws from a generator's state: the highest level that has a say in random numbers decides, with draws from the levels below it. */
export function draw<P extends BindablePrimitive>(primitive: P, state: Value, params: ParamsOf<P>): Value {
  const before = drawing
  try {
    for (let depth = Math.min(before, activeLevels.length) - 1; depth >= 0; depth--) {
      drawing = depth
      const drawn = activeLevels[depth]?.draw(primitive, state, params) ?? null
      if (drawn !== null) return drawn
    }
    return bind(primitive, [state], params)
  } finally {
    drawing = before
  }
}

/** Whether two values share memory through different index maps, so that writing one while reading the other could go wrong. */
function overlaps(x: Value, destination: Value): boolean {
  if (x.storage !== destination.storage) return false
  return !(x.offset === destination.offset && sameShape(x.shape, destination.shape) && sameShape(x.strides, destination.strides))
}

/** Whether `value` is one number for all of `destination`, and the tape has no say. */
const isConstant = (value: Value, destination: Value): boolean =>
  value.elementCount === 1 && !(recorder?.tracks(value) || recorder?.tracks(destination))

/** Throws unless a result fits; `value` is the result where that is known. */
function checkDestination(name: string, destination: Value, shape: Shape, type: DTypeFacts, value: Value | null): void {
  if (type.category > destination.storage.type.category) {
    throw new DTypeError(
      `${name}: a ${type.name} result cannot be stored in a ${destination.dtype} tensor. Use the form that returns a new tensor.`,
    )
  }
  if (!sameShape(broadcastShapes(name, destination.shape, shape), destination.shape)) {
    throw new ShapeError(
      `${name}: a result of shape ${printShape(shape)} does not fit into ${printShape(destination.shape)}. The destination cannot grow.`,
    )
  }
  const repeats = destination.strides.some((stride, d) => stride === 0 && (destination.shape[d] as number) > 1)
  if (repeats && (value === null || !isConstant(value, destination))) {
    throw new ShapeError(`${name}: several elements of an expanded tensor are one place in memory. Clone it before writing.`)
  }
}

/** Writes `value`, broadcast and converted, into what `destination` looks at: the one mutation there is. */
export function write(destination: Value, value: Value, name = 'copy_'): Value {
  if (lifts && (isLifted(destination) || isLifted(value))) {
    const [target, operand] = [present(destination), present(value)]
    const level = highestLevel([target, operand])
    if (level === null) write(target, operand, name)
    else level.write(target, operand, name)
    return destination
  }
  // a float may be written into an integer tensor (as copy_ does), so only the shape is checked
  checkDestination(name, destination, value.shape, destination.storage.type, value)
  recorder?.checkWrite(destination, value, name)
  const start = stopwatch === null ? 0 : performance.now()
  copyInto(overlaps(value, destination) ? evaluate('copy', [value], null) : value, destination)
  stopwatch?.('write', [destination, value], destination, start)
  destination.storage.version++
  destination.storage.changedBy = name
  recorder?.recordWrite(destination, value)
  return destination
}

/** Tensors some of which are written. */
export interface Tuple {
  readonly tensors: readonly Value[]
}

/**
 * Lets `store` write by itself into the tensors of these numbers in each tuple, as in-place operations do, unless that must be recorded or
 * belongs to a transform: then nothing happens, and the answer is no.
 */
export function writeStraight(tuples: readonly Tuple[], written: readonly number[], name: string, store: () => void): boolean {
  if (recorder?.active || (lifts && tuples.some(({ tensors }) => tensors.some(isLifted)))) return false
  if (recorder !== null) for (const { tensors } of tuples) for (const k of written) recorder.checkWrite(tensors[k] as Value, null, name)
  const start = stopwatch === null ? 0 : performance.now()
  store()
  stopwatch?.('write', tuples[0]?.tensors ?? [], tuples[0]?.tensors[written[0] as number] as Value, start)
  for (const { tensors } of tuples) {
    for (const k of written) {
      const { storage } = tensors[k] as Value
      storage.version++
      storage.changedBy = name
    }
  }
  return true
}

const inPlaceNames = new Map<Primitive, string>()

/** `add_`; made once, since memory remembers who wrote to it. */
function inPlaceName(primitive: Primitive): string {
  let name = inPlaceNames.get(primitive)
  if (name === undefined) {
    name = `${primitive}_`
    inPlaceNames.set(primitive, name)
  }
  return name
}

/** `destination ← primitive(inputs)`, stored straight into place where nothing is recorded and memory does not overlap. */
export function writeResult<P extends BindablePrimitive>(
  destination: Value,
  primitive: P,
  inputs: readonly Value[],
  params: ParamsOf<P>,
): Value {
  const name = inPlaceName(primitive)
  if (lifts && (isLifted(destination) || inputs.some(isLifted))) {
    const result = bind(primitive, inputs, params)
    checkDestination(name, destination, result.shape, result.storage.type, result)
    return write(destination, result, name)
  }
  const kernel = kernelOf(primitive)
  const { shape, type, computed } = outputFacts(primitive, kernel, inputs, params)
  checkDestination(name, destination, shape, type, null)
  const recorded = recorder !== null && (recorder.tracks(destination) || inputs.some((x) => recorder?.tracks(x)))
  const straight = kernel.kind === 'elementwise' && type === destination.storage.type && sameShape(shape, destination.shape)
  if (recorded || !straight || inputs.some((x) => overlaps(x, destination)))
    return write(destination, bind(primitive, inputs, params), name)
  recorder?.checkWrite(destination, null, name)
  const start = stopwatch === null ? 0 : performance.now()
  compute(primitive, kernel, inputs, params, destination, computed)
  stopwatch?.(primitive, [destination, ...inputs], destination, start)
  destination.storage.version++
  destination.storage.changedBy = name
  return destination
}

const constants: Map<number, Value>[] = dtypeOfCode.map(() => new Map())
const CONSTANTS_KEPT = 1024
const numbers = /*@__PURE__*/ new WeakMap<Storage, number>()

/** The number that `constant` made a value for; undefined of other values. */
export const constantOf = ({ storage }: Value): number | undefined => numbers.get(storage)

/** A 0-d value for a number, remembered: constants recur. Nobody may write to it. */
export function constant(number: number, type: DTypeFacts): Value {
  const known = constants[type.code] as Map<number, Value>
  let value = known.get(number)
  if (value === undefined || (number === 0 && Object.is(number, -0))) {
    const untracked = setUntracked(false) // it outlives the mode that it is first used in, and the walk
    const list = recordInto(null)
    const allocator = allocateFrom(null)
    value = emptyValue(type, [])
    allocateFrom(allocator)
    recordInto(list)
    setUntracked(untracked)
    value.storage.data[0] = number
    numbers.set(value.storage, number)
    if (Object.is(number, -0)) return value
    if (known.size >= CONSTANTS_KEPT) known.clear()
    known.set(number, value)
  }
  return value
}
