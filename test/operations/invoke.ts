// Calls an operation by its record's name, in each form that it has.
import * as wengert from 'wengert'
import { isTensor, type Tensor } from 'wengert'
import * as functional from 'wengert/nn/functional'
import type { Form, Library, OperationRecord } from '../records/specs.ts'
import type { Call } from './build.ts'

type Callable = (...args: readonly unknown[]) => unknown

// Records name operations, so here, and only here, the library is looked at as a bag of functions.
const library = wengert as unknown as Library
const functions = functional as unknown as Library

function found(form: Form, name: string, receiver: unknown): Callable {
  const holder = form === 'function' ? library : form === 'functional' ? functions : (receiver as Record<string, unknown>)
  const callable = holder[name]
  if (typeof callable !== 'function') throw new Error(`there is no ${form} ${name}`)
  return callable as Callable
}

/** The forms in which these arguments can be given: a method needs a tensor in front. */
export function formsFor(record: OperationRecord, call: Pick<Call, 'args'>): Form[] {
  return record.forms.filter((form) => form !== 'method' || isTensor(call.args[0]))
}

/** What the operation gives. */
export function invoke(record: OperationRecord, call: Pick<Call, 'args' | 'options'>, form: Form): unknown {
  const args = call.options ? [...call.args, call.options] : call.args
  if (record.run) return record.run({ ...library, ...functions }, ...args)
  const callable = found(form, record.name, args[0])
  return form === 'method' ? callable.call(args[0], ...args.slice(1)) : callable(...args)
}

/** The results in PyTorch's order: one, those of an array, or the fields of an object. */
export function flattenResults(record: OperationRecord, result: unknown): unknown[] {
  if (isTensor(result) || typeof result !== 'object' || result === null) return [result]
  if (Array.isArray(result)) return result.flatMap((part) => flattenResults(record, part))
  const fields = result as Record<string, unknown>
  return (record.results ?? Object.keys(fields)).map((name) => fields[name])
}

/** Only the tensors that carry a gradient. */
export function tracked(results: readonly unknown[]): { output: Tensor; number: number }[] {
  return results.flatMap((output, number) => (isTensor(output) && output.requiresGrad ? [{ output, number }] : []))
}
