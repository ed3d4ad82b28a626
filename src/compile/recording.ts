// One recording of a function: the program for one kind of arguments, its plan, and how its results and gradients get back to people.
import { type AccumulateGrad, type NodeOutput, setGradEnabled, setRequiresGrad, sourceOf } from '../autograd/index.ts'
import { TraceError } from '../core/errors.ts'
import { sizeOf } from '../core/shape.ts'
import type { Storage } from '../core/storage.ts'
import { aliasOf, type Value, viewOf } from '../core/value.ts'
import { flatten, rebuild, type Structure } from '../func/tree.ts'
import { copy } from '../primitives/operations.ts'
import { type ArgumentKind, type Arguments, isOfKind, kindOf } from './arguments.ts'
import { type Buffer, type Graph, isWhole, type View, writesOf } from './graph.ts'
import { optimized } from './passes/index.ts'
import { NoRoom, Plan } from './plan.ts'
import { type Guard, holds, Trace } from './trace.ts'
import { tracedOf } from './traced-storage.ts'

/** A result: computed, an argument, or a tensor from outside. */
type Result =
  | { readonly from: 'run'; readonly view: View }
  | { readonly from: 'argument'; readonly number: number }
  | { readonly from: 'outside'; readonly value: Value }

/** A gradient that is left: computed, the one that was there (changed in place), another tensor, or none. */
type Left =
  | { readonly from: 'run'; readonly view: View }
  | { readonly from: 'before'; readonly output: NodeOutput }
  | { readonly from: 'outside'; readonly value: Value | null }

/** Where a gradient is kept: at a leaf from outside, or at an argument. */
type Keeper = { readonly output: AccumulateGrad } | { readonly argument: number }

interface GradientLeft {
  readonly keeper: Keeper
  readonly left: Left
}

export class Recording {
  readonly kind: ArgumentKind
  readonly plan: Plan
  /** The program before any pass. */
  readonly recorded: Graph
  /** What must hold for it. */
  readonly guards: readonly Guard[]
  readonly #structure: Structure
  readonly #results: readonly Result[]
  readonly #gradientsRead: readonly NodeOutput[]
  readonly #gradientsLeft: readonly GradientLeft[]
  /** Memory from outside that it reads, and of that what it changes. */
  readonly #outside: ReadonlySet<Storage>
  readonly #changed: ReadonlySet<Storage>
  readonly #changesArguments: boolean
  /** What gives the gradients that lie in a block of the plan's, when somebody asks. */
  #later: { readonly block: Storage; readonly gradients: readonly ((() => Value) | null)[] } | null = null

  constructor(parts: {
    kind: ArgumentKind
    trace: Trace
    plan: Plan
    recorded: Graph
    structure: Structure
    results: readonly Result[]
    gradientsLeft: readonly GradientLeft[]
  }) {
    this.kind = parts.kind
    this.plan = parts.plan
    this.recorded = parts.recorded
    this.guards = [...new Map(parts.trace.guards.map((guard) => [guard.fact, guard])).values()]
    this.#structure = parts.structure
    this.#results = parts.results
    this.#gradientsRead = [...parts.trace.gradientsRead.keys()]
    this.#gradientsLeft = parts.gradientsLeft
    const written = new Set(parts.recorded.instructions.flatMap(writesOf).map(({ buffer }) => buffer))
    this.#outside = new Set(parts.trace.buffers.flatMap(({ storage }) => storage ?? []))
    this.#changed = new Set([...written].flatMap(({ storage }) => storage ?? []))
    this.#changesArguments = [...written].some(({ role }) => role === 'argument')
  }

  /** Whether it is the recording for a call, as things stand. */
  holdsFor(given: Arguments): boolean {
    if (!isOfKind(given, this.kind)) return false
    for (const guard of this.guards) if (!holds(guard)) return false
    return true
  }

  /** Whether arguments share memory with each other, or with what is read from outside, and some of that is changed. */
  changesShared({ tensors }: Arguments): boolean {
    if (tensors.length === 0 || (this.#changed.size === 0 && !this.#changesArguments)) return false
    const seen = new Set<Storage>()
    for (const { storage } of tensors) {
      if (this.#changed.has(storage) || (this.#changesArguments && (seen.has(storage) || this.#outside.has(storage)))) return true
      seen.add(storage)
    }
    return false
  }

  run(given: Arguments): unknown {
    const { plan } = this
    const before = new Map(this.#gradientsRead.map((output) => [output, output.grad as Value])) // a guard saw that there is one
    let returned: ReadonlyMap<Buffer, Storage>
    const recording = setGradEnabled(false)
    try {
      returned = plan.run([...given.tensors, ...before.values()])
    } catch (error) {
      if (!(error instanceof NoRoom)) this.#dropGradients(given)
      throw error
    } finally {
      setGradEnabled(recording)
    }
    this.#leaveGradients(given, before)
    const results = this.#results.map((result) => {
      switch (result.from) {
        case 'run': {
          const { buffer, shape, strides, offset } = result.view
          return viewOf(returned.get(buffer) as Storage, shape, strides, offset, sizeOf(shape))
        }
        case 'argument':
          return given.tensors[result.number] as Value
        case 'outside':
          return result.value
      }
    })
    return results.length === 1 && this.#structure.kind === 'tensor' ? results[0] : rebuild(this.#structure, (i) => results[i])
  }

  #keeperOf({ tensors }: Arguments, keeper: Keeper): NodeOutput {
    return 'output' in keeper ? keeper.output : (sourceOf(tensors[keeper.argument] as Value) as AccumulateGrad) // a leaf, by its kind
  }

  #leaveGradients(given: Arguments, before: ReadonlyMap<NodeOutput, Value>): void {
    const later = this.#gradientsLater()
    for (let i = 0; i < this.#gradientsLeft.length; i++) {
      const { keeper, left } = this.#gradientsLeft[i] as GradientLeft
      const output = this.#keeperOf(given, keeper)
      // the next run may be given another argument, so what belongs to this one must not lie where that writes
      if (left.from === 'run' && 'argument' in keeper) output.grad = this.plan.copyOfKept(left.view)
      else if (left.from === 'run') output.keepLater(later[i] as () => Value)
      else output.grad = left.from === 'before' ? (before.get(left.output) as Value) : left.value
    }
  }

  /** What gives the gradients that the last run left; the same from run to run, as long as the plan keeps its block. */
  #gradientsLater(): readonly ((() => Value) | null)[] {
    const { plan } = this
    const { block } = plan
    if (this.#later?.block !== block) {
      const gradientOf = (view: View) => (): Value => {
        if (plan.block !== block) throw new TraceError('grad: the step that made this gradient has begun again, and did not end.')
        return plan.copyOfKept(view)
      }
      this.#later = { block, gradients: this.#gradientsLeft.map(({ left }) => (left.from === 'run' ? gradientOf(left.view) : null)) }
    }
    return this.#later.gradients
  }

  /** Gives gradients that lie in the plan's memory memory of their own, so that nothing needs the plan any more. */
  release(): void {
    for (const { keeper, left } of this.#gradientsLeft)
      if (left.from === 'run' && 'output' in keeper && keeper.output.keeps) void keeper.output.grad // is made when asked for
  }

  /** Gradients that lie in the plan's memory are lost when a run does not come to its end. */
  #dropGradients(given: Arguments): void {
    for (const { keeper, left } of this.#gradientsLeft) if (left.from === 'run') this.#keeperOf(given, keeper).grad = null
  }
}

/** Records a call. */
export function record(fn: (...args: unknown[]) => unknown, given: Arguments): Recording {
  const trace = new Trace()
  const inputs: Value[] = []
  // no map(): stack traces, which are kept for their lines, hold the lists whose methods are running
  for (const value of given.tensors) {
    const input = trace.argument(value.storage.type, value.shape)
    if (sourceOf(value) !== null) setRequiresGrad(input, true)
    inputs.push(input)
  }
  const args = given.structure === null ? inputs : (rebuild(given.structure, (i) => inputs[i]) as unknown[])
  const { structure, results, gradientsLeft } = trace.run(() => {
    const output = fn(...args)
    if (output instanceof Promise)
      throw new TraceError(
        'compile: the function is async, but a plan runs without waiting. Compile a function that returns tensors, and await outside.',
      )
    setGradEnabled(false)
    const flat = flatten('compile', output)
    const results = flat.tensors.map((value) => resultOf(trace, inputs, value))
    return { structure: flat.structure, results, gradientsLeft: gradientsOf(trace, inputs, results) }
  })
  trace.checkHistories()
  const returned = new Set(results.flatMap((result) => (result.from === 'run' ? [result.view] : [])))
  const kept = gradientsLeft.flatMap(({ left }) => (left.from === 'run' ? [left.view] : []))
  const recorded: Graph = { instructions: trace.instructions, results: [...returned, ...kept] }
  const graph = optimized(recorded)
  const buffers = (views: Iterable<View>): Buffer[] => [...new Set([...views].map(({ buffer }) => buffer))]
  const givenBuffers = [...inputs, ...trace.gradientsRead.values()].map(({ storage }) => trace.bufferOf(storage))
  const plan = new Plan({ graph, given: givenBuffers, returned: buffers(returned), kept: buffers(kept) })
  return new Recording({ kind: kindOf(given), trace, plan, recorded, structure, results, gradientsLeft })
}

function resultOf(trace: Trace, inputs: readonly Value[], value: Value): Result {
  const number = inputs.indexOf(value)
  if (number >= 0) return { from: 'argument', number }
  const traced = tracedOf(value.storage)
  if (traced === null) return { from: 'outside', value: aliasOf(value) }
  return { from: 'run', view: trace.viewOf(traced.buffer.role === 'argument' ? copy(value) : value) }
}

/** The gradients that are left; each has memory of its own, also where it is a result, which belongs to whoever gets it. */
function gradientsOf(trace: Trace, inputs: readonly Value[], results: readonly Result[]): GradientLeft[] {
  const read = new Map([...trace.gradientsRead].map(([output, value]) => [value.storage, output]))
  const taken = new Set<Buffer>(results.flatMap((result) => (result.from === 'run' ? [result.view.buffer] : [])))
  return trace.gradientsLeft.map(({ output, gradient }) => {
    const argument = inputs.indexOf(output.variable)
    const keeper: Keeper = argument >= 0 ? { argument } : { output }
    if (gradient === null || tracedOf(gradient.storage) === null) return { keeper, left: { from: 'outside', value: gradient } }
    const before = read.get(gradient.storage)
    if (before !== undefined && isWhole(trace.viewOf(gradient))) return { keeper, left: { from: 'before', output: before } }
    let view = trace.viewOf(gradient)
    if (view.buffer.role !== 'temporary' || !isWhole(view) || taken.has(view.buffer)) view = trace.viewOf(copy(gradient))
    taken.add(view.buffer)
    return { keeper, left: { from: 'run', view } }
  })
}
