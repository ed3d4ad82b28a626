// The place of whoever records a program instead of running it. While there is a tracer, a primitive computes nothing: its result is memory
// that only stands for contents, and the tracer notes how they come about. It knows no tracer: that stands above, in compile/.
import type { LoopKernel } from '../backends/wasm/loops/ir.ts'
import type { DTypeFacts } from '../core/dtype.ts'
import { heapFrom, setHeapFrom } from '../core/memory/heap.ts'
import type { Shape } from '../core/shape.ts'
import { allocateFrom } from '../core/storage.ts'
import type { Value } from '../core/value.ts'
import type { BindablePrimitive } from './params.ts'
import type { Program } from './program.ts'
import type { Update, UpdateRule } from './update.ts'

/** What is told of everything that would be computed. */
export interface Tracer {
  /** `output`, whose memory there is already, gets the result of a primitive; `computed` is the dtype of an elementwise one's arithmetic. */
  apply(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown, output: Value, computed?: DTypeFacts): void
  /** A loop kernel over rows runs, as `overRows` runs it. */
  rows(kernel: LoopKernel, shape: Shape, dims: readonly number[], values: readonly Value[], scalars: readonly number[]): void
  /** A program fills its outputs. */
  program<Params>(program: Program<Params>, inputs: readonly Value[], params: Params, outputs: readonly Value[]): void
  /** A rule is applied to many tensors in place; which one it is, `rule` says at each run. */
  update(rule: () => UpdateRule, updates: readonly Update[]): void
  /** Something happens beside tensors, in its turn: a counter goes up, contents are checked. It gets the contents of `inputs`. */
  effect(name: string, inputs: readonly Value[], run: (contents: readonly Value[]) => void): void
  /** The recorded program holds as long as `fact`, which is about `subject`, gives what it gives now. */
  guard(subject: string, fact: () => unknown): void
  /** Contents are asked for, which are not there: throws. */
  refuse(operation: string, instead: string): never
}

/** Who records; null while operations run. */
export let tracer: Tracer | null = null

/** Records from now on, or, with null, no longer; returns who did before. */
export function traceWith(wanted: Tracer | null): Tracer | null {
  const before = tracer
  tracer = wanted
  return before
}

/** Runs something for good while a trace goes on: memory that outlives the traced program, such as an optimizer's state. */
export function untraced<R>(run: () => R): R {
  if (tracer === null) return run()
  const [by, from] = [traceWith(null), allocateFrom(null)]
  // the program uses it at every run: in the heap, however small, it needs no copying
  const least = heapFrom === Number.POSITIVE_INFINITY ? heapFrom : setHeapFrom(1)
  try {
    return run()
  } finally {
    traceWith(by)
    allocateFrom(from)
    setHeapFrom(least)
  }
}

/** Throws, under the name that people called, where the size of a result depends on contents that are not there yet. */
export const refuseSize = (operation: string): void =>
  tracer?.refuse(operation, 'The size of the result depends on values. Compute it outside, or use where() with a mask')

/** Notes a fact that a program depends on without computing it: whether a module trains; of a list its elements count. `subject` is what people call it. */
export const dependOn = (subject: string, fact: () => unknown): void => tracer?.guard(subject, fact)
