// Turns a Python call into one of ours: the law of docs/differences.md ("Names and calls"), applied by the kinds that a signature
// gives its parameters. It knows no operation by name.
import { isTensor, type Tensor } from '../../src/index.ts'
import type { Parameter, Signature } from '../../src/tensor/signature-reader.ts'
import type { Argument } from './arguments.ts'

/** `return_indices` → `returnIndices`. */
export const camelCase = (name: string): string => name.replace(/(?<=[a-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** Keywords that say where a result lives: everything lives on the CPU, densely. */
const ignored: readonly string[] = ['device', 'layout', 'pin_memory', 'memory_format']

const listKinds: readonly string[] = ['shape', 'tensors', 'numbers']
const accepts = (parameter: Parameter, ...kinds: readonly string[]): boolean => kinds.some((kind) => parameter.kinds.includes(kind))
const anything = (parameter: Parameter): boolean => accepts(parameter, 'data', 'index')
const listOnly = (parameter: Parameter): boolean =>
  accepts(parameter, ...listKinds) && !accepts(parameter, 'int', 'dim', 'tensor', 'operand', 'number') && !anything(parameter)

/** One value as a parameter of ours wants it; undefined where it is not to be given. */
function adapt(parameter: Parameter, value: Argument): Argument {
  if (anything(parameter)) return value
  // None means "the default" where null is nothing that we accept; so does an empty list of sizes
  if (value === null) return accepts(parameter, 'null') ? null : undefined
  if (Array.isArray(value) && value.length === 0 && accepts(parameter, 'pair')) return undefined
  // Python's booleans are integers
  if (typeof value === 'boolean' && !accepts(parameter, 'boolean')) return adapt(parameter, Number(value))
  if (typeof value === 'number' && listOnly(parameter)) return [value]
  if (isTensor(value) && !accepts(parameter, 'tensor', 'operand')) {
    if (accepts(parameter, 'tensors')) return [value]
    // sizes, dims and bounds are numbers here: a tensor of them is read
    return value.shape.length === 0 ? Number(value.item()) : value.toArray()
  }
  if (Array.isArray(value) && !accepts(parameter, 'tensors')) return value.map((item) => (isTensor(item) ? itemOf(parameter, item) : item))
  return value
}

const itemOf = (parameter: Parameter, item: Tensor): Argument => (accepts(parameter, ...listKinds, 'dims') ? Number(item.item()) : item)

/** The arguments by the names of our parameters, and which of them came by position. */
interface Bound {
  readonly values: Map<string, Argument>
  readonly byPosition: Set<string>
}

/** The run of values from `start` that Python's varargs mean as one list: integers, or tensors. */
function varargs(values: readonly Argument[], start: number): readonly Argument[] {
  const kindOf = (value: Argument): string => (isTensor(value) ? 'tensor' : typeof value)
  const kind = kindOf(values[start])
  let end = start
  while (end < values.length && kindOf(values[end]) === kind) end++
  return values.slice(start, end)
}

function bindPositional(parameters: readonly Parameter[], values: readonly Argument[], bound: Bound): void {
  let position = 0
  for (let i = 0; i < values.length; position++) {
    const parameter = parameters[position]
    if (parameter === undefined) throw new Error(`takes ${parameters.length} arguments, PyTorch's has more`)
    const value = values[i]
    bound.byPosition.add(parameter.name)
    if (parameter.name.startsWith('…')) {
      const rest = values.slice(i)
      // a Python tuple is several arguments; a list of numbers is one, as PyTorch has it
      const tuple = rest.length === 1 && Array.isArray(value) && !value.every((item) => typeof item === 'number')
      bound.values.set(parameter.name, tuple ? value : rest)
      return
    }
    const tooMany = values.length - i > parameters.length - position && accepts(parameter, ...listKinds, 'dims')
    if (!Array.isArray(value) && (listOnly(parameter) || tooMany)) {
      const list = varargs(values, i)
      bound.values.set(parameter.name, adapt(parameter, list))
      i += list.length
      continue
    }
    const correction = parameters.find((candidate) => candidate.name === 'correction')
    if (typeof value === 'boolean' && correction !== undefined && accepts(parameter, 'dims')) bound.values.set('correction', Number(value))
    else bound.values.set(parameter.name, adapt(parameter, value))
    i++
  }
}

function bindKeywords(parameters: readonly Parameter[], keywords: Readonly<Record<string, Argument>>, bound: Bound): void {
  for (const [keyword, value] of Object.entries(keywords)) {
    if (ignored.includes(keyword)) continue
    // `unbiased` is the older word for `correction`
    const name = keyword === 'unbiased' ? 'correction' : camelCase(keyword)
    const parameter = parameters.find((candidate) => candidate.name === name)
    if (bound.values.has(name)) continue
    bound.values.set(name, parameter === undefined ? value : adapt(parameter, value))
  }
}

/** The arguments of a Python call under the names of our parameters. */
export function argumentsByName(
  parameters: readonly Parameter[],
  values: readonly Argument[],
  keywords: Readonly<Record<string, Argument>>,
): Bound {
  const bound: Bound = { values: new Map(), byPosition: new Set() }
  bindPositional(parameters, values, bound)
  bindKeywords(parameters, keywords, bound)
  return bound
}

/**
 * The call of ours that a Python call means: required parameters by position, optional ones that Python gave by position so, too, where
 * ours can be, and everything else by name. `pythonOrder` is the order of the parameters in the Python call.
 */
export function callOf(
  { parameters }: Pick<Signature, 'parameters'>,
  values: readonly Argument[],
  keywords: Readonly<Record<string, Argument>>,
  pythonOrder: readonly Parameter[] = parameters,
): Argument[] {
  const bound = argumentsByName(pythonOrder, values, keywords)
  const call: Argument[] = []
  for (const { name, required, positional } of parameters) {
    const value = bound.values.get(name)
    if (value === undefined || !positional || !(required || bound.byPosition.has(name))) break
    if (name.startsWith('…')) call.push(...(value as readonly Argument[]))
    else call.push(value)
    bound.values.delete(name)
  }
  const options = Object.fromEntries([...bound.values].filter(([, value]) => value !== undefined))
  return Object.keys(options).length > 0 ? [...call, options] : call
}
