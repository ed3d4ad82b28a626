// The arguments of a call: its tensors, and what else makes it a call of another kind.
import { AccumulateGrad, isGradEnabled, isInferenceModeEnabled, sourceOf } from '../autograd/index.ts'
import { sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { flatten, type Structure } from '../func/tree.ts'

/** Arguments, taken apart. */
export interface Arguments {
  readonly args: readonly unknown[]
  readonly tensors: readonly Value[]
  /** What they are besides tensors; null where they are tensors alone. */
  readonly structure: Structure | null
  readonly modes: number
}

const areTensors = (args: readonly unknown[]): args is readonly Value[] => args.every((arg) => arg instanceof Value)

/** Whether a tensor is the result of something that is recorded outside, or a leaf whose gradient is there already. */
function isTied(value: Value): boolean {
  const source = sourceOf(value)
  return value.lifted !== null || (source !== null && (!(source instanceof AccumulateGrad) || source.keeps))
}

/** Takes arguments apart; null where they belong to a history outside, which a plan knows nothing of. */
export function readArguments(args: readonly unknown[]): Arguments | null {
  const flat = areTensors(args) ? { tensors: args, structure: null } : flatten('compile', args)
  if (flat.tensors.some(isTied)) return null
  return { args, ...flat, modes: Number(isGradEnabled()) + 2 * Number(isInferenceModeEnabled()) }
}

function sameStructure(x: Structure, y: Structure): boolean {
  if (x.kind === 'tensor') return y.kind === 'tensor'
  if (x.kind === 'other') return y.kind === 'other' && Object.is(x.value, y.value)
  if (x.kind !== y.kind || x.items.length !== y.items.length) return false
  if (x.kind === 'object' && y.kind === 'object' && x.keys.some((key, i) => key !== y.keys[i])) return false
  return x.items.every((item, i) => sameStructure(item, y.items[i] as Structure))
}

/** What is remembered of the arguments that were recorded. */
export interface ArgumentKind {
  readonly facts: readonly { readonly shape: readonly number[]; readonly dtype: string; readonly requiresGrad: boolean }[]
  readonly structure: Structure | null
  readonly modes: number
}

export const kindOf = ({ tensors, structure, modes }: Arguments): ArgumentKind => ({
  facts: tensors.map((value) => ({ shape: value.shape, dtype: value.dtype, requiresGrad: sourceOf(value) !== null })),
  structure,
  modes,
})

/** Whether arguments are of a kind. */
export function isOfKind({ tensors, structure, modes }: Arguments, kind: ArgumentKind): boolean {
  if (modes !== kind.modes || tensors.length !== kind.facts.length) return false
  if (structure === null ? kind.structure !== null : kind.structure === null || !sameStructure(structure, kind.structure)) return false
  for (let i = 0; i < tensors.length; i++) {
    const value = tensors[i] as Value
    const { shape, dtype, requiresGrad } = kind.facts[i] as ArgumentKind['facts'][number]
    if (value.dtype !== dtype || (sourceOf(value) !== null) !== requiresGrad || !sameShape(value.shape, shape)) return false
  }
  return true
}
