// Other tensors in place of a module's parameters and buffers, for as long as a function runs. It must not know any layer.
import { OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Module } from './module.ts'
import { isModule, type Member, membersOf } from './module-tree.ts'
import { isParameter, standIn } from './parameter.ts'

/** Where every parameter and buffer is held, by key; a shared one appears under every key. */
function placesOf(module: Module, prefix = '', path: ReadonlySet<Module> = new Set()): Map<string, Member> {
  const places = new Map<string, Member>()
  if (path.has(module)) return places
  const below = new Set(path).add(module)
  for (const member of membersOf(module)) {
    const key = prefix + member.name
    if (!isModule(member.value)) places.set(key, member)
    else for (const [inner, place] of placesOf(member.value, `${key}.`, below)) places.set(inner, place)
  }
  return places
}

/** By what each of the module's own tensors is replaced; throws before anything changes. */
function replacements(module: Module, places: ReadonlyMap<string, Member>, state: Readonly<Record<string, Tensor>>): Map<unknown, Tensor> {
  const name = module.constructor.name
  const found = new Map<unknown, Tensor>()
  for (const [key, tensor] of Object.entries(state)) {
    const own = places.get(key)?.value
    if (own === undefined || isModule(own))
      throw new OptionError(`${name}: '${key}' is no parameter or buffer of the module. It has ${[...places.keys()].join(', ') || 'none'}.`)
    if (!(tensor instanceof Value)) throw new OptionError(`${name}: '${key}' must be a tensor. Give what stateDict() gives.`)
    if (found.has(own) && found.get(own) !== tensor)
      throw new OptionError(
        `${name}: '${key}' is another name of a tensor that is replaced by a different one. Give the same for both, or one of them.`,
      )
    found.set(own, tensor)
  }
  return found
}

/** Runs a function while the tensors of `state` stand in place of the module's own; they are found as its parameters and buffers meanwhile. */
export function withState<R>(module: Module, state: Readonly<Record<string, Tensor>>, run: () => R): R {
  const places = placesOf(module)
  const replaced = replacements(module, places, state)
  const restore: (() => void)[] = []
  try {
    for (const [own, tensor] of replaced) restore.push(standIn(tensor, isParameter(own) ? 'parameter' : 'buffer'))
    for (const { holder, key, value } of places.values()) {
      const tensor = replaced.get(value)
      if (tensor === undefined) continue
      restore.push(() => {
        holder[key] = value
      })
      holder[key] = tensor
    }
    return run()
  } finally {
    for (const undo of restore) undo()
  }
}
