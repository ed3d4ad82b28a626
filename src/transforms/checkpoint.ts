// Checkpoints: a part of the forward pass keeps its arguments only, and is run again when backward needs what it had saved.
import { currentWalk, enterPair, isGradEnabled, rememberModes, runUnder, SavedValue, sourceOf } from '../autograd/index.ts'
import { GradError, OptionError } from '../core/errors.ts'
import { printShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { activeLevels, type Level, withinExactly } from '../primitives/levels.ts'
import { defaultGenerator } from '../primitives/operations.ts'

/** What is checked about the second run: shapes and dtypes of what is saved, or nothing. */
export type DeterminismCheck = 'default' | 'none'

/** Options of `checkpoint`. */
export interface CheckpointSettings {
  readonly preserveRngState: boolean
  readonly determinismCheck: DeterminismCheck
}

/** In place of a saved tensor: its number, and the tensor while the function runs or backward is near. */
interface Place {
  readonly number: number
  readonly facts: string
  value: Value | null
}

const factsOf = (value: Value): string => `${value.dtype} ${printShape(value.shape)}`

/** One checkpointed call. */
class Checkpoint {
  readonly #run: (args: readonly unknown[]) => unknown
  readonly #args: readonly unknown[]
  readonly #settings: CheckpointSettings
  readonly #levels: readonly Level[] = [...activeLevels]
  readonly #switchTapes: () => () => void = rememberModes()
  readonly #stream = defaultGenerator.place()
  readonly #places: Place[] = []

  constructor(run: (args: readonly unknown[]) => unknown, args: readonly unknown[], settings: CheckpointSettings) {
    this.#run = run
    this.#settings = settings
    // the arguments go through the hooks around this checkpoint, so that one inside another keeps nothing either
    this.#args = args.map((arg) =>
      arg instanceof Value && arg.lifted === null ? new SavedValue(arg, sourceOf(arg), { name: 'checkpoint' }, true) : arg,
    )
  }

  forward(args: readonly unknown[]): unknown {
    const enter = (): (() => void) => {
      const leave = enterPair({
        pack: (value) => {
          // the value itself stays until the function is done: it may differentiate inside
          const place: Place = { number: this.#places.length, facts: factsOf(value), value }
          this.#places.push(place)
          return place
        },
        unpack: (place) => this.#valueAt(place as Place),
        release: (place) => {
          ;(place as Place).value = null
        },
      })
      return () => {
        leave()
        this.#forget()
      }
    }
    return runUnder('checkpoint', enter, () => this.#run(args))
  }

  #valueAt(place: Place): Value {
    if (place.value === null) {
      this.#recompute()
      currentWalk()?.callbacks.push(() => this.#forget())
    }
    return place.value as unknown as Value
  }

  #forget(): void {
    for (const place of this.#places) place.value = null
  }

  #recompute(): void {
    const values: Value[] = []
    const { preserveRngState } = this.#settings
    const stream = defaultGenerator.place()
    // below a functional derivative, what is recomputed may have a history that is walked in turn: it keeps what it saves as it is
    const keep = (value: Value): Value => {
      values.push(value)
      return value
    }
    withinExactly(this.#levels, () => {
      const switchBack = this.#switchTapes() // every tape saves what it saved before, also one that is not being walked
      const leave = enterPair({ pack: keep, unpack: (value) => value as Value })
      try {
        if (preserveRngState) defaultGenerator.goTo(this.#stream)
        this.#run(this.#args.map((arg) => (arg instanceof SavedValue ? arg.open() : arg)))
      } finally {
        if (preserveRngState) defaultGenerator.goTo(stream)
        leave()
        switchBack()
      }
    })
    this.#check(values)
    for (const place of this.#places) place.value = values[place.number] as Value
  }

  #check(values: readonly Value[]): void {
    const expected = this.#places
    if (values.length !== expected.length)
      throw new GradError(
        `checkpoint: the function saved ${expected.length} tensors when it ran first, and ${values.length} when it ran again for backward. It must do the same both times: no counters, no branches on what changes.`,
      )
    if (this.#settings.determinismCheck === 'none') return
    const differing = expected.find(({ facts }, i) => facts !== factsOf(values[i] as Value))
    if (differing !== undefined)
      throw new GradError(
        `checkpoint: saved tensor ${differing.number} was ${differing.facts} when the function ran first, and ${factsOf(values[differing.number] as Value)} when it ran again for backward. It must do the same both times.`,
      )
  }
}

/** Runs `run(...args)` so that what it would save for backward is computed again instead. */
export function checkpoint(run: (...args: never[]) => unknown, args: readonly unknown[], settings: CheckpointSettings): unknown {
  if (typeof run !== 'function')
    throw new OptionError('checkpoint: needs a function and an array of its arguments, as in checkpoint((x) => model.forward(x), [x]).')
  if (!Array.isArray(args)) throw new OptionError('checkpoint: the arguments stand in an array, as in checkpoint(f, [x]).')
  const call = (given: readonly unknown[]): unknown => (run as (...given: readonly unknown[]) => unknown)(...given)
  return isGradEnabled() ? new Checkpoint(call, args, settings).forward(args) : call(args)
}
