// autograd.profiler: which operations ran, how often and how long, forward and backward.
import { type ModeScope, runUnder } from '../../../autograd/index.ts'
import { OptionError } from '../../../core/errors.ts'
import { optionReader } from '../../signature-reader.ts'
import { Profile } from './profile.ts'
import { currentRecording, type Recording, startRecording } from './recording.ts'

export type { ProfileRow } from './averages.ts'
export type { AveragesOptions, Profile, TableOptions } from './profile.ts'
export type { EventCategory, ProfileEvent } from './recording.ts'
export type { SortBy } from './table.ts'

/** Options of `profile`. */
export interface ProfileOptions {
  /** Notes the shapes of inputs (default false). */
  readonly recordShapes?: boolean
  /** Notes the line of the program that called each operation. Slow; the time that it takes is not counted (default false). */
  readonly withStack?: boolean
  /** Notes how many bytes the results of each operation have. When memory is freed is known to the engine only (default false). */
  readonly profileMemory?: boolean
}

const readOptions = /*@__PURE__*/ optionReader({
  profile: 'f: function, *, recordShapes: boolean = false, withStack: boolean = false, profileMemory: boolean = false',
  'profile.scope': '*, recordShapes: boolean = false, withStack: boolean = false, profileMemory: boolean = false',
} as const)

/**
 * Runs a function and measures every operation and every node of backward in it. `profile.scope()` begins one that ends when it is
 * disposed of, for `using`; that form may span an `await`.
 *
 * @throws GradError inside another profile, or if the function returns a promise.
 * @example
 * ```ts
 * import { autograd, randn } from 'wengert'
 * const w = randn([64, 64], { requiresGrad: true })
 * const profile = autograd.profiler.profile(() => randn([8, 64]).matmul(w).relu().sum().backward())
 * console.log(profile.keyAverages().find(({ name }) => name === 'ReluBackward0')?.count) // 1
 * console.log(profile.table({ sortBy: 'totalTime', rowLimit: 5 }))
 * ```
 */
export const profile: {
  <R>(run: () => R, options?: ProfileOptions): Profile<R>
  scope(options?: ProfileOptions): Profile
} = /*@__PURE__*/ Object.assign(
  <R>(run: () => R, options?: ProfileOptions): Profile<R> => {
    const given = readOptions('profile', options)
    let recording: Recording | null = null
    const enter = (): (() => void) => {
      const started = startRecording(given)
      recording = started
      return () => started.stop()
    }
    const result = runUnder('profile', enter, run)
    return new Profile(recording as unknown as Recording, result) // it was entered
  },
  {
    scope: (options?: ProfileOptions): Profile => new Profile(startRecording(readOptions('profile.scope', options)), undefined),
  },
)

function enterLabel(name: string): () => void {
  if (typeof name !== 'string') throw new OptionError(`recordFunction: name must be a string, not ${typeof name}.`)
  return currentRecording()?.label(name) ?? (() => {})
}

/**
 * Runs a function as one event with this name, which contains the events inside, if a profile is under way; else just runs it.
 * `recordFunction.scope(name)` is for `using`.
 *
 * @throws GradError if the function returns a promise.
 * @example
 * ```ts
 * import { autograd, ones } from 'wengert'
 * const { profile, recordFunction } = autograd.profiler
 * const measured = profile(() => recordFunction('softmax', () => ones([2, 3]).softmax(1)))
 * console.log(measured.events[0]?.name, measured.events[1]?.parent?.name) // softmax softmax
 * ```
 */
export const recordFunction: {
  <R>(name: string, run: () => R): R
  scope(name: string): ModeScope
} = /*@__PURE__*/ Object.assign(<R>(name: string, run: () => R): R => runUnder('recordFunction', () => enterLabel(name), run, ['name']), {
  scope(name: string): ModeScope {
    const leave = enterLabel(name)
    return { [Symbol.dispose]: leave }
  },
})
