// What a module owns, read from its properties: parameters, buffers and modules, also in arrays and plain objects.
// It must not know any layer.
import { isPlainObject } from '../core/nested.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Module } from './module.ts'
import { type Buffer, isBuffer, isParameter, type Parameter } from './parameter.ts'

/** Whether a value is a module, of this or another copy of the library. */
export const isModule = (value: unknown): value is Module =>
  typeof value === 'object' && value !== null && (value as { wengertKind?: unknown }).wengertKind === 'module'

/** One thing that a module owns, under the name that PyTorch would give it. */
export interface Member<T = Parameter | Buffer | Module> {
  readonly name: string
  readonly value: T
  /** The object or array that holds it, and under which key. */
  readonly holder: Record<string, unknown>
  readonly key: string
}

/** Whether a value may hold members: an array, read by its indices, or a plain object. */
const isContainer = (value: unknown): value is Record<string, unknown> => Array.isArray(value) || isPlainObject(value)

function collect(
  holder: Record<string, unknown>,
  prefix: string,
  names: Readonly<Record<string, string>>,
  seen: Set<unknown>,
  members: Member[],
): void {
  for (const key of Object.keys(holder)) {
    const value = holder[key]
    if (typeof value !== 'object' || value === null) continue
    const known = names[key]
    if (isParameter(value) || isBuffer(value) || isModule(value)) {
      members.push({ name: prefix + (known ?? key), value, holder, key })
    } else if (isContainer(value) && !seen.has(value)) {
      seen.add(value)
      // an empty name makes a container transparent: the layers of Sequential are '0', '1', …
      collect(value, known === '' ? prefix : `${prefix}${known ?? key}.`, {}, seen, members)
    }
  }
}

/** What the module itself owns, in the order of its properties. */
export function membersOf(module: Module): Member[] {
  const members: Member[] = []
  const names = (module.constructor as typeof Module).stateNames ?? {}
  collect(module as unknown as Record<string, unknown>, '', names, new Set(), members) // a module's own properties, read by name
  return members
}

/** The module and all modules below it, each once, parents first. */
export function modulesOf(root: Module, prefix: string, seen: Set<Module> = new Set()): [string, Module][] {
  if (seen.has(root)) return []
  seen.add(root)
  const found: [string, Module][] = [[prefix, root]]
  for (const { name, value } of membersOf(root))
    if (isModule(value)) found.push(...modulesOf(value, prefix === '' ? name : `${prefix}.${name}`, seen))
  return found
}

/** Parameters or buffers of the whole tree, each once, with their full names. */
export function tensorsOf<T extends Tensor>(root: Module, belongs: (value: unknown) => value is T, prefix: string): [string, T][] {
  const found: [string, T][] = []
  const seen = new Set<T>()
  for (const [path, module] of modulesOf(root, prefix)) {
    for (const { name, value } of membersOf(module)) {
      if (!belongs(value) || seen.has(value)) continue
      seen.add(value)
      found.push([path === '' ? name : `${path}.${name}`, value])
    }
  }
  return found
}
