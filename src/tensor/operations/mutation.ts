// Operations that change their first operand in place and are more than a pure operation stored there (in-place-forms.ts).

import { OptionError } from '../../core/errors.ts'
import { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { readOptions } from '../signatures/arithmetic.ts'
import type { OptionsOf } from '../signatures.ts'
import * as arithmetic from './arithmetic.ts'
import { before, operand, overwrite } from './in-place-forms.ts'

const scaled = (name: 'add_' | 'sub_', other: Operand, options: OptionsOf<'add'> | undefined): Operand => {
  if (options === undefined) return other
  const { alpha } = readOptions(name, options)
  return alpha === 1 ? other : typeof other === 'number' ? other * alpha : P.mul(other, alpha)
}

/** `input ← input + alpha · other`. */
export function add_(input: Value, other: Operand, options?: OptionsOf<'add'>): Value {
  return P.writeResult(input, 'add', [input, operand('add_', scaled('add_', other, options), input)], null)
}

/** `input ← input − alpha · other`. */
export function sub_(input: Value, other: Operand, options?: OptionsOf<'sub'>): Value {
  return P.writeResult(input, 'sub', [input, operand('sub_', scaled('sub_', other, options), input)], null)
}

/** `input ← input / other`, rounded by `roundingMode`. */
export function div_(input: Value, other: Operand, options?: OptionsOf<'div'>): Value {
  if (options === undefined) return P.writeResult(input, 'div', [before(input, other), operand('div_', other, input)], null)
  return overwrite('div_', input, arithmetic.div(before(input, other), other, options))
}

/** `input ← clamp(input)`. */
export function clamp_(
  input: Value,
  min?: Operand | null | OptionsOf<'clamp'>,
  max?: Operand | null | OptionsOf<'clamp'>,
  options?: OptionsOf<'clamp'>,
): Value {
  const { min: low, max: high } = readOptions('clamp', min, max, ...(options === undefined ? [] : [options]))
  return overwrite('clamp_', input, arithmetic.clamp(before(input, low, high), low, high))
}
/** Every element becomes 0. */
export function zero_(input: Value): Value {
  return P.write(input, 0, 'zero_')
}

/** Every element becomes the value, a number or a 0-d tensor. */
export function fill_(input: Value, value: Operand): Value {
  if (typeof value === 'number') return P.write(input, value, 'fill_')
  if (value instanceof Value && value.shape.length === 0) return P.write(input, value, 'fill_')
  throw new OptionError('fill_: value must be a number or a 0-d tensor. Use copy_ for more elements.')
}

/** The elements of `source`, broadcast and converted to this dtype. */
export function copy_(input: Value, source: Operand): Value {
  return P.write(input, source, 'copy_')
}

/** Every element drawn from a normal distribution. */
export function normal_(
  input: Value,
  mean?: number | OptionsOf<'normal_'>,
  std?: number | OptionsOf<'normal_'>,
  options?: OptionsOf<'normal_'>,
): Value {
  const given = readOptions('normal_', mean, std, ...(options === undefined ? [] : [options]))
  if (given.std < 0) throw new OptionError(`normal_: std must not be negative, got ${given.std}.`)
  return P.write(
    input,
    P.add(P.mul(P.normal(input.shape, input.dtype, given.generator ?? P.defaultGenerator), given.std), given.mean),
    'normal_',
  )
}

/** Every element drawn uniformly from [from, to). */
export function uniform_(
  input: Value,
  from?: number | OptionsOf<'uniform_'>,
  to?: number | OptionsOf<'uniform_'>,
  options?: OptionsOf<'uniform_'>,
): Value {
  const given = readOptions('uniform_', from, to, ...(options === undefined ? [] : [options]))
  if (given.from > given.to) throw new OptionError(`uniform_: from ${given.from} lies above to ${given.to}. Swap them.`)
  return P.write(
    input,
    P.add(P.mul(P.uniform(input.shape, input.dtype, given.generator ?? P.defaultGenerator), given.to - given.from), given.from),
    'uniform_',
  )
}

/** Every element 1 with probability p, else 0. */
export function bernoulli_(input: Value, p?: number | OptionsOf<'bernoulli_'>, options?: OptionsOf<'bernoulli_'>): Value {
  const given = readOptions('bernoulli_', p, options)
  if (!(given.p >= 0 && given.p <= 1)) throw new OptionError(`bernoulli_: p must lie between 0 and 1, got ${given.p}.`)
  return P.write(input, P.lt(P.uniform(input.shape, 'float32', given.generator ?? P.defaultGenerator), given.p), 'bernoulli_')
}
