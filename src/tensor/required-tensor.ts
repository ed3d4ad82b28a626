// What stands where a tensor is needed: functions that read their arguments' shapes ask first, and methods look at their arguments when
// something went wrong, so that nobody reads "Cannot read properties of undefined". It must not know any operation.
import { OptionError, WengertError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { describe, TENSOR_BRAND } from '../primitives/operations.ts'
import { matches } from './parameter-kinds.ts'
import { checkArgument, parseSignature } from './signature-reader.ts'

function notATensor(name: string, parameter: string, value: unknown, kinds: string): OptionError {
  if (value === undefined) return new OptionError(`${name}: ${parameter} is missing. Give ${kinds}.`)
  if (typeof value === 'object' && value !== null && TENSOR_BRAND in value)
    return new OptionError(
      `${name}: ${parameter} belongs to another copy of wengert. Install the library once, so that all parts share it.`,
    )
  return new OptionError(`${name}: ${parameter} must be ${kinds}, got ${describe(value)}. Make one with tensor(…).`)
}

/** Throws unless the value of a required parameter is a tensor. */
export function requireTensor(name: string, parameter: string, value: unknown): void {
  if (!(value instanceof Value)) throw notATensor(name, parameter, value, 'a tensor')
}

/** The better error for one that a method ran into: that of the first argument which is not what its signature says, if there is one. */
export function explained(name: string, signature: string | undefined, given: readonly unknown[], error: unknown): unknown {
  if (signature === undefined) return error
  const known = error instanceof WengertError // a sentence already, unless it speaks of a tensor that is none
  const { parameters } = parseSignature(signature)
  const own = parameters.findIndex((parameter) => parameter.name === 'input')
  const others = parameters.filter((_, position) => position !== Math.max(own, 0))
  try {
    others.forEach((parameter, position) => {
      const value = given[position]
      if (!parameter.required || value instanceof Value || (value !== undefined && matches(parameter.kinds, value))) return
      if (known && !parameter.kinds.includes('tensor')) return
      const number = parameter.kinds.includes('operand')
      if (number ? typeof value !== 'number' : parameter.kinds.includes('tensor'))
        throw notATensor(name, parameter.name, value, number ? 'a tensor or a number' : 'a tensor')
      if (value === undefined) throw notATensor(name, parameter.name, value, 'it by position')
      checkArgument(name, parameter, value)
    })
  } catch (better) {
    return better
  }
  return error
}
