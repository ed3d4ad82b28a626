// Saving and loading what a module owns, under PyTorch's keys.

import { noGrad } from '../autograd/index.ts'
import { OptionError, ShapeError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { write } from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Module } from './module.ts'
import { isModule, membersOf } from './module-tree.ts'
import { isBuffer, isParameter } from './parameter.ts'

/** Tensors by name, as in `{ 'fc1.weight': …, 'fc1.bias': … }`. */
export type StateDict = Record<string, Tensor>

/** What `loadStateDict` found: keys that the module has and the state lacks, and the other way round. */
export interface KeyMismatch {
  readonly missingKeys: string[]
  readonly unexpectedKeys: string[]
}

/** The module's own tensors (not copies) by key: parameters, then persistent buffers, then the children's. Shared ones appear under every key. */
export function liveState(module: Module, prefix = '', path: ReadonlySet<Module> = new Set()): Map<string, Tensor> {
  const state = new Map<string, Tensor>()
  if (path.has(module)) return state
  const members = membersOf(module)
  for (const { name, value } of members) if (isParameter(value)) state.set(prefix + name, value)
  for (const { name, value } of members) if (isBuffer(value) && value.persistent) state.set(prefix + name, value)
  const below = new Set(path).add(module)
  for (const { name, value } of members) {
    if (isModule(value)) for (const [key, tensor] of liveState(value, `${prefix}${name}.`, below)) state.set(key, tensor)
  }
  return state
}

const quoted = (keys: readonly string[]): string => keys.map((key) => `"${key}"`).join(', ')

/** Copies `state` into the module; throws before the first copy where something does not fit. */
export function loadState(module: Module, state: Readonly<StateDict>, strict: boolean): KeyMismatch {
  const own = liveState(module)
  const missingKeys = [...own.keys()].filter((key) => state[key] === undefined)
  const unexpectedKeys = Object.keys(state).filter((key) => !own.has(key))
  const complaints: string[] = []
  if (strict && unexpectedKeys.length > 0) complaints.push(`unexpected key(s): ${quoted(unexpectedKeys)}.`)
  if (strict && missingKeys.length > 0) complaints.push(`missing key(s): ${quoted(missingKeys)}.`)
  let misshapen = false
  let remedy = 'Pass { strict: false } to load what fits.'
  for (const [key, target] of own) {
    const source: unknown = state[key]
    if (source === undefined) continue
    if (!(source instanceof Value)) {
      remedy = 'Give what stateDict() or a file gave.'
      complaints.push(`"${key}" is not a tensor.`)
    } else if (!sameShape(source.shape, target.shape)) {
      misshapen = true
      remedy = 'Build the module with the sizes of the state.'
      complaints.push(`size mismatch for ${key}: the state has shape ${printShape(source.shape)}, the module ${printShape(target.shape)}.`)
    }
  }
  if (complaints.length > 0) {
    const message = `${module.constructor.name}.loadStateDict: nothing was loaded.\n\t${complaints.join('\n\t')}\n${remedy}`
    throw misshapen ? new ShapeError(message) : new OptionError(message)
  }
  noGrad(() => {
    for (const [key, target] of own) {
      const source = state[key]
      if (source !== undefined) write(target, source)
    }
  })
  return { missingKeys, unexpectedKeys }
}
