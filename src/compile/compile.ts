// `compile`: a function of tensors that is recorded once for each kind of arguments, and then runs as a plan.
import { isAvailable } from '../backends/wasm/launch.ts'
import { OptionError } from '../core/errors.ts'
import { heapFrom } from '../core/memory/heap.ts'
import { activeLevels } from '../primitives/levels.ts'
import { tracer } from '../primitives/tracer.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { NoRoom } from './plan.ts'
import { type Recording, record } from './recording.ts'

/** Options of `compile`. */
export interface CompileOptions {
  /** How many recordings are kept, one for each kind of arguments; the one that was used least lately goes first (default 8). */
  readonly maxPlans?: number
}

/** What a compiled function has besides. */
export interface CompiledFunction {
  /** Lets go of all plans and their memory now; the next call records again. */
  dispose(): void
  /** How many plans there are. */
  readonly plans: number
}

/** The recordings of each compiled function, the one that was used last at the end. */
const recordingsOf = /*@__PURE__*/ new WeakMap<object, readonly Recording[]>()

/** The recording that a compiled function used last; undefined before its first call. */
export function latestRecording(compiled: CompiledFunction): Recording | undefined {
  const recordings = recordingsOf.get(compiled)
  if (recordings === undefined) throw new OptionError('explain: needs a function that compile gave.')
  return recordings.at(-1)
}

const MOST_PLANS = 8

/** Whether plans can run here: kernels can be compiled, and tensors live in the heap. */
const canCompile = (): boolean => heapFrom < Number.POSITIVE_INFINITY && isAvailable()

/** `compile` of `wengert`, but for the method `explain`: that is a function here, which programs that do not call it need not hold. */
export function compile<F extends (...args: never[]) => unknown>(fn: F, options: CompileOptions = {}): F & CompiledFunction {
  if (typeof fn !== 'function') throw new OptionError(`compile: needs a function, got ${fn === null ? 'null' : typeof fn}.`)
  const { maxPlans = MOST_PLANS } = options
  if (!Number.isInteger(maxPlans) || maxPlans < 1) throw new OptionError(`compile: maxPlans is an integer ≥ 1, not ${maxPlans}.`)
  const recordings: Recording[] = []
  const run = fn as unknown as (...args: unknown[]) => unknown

  const recordingFor = (given: Arguments): Recording => {
    const last = recordings.length - 1
    for (let i = last; i >= 0; i--) {
      const recording = recordings[i] as Recording
      if (!recording.holdsFor(given)) continue
      if (i !== last) recordings.push(...recordings.splice(i, 1))
      return recording
    }
    const made = record(run, given)
    recordings.push(made)
    if (recordings.length > maxPlans) recordings.shift()?.release()
    return made
  }

  const compiled = (...args: unknown[]): unknown => {
    // inside another recording, or a transform, it is the function itself
    if (tracer !== null || activeLevels.length > 0 || !canCompile()) return run(...args)
    const given = readArguments(args)
    if (given === null) return run(...args)
    try {
      const recording = recordingFor(given)
      return recording.changesShared(given) ? run(...args) : recording.run(given)
    } catch (error) {
      if (error instanceof NoRoom) return run(...args)
      throw error
    }
  }
  recordingsOf.set(compiled, recordings)
  const extras: CompiledFunction = {
    dispose() {
      for (const recording of recordings.splice(0)) recording.release()
    },
    get plans() {
      return recordings.length
    },
  }
  Object.defineProperties(compiled, Object.getOwnPropertyDescriptors(extras))
  return compiled as unknown as F & CompiledFunction
}
