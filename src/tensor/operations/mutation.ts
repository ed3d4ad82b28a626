// In-place forms: the pure operation, stored into its own first operand. Its shape and dtype stay; views and the tape see the change.

import { dtypes } from '../../core/dtype.ts'
import { DTypeError, OptionError, ShapeError } from '../../core/errors.ts'
import { printShape, sameShape } from '../../core/shape.ts'
import { Value } from '../../core/value.ts'
import type { Operand } from '../../primitives/operations.ts'
import * as P from '../../primitives/operations.ts'
import { type OptionsOf, readOptions } from '../signatures.ts'
import * as arithmetic from './arithmetic.ts'
import * as gathering from './gathering.ts'
import { before, operand } from './in-place-forms.ts'
import * as triangles from './triangles.ts'

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

/** Stores a result of the destination's shape; a float result does not go into an integer tensor. */
export function overwrite(name: string, destination: Value, result: Value): Value {
  if (dtypes[result.dtype].category > dtypes[destination.dtype].category) {
    throw new DTypeError(
      `${name}: a ${result.dtype} result cannot be stored in a ${destination.dtype} tensor. Use ${name.slice(0, -1)}, which makes a new tensor.`,
    )
  }
  if (!sameShape(result.shape, destination.shape)) {
    throw new ShapeError(
      `${name}: a result of shape ${printShape(result.shape)} does not fit into ${printShape(destination.shape)}. Use ${name.slice(0, -1)}, which makes a new tensor.`,
    )
  }
  return P.write(destination, result, name)
}

/** `input ← ⌊input / other⌋`. */
export function floorDivide_(input: Value, other: Operand): Value {
  return overwrite('floorDivide_', input, arithmetic.floorDivide(before(input, other), other))
}
/** `input ← round(input)`. */
export function round_(input: Value, options?: OptionsOf<'round'>): Value {
  return overwrite('round_', input, arithmetic.round(input, options))
}
/** `input ← input − trunc(input)`. */
export function frac_(input: Value): Value {
  return overwrite('frac_', input, arithmetic.frac(before(input)))
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
/** `input ← input + weight · (end − input)`. */
export function lerp_(input: Value, end: Value, weight: Operand): Value {
  return overwrite('lerp_', input, arithmetic.lerp(before(input, end, weight), end, weight))
}
/** `input ← input + value · tensor1 · tensor2`. */
export function addcmul_(input: Value, tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcmul'>): Value {
  return overwrite('addcmul_', input, arithmetic.addcmul(input, tensor1, tensor2, options))
}
/** `input ← input + value · tensor1 / tensor2`. */
export function addcdiv_(input: Value, tensor1: Operand, tensor2: Operand, options?: OptionsOf<'addcdiv'>): Value {
  return overwrite('addcdiv_', input, arithmetic.addcdiv(input, tensor1, tensor2, options))
}
/** NaN and the infinities replaced in place. */
export function nanToNum_(input: Value, nan?: number | OptionsOf<'nanToNum'>, options?: OptionsOf<'nanToNum'>): Value {
  return overwrite('nanToNum_', input, arithmetic.nanToNum(before(input), nan, options))
}
/** `value` put where the mask is true. */
export function maskedFill_(input: Value, mask: Value, value: Operand): Value {
  return overwrite('maskedFill_', input, gathering.maskedFill(input, mask, value))
}
/** As `scatter`, in place. */
export function scatter_(input: Value, dim: number, index: Value, src: Operand): Value {
  return overwrite('scatter_', input, gathering.scatter(input, dim, index, src))
}
/** As `scatterAdd`, in place. */
export function scatterAdd_(input: Value, dim: number, index: Value, src: Value): Value {
  return overwrite('scatterAdd_', input, gathering.scatterAdd(input, dim, index, src))
}
/** As `indexAdd`, in place. */
export function indexAdd_(input: Value, dim: number, index: Value, source: Value, options?: OptionsOf<'indexAdd'>): Value {
  return overwrite('indexAdd_', input, gathering.indexAdd(input, dim, index, source, options))
}
/** As `indexCopy`, in place. */
export function indexCopy_(input: Value, dim: number, index: Value, source: Value): Value {
  return overwrite('indexCopy_', input, gathering.indexCopy(input, dim, index, source))
}
/** As `indexFill`, in place. */
export function indexFill_(input: Value, dim: number, index: Value, value: Operand): Value {
  return overwrite('indexFill_', input, gathering.indexFill(input, dim, index, value))
}
/** Zeros above a diagonal, in place. */
export function tril_(input: Value, diagonal?: number | OptionsOf<'tril'>): Value {
  return overwrite('tril_', input, triangles.tril(input, diagonal))
}
/** Zeros below a diagonal, in place. */
export function triu_(input: Value, diagonal?: number | OptionsOf<'triu'>): Value {
  return overwrite('triu_', input, triangles.triu(input, diagonal))
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
