// A hook that waits for the gradients of several tensors.
import { GradError, OptionError } from '../core/errors.ts'
import type { Value } from '../core/value.ts'
import { registerTensorHook } from './gradients.ts'
import type { HookHandle } from './hooks.ts'
import { type CurrentWalk, currentWalk } from './walk-end.ts'

/** Called with one gradient for each tensor, null for one that was not reached (`all`), or with the first that arrives (`any`). */
export type MultiGradHook = ((gradients: (Value | null)[]) => void) | ((gradient: Value) => void)

/** Registers a hook of several tensors. */
export function registerMultiGradHook(tensors: readonly Value[], hook: MultiGradHook, mode: 'all' | 'any'): HookHandle {
  if (!Array.isArray(tensors) || tensors.length === 0)
    throw new OptionError('registerMultiGradHook: needs an array of tensors, as in registerMultiGradHook([x, y], hook).')
  if (typeof hook !== 'function') throw new OptionError('registerMultiGradHook: a hook is a function.')
  // by walk: a hook may start another in the middle of one
  const arrivals = new WeakMap<CurrentWalk, (Value | null)[]>()
  const handles = tensors.map((tensor, i) =>
    registerTensorHook(tensor, (gradient) => {
      const walk = currentWalk()
      if (walk === null) throw new GradError('registerMultiGradHook: the hook was called outside of backward.')
      const before = arrivals.get(walk)
      const arrived = before ?? tensors.map(() => null)
      arrived[i] = gradient
      if (before !== undefined) return undefined
      arrivals.set(walk, arrived)
      if (mode === 'any') (hook as (gradient: Value) => void)(gradient)
      else walk.callbacks.push(() => (hook as (gradients: (Value | null)[]) => void)(arrived))
      return undefined
    }),
  )
  return { remove: () => handles.forEach((handle) => void handle.remove()) }
}
