// Reads signatures, which are written as text (`'input: tensor, dim: dims | null = null, keepdim: boolean = false'`),
// and takes the arguments of a call by them: names, defaults, kinds. It must not know any operation.
// The law: required parameters, operands and the first optional parameter are positional, never a boolean;
// every optional one may go by name into a trailing options object; after `*` all go by name only, before `/` all may go
// by position (the overloads of `arange` and `randint`, the two bounds of `uniform_`).
import { DeviceError, DTypeError, OptionError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import { nearest } from './nearest-word.ts'
import { describeKinds, type KindType, matches, remedy } from './parameter-kinds.ts'

/** One parameter of a signature, as read from its text. */
export interface Parameter {
  readonly name: string
  /** Accepted kinds, such as `['dims', 'null']`; words of an enumeration keep their quotes. */
  readonly kinds: readonly string[]
  readonly required: boolean
  readonly positional: boolean
  readonly default: unknown
}

/** A signature: its parameters, which of them are optional, and the values they take when nothing is given. */
export interface Signature {
  readonly parameters: readonly Parameter[]
  readonly optional: readonly Parameter[]
  /** Optional parameters that may also be given by position, in order. */
  readonly positional: readonly Parameter[]
  readonly defaults: Readonly<Record<string, unknown>>
}

type Split<S extends string> = S extends `${infer A}, ${infer B}` ? A | Split<B> : S
type Kind<K extends string> = K extends `${infer A} | ${infer B}` ? KindType<A> | Kind<B> : KindType<K>
type Given<P extends string> = {
  [Q in P as Q extends `${infer N}: ${string} = ${string}` ? N : never]: Q extends `${string}: ${infer K} = ${string}` ? Kind<K> : never
}
/** The optional parameters of a signature text with their values filled in. */
export type ReadOptions<S extends string> = Given<Split<S>>
type Optional<T> = { [N in keyof T]?: T[N] | undefined } // by itself, so that TypeScript 5.4 can index it
/** What a caller may put into the options object of a signature text. */
export type Options<S extends string> = Optional<ReadOptions<S>>

/** The row that a name stands for: its own, or for an in-place form (`add_`) that of the pure one. */
type TextOf<T, N> = N extends keyof T ? T[N] & string : N extends `${infer M extends keyof T & string}_` ? T[M] & string : never

/** Takes the optional arguments of a call by a table of signatures. */
export type OptionReader<T extends Readonly<Record<string, string>>> = <N extends (keyof T & string) | `${keyof T & string}_`>(
  name: N,
  firstOptional?: unknown,
  options?: unknown,
  ...further: unknown[]
) => ReadOptions<TextOf<T, N>>

const defaultOf = (text: string): unknown => {
  if (text.startsWith("'")) return text.slice(1, -1)
  if (text === 'Infinity') return Number.POSITIVE_INFINITY
  return JSON.parse(text)
}

/** Reads the text of one signature. */
export function parseSignature(text: string): Signature {
  const parameters: Parameter[] = []
  let byPlace = text.includes(', /')
  let nameOnly = false
  let optionalSeen = false
  for (const part of text === '' ? [] : text.split(', ')) {
    if (part === '*' || part === '/') {
      nameOnly = part === '*'
      byPlace = false
      continue
    }
    const [, name = '', kindText = '', defaultText] = /^(…?\w+): (.*?)(?: = (.*))?$/.exec(part) ?? []
    const kinds = kindText.split(' | ')
    const required = defaultText === undefined
    const operand = kinds.includes('tensor') || kinds.includes('operand')
    const positional = required || byPlace || (!nameOnly && !kinds.includes('boolean') && (operand || !optionalSeen))
    if (!required) optionalSeen = true
    parameters.push({ name, kinds, required, positional, default: required ? undefined : defaultOf(defaultText) })
  }
  const optional = parameters.filter((parameter) => !parameter.required)
  return {
    parameters,
    optional,
    positional: optional.filter((parameter) => parameter.positional),
    defaults: Object.freeze(Object.fromEntries(optional.map((parameter) => [parameter.name, parameter.default]))),
  }
}

const printed = (value: unknown): string =>
  typeof value === 'string'
    ? `'${value}'`
    : typeof value === 'function'
      ? 'a function'
      : typeof value === 'symbol' || typeof value === 'bigint'
        ? typeof value
        : Array.isArray(value)
          ? `[${value.map(printed).join(', ')}]`
          : typeof value === 'object' && value !== null
            ? `a ${value.constructor?.name ?? 'object'}`
            : String(value)

/** Throws unless the value is of one of the parameter's kinds. */
export function checkArgument(name: string, parameter: Parameter, value: unknown): void {
  if (matches(parameter.kinds, value)) return
  const ErrorClass = parameter.kinds.includes('dtype') ? DTypeError : parameter.kinds.includes('device') ? DeviceError : OptionError
  throw new ErrorClass(
    `${name}: ${parameter.name} must be ${describeKinds(parameter.kinds)}, not ${printed(value)}${remedy(parameter.kinds, value)}.`,
  )
}

/** Fills `result` from an options object; names that the signature does not have are refused. */
function takeOptions(
  name: string,
  signature: Signature,
  options: Record<string, unknown>,
  result: Record<string, unknown>,
  given: Set<string>,
): void {
  for (const key of Object.keys(options)) {
    const parameter = signature.optional.find((candidate) => candidate.name === key)
    if (parameter === undefined) {
      const required = signature.parameters.some((candidate) => candidate.name === key)
      if (required) throw new OptionError(`${name}: '${key}' is required and goes by position, not into the options.`)
      const guess = nearest(
        key,
        signature.optional.map((candidate) => candidate.name),
      )
      const known = signature.optional.map((candidate) => candidate.name).join(', ')
      const hint = guess !== null ? `Did you mean '${guess}'?` : known === '' ? 'It takes no options.' : `Known: ${known}.`
      throw new OptionError(`${name}: unknown option '${key}'. ${hint}`)
    }
    const value = options[key]
    if (value === undefined) continue
    if (given.has(key)) throw new OptionError(`${name}: '${key}' is given twice, by position and by name. Keep one.`)
    checkArgument(name, parameter, value)
    result[key] = value
  }
}

/** Takes the optional arguments of one call: those given by position, then the options object, which ends the list. */
function readBy(name: string, signature: Signature, values: readonly unknown[]): Readonly<Record<string, unknown>> {
  const result: Record<string, unknown> = { ...signature.defaults }
  const given = new Set<string>()
  let ended = false
  values.forEach((value, position) => {
    if (value === undefined) return
    const parameter = signature.positional[position]
    if (ended) throw new OptionError(`${name}: nothing may follow the options object.`)
    if (isPlainObject(value)) {
      ended = true
      takeOptions(name, signature, value, result, given)
    } else if (parameter !== undefined) {
      checkArgument(name, parameter, value)
      result[parameter.name] = value
      given.add(parameter.name)
    } else {
      const rest = signature.optional.filter((candidate) => !given.has(candidate.name))
      const meant = rest.find((candidate) => matches(candidate.kinds, value))
      const remedyText =
        meant !== undefined
          ? `Give it by name, as in { ${meant.name}: ${printed(value)} }.`
          : rest.length === 0
            ? 'It takes no further arguments.'
            : `Options go by name: ${rest.map((candidate) => candidate.name).join(', ')}.`
      throw new OptionError(`${name}: unexpected argument ${printed(value)}. ${remedyText}`)
    }
  })
  return result
}

type Table = Readonly<Record<string, string>>
type Together<T extends readonly Table[]> = T extends readonly [infer First extends Table, ...infer Rest extends readonly Table[]]
  ? First & Together<Rest>
  : Table

/** Makes the reader of tables of signatures; each text is read when its operation is first called with arguments. */
export function optionReader<const T extends readonly Table[]>(...tables: T): OptionReader<Together<T>> {
  const table: Table = Object.assign({}, ...tables)
  const known = new Map<string, Signature>()
  const find = (name: string): Signature => {
    let signature = known.get(name)
    if (signature === undefined) {
      const text = table[name] ?? (name.endsWith('_') ? table[name.slice(0, -1)] : undefined)
      if (text === undefined) throw new OptionError(`${name}: this name has no row in the signature table. Add one.`)
      signature = parseSignature(text)
      known.set(name, signature)
    }
    return signature
  }
  const read = (name: string, first?: unknown, options?: unknown, ...further: unknown[]): Readonly<Record<string, unknown>> => {
    const signature = find(name)
    if (options === undefined && further.length === 0) {
      if (first === undefined) return signature.defaults
      const [only] = signature.positional
      if (only !== undefined && !isPlainObject(first)) {
        checkArgument(name, only, first)
        return { ...signature.defaults, [only.name]: first }
      }
    }
    return readBy(name, signature, [first, options, ...further])
  }
  return read as OptionReader<Together<T>> // the texts of the tables are what the type was computed from
}

/** Throws unless the required arguments of a call are there and of the right kinds. */
export type RequiredCheck<T extends Readonly<Record<string, string>>> = (name: keyof T & string, ...values: readonly unknown[]) => void

/** Makes the check of required arguments by one table of signatures. */
export function requiredCheck<const T extends Readonly<Record<string, string>>>(table: T): RequiredCheck<T> {
  return (name, ...values) => {
    const required = parseSignature(table[name] as string).parameters.filter((parameter) => parameter.required)
    required.forEach((parameter, position) => {
      const value = values[position]
      if (value === undefined || isPlainObject(value))
        throw new OptionError(
          `${name}: ${parameter.name} is missing. Its required arguments are ${required.map((each) => each.name).join(', ')}.`,
        )
      checkArgument(name, parameter, value)
    })
  }
}
