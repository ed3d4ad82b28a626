// `compile`: a function of tensors that is recorded once for each kind of arguments, and then runs as a plan.
import { isAvailable } from '../backends/wasm/launch.ts'
import { OptionError } from '../core/errors.ts'
import { heapFrom } from '../core/memory/heap.ts'
import { activeLevels } from '../primitives/levels.ts'
import { tracer } from '../primitives/tracer.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { explain } from './explain.ts'
import { NoRoom } from './plan.ts'
import { type Recording, record } from './recording.ts'

/** Options of `compile`. */
export interface CompileOptions {
  /** How many recordings are kept, one for each kind of arguments; the one that was used least lately goes first (default 8). */
  readonly maxPlans?: number
}

/** Options of `explain`. */
export interface ExplainOptions {
  /** Gives a page with a picture of the plan over time, instead of text. */
  readonly html?: boolean
}

/** What a compiled function has besides. */
export interface CompiledFunction {
  /** The latest plan for people: its program, kernels and memory. */
  explain(options?: ExplainOptions): string
  /** Lets go of all plans and their memory now; the next call records again. */
  dispose(): void
  /** How many plans there are. */
  readonly plans: number
}

const MOST_PLANS = 8

/** Whether plans can run here: kernels can be compiled, and tensors live in the heap. */
const canCompile = (): boolean => heapFrom < Number.POSITIVE_INFINITY && isAvailable()

/**
 * A function that does the same as `fn`, faster: what it computes is recorded once (forward, backward, update, whatever it does with
 * tensors), fused, given memory, and from then on runs as one plan. It is recorded again for arguments of other shapes or dtypes, and
 * when something changes that it depends on: `train()` and `eval()`, frozen parameters, parameter groups.
 *
 * Tensors from outside, such as parameters, are read and changed as they are at each call. A `.grad` that it leaves is there afterwards. Results
 * have no history. While it is recorded, tensors have no contents: `item()` or a branch on a value throws, and tells the line.
 * Numbers that are no hyperparameters of an optimizer are part of the recording.
 *
 * @example
 * ```ts
 * import { compile, F, nn, optim, randn } from 'wengert'
 * const model = new nn.Linear(3, 1)
 * const optimizer = new optim.SGD(model.parameters(), 0.1)
 * const [x, y] = [randn([8, 3]), randn([8, 1])]
 * const step = compile((inputs: typeof x, targets: typeof y) => {
 *   optimizer.zeroGrad()
 *   const loss = F.mseLoss(model.forward(inputs), targets)
 *   loss.backward()
 *   optimizer.step()
 *   return loss
 * })
 * const first = step(x, y).item()
 * console.log(step(x, y).item() < first) // true
 * ```
 */
export function compile<F extends (...args: never[]) => unknown>(fn: F, options: CompileOptions = {}): F & CompiledFunction {
  if (typeof fn !== 'function') throw new OptionError(`compile: needs a function, got ${fn === null ? 'null' : typeof fn}.`)
  const { maxPlans = MOST_PLANS } = options
  if (!Number.isInteger(maxPlans) || maxPlans < 1) throw new OptionError(`compile: maxPlans is an integer ≥ 1, not ${maxPlans}.`)
  /** The latest last. */
  let recordings: Recording[] = []
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
  const extras: CompiledFunction = {
    explain: ({ html = false } = {}) => explain(recordings, html),
    dispose() {
      for (const recording of recordings) recording.release()
      recordings = []
    },
    get plans() {
      return recordings.length
    },
  }
  Object.defineProperties(compiled, Object.getOwnPropertyDescriptors(extras))
  return compiled as unknown as F & CompiledFunction
}
