// The samples of a record as functions of their tensors, in float64: what derivatives and batching are checked on.
import { isTensor, Tensor } from 'wengert'
import { tensorsOf } from '../records/describe.ts'
import type { Argument, OperationRecord, Sample, TensorSpec } from '../records/specs.ts'
import { valuesOf } from '../records/values.ts'
import { buildCall, buildTensor } from './build.ts'
import { flattenResults, formsFor, invoke } from './invoke.ts'

export interface DifferentiableCall {
  readonly record: OperationRecord
  readonly sample: Sample
  /** What the tensors are, depth first. */
  readonly specs: readonly TensorSpec[]
  /** The tensors themselves; those that the record differentiates require a gradient. */
  readonly tensors: readonly Tensor[]
  /** The operation with these tensors in place of its own; its floating-point results. */
  readonly run: (...tensors: readonly Tensor[]) => Tensor[]
}

function replaced(value: unknown, by: ReadonlyMap<unknown, Tensor>): unknown {
  if (isTensor(value)) return by.get(value)
  if (Array.isArray(value)) return value.map((item) => replaced(item, by))
  return value
}

/** One sample as a function of its tensors. */
export function callOf(record: OperationRecord, sample: Sample): DifferentiableCall {
  const { args, options, tensors } = buildCall(record, sample, 'float64')
  const form = formsFor(record, { args })[0]
  if (form === undefined) throw new Error(`${record.name} cannot be called like this`)
  const specs = tensorsOf(sample)
  const run = (...given: readonly Tensor[]): Tensor[] => {
    // what the operation writes to is a copy, so that every call starts from the same
    const used = given.map((tensor, i) => (record.writes && specs[i]?.differentiable === false ? tensor.clone() : tensor))
    const by = new Map(tensors.map((tensor, i) => [tensor, used[i] as Tensor]))
    const call = {
      args: args.map((argument) => replaced(argument, by)),
      options: options && Object.fromEntries(Object.entries(options).map(([name, value]) => [name, replaced(value, by)])),
    }
    const results = flattenResults(record, invoke(record, call, form))
    return results.filter((result): result is Tensor => isTensor(result) && result.isFloatingPoint())
  }
  return { record, sample, specs, tensors, run }
}

/** Tensors for another sample of a batch: drawn anew where values are drawn, else the same ones in another order. */
export function otherTensors({ record, specs }: DifferentiableCall, number: number): Tensor[] {
  return specs.map((spec, position) => {
    const values = valuesOf(record, spec, position + (Array.isArray(spec.values) ? 0 : 50 * number))
    const turned = Array.isArray(spec.values) && number % 2 === 1 ? [...values].reverse() : values
    return buildTensor({ ...spec, differentiable: false }, turned, 'float64')
  })
}

const hasVariable = (sample: Sample): boolean => tensorsOf(sample).some((spec) => spec.differentiable)

/** The sample with a gradient asked of every floating input. */
function allDifferentiable(sample: Sample): Sample {
  const ask = (argument: Argument): Argument => {
    if (Array.isArray(argument)) return argument.map(ask)
    if (typeof argument !== 'object' || argument === null || !('kind' in argument) || argument.kind !== 'tensor') return argument
    return { ...argument, differentiable: argument.dtype === 'float' }
  }
  const options = sample.options && Object.fromEntries(Object.entries(sample.options).map(([name, value]) => [name, ask(value)]))
  return { ...sample, args: sample.args.map(ask), options }
}

/**
 * The calls whose results depend differentiably on an input. Where a record asks for no gradient at all (PyTorch may have none), every floating
 * input is asked for one, so that no operation that has derivatives goes unchecked.
 */
export function differentiableCalls(record: OperationRecord): DifferentiableCall[] {
  const own = record.samples.filter(hasVariable)
  return (own.length > 0 ? own : record.samples.map(allDifferentiable))
    .map((sample) => callOf(record, sample))
    .filter(({ run, tensors }) => run(...tensors).some((result) => result.requiresGrad))
}

/** The call with a gradient asked of what is written to, too, where the record says that it must take part. */
export function withDestination(call: DifferentiableCall): DifferentiableCall {
  const [first, ...rest] = call.tensors
  if (call.record.limits.destination === undefined || first === undefined || first.requiresGrad) return call
  return { ...call, tensors: [first.detach().requiresGrad_(), ...rest] }
}

/** The in-place form of a record, as a function of its inputs: on a copy; null where there is none. */
export function inPlace(record: OperationRecord): OperationRecord | null {
  const name = `${record.name}_`
  if (!record.forms.includes('method') || !(name in Tensor.prototype) || record.run !== null) return null
  const keeps = (sample: Sample): boolean => {
    const { args, options } = buildCall(record, sample, 'float64')
    const [first] = args
    if (!isTensor(first)) return false
    const result = invoke(record, { args, options }, 'method')
    return isTensor(result) && result.dtype === first.dtype && result.shape.join() === first.shape.join()
  }
  return {
    ...record,
    name,
    forms: ['method'],
    run: (_, first, ...rest) => {
      const copy = (first as Tensor).clone() as unknown as Record<string, (...args: unknown[]) => unknown>
      return copy[name]?.(...rest)
    },
    samples: record.samples.filter(keeps),
    limits: { ...record.limits, destination: 'what is written to takes part wherever what is written does' },
  }
}
