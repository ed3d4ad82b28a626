// A program that can run: its steps with all addresses, and the one block of the heap in which its own memory lies. A run copies nothing but
// small tensors, allocates nothing but results, and launches one kernel after the other.
import { type Follower, launchAt } from '../backends/wasm/launch.ts'
import { canReadTo } from '../backends/wasm/operands.ts'
import type { Kernel } from '../backends/wasm/threads/pool.ts'
import { dtypes, type ElementArray } from '../core/dtype.ts'
import { DeviceError } from '../core/errors.ts'
import { buffer as heapBuffer, heapFrom, setHeapFrom, words } from '../core/memory/heap.ts'
import { poison } from '../core/memory/holders.ts'
import { contiguousStrides, isDense, printShape, sizeOf } from '../core/shape.ts'
import { allocate, Storage } from '../core/storage.ts'
import { emptyValue, type Value, viewOf } from '../core/value.ts'
import { copyInto } from '../primitives/kernels.ts'
import { type Buffer, type Graph, isWhole, type View, writesOf } from './graph.ts'
import { type HostStep, type Lowered, lower, type RenewStep, type Step } from './lowering.ts'
import { LINE, planMemory, type Region, wholeLines } from './memory-plan.ts'
import { regionsOf, wordsOf } from './regions.ts'
import { regionOf } from './stand-ins.ts'

/** What a plan is made for. */
export interface Program {
  readonly graph: Graph
  /** What each run is given, in order. */
  readonly given: readonly Buffer[]
  /** What each run returns, in memory that belongs to whoever gets it. */
  readonly returned: readonly Buffer[]
  /** What is to be had until the next run. */
  readonly kept: readonly Buffer[]
}

/** Thrown where the heap has no room for a plan, or for what a run is given or returns; nothing has run then. */
export class NoRoom extends Error {}

/** A buffer whose memory differs from run to run. */
interface Slot {
  /** Words that hold addresses in it, and how far from its start. */
  readonly patches: { readonly word: number; readonly offset: number }[]
  storage: Storage | null
  /** Where it starts in the storage, in elements. */
  offset: number
  address: number
}

/** A small tensor's memory outside the heap, and its place in the block. */
interface Mirror {
  readonly outside: Storage
  readonly inside: ElementArray
  readonly isWritten: boolean
  /** The version of the contents inside; null before the first run. */
  version: number | null
}

/** A step as it runs: a launch, or a function. */
interface Launch {
  readonly name: string
  readonly kernel: Kernel
  readonly at: number
  readonly tasks: number
  readonly work: number
  readonly follower: Follower | null
  readonly run: null
}
interface Call {
  readonly name: string
  readonly run: () => void
}
export type RunningStep = Launch | Call

/** Bytes that a plan takes. */
export interface PlanMemory {
  /** The whole block. */
  readonly block: number
  /** What intermediates and working memory take of it, and what they would if each had its own. */
  readonly shared: number
  readonly separate: number
}

/** Runs after which a plan asks seldom whether better kernels have come. */
const OFTEN = 64
/** A copy of fewer elements is faster by hand. */
const FEW = 16

function copyElements(from: ElementArray, to: ElementArray): void {
  if (from.length > FEW) to.set(from)
  else for (let i = 0; i < from.length; i++) to[i] = from[i] as number
}

/** Tells the tape. */
function noteChange(storage: Storage): void {
  storage.version++
  storage.changedBy = 'compile'
}

const bytesOf = ({ length, type }: Buffer): number => length * type.bytes

export class Plan {
  readonly program: Program
  readonly #written: ReadonlySet<Buffer>
  /** Memory from outside that is written. */
  readonly #changed: readonly Storage[]
  readonly #returned: ReadonlySet<Buffer>
  lowered: Lowered
  memory: PlanMemory = { block: 0, shared: 0, separate: 0 }
  /** Where the regions are that share memory, and from which step to which they live. */
  shared: readonly (Region & { readonly place: number; readonly offset: number })[] = []
  /** Completed runs. */
  runs = 0
  /** Holds the block for as long as somebody needs what lies in it. */
  block: Storage = allocate(dtypes.int32, 0)
  steps: readonly RunningStep[] = []
  #slots = new Map<Buffer, Slot>()
  #mirrors: Mirror[] = []
  #inBlock = new Map<Buffer, Storage>()
  #sharedWords: readonly [from: number, to: number] = [0, 0]

  constructor(program: Program) {
    this.program = program
    this.#written = new Set(program.graph.instructions.flatMap(writesOf).map(({ buffer }) => buffer))
    this.#changed = [...this.#written].flatMap(({ storage }) => storage ?? [])
    this.#returned = new Set(program.returned)
    this.lowered = lower(program.graph)
    this.#place()
  }

  /** Whether every run has memory of its own for a buffer. */
  #isSlot(buffer: Buffer): boolean {
    return (buffer.role === 'argument' || this.#returned.has(buffer)) && bytesOf(buffer) >= heapFrom
  }

  /** Gives all memory a place, and writes down what kernels read there. */
  #place(): void {
    const { places, steps } = this.lowered
    const pinned = new Set<Buffer>([...this.program.kept, ...this.program.returned])
    const isPinned = (buffer: Buffer | null): boolean => buffer !== null && (buffer.role !== 'temporary' || pinned.has(buffer))
    const offsets = new Map<number, number>()
    let bytes = 0
    const append = (size: number): number => {
      const at = bytes
      bytes += wholeLines(size)
      return at
    }
    const launches = steps.map((step) => (step.kind === 'launch' ? append(4 * wordsOf(step).length) : 0))
    places.forEach(({ buffer, words: table, bytes: size }, place) => {
      if (table !== null || (isPinned(buffer) && !this.#isSlot(buffer as Buffer))) offsets.set(place, append(size))
    })
    const sharing = this.#lives().filter(({ place }) => !offsets.has(place) && !this.#isSlotAt(place))
    const plan = planMemory(sharing)
    const start = bytes
    sharing.forEach(({ place }, i) => {
      offsets.set(place, start + (plan.offsets[i] as number))
    })
    bytes += plan.bytes + LINE // kernels may read a little further
    const least = setHeapFrom(1) // it must lie in the heap, however small it is
    const block = allocate(dtypes.int32, bytes / 4)
    setHeapFrom(least)
    if (block.address === 0) throw new NoRoom()
    this.block = block
    this.shared = sharing.map((region, i) => ({ ...region, offset: plan.offsets[i] as number }))
    this.memory = { block: bytes, shared: plan.bytes, separate: sharing.reduce((sum, region) => sum + wholeLines(region.bytes), 0) }
    const base = block.address
    this.#sharedWords = [(base + start) >>> 2, (base + start + plan.bytes) >>> 2]
    this.#connect(
      launches.map((at) => base + at),
      (place) => base + (offsets.get(place) as number),
    )
  }

  #isSlotAt(place: number): boolean {
    const buffer = this.lowered.places[place]?.buffer ?? null
    return buffer !== null && this.#isSlot(buffer)
  }

  /** From which step to which each place is in use. */
  #lives(): (Region & { readonly place: number })[] {
    const spans = new Map<number, [first: number, last: number]>()
    this.lowered.steps.forEach((step, at) => {
      for (const place of regionsOf(step, this.lowered)) {
        const span = spans.get(place)
        if (span === undefined) spans.set(place, [at, at])
        else span[1] = at
      }
    })
    return [...spans].map(([place, [first, last]]) => ({ place, bytes: this.lowered.places[place]?.bytes ?? 0, first, last }))
  }

  /** Writes the words of launches and tables, and makes the steps. `addressOf` says where a place is. */
  #connect(launches: readonly number[], addressOf: (place: number) => number): void {
    const { places, steps, placeOf } = this.lowered
    this.#slots = new Map()
    this.#inBlock = new Map()
    this.#mirrors = []
    const slotOf = (buffer: Buffer): Slot => {
      let slot = this.#slots.get(buffer)
      if (slot === undefined) {
        slot = { patches: [], storage: null, offset: 0, address: 0 }
        this.#slots.set(buffer, slot)
      }
      return slot
    }
    const write = (list: readonly number[], address: number): void => {
      list.forEach((word, i) => {
        const at = (address >>> 2) + i
        const target = regionOf(word)
        if (target === null) words[at] = word
        else if (this.#isSlotAt(target.region))
          slotOf(places[target.region]?.buffer as Buffer).patches.push({ word: at, offset: target.offset })
        else words[at] = addressOf(target.region) + target.offset
      })
    }
    places.forEach(({ words: table }, place) => {
      if (table !== null) write(table, addressOf(place))
    })
    const seenByKernels = new Set(steps.flatMap((step) => (step.kind === 'launch' ? [...regionsOf(step, this.lowered)] : [])))
    for (const [buffer, place] of placeOf) {
      if (this.#isSlot(buffer)) slotOf(buffer)
      else if (buffer.storage === null || buffer.constant !== null || seenByKernels.has(place)) {
        const inside = new buffer.type.Array(heapBuffer, addressOf(place), buffer.length)
        this.#inBlock.set(buffer, new Storage(buffer.type, inside, addressOf(place)))
        if (buffer.storage !== null && buffer.constant === null)
          this.#mirrors.push({ outside: buffer.storage, inside, isWritten: this.#written.has(buffer), version: null })
      }
    }
    this.steps = steps.map((step, i) => this.#running(step, launches[i] as number, write, addressOf))
  }

  #running(
    step: Step,
    at: number,
    write: (list: readonly number[], address: number) => void,
    addressOf: (place: number) => number,
  ): RunningStep {
    switch (step.kind) {
      case 'launch': {
        write(wordsOf(step), at)
        const { name, kernel, tasks, work } = step
        const follower = step.follower && { kernel: step.follower.kernel, address: at + 4 * step.words.length }
        return { name, kernel, at, tasks, work, follower, run: null }
      }
      case 'renew':
        return this.#renewal(step, addressOf(step.table) >>> 2)
      case 'host':
        return this.#call(step)
    }
  }

  #renewal({ name, views, over }: RenewStep, word: number): Call {
    return { name, run: over(views.map(this.valueOf), word) }
  }

  #call({ name, views, run }: HostStep): Call {
    if (views.some(({ buffer }) => this.#isSlot(buffer))) return { name, run: () => run(views.map(this.valueOf)) }
    const values = views.map(this.valueOf)
    return { name, run: () => run(values) }
  }

  /** A view as it is in this run. */
  readonly valueOf = ({ buffer, shape, strides, offset }: View): Value => {
    const slot = this.#slots.get(buffer)
    // what no kernel sees stays where it is: effects may change it, too
    const storage = slot?.storage ?? this.#inBlock.get(buffer) ?? buffer.storage
    return viewOf(storage as Storage, shape, strides, offset + (slot?.offset ?? 0), sizeOf(shape))
  }

  /** Brings what a run is given to where its kernels look; gives back what brings back what they write. */
  #give(buffer: Buffer, value: Value): (() => void) | null {
    const isWritten = this.#written.has(buffer)
    const slot = this.#slots.get(buffer)
    if (slot === undefined) {
      const inside = this.#inBlock.get(buffer)
      if (inside === undefined) return null // nobody looks at it
      const target = viewOf(inside, value.shape, contiguousStrides(value.shape), 0, buffer.length)
      if (isDense(value.shape, value.strides))
        copyElements(value.storage.data.subarray(value.offset, value.offset + buffer.length), inside.data)
      else copyInto(value, target)
      return isWritten ? () => copyInto(target, value) : null
    }
    let source = value
    if (!isDense(value.shape, value.strides) || value.storage.address === 0 || !canReadTo(value.storage.address + bytesOf(buffer) + LINE)) {
      source = emptyValue(value.storage.type, value.shape)
      copyInto(value, source)
    }
    this.#point(slot, source.storage, source.offset)
    return isWritten && source !== value ? () => copyInto(source, value) : null
  }

  #point(slot: Slot, storage: Storage, offset: number): void {
    const address = storage.address + offset * storage.type.bytes
    if (storage.address === 0) throw new NoRoom()
    slot.storage = storage
    slot.offset = offset
    if (address === slot.address) return
    slot.address = address
    for (const { word, offset: further } of slot.patches) words[word] = address + further
  }

  /** Runs all steps. `given` are the contents of the program's arguments; the result is the memory of each buffer that is returned. */
  run(given: readonly Value[]): Map<Buffer, Storage> {
    this.#renewKernels()
    // all that allocates comes first: an allocation may take memory back
    const returned = new Map<Buffer, Storage>()
    for (const buffer of this.program.returned) {
      const storage = allocate(buffer.type, buffer.length)
      returned.set(buffer, storage)
      const slot = this.#slots.get(buffer)
      if (slot !== undefined) this.#point(slot, storage, 0)
    }
    const givingBack: (() => void)[] = []
    this.program.given.forEach((buffer, i) => {
      const back = this.#give(buffer, given[i] as Value)
      if (back !== null) givingBack.push(back)
    })
    for (const { outside, inside, version } of this.#mirrors) if (outside.version !== version) copyElements(outside.data, inside)
    if (poison) words.fill(-1, ...this.#sharedWords)
    try {
      const { steps } = this
      for (let i = 0; i < steps.length; i++) {
        const step = steps[i] as RunningStep
        if (step.run === null) launchAt(step.kernel, step.at, step.tasks, step.work, step.follower)
        else step.run()
      }
    } catch (error) {
      throw error instanceof DeviceError ? this.#lost(error) : error
    } finally {
      for (const back of givingBack) back()
      for (const slot of this.#slots.values()) slot.storage = null // whose memory that is is no matter of the plan's
      for (const storage of this.#changed) noteChange(storage)
      for (const mirror of this.#mirrors) {
        if (mirror.isWritten) copyElements(mirror.inside, mirror.outside.data)
        mirror.version = mirror.outside.version
      }
      this.program.given.forEach((buffer, i) => {
        if (this.#written.has(buffer)) noteChange((given[i] as Value).storage)
      })
    }
    for (const [buffer, storage] of returned)
      if (!this.#slots.has(buffer)) copyElements((this.#inBlock.get(buffer) as Storage).data, storage.data)
    this.runs++
    return returned
  }

  /** What is lost when a step could not be finished: whatever it may have been writing. */
  #lost(error: DeviceError): DeviceError {
    const tensors = this.program.graph.instructions
      .flatMap(writesOf)
      .filter(({ buffer }) => buffer.role !== 'temporary')
      .map((view) => `a ${view.buffer.type.name} tensor of shape ${printShape(isWhole(view) ? view.shape : [view.buffer.length])}`)
    const lost = [...new Set(tensors)]
    return new DeviceError(
      `${error.message.slice(0, error.message.indexOf(':'))}: a worker thread ended in the middle of a compiled step; the contents of ${lost.length === 0 ? 'its results' : `its results and of ${lost.join(', ')}, which it changes,`} are lost. Restore them, and go on with fewer threads.`,
    )
  }

  /** Takes down launches again where the backend has chosen other kernels since. */
  #renewKernels(): void {
    const { runs } = this
    if (runs >= OFTEN && runs % OFTEN !== 0) return
    let isStale = false
    for (const { ask, kernel } of this.lowered.choices) if (ask(runs < OFTEN ? 1 : OFTEN) !== kernel) isStale = true
    if (!isStale) return
    const before = this.lowered
    this.lowered = lower(this.program.graph)
    try {
      this.#place()
    } catch (error) {
      this.lowered = before
      if (!(error instanceof NoRoom)) throw error // else the old ones go on
    }
  }

  /** What a kept buffer holds since the last run, as a tensor of its own. */
  copyOfKept(view: View): Value {
    const copy = emptyValue(view.buffer.type, view.shape)
    copyInto(this.valueOf(view), copy)
    return copy
  }
}
