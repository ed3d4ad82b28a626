// Records a program while it runs on tensors without contents: every primitive, loop kernel, update and effect becomes an instruction. No tensor
// from outside changes: their gradients are read and written in an overlay, and what the tape noted about them is taken back in the end.
import { AccumulateGrad, type GradientOverlay, type NodeOutput, overlayGradients, rememberModes } from '../autograd/index.ts'
import type { LoopKernel } from '../backends/wasm/loops/ir.ts'
import { callSite, callSiteLater } from '../core/call-site.ts'
import type { DTypeFacts } from '../core/dtype.ts'
import { TraceError } from '../core/errors.ts'
import { contiguousStrides, type Shape, sizeOf } from '../core/shape.ts'
import { type Allocator, allocateFrom, type Storage } from '../core/storage.ts'
import { type GradientSource, type Value, viewOf } from '../core/value.ts'
import { constantOf } from '../primitives/bind.ts'
import type { BindablePrimitive } from '../primitives/params.ts'
import type { Program } from '../primitives/program.ts'
import { type Tracer, traceWith } from '../primitives/tracer.ts'
import type { Update, UpdateRule } from '../primitives/update.ts'
import type { Buffer, Instruction, View } from './graph.ts'
import { place, TracedStorage, tracedOf } from './traced-storage.ts'

/** Something that must hold for a recorded program to be the right one. */
export interface Guard {
  /** What people call it: `train() and eval()`. */
  readonly subject: string
  /** Gives what `value` was; of a list its elements count. */
  readonly fact: () => unknown
  readonly value: unknown
}

/** Whether it holds as things stand. */
export function holds({ fact, value }: Guard): boolean {
  const now = fact()
  return Array.isArray(value) ? Array.isArray(now) && hasSame(now, value) : Object.is(now, value)
}

function hasSame(list: readonly unknown[], other: readonly unknown[]): boolean {
  if (list.length !== other.length) return false
  for (let i = 0; i < list.length; i++) if (list[i] !== other[i]) return false
  return true
}

/** The gradient that somebody keeps, as a program finds or leaves it. */
export interface KeptGradient {
  readonly output: AccumulateGrad
  readonly gradient: Value | null
}

/** What the trace knows of a tensor from outside, to be compared and taken back. */
interface Outsider {
  readonly value: Value
  readonly source: GradientSource | null
  readonly generation: number
}

/** Whether requiresGrad of all tensors is what is `wanted`. */
function areAll(values: readonly Value[], wanted: boolean): boolean {
  for (let i = 0; i < values.length; i++) if (((values[i] as Value).source !== null) !== wanted) return false
  return true
}

interface Version {
  readonly version: number
  readonly changedBy: string | null
}

/** One recording. */
export class Trace implements Tracer, Allocator, GradientOverlay {
  readonly instructions: Instruction[] = []
  readonly buffers: Buffer[] = []
  readonly guards: Guard[] = []
  /** Gradients that leaves had before, which the program reads: arguments. */
  readonly gradientsRead = new Map<NodeOutput, Value>()
  readonly #gradients = new Map<NodeOutput, Value | null>()
  readonly #outside = new Map<Storage, Buffer>()
  readonly #versions = new Map<Storage, Version>()
  readonly #outsiders = new Map<Value, Outsider>()
  /** Those that require gradients, and the others. */
  readonly #requiring: Value[] = []
  readonly #plain: Value[] = []

  #buffer(type: DTypeFacts, length: number, role: Buffer['role'], storage: Storage | null = null, constant: number | null = null): Buffer {
    const buffer = { number: this.buffers.length, type, length, role, storage, constant }
    this.buffers.push(buffer)
    return buffer
  }

  #traced(type: DTypeFacts, length: number, role: Buffer['role']): Storage {
    return new TracedStorage(this.#buffer(type, length, role), this) as unknown as Storage // as far as anybody looks who computes nothing
  }

  allocate(type: DTypeFacts, length: number): Storage {
    return this.#traced(type, length, 'temporary')
  }

  /** A copy, since the program may write to it: at each run it starts from what it was. */
  adopt(storage: Storage): Storage {
    const copy = this.allocate(storage.type, storage.length)
    const whole = (of: Storage): View => ({ buffer: this.bufferOf(of), shape: [of.length], strides: [1], offset: 0 })
    const application = { kind: 'apply', primitive: 'copy', params: null, computed: storage.type, site: callSiteLater() } as const
    this.instructions.push({ ...application, inputs: [whole(storage)], output: whole(copy) })
    return copy
  }

  /** A tensor that every run is given. */
  argument(type: DTypeFacts, shape: Shape): Value {
    const size = sizeOf(shape)
    return viewOf(this.#traced(type, size, 'argument'), shape, contiguousStrides(shape), 0, size)
  }

  /** The buffer of a memory, inside or outside. */
  bufferOf(storage: Storage): Buffer {
    const traced = tracedOf(storage)
    if (traced !== null) {
      if (traced.trace !== this) void traced.data // throws
      return traced.buffer
    }
    let buffer = this.#outside.get(storage)
    if (buffer === undefined) {
      buffer = this.#buffer(storage.type, storage.length, 'outside', storage, constantOf({ storage } as Value) ?? null)
      this.#outside.set(storage, buffer)
      this.#versions.set(storage, { version: storage.version, changedBy: storage.changedBy })
    }
    return buffer
  }

  viewOf = (value: Value): View => {
    const known = value.origin?.root ?? value
    if (tracedOf(known.storage) === null && !this.#outsiders.has(known)) {
      this.#outsiders.set(known, { value: known, source: known.source, generation: known.generation })
      if (constantOf(known) === undefined) this.#dependOnSource(known)
    }
    return { buffer: this.bufferOf(value.storage), shape: value.shape, strides: value.strides, offset: value.offset }
  }

  /** One guard for all tensors: at each call it takes a small part of the time that one for each would. */
  #dependOnSource(value: Value): void {
    const [requiring, plain] = [this.#requiring, this.#plain]
    if (requiring.length + plain.length === 0)
      this.guards.push({ subject: 'requiresGrad', fact: () => areAll(requiring, true) && areAll(plain, false), value: true })
    const list = value.source === null ? plain : requiring
    list.push(value)
  }

  apply(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown, output: Value, computed?: DTypeFacts): void {
    const views = inputs.map(this.viewOf)
    const made = { kind: 'apply', primitive, params, inputs: views, output: this.viewOf(output) } as const
    this.instructions.push({ ...made, computed: computed ?? null, site: callSiteLater() })
  }

  rows(kernel: LoopKernel, shape: Shape, dims: readonly number[], values: readonly Value[], scalars: readonly number[]): void {
    const operands = values.map(this.viewOf)
    this.instructions.push({ kind: 'rows', kernel, shape, dims, operands, scalars, site: callSiteLater(), parts: [] })
  }

  program<Params>(program: Program<Params>, inputs: readonly Value[], params: Params, outputs: readonly Value[]): void {
    const views = { inputs: inputs.map(this.viewOf), outputs: outputs.map(this.viewOf) }
    // its params are those that it is given here
    this.instructions.push({ kind: 'program', program: program as Program<unknown>, params, ...views, site: callSiteLater() })
  }

  update(rule: () => UpdateRule, updates: readonly Update[]): void {
    if (updates.length === 0) return
    const now = rule()
    this.guards.push({ subject: 'options of optimizers', fact: rule, value: now })
    const tensors = updates.map((update) => update.tensors.map(this.viewOf))
    const counts = updates.map(({ count }) => (count === undefined ? null : this.viewOf(count)))
    this.instructions.push({ kind: 'update', rule: now, tensors, counts, updates, site: callSiteLater() })
    for (const { tensors, count } of updates)
      for (const value of [...now.written.map((k) => tensors[k] as Value), ...(count === undefined ? [] : [count])]) value.storage.version++
  }

  effect(name: string, inputs: readonly Value[], run: (contents: readonly Value[]) => void): void {
    this.instructions.push({ kind: 'effect', name, inputs: inputs.map(this.viewOf), run, site: callSiteLater() })
  }

  guard(subject: string, fact: () => unknown): void {
    const value = fact()
    this.guards.push({ subject, fact, value: Array.isArray(value) ? [...value] : value })
  }

  refuse(operation: string, instead: string): never {
    throw new TraceError(
      `${operation}: inside compile a tensor has no contents yet, but they are asked for${place(callSite())}. ${instead}.`,
    )
  }

  read(output: NodeOutput): Value | null {
    const written = this.#gradients.get(output)
    if (written !== undefined) return written
    const has = this.#outsideOverlay(() => output.keeps)
    this.guards.push({ subject: 'whether there is a .grad', fact: () => output.keeps, value: has })
    const gradient = has ? this.argument(output.type, output.shape) : null
    if (gradient !== null) this.gradientsRead.set(output, gradient)
    this.#gradients.set(output, gradient)
    return gradient
  }

  write(output: NodeOutput, gradient: Value | null): void {
    this.#gradients.set(output, gradient)
  }

  #outsideOverlay<R>(run: () => R): R {
    const before = overlayGradients(null)
    try {
      return run()
    } finally {
      overlayGradients(before)
    }
  }

  /** The gradients that leaves from before the trace, and arguments, have after the program, where it changed them. */
  get gradientsLeft(): KeptGradient[] {
    const left: KeptGradient[] = []
    for (const [output, gradient] of this.#gradients) {
      if (!(output instanceof AccumulateGrad)) continue
      const traced = tracedOf(output.variable.storage)
      const isOwn = traced !== null && traced.buffer.role === 'temporary'
      if (!isOwn && (gradient === null || this.gradientsRead.get(output) !== gradient)) left.push({ output, gradient })
    }
    return left
  }

  /** Runs a function under the trace, and leaves everything from outside as it was. */
  run<R>(program: () => R): R {
    const restoreModes = rememberModes()
    const before = [traceWith(this), allocateFrom(this), overlayGradients(this)] as const
    try {
      return program()
    } finally {
      traceWith(before[0])
      allocateFrom(before[1])
      overlayGradients(before[2])
      restoreModes()
      for (const [storage, { version, changedBy }] of this.#versions) Object.assign(storage, { version, changedBy })
      this.#takeBackHistories()
    }
  }

  /** Takes back what was recorded about tensors from outside; with an error, unless another is on its way. */
  #takeBackHistories(): void {
    for (const outsider of this.#outsiders.values()) {
      const { value, source, generation } = outsider
      if (value.source === source && value.generation === generation) continue
      this.#hasRewritten ??= value
      value.source = source
      value.generation = generation
    }
  }

  #hasRewritten: Value | null = null

  /** Throws where the program gave a history to a tensor from outside. */
  checkHistories(): void {
    const value = this.#hasRewritten
    if (value !== null)
      throw new TraceError(
        `compile: a result that requires a gradient was written into a tensor of shape [${value.shape.join(', ')}] from outside, whose history would end with the run. Write its detach(), or make the tensor inside.`,
      )
  }
}
