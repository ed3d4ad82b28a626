// How the functions of contractions get their numbers: as params, or as words at `args`.
import type { Code, ValueType } from '../assembler.ts'
import type { FunctionBuilder } from '../builder.ts'

/** The value of a local or param. */
export const get = (name: string): Code => ['local.get', name]

/** Params that are all numbers. */
export const parameters = (names: readonly string[]): readonly (readonly [string, ValueType])[] => names.map((name) => [name, 'i32'])

/** The words at `args` as locals. */
export function argumentsOf<const Name extends string>(f: FunctionBuilder, names: readonly Name[]): Readonly<Record<Name, Code>> {
  return Object.fromEntries(names.map((name, i) => [name, f.let('i32', ['i32.load', 4 * i, f.param('args')], name)])) as Record<Name, Code>
}

/** The smaller of two numbers. */
export function least(f: FunctionBuilder, a: Code, b: Code): Code {
  const [left, right] = [f.let('i32', a), f.let('i32', b)]
  return f.let('i32', ['select', left, right, ['i32.lt_s', left, right]], 'least')
}
