// Structures of tensors: arrays and plain objects, nested in any way. Tensors are their leaves; everything else passes through.
// It must not know any transform.
import { OptionError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import { Value } from '../core/value.ts'
import { describe } from '../primitives/operations.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'

/** The form of a structure without its tensors. */
export type Structure =
  | { readonly kind: 'tensor'; readonly path: string }
  | { readonly kind: 'other'; readonly path: string; readonly value: unknown }
  | { readonly kind: 'array'; readonly path: string; readonly items: readonly Structure[] }
  | { readonly kind: 'object'; readonly path: string; readonly keys: readonly string[]; readonly items: readonly Structure[] }

/** A structure taken apart. */
export interface Flat {
  readonly tensors: readonly Tensor[]
  /** Where each tensor was: `[0].weight`. */
  readonly paths: readonly string[]
  readonly structure: Structure
}

const below = (path: string, key: string): string => (/^[A-Za-z_$][\w$]*$/.test(key) ? `${path}.${key}` : `${path}['${key}']`)

/** Whether a value is a tensor; one of another copy of the library is refused. */
function isLeaf(operation: string, value: unknown, path: string): value is Tensor {
  if (value instanceof Value) return true
  if (isTensor(value))
    throw new OptionError(
      `${operation}: ${path || 'a tensor'} belongs to another copy of wengert. Install the library once, so that all parts share it.`,
    )
  return false
}

/** Takes a structure apart; `name` stands at the start of its paths. */
export function flatten(operation: string, tree: unknown, name = ''): Flat {
  const tensors: Tensor[] = []
  const paths: string[] = []
  const visit = (value: unknown, path: string): Structure => {
    if (isLeaf(operation, value, path)) {
      tensors.push(value)
      paths.push(path)
      return { kind: 'tensor', path }
    }
    if (Array.isArray(value)) return { kind: 'array', path, items: value.map((item, i) => visit(item, `${path}[${i}]`)) }
    if (isPlainObject(value)) {
      const keys = Object.keys(value)
      return { kind: 'object', path, keys, items: keys.map((key) => visit(value[key], below(path, key))) }
    }
    return { kind: 'other', path, value }
  }
  const structure = visit(tree, name)
  return { tensors, paths, structure }
}

/** The structure with `leaf(i)` in place of tensor number i. */
export function rebuild(structure: Structure, leaf: (i: number) => unknown): unknown {
  let next = 0
  const build = (at: Structure): unknown => {
    switch (at.kind) {
      case 'tensor':
        return leaf(next++)
      case 'other':
        return at.value
      case 'array':
        return at.items.map(build)
      case 'object':
        return Object.fromEntries(at.items.map((item, i) => [at.keys[i], build(item)]))
      default:
        return at satisfies never
    }
  }
  return build(structure)
}

/** The structure with these tensors in place of its own, in order. */
export const unflatten = (structure: Structure, tensors: readonly unknown[]): unknown => rebuild(structure, (i) => tensors[i])

/** The structure with `change` applied to every tensor. */
export function mapTensors(operation: string, tree: unknown, change: (tensor: Tensor) => unknown): unknown {
  const { tensors, structure } = flatten(operation, tree)
  return rebuild(structure, (i) => change(tensors[i] as Tensor))
}

const kindInWords = (structure: Structure): string =>
  structure.kind === 'array'
    ? `an array of ${structure.items.length}`
    : structure.kind === 'object'
      ? `an object with ${structure.keys.length === 0 ? 'no keys' : structure.keys.join(', ')}`
      : structure.kind === 'tensor'
        ? 'a tensor'
        : describe(structure.value)

/** The tensors of `tree`, which must have the form of `expected`; what is no tensor there is not looked at. */
export function tensorsLike(operation: string, expected: Structure, tree: unknown, name: string): Tensor[] {
  const tensors: Tensor[] = []
  const mismatch = (at: Structure, value: unknown, path: string): OptionError =>
    new OptionError(
      `${operation}: ${path} must be ${kindInWords(at)}, got ${kindInWords(flatten(operation, value).structure)}. Give ${name} the structure of what it belongs to.`,
    )
  const visit = (at: Structure, value: unknown, path: string): void => {
    switch (at.kind) {
      case 'tensor':
        if (!isLeaf(operation, value, path)) throw mismatch(at, value, path)
        tensors.push(value)
        return
      case 'other':
        return
      case 'array':
        if (!Array.isArray(value) || value.length !== at.items.length) throw mismatch(at, value, path)
        return at.items.forEach((item, i) => visit(item, value[i], `${path}[${i}]`))
      case 'object': {
        if (!isPlainObject(value) || !hasExactly(value, at.keys)) throw mismatch(at, value, path)
        return at.items.forEach((item, i) => visit(item, value[at.keys[i] as string], below(path, at.keys[i] as string)))
      }
      default:
        at satisfies never
    }
  }
  visit(expected, tree, name)
  return tensors
}

/**
 * One entry of `prefix` for each leaf of the structure, tensors and others: `0` stands for all below it, `[0, { weight: 1 }]` for each part
 * its own.
 */
export function spread(
  operation: string,
  option: string,
  prefix: unknown,
  structure: Structure,
): { readonly leaf: Extract<Structure, { kind: 'tensor' | 'other' }>; readonly entry: number | null }[] {
  const found: { leaf: Extract<Structure, { kind: 'tensor' | 'other' }>; entry: number | null }[] = []
  const visit = (entry: unknown, at: Structure, path: string): void => {
    const isEntry = entry === null || typeof entry === 'number'
    if (typeof entry === 'number' && !Number.isInteger(entry))
      throw new OptionError(`${operation}: ${path} must be an integer or null, got ${entry}. Name the dim to map over.`)
    if (isEntry && (at.kind === 'tensor' || at.kind === 'other')) found.push({ leaf: at, entry })
    else if (isEntry) for (const item of (at as Extract<Structure, { items: unknown }>).items) visit(entry, item, path)
    else if (at.kind === 'array' && Array.isArray(entry) && entry.length === at.items.length)
      at.items.forEach((item, i) => visit(entry[i], item, `${path}[${i}]`))
    else if (at.kind === 'object' && isPlainObject(entry) && hasExactly(entry, at.keys))
      at.items.forEach((item, i) => visit(entry[at.keys[i] as string], item, below(path, at.keys[i] as string)))
    else
      throw new OptionError(
        `${operation}: ${path} is ${kindInWords(flatten(operation, entry).structure)}, but ${at.path || 'the value'} is ${kindInWords(at)}. Give a number or null for all of it, or one for each part.`,
      )
  }
  visit(prefix, structure, option)
  return found
}

const hasExactly = (value: object, keys: readonly string[]): boolean =>
  Object.keys(value).length === keys.length && keys.every((key) => Object.hasOwn(value, key))
