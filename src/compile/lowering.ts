// From instructions to steps: the launches that the backend's programs would make, taken down, and what runs as it is because it looks at contents.
// Which memory a step touches is known by region; places come later.

import type { Cut } from '../backends/wasm/cut.ts'
import * as wasm from '../backends/wasm/elementwise.ts'
import { type LaunchRecorder, recordLaunches } from '../backends/wasm/launch-recorder.ts'
import { scalarCount } from '../backends/wasm/loops/kernel-facts.ts'
import { runSegments, type Segment, scalarsAt } from '../backends/wasm/loops/run.ts'
import * as wasmReduction from '../backends/wasm/reduction.ts'
import type { Kernel } from '../backends/wasm/threads/pool.ts'
import type { DTypeFacts } from '../core/dtype.ts'
import { TraceError } from '../core/errors.ts'
import { sizeOf } from '../core/shape.ts'
import { allocateFrom, type Storage } from '../core/storage.ts'
import { type Value, viewOf } from '../core/value.ts'
import { type Accelerated, accelerated } from '../primitives/accelerated.ts'
import { compute } from '../primitives/bind.ts'
import { kernelOf } from '../primitives/kernels.ts'
import type { ReductionParams } from '../primitives/params.ts'
import { overRows } from '../primitives/rows.ts'
import { addOne, applyRule, canBeOneKernel, numbersOf, segmentsOf, type Update } from '../primitives/update.ts'
import {
  type Application,
  type Buffer,
  type Contraction,
  countsOf,
  type Effect,
  type Graph,
  type Instruction,
  nameOf,
  type ProgramRun,
  type Rows,
  type UpdateAll,
  type View,
} from './graph.ts'
import { overCut } from './passes/as-rows.ts'
import { LooksAtContents, regionOf, standIn, standInStorage } from './stand-ins.ts'

/** Memory that steps touch. */
export interface Place {
  readonly bytes: number
  /** The buffer that it holds; null of working memory. */
  readonly buffer: Buffer | null
  /** Words that it always holds; they may be stand-ins themselves. */
  readonly words: readonly number[] | null
}

/** A kernel with its words, of which some are stand-ins. */
export interface LaunchStep {
  readonly kind: 'launch'
  readonly name: string
  readonly kernel: Kernel
  readonly words: readonly number[]
  readonly tasks: number
  readonly work: number
  readonly instruction: Instruction
  /** How its tasks cut what its program computes, if it is the launch that does so. */
  readonly cut: Cut | null
  /** The launch of which a task follows each task of this one. Its work is counted here. */
  readonly follower: LaunchStep | null
}

/** What runs as it is, on values over the memory of its views. */
export interface HostStep {
  readonly kind: 'host'
  readonly name: string
  readonly views: readonly View[]
  readonly run: (values: readonly Value[]) => void
  readonly instruction: Instruction
}

/** New numbers for the table at a region, which the launch after it looks up, from what is counted in `views`; `over` gets the table's first word. */
export interface RenewStep {
  readonly kind: 'renew'
  readonly name: string
  readonly table: number
  readonly views: readonly View[]
  readonly over: (values: readonly Value[], word: number) => () => void
  readonly instruction: Instruction
}

export type Step = LaunchStep | HostStep | RenewStep

/** A choice of the backend that steps rest on. */
export interface Choice {
  /** The kernel that is chosen after so many more runs. */
  readonly ask: (runs: number) => Kernel
  readonly kernel: Kernel
}

/** A program in steps. */
export interface Lowered {
  readonly steps: readonly Step[]
  readonly places: readonly Place[]
  readonly placeOf: ReadonlyMap<Buffer, number>
  readonly choices: readonly Choice[]
}

/** Nanoseconds of a task from which on it is worth to be followed: that costs two calls. */
const WORTH_FOLLOWING = 4000

/** Whether a buffer's memory stays where it is from run to run, in the heap. */
const isFixed = ({ storage }: Buffer): boolean => storage !== null && storage.address !== 0

/** The words of a number that never changes. */
function constantWords({ constant, type }: Buffer): readonly number[] | null {
  if (constant === null) return null
  const words = new Int32Array(2)
  new type.Array(words.buffer, 0, 1)[0] = constant
  return [...words]
}

class Lowering implements LaunchRecorder {
  readonly steps: Step[] = []
  readonly places: Place[] = []
  readonly placeOf = new Map<Buffer, number>()
  readonly choices: Choice[] = []
  #instruction: Instruction | null = null
  /** Working memory of the program that is taken down. */
  #scratch: { place: number; bytes: number } | null = null
  readonly #storages = new Map<Buffer, Storage>()

  #place(bytes: number, buffer: Buffer | null, words: readonly number[] | null = null): number {
    return this.places.push({ bytes, buffer, words }) - 1
  }

  launch(kernel: Kernel, args: readonly number[], tasks: number, work: number, cut: Cut | null): void {
    this.steps.push({
      kind: 'launch',
      name: kernel.name,
      kernel,
      words: [...args],
      tasks,
      work,
      instruction: this.#instruction as Instruction,
      cut,
      follower: null,
    })
  }

  scratch(bytes: number): number {
    if (this.#scratch === null || this.#scratch.bytes < bytes) this.#scratch = { place: this.#place(bytes, null), bytes }
    return standIn(this.#scratch.place)
  }

  table(words: readonly number[]): number {
    return standIn(this.#place(words.length * 4, null, [...words]))
  }

  choose(ask: (runs: number) => Kernel): void {
    this.choices.push({ ask, kernel: ask(0) })
  }

  #storageOf(buffer: Buffer): Storage {
    if (isFixed(buffer)) return buffer.storage as Storage
    let storage = this.#storages.get(buffer)
    if (storage === undefined) {
      const place = this.#place(buffer.length * buffer.type.bytes, buffer, constantWords(buffer))
      this.placeOf.set(buffer, place)
      storage = standInStorage(buffer.type, buffer.length, place)
      this.#storages.set(buffer, storage)
    }
    return storage
  }

  readonly #valueOf = ({ buffer, shape, strides, offset }: View): Value =>
    viewOf(this.#storageOf(buffer), shape, strides, offset, sizeOf(shape))

  /** Takes down the launches of a program; where it cannot run on kernels alone, nothing. */
  #takeDown(program: () => boolean): boolean {
    const [steps, choices] = [this.steps.length, this.choices.length]
    this.#scratch = null
    const temporary = (type: DTypeFacts, length: number): Storage => standInStorage(type, length, this.#place(length * type.bytes, null))
    const before = allocateFrom({ allocate: temporary, adopt: (storage) => storage })
    try {
      if (recordLaunches(this, program)) return true
    } catch (error) {
      if (!(error instanceof LooksAtContents)) throw error
    } finally {
      allocateFrom(before)
    }
    this.steps.length = steps
    this.choices.length = choices
    return false
  }

  #host(instruction: Instruction, views: readonly View[], run: (values: readonly Value[]) => void): void {
    for (const { buffer } of views) this.#storageOf(buffer)
    this.steps.push({ kind: 'host', name: nameOf(instruction), views, run, instruction })
  }

  #apply(instruction: Application): void {
    const { primitive, params, inputs, output } = instruction
    const kernel = kernelOf(primitive)
    const computed = instruction.computed ?? undefined
    const values = inputs.map(this.#valueOf)
    const result = this.#valueOf(output)
    const onKernels = (): boolean => {
      switch (kernel.kind) {
        case 'elementwise':
          return wasm.runElementwise(kernel, values, result, computed)
        case 'reduction':
          return wasmReduction.runReduction(kernel, values[0] as Value, (params as ReductionParams).dims, result)
        case 'program': {
          const program = accelerated[primitive as keyof typeof accelerated] as Accelerated<unknown> | undefined
          return !kernel.looks?.(params) && (program?.(values, params, result) ?? false)
        }
        default:
          return false
      }
    }
    if (!this.#takeDown(onKernels))
      this.#host(instruction, [...inputs, output], (given) =>
        compute(primitive, kernel, given.slice(0, -1), params, given.at(-1) as Value, computed),
      )
  }

  #rows(instruction: Rows): void {
    const { kernel, shape, dims, operands, scalars, parts } = instruction
    if (this.#takeDown(() => overRows(kernel, shape, dims, operands.map(this.#valueOf), scalars))) return
    if (parts.length === 0)
      throw new TraceError(`compile: there are no vector instructions for ${kernel.name} here. Run the function without compile.`)
    for (const part of parts) this.#lower(part)
  }

  /** An epilogue whose loops can be cut like the product follows its tasks; another one comes after all of it. */
  #contraction({ product, epilogue }: Contraction): void {
    this.#apply(product)
    const last = this.steps.at(-1)
    if (last?.kind !== 'launch' || !this.#follows(last, epilogue)) this.#rows(epilogue)
  }

  #follows(first: LaunchStep, epilogue: Rows): boolean {
    const { cut, tasks, work } = first
    const isWorthIt = tasks === 1 || work >= WORTH_FOLLOWING * tasks
    const blocks = cut !== null && isWorthIt ? overCut(epilogue, cut) : null
    if (blocks === null) return false
    const { kernel, shape, operands, scalars } = blocks
    if (!this.#takeDown(() => overRows(kernel, shape, [], operands.map(this.#valueOf), scalars, cut))) return false
    const follower = this.steps.pop() as LaunchStep
    this.steps.splice(-1, 1, { ...first, work: work + follower.work, follower })
    return true
  }

  #program(instruction: ProgramRun): void {
    const { program, params, inputs, outputs } = instruction
    if (this.#takeDown(() => program.run(inputs.map(this.#valueOf), params, outputs.map(this.#valueOf)))) return
    this.#host(instruction, [...inputs, ...outputs], (given) =>
      program.reference(given.slice(0, inputs.length), params, given.slice(inputs.length)),
    )
  }

  #update(instruction: UpdateAll): void {
    const { rule, tensors, updates } = instruction
    const counts = countsOf(instruction)
    for (const { buffer } of counts) this.#storageOf(buffer)
    /** The updates with counts of their own. */
    const counting = (values: readonly Value[]): Update[] => {
      let next = 0
      return updates.map((update) => (update.count === undefined ? update : { ...update, count: values[next++] as Value }))
    }
    const none = Array.from({ length: scalarCount(rule.kernel) }, () => 0)
    const segments = tensors.map((own): Segment => ({ tensors: own.map(this.#valueOf), scalars: none }))
    const types = new Set(segments.map((segment) => segment.tensors[0]?.storage.type))
    const at = this.steps.length
    if (types.size === 1 && canBeOneKernel(rule, segments) && this.#takeDown(() => runSegments(rule.kernel, segments))) {
      const launch = this.steps[at] as LaunchStep
      const table = regionOf(launch.words[2] as number)?.region as number
      const over = (values: readonly Value[], word: number): (() => void) => {
        const counted = counting(values)
        const renew = scalarsAt(rule.kernel, segments, word)
        return () => {
          addOne(values)
          renew(numbersOf(counted))
        }
      }
      this.steps.splice(at, 0, { kind: 'renew', name: rule.kernel.name, table, views: counts, over, instruction })
      return
    }
    const views = tensors.flat()
    this.#host(instruction, [...views, ...counts], (values) => {
      const counted = values.slice(views.length)
      addOne(counted)
      let k = 0
      const given = counting(counted).map((update) => ({
        ...update,
        tensors: update.tensors.map(() => values[k++] as Value),
      }))
      applyRule(rule, segmentsOf(given))
    })
  }

  #effect(instruction: Effect): void {
    this.#host(instruction, instruction.inputs, instruction.run)
  }

  #lower(instruction: Instruction): void {
    this.#instruction = instruction
    switch (instruction.kind) {
      case 'apply':
        return this.#apply(instruction)
      case 'rows':
        return this.#rows(instruction)
      case 'contraction':
        return this.#contraction(instruction)
      case 'program':
        return this.#program(instruction)
      case 'update':
        return this.#update(instruction)
      case 'effect':
        return this.#effect(instruction)
    }
  }

  lower(graph: Graph): Lowered {
    for (const { buffer } of graph.results) this.#storageOf(buffer)
    for (const instruction of graph.instructions) this.#lower(instruction)
    return this
  }
}

/** The steps of a program. */
export const lower = (graph: Graph): Lowered => new Lowering().lower(graph)
