// Whether operations are recorded now. A mode never spans an `await`.
import { GradError, OptionError } from '../core/errors.ts'

let enabled = true

/** Whether operations on tensors that require gradients are recorded now. */
export const isGradEnabled = (): boolean => enabled

/**
 * Switches recording on or off until told otherwise; `noGrad` and `enableGrad` switch back by themselves.
 *
 * @returns what it was before
 */
export function setGradEnabled(mode: boolean): boolean {
  const before = enabled
  enabled = mode
  return before
}

/** What `noGrad.scope()` gives: disposing of it restores the mode. */
export interface ModeScope {
  [Symbol.dispose](): void
}

/** A function that runs another under a grad mode, with a `scope()` for `using`. */
export interface GradMode {
  <R>(run: () => R): R
  scope(): ModeScope
}

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

function gradMode(name: string, mode: boolean): GradMode {
  const under = <R>(run: () => R): R => {
    if (typeof run !== 'function')
      throw new OptionError(
        `${name}: needs a function to run, as in ${name}(() => model.forward(x)). For a block there is using scope = ${name}.scope().`,
      )
    const before = setGradEnabled(mode)
    try {
      const result = run()
      if (isPromise(result))
        throw new GradError(
          `${name}: the function returned a promise, but a grad mode does not span an await. Await first, then call ${name} around the synchronous part.`,
        )
      return result
    } finally {
      setGradEnabled(before)
    }
  }
  const scope = (): ModeScope => {
    const before = setGradEnabled(mode)
    return { [Symbol.dispose]: () => void setGradEnabled(before) }
  }
  return Object.assign(under, { scope })
}

/**
 * Runs a function without recording; its results need no gradient.
 *
 * @throws GradError if the function returns a promise.
 * @example
 * ```ts
 * import { noGrad, tensor } from 'wengert'
 * const x = tensor([1, 2], { requiresGrad: true })
 * console.log(noGrad(() => x.mul(2)).requiresGrad)
 * ```
 */
export const noGrad: GradMode = /*@__PURE__*/ gradMode('noGrad', false)

/** Runs a function with recording switched on, also inside `noGrad`. */
export const enableGrad: GradMode = /*@__PURE__*/ gradMode('enableGrad', true)
