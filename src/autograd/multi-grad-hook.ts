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
  let walk: CurrentWalk | null = null
  let arrived: (Value | null)[] = []
  const handles = tensors.map((tensor, i) =>
    registerTensorHook(tensor, (gradient) => {
      const now = currentWalk()
      if (now === null) throw new GradError('registerMultiGradHook: the hook was called outside of backward.')
      const isFirst = walk !== now
      if (isFirst) {
        walk = now
        arrived = tensors.map(() => null)
      }
      arrived[i] = gradient
      if (mode === 'any') {
        if (isFirst) (hook as (gradient: Value) => void)(gradient)
      } else if (isFirst) {
        now.callbacks.push(() => {
          const gradients = arrived
          arrived = []
          walk = null
          ;(hook as (gradients: (Value | null)[]) => void)(gradients)
        })
      }
      return undefined
    }),
  )
  return { remove: () => handles.forEach((handle) => void handle.remove()) }
}
