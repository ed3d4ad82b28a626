// A program: tensors to begin with, and statements, each of which calls one operation. It can be run, and printed as code.
import * as wengert from 'wengert'
import { type DType, fromTypedArray, slice, type Tensor } from 'wengert'
import * as functional from 'wengert/nn/functional'
import { drawUnits, sizeOf } from '../records/values.ts'

/** An argument of a call: a variable by its number, a slice, or what it says. */
export type Argument =
  | { readonly variable: number }
  | { readonly range: readonly [start: number | null, stop: number | null, step: number | null] }
  | { readonly options: Readonly<Record<string, Argument>> }
  | readonly Argument[]
  | number
  | string
  | boolean
  | null

/** A tensor that a program begins with: multiples of 1/2048, drawn from a seed. */
export interface Leaf {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly seed: number
  readonly requiresGrad: boolean
}

/** How far a result may be from the reference's, in units of its dtype's rounding error. */
export interface Tolerance {
  /** Of the element itself. */
  readonly relative: number
  /** Of a number that is as large as what was added up. */
  readonly scale: number
}

/** One call: a method where there is a receiver, else a function (`F.` before its name where it is a functional one). */
export interface Statement {
  readonly receiver: number | null
  readonly name: string
  readonly args: readonly Argument[]
  /** Which of several results: an index or a field. */
  readonly part?: number | string
  /** Null where the result must be exact. */
  readonly tolerance: Tolerance | null
}

export interface Program {
  readonly leaves: readonly Leaf[]
  readonly statements: readonly Statement[]
  /** The variables that are differentiated; the seed of each cotangent is its number. */
  readonly outputs: readonly number[]
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array }

/** The numbers of a leaf: floats in ±2, integers in ±6, bytes up to 12, booleans. */
export function draw({ dtype, shape, seed, requiresGrad }: Leaf): Tensor {
  const units = drawUnits(seed)
  const values = Array.from({ length: sizeOf(shape) }, () => {
    const unit = units.next().value
    if (dtype === 'bool') return unit < 0 ? 0 : 1
    return dtype === 'int32' ? Math.round(unit * 6) : dtype === 'uint8' ? Math.floor((unit + 1) * 6) : unit * 2
  })
  const drawn = fromTypedArray(arrays[dtype].from(values), [...shape], { dtype })
  return requiresGrad ? drawn.requiresGrad_() : drawn
}

/** The cotangent of an output, drawn from its number. */
export const cotangentOf = (output: Tensor, variable: number): Tensor =>
  draw({ dtype: output.dtype, shape: output.shape, seed: 5000 + variable, requiresGrad: false })

type Bag = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>

/** Calls the statement's operation with these variables. */
export function execute({ receiver, name, args, part }: Statement, variables: readonly Tensor[]): Tensor {
  const value = (argument: Argument): unknown => {
    if (Array.isArray(argument)) return argument.map(value)
    if (typeof argument !== 'object' || argument === null) return argument
    if ('variable' in argument) return variables[argument.variable]
    if ('range' in argument) return slice(...argument.range)
    const { options } = argument as { readonly options: Readonly<Record<string, Argument>> }
    return Object.fromEntries(Object.entries(options).map(([key, option]) => [key, value(option)]))
  }
  // statements name operations, so the library is looked at as a bag of functions
  const target = receiver === null ? undefined : variables[receiver]
  const bag = (target ?? (name.startsWith('F.') ? functional : wengert)) as unknown as Bag
  const called = bag[name.replace('F.', '')]
  if (called === undefined) throw new Error(`there is no ${name}`)
  const result = called.apply(target, args.map(value))
  if (part !== undefined) return (result as Readonly<Record<number | string, Tensor>>)[part] as Tensor
  // an assignment gives nothing: what it changed stands for it
  return (result ?? target) as Tensor
}

const variable = (number: number): string => `v${number}`

function printArgument(argument: Argument): string {
  if (Array.isArray(argument)) return `[${argument.map(printArgument).join(', ')}]`
  if (typeof argument !== 'object' || argument === null) return typeof argument === 'string' ? `'${argument}'` : String(argument)
  if ('variable' in argument) return variable(argument.variable)
  if ('range' in argument) return `slice(${argument.range.map(String).join(', ')})`
  const { options } = argument as { readonly options: Readonly<Record<string, Argument>> }
  return `{ ${Object.entries(options)
    .map(([key, option]) => `${key}: ${printArgument(option)}`)
    .join(', ')} }`
}

/** The statement as code. */
export function printStatement({ receiver, name, args, part }: Statement, result: number): string {
  const call = `${receiver === null ? '' : `${variable(receiver)}.`}${name}(${args.map(printArgument).join(', ')})`
  return `const ${variable(result)} = ${call}${part === undefined ? '' : typeof part === 'number' ? `[${part}]` : `.${part}`}`
}

/** The program as code. */
export function printProgram({ leaves, statements, outputs }: Program): string {
  const begin = leaves.map(
    (leaf, i) =>
      `const ${variable(i)} = draw({ dtype: '${leaf.dtype}', shape: [${leaf.shape.join(', ')}], seed: ${leaf.seed}, requiresGrad: ${leaf.requiresGrad} })`,
  )
  const list = (one: (number: number) => string) => `[${outputs.map(one).join(', ')}]`
  const end =
    outputs.length === 0
      ? []
      : [`backward(${list(variable)}, { gradTensors: ${list((number) => `cotangentOf(${variable(number)}, ${number})`)} })`]
  return [...begin, ...statements.map((statement, i) => printStatement(statement, leaves.length + i)), ...end].join('\n')
}
