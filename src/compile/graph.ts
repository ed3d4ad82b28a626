// A recorded program: buffers, and instructions that read and write views of them, in an order in which they may run. Writes in place
// are instructions like any other. It knows neither how a program is recorded nor how it runs.
import type { LoopKernel } from '../backends/wasm/loops/ir.ts'
import { expressionsOf, inputsOf, writtenOperands } from '../backends/wasm/loops/kernel-facts.ts'
import type { SourceLine } from '../core/call-site.ts'
import type { DTypeFacts } from '../core/dtype.ts'
import { contiguousStrides, isDense, type Shape, sameShape, sizeOf } from '../core/shape.ts'
import type { Storage } from '../core/storage.ts'
import type { Value } from '../core/value.ts'
import type { BindablePrimitive } from '../primitives/params.ts'
import type { Program } from '../primitives/program.ts'
import type { Update, UpdateRule } from '../primitives/update.ts'

/** Memory that a program uses. */
export interface Buffer {
  readonly number: number
  readonly type: DTypeFacts
  /** Elements. */
  readonly length: number
  /**
   * Whose it is: the program's own (`temporary`), of a tensor that there was before (`outside`), or of what a run is given (`argument`, dense and
   * in order).
   */
  readonly role: 'temporary' | 'outside' | 'argument'
  /** The memory of a tensor from outside. */
  readonly storage: Storage | null
  /** The number that all elements are, where that is known and never changes. */
  readonly constant: number | null
}

/** Where elements lie in a buffer. */
export interface View {
  readonly buffer: Buffer
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}

type SiteOf = () => SourceLine | null

/** A primitive with an output of its own, or written in place. */
export interface Application {
  readonly kind: 'apply'
  readonly primitive: BindablePrimitive
  readonly params: unknown
  readonly inputs: readonly View[]
  readonly output: View
  /** The dtype that an elementwise primitive computes in. */
  readonly computed: DTypeFacts | null
  readonly site: SiteOf
}

/** A loop kernel: a row for every index of the dims of `shape` that are not in `dims`, its elements along those. Operands broadcast to `shape`. */
export interface Rows {
  readonly kind: 'rows'
  readonly kernel: LoopKernel
  readonly shape: Shape
  readonly dims: readonly number[]
  readonly operands: readonly View[]
  readonly scalars: readonly number[]
  readonly site: SiteOf
  /** What it was made of, in order. */
  readonly parts: readonly (Application | Rows)[]
}

/**
 * A matrix product or a convolution with its epilogue: an elementwise loop kernel that may take each block of it while that is in the cache, since
 * of what the first writes, an element of the second reads its own only.
 */
export interface Contraction {
  readonly kind: 'contraction'
  readonly product: Application
  readonly epilogue: Rows
  readonly site: SiteOf
}

/** A program with outputs of its own. */
export interface ProgramRun {
  readonly kind: 'program'
  readonly program: Program<unknown>
  readonly params: unknown
  readonly inputs: readonly View[]
  readonly outputs: readonly View[]
  readonly site: SiteOf
}

/** A rule applied to many tensors in place. */
export interface UpdateAll {
  readonly kind: 'update'
  readonly rule: UpdateRule
  readonly tensors: readonly (readonly View[])[]
  /** Where the updates of each are counted; null where they are not. */
  readonly counts: readonly (View | null)[]
  readonly updates: readonly Update[]
  readonly site: SiteOf
}

/** Something that happens beside tensors. */
export interface Effect {
  readonly kind: 'effect'
  readonly name: string
  readonly inputs: readonly View[]
  readonly run: (contents: readonly Value[]) => void
  readonly site: SiteOf
}

export type Instruction = Application | Rows | Contraction | ProgramRun | UpdateAll | Effect

/** A program: what it does, and which views are of use afterwards. */
export interface Graph {
  readonly instructions: readonly Instruction[]
  /** Views whose contents are asked for after a run. */
  readonly results: readonly View[]
}

/** The counts that an update makes go up. */
export const countsOf = ({ counts }: UpdateAll): readonly View[] => counts.filter((count) => count !== null)

/** The views that an instruction writes. */
export function writesOf(instruction: Instruction): readonly View[] {
  switch (instruction.kind) {
    case 'apply':
      return [instruction.output]
    case 'rows':
      return [...writtenOperands(instruction.kernel)].map((k) => instruction.operands[k] as View)
    case 'contraction':
      return [instruction.product.output, ...writesOf(instruction.epilogue)]
    case 'program':
      return instruction.outputs
    case 'update':
      return [...instruction.tensors.flatMap((own) => instruction.rule.written.map((k) => own[k] as View)), ...countsOf(instruction)]
    case 'effect':
      return []
  }
}

/** The views that an instruction may read; of a loop kernel all operands, since what it writes it may have read before. */
export function readsOf(instruction: Instruction): readonly View[] {
  switch (instruction.kind) {
    case 'apply':
    case 'program':
    case 'effect':
      return instruction.inputs
    case 'rows':
      return instruction.operands.filter((_, k) => readOperands(instruction.kernel).has(k))
    case 'contraction': {
      const { product, epilogue } = instruction
      return [...product.inputs, ...readsOf(epilogue).filter(({ buffer }) => buffer !== product.output.buffer)]
    }
    case 'update':
      return [...instruction.tensors.flat(), ...countsOf(instruction)]
  }
}

const reads = /*@__PURE__*/ new WeakMap<LoopKernel, ReadonlySet<number>>()

/** Operands that the kernel reads. */
export function readOperands(kernel: LoopKernel): ReadonlySet<number> {
  let found = reads.get(kernel)
  if (found === undefined) {
    found = inputsOf(kernel.stages.flatMap(expressionsOf), 'element')
    reads.set(kernel, found)
  }
  return found
}

/** The instruction with its views replaced. */
export function withViews<I extends Instruction>(instruction: I, replace: (view: View) => View): I
export function withViews(instruction: Instruction, replace: (view: View) => View): Instruction {
  switch (instruction.kind) {
    case 'apply':
      return { ...instruction, inputs: instruction.inputs.map(replace), output: replace(instruction.output) }
    case 'rows':
      return {
        ...instruction,
        operands: instruction.operands.map(replace),
        parts: instruction.parts.map((part) => withViews(part, replace)),
      }
    case 'contraction':
      return { ...instruction, product: withViews(instruction.product, replace), epilogue: withViews(instruction.epilogue, replace) }
    case 'program':
      return { ...instruction, inputs: instruction.inputs.map(replace), outputs: instruction.outputs.map(replace) }
    case 'update':
      return {
        ...instruction,
        tensors: instruction.tensors.map((own) => own.map(replace)),
        counts: instruction.counts.map((count) => count && replace(count)),
      }
    case 'effect':
      return { ...instruction, inputs: instruction.inputs.map(replace) }
  }
}

export const sameView = (x: View, y: View): boolean =>
  x.buffer === y.buffer && x.offset === y.offset && sameShape(x.shape, y.shape) && sameShape(x.strides, y.strides)

/** Whether a view is all of its buffer, in order. */
export const isWhole = ({ buffer, shape, strides, offset }: View): boolean =>
  offset === 0 && sizeOf(shape) === buffer.length && isDense(shape, strides)

/** All of a buffer, in order. */
export const wholeView = (buffer: Buffer, shape: Shape): View => ({ buffer, shape, strides: contiguousStrides(shape), offset: 0 })

/** A name for people. */
export function nameOf(instruction: Instruction): string {
  switch (instruction.kind) {
    case 'apply':
      return instruction.primitive
    case 'rows':
      return instruction.kernel.name
    case 'contraction':
      return `${nameOf(instruction.product)}·${nameOf(instruction.epilogue)}`
    case 'program':
      return instruction.program.name
    case 'update':
      return instruction.rule.kernel.name
    case 'effect':
      return instruction.name
  }
}
