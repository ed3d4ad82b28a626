// The kinds of parameters that signatures name: their TypeScript type, how a value is recognised, how errors describe it.
import { type DType, dtypes } from '../core/dtype.ts'

import { Value } from '../core/value.ts'
import { Generator } from '../primitives/operations.ts'

/** TypeScript types of the kinds. */
export interface Kinds {
  tensor: Value
  tensors: readonly Value[]
  operand: Value | number
  number: number
  int: number
  dim: number
  dims: number | readonly number[]
  shape: readonly number[]
  /** One size for every spatial dim, or one each. */
  pair: number | readonly number[]
  numbers: readonly number[]
  boolean: boolean
  string: string
  dtype: DType
  device: 'cpu'
  generator: Generator
  data: unknown
  index: unknown
  function: (...values: never[]) => unknown
  null: null
}
/** The type of one kind, or of one quoted word. */
export type KindType<K extends string> = K extends keyof Kinds ? Kinds[K] : K extends `'${infer W}'` ? W : never

const dtypeNames: readonly string[] = Object.keys(dtypes)
const isValue = (value: unknown): boolean => value instanceof Value
const isInt = (value: unknown): boolean => Number.isSafeInteger(value)
const isInts = (value: unknown): boolean => Array.isArray(value) && value.every(isInt)

interface Row {
  readonly matches: (value: unknown) => boolean
  readonly words: readonly string[]
}
const rows: { readonly [K in keyof Kinds]: Row } = {
  tensor: { matches: isValue, words: ['a tensor'] },
  tensors: { matches: (value) => Array.isArray(value) && value.every(isValue), words: ['a list of tensors'] },
  operand: { matches: (value) => typeof value === 'number' || isValue(value), words: ['a tensor', 'a number'] },
  number: { matches: (value) => typeof value === 'number', words: ['a number'] },
  int: { matches: isInt, words: ['an integer'] },
  dim: { matches: isInt, words: ['an integer'] },
  dims: { matches: (value) => isInt(value) || isInts(value), words: ['an integer', 'a list of integers'] },
  shape: { matches: isInts, words: ['a list of integers'] },
  pair: { matches: (value) => isInt(value) || isInts(value), words: ['an integer', 'a list of integers'] },
  numbers: { matches: (value) => Array.isArray(value) && value.every((item) => typeof item === 'number'), words: ['a list of numbers'] },
  boolean: { matches: (value) => typeof value === 'boolean', words: ['true', 'false'] },
  string: { matches: (value) => typeof value === 'string', words: ['a string'] },
  dtype: { matches: (value) => dtypeNames.includes(value as string), words: dtypeNames.map((name) => `'${name}'`) },
  device: { matches: (value) => value === 'cpu', words: ["'cpu'"] },
  generator: { matches: (value) => value instanceof Generator, words: ['a Generator'] },
  data: { matches: () => true, words: ['data'] },
  index: { matches: () => true, words: ['an index'] },
  function: { matches: (value) => typeof value === 'function', words: ['a function'] },
  null: { matches: (value) => value === null, words: ['null'] },
}

/** Whether the value is of one of the kinds. */
export function matches(kinds: readonly string[], value: unknown): boolean {
  return kinds.some((kind) => (kind.startsWith("'") ? kind.slice(1, -1) === value : (rows[kind as keyof Kinds] as Row).matches(value)))
}

/** The kinds in words: `an integer or null`. */
export function describeKinds(kinds: readonly string[]): string {
  const words = kinds.flatMap((kind) => (kind.startsWith("'") ? [kind] : (rows[kind as keyof Kinds] as Row).words))
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** What to do about a value that is of none of the kinds, as the end of the sentence. */
export function remedy(kinds: readonly string[], value: unknown): string {
  const wholeWanted = kinds.some((kind) => ['int', 'dim', 'dims', 'shape', 'pair'].includes(kind))
  const listWanted = kinds.some((kind) => ['dims', 'shape', 'pair', 'numbers', 'tensors'].includes(kind))
  const numbers = Array.isArray(value) ? value : [value]
  if (typeof value === 'boolean') return '; booleans go by name, as in { keepdim: true }'
  if (value === null) return '; leave it out for its default'
  if (wholeWanted && numbers.some((item) => Number.isNaN(item))) return '; check the computation that it comes from'
  if (wholeWanted && numbers.some((item) => typeof item === 'number' && !Number.isInteger(item))) return '; round it first'
  if (listWanted && typeof value === 'number') return `; write [${value}]`
  if (kinds.includes('dims') && isValue(value)) return '; give dims as numbers'
  return ''
}
