// Whether operations are recorded now. A mode never spans an `await`.
import { GradError, OptionError } from '../core/errors.ts'
import { setUntracked } from '../core/storage.ts'

/** Each tape is switched on and off by itself. */
export interface RecordingSwitch {
  enabled: boolean
  /** The switch of the next tape up the stack of levels, while there is one: what is off there is off here, too. */
  above: RecordingSwitch | null
}

/** Whether a tape records: it is switched on, and so are those of the levels above it. */
export const records = (recording: RecordingSwitch): boolean => recording.enabled && (recording.above === null || records(recording.above))

/** The switch of the tape that `backward()` walks. */
export const baseSwitch: RecordingSwitch = { enabled: true, above: null }

let current: RecordingSwitch = baseSwitch
let inference = false

/** Makes another tape's switch the one that modes turn, until what is returned is called. */
export function useSwitch(next: RecordingSwitch): () => void {
  const before = current
  before.above = next
  current = next
  return () => {
    before.above = null
    current = before
  }
}

/** The switches of the tapes on the stack, the base tape's first. */
function switches(): RecordingSwitch[] {
  const found: RecordingSwitch[] = []
  for (let at: RecordingSwitch | null = baseSwitch; at !== null; at = at.above) found.push(at)
  return found
}

/** Switches the tapes on the stack; what is returned undoes it. */
function switchAll(wanted: (at: RecordingSwitch) => boolean): () => void {
  const before = switches().map((at) => ({ at, enabled: at.enabled }))
  for (const { at } of before) at.enabled = wanted(at)
  return () => {
    for (const { at, enabled } of before) at.enabled = enabled
  }
}

/**
 * Remembers how the tapes on the stack are switched. What is returned switches them like that again (a tape that came since is on), and
 * gives what undoes it.
 */
export function rememberModes(): () => () => void {
  const remembered = new Map(switches().map((at) => [at, at.enabled]))
  return () => switchAll((at) => remembered.get(at) ?? true)
}

/** Runs something of the library's own that every tape must record, whatever the modes say. */
export function recorded<R>(run: () => R): R {
  const inferring = inference
  const untracked = setUntracked(false)
  const switchBack = switchAll(() => true)
  inference = false
  try {
    return run()
  } finally {
    inference = inferring
    switchBack()
    setUntracked(untracked)
  }
}

/** Whether operations on tensors that require gradients are recorded now. */
export const isGradEnabled = (): boolean => current.enabled

/** Whether `inferenceMode` is on. */
export const isInferenceModeEnabled = (): boolean => inference

/**
 * Switches recording on or off until told otherwise; `noGrad` and `enableGrad` switch back by themselves. Inside `inferenceMode`
 * it stays off.
 *
 * @returns what it was before
 */
export function setGradEnabled(mode: boolean): boolean {
  if (typeof mode !== 'boolean')
    throw new OptionError('setGradEnabled: mode must be true or false. For a function there are noGrad and enableGrad.')
  const before = current.enabled
  current.enabled = mode && !inference
  return before
}

/** What `noGrad.scope()` gives: disposing of it restores the mode. */
export interface ModeScope {
  [Symbol.dispose](): void
}

/** A function that runs another under a mode, with a `scope()` for `using`. */
export interface Mode {
  <R>(run: () => R): R
  scope(): ModeScope
}

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Runs a function under a mode that is entered before and left after it. `leading` are the arguments before the function. */
export function runUnder<R>(name: string, enter: () => () => void, run: () => R, leading: readonly string[] = []): R {
  if (typeof run !== 'function')
    throw new OptionError(
      `${name}: needs a function to run, as in ${name}(${[...leading, '() => model.forward(x)'].join(', ')}). For a block there is using scope = ${name}.scope(${leading.join(', ')}).`,
    )
  const leave = enter()
  try {
    const result = run()
    if (isPromise(result))
      throw new GradError(
        `${name}: the function returned a promise, but a mode does not span an await. Await first, then call ${name} around the synchronous part.`,
      )
    return result
  } finally {
    leave()
  }
}

/** A scope that is left once, however often it is disposed of. */
export function scopeOf(leave: () => void): ModeScope {
  let isLeft = false
  return {
    [Symbol.dispose]: () => {
      if (!isLeft) leave()
      isLeft = true
    },
  }
}

/** A mode from what enters it; what that returns leaves it. */
export const mode = (name: string, enter: () => () => void): Mode =>
  Object.assign(<R>(run: () => R): R => runUnder(name, enter, run), {
    scope: (): ModeScope => scopeOf(enter()),
  })

/** Turns the switch in use now, whichever is in use when it is turned back. */
function turn(enabled: boolean): () => void {
  const turned = current
  const before = setGradEnabled(enabled)
  return () => {
    turned.enabled = before
  }
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
export const noGrad: Mode = /*@__PURE__*/ mode('noGrad', () => turn(false))

/** Runs a function with recording switched on, also inside `noGrad`; inside `inferenceMode` it has no effect. */
export const enableGrad: Mode = /*@__PURE__*/ mode('enableGrad', () => turn(true))

/**
 * Runs a function without recording, for results that will never be part of a recorded computation: they cannot be saved for
 * backward or changed in place outside; `clone()` makes an ordinary tensor of one. `enableGrad` inside has no effect.
 *
 * @throws GradError if the function returns a promise.
 * @example
 * ```ts
 * import { inferenceMode, tensor } from 'wengert'
 * const x = tensor([1, 2], { requiresGrad: true })
 * const y = inferenceMode(() => x.mul(2))
 * console.log(y.isInference(), y.clone().isInference()) // true false
 * ```
 */
export const inferenceMode: Mode = /*@__PURE__*/ mode('inferenceMode', () => {
  const turnBack = turn(false)
  const before = inference
  const tracked = setUntracked(true)
  inference = true
  return () => {
    inference = before
    setUntracked(tracked)
    turnBack()
  }
})
