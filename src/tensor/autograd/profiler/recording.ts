// What happens while a profile runs: a span for each primitive, each node of backward and each label, in the order in which they began.
// All on one thread, so that spans nest. It knows neither rows nor files: what becomes of the spans is said in averages.ts and on.
import { currentWalk, type GraphNode, observeNodes } from '../../../autograd/index.ts'
import { callSite, type SourceLine } from '../../../core/call-site.ts'
import { GradError } from '../../../core/errors.ts'
import type { Shape } from '../../../core/shape.ts'
import { physicalOf, type Value } from '../../../core/value.ts'
import { setStopwatch } from '../../../primitives/bind.ts'

/** What an event belongs to: `backward` is whatever runs while backward walks the graph, `user` a label of `recordFunction`. */
export type EventCategory = 'forward' | 'backward' | 'user'

/** What a profile measures besides time. */
export interface ProfileSettings {
  readonly recordShapes: boolean
  readonly withStack: boolean
  readonly profileMemory: boolean
}

/** One run of an operation, of a node of backward, or of a labelled function. */
export interface ProfileEvent {
  /** `mul`, `MulBackward0`, or what `recordFunction` was told. */
  readonly name: string
  readonly category: EventCategory
  /** Microseconds from the beginning of the profile. */
  readonly start: number
  /** Microseconds from its start to its end. */
  readonly duration: number
  /** Microseconds without those of the events inside it. */
  readonly selfDuration: number
  /** The event that it is a part of: of an operation the node of backward, or the label, that it runs under. */
  readonly parent: ProfileEvent | null
  /** Of a node of backward the operation whose derivative it is; null if that ran before the profile began. */
  readonly forward: ProfileEvent | null
  /** With `recordShapes`: of an operation the shapes of its inputs, of a node those of the gradients that it gets. */
  readonly inputShapes: readonly Shape[] | null
  /** With `withStack`: the line that called the operation; of a node that of its forward operation. */
  readonly line: SourceLine | null
  /** With `profileMemory`: bytes of the results that it made, events inside included; views make none. */
  readonly allocated: number | null
}

/** An event while it is written. */
type Span = { -readonly [K in Exclude<keyof ProfileEvent, 'parent'>]: ProfileEvent[K] } & { readonly parent: Span | null }

/** A span that has not ended, with the node that runs in it. */
interface OpenSpan {
  readonly span: Span
  readonly node: GraphNode | null
}

/** Milliseconds as microseconds, in whole nanoseconds: rounding keeps the order of times, so that spans still nest. */
const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6) / 1e3
/** A sum or difference of such times without what floating point adds. */
const whole = (time: number): number => Math.round(time * 1e3) / 1e3

/** One profile under way. */
export class Recording {
  readonly settings: ProfileSettings
  readonly #origin = performance.now()
  readonly #spans: Span[] = []
  readonly #open: OpenSpan[] = []
  readonly #madeBy = new WeakMap<Value, Span>()
  readonly #forwardOf = new WeakMap<GraphNode, Span>()
  /** When something began or ended last. */
  #last = 0
  /** Milliseconds that the profile itself took with looking for lines: they are nobody's. */
  #paused = 0
  #leave: (() => void) | null

  constructor(settings: ProfileSettings) {
    this.settings = settings
    const unobserve = observeNodes({
      created: (node, _, output) => {
        const span = this.#madeBy.get(physicalOf(output))
        if (span !== undefined) this.#forwardOf.set(node, span)
      },
      started: (node) => this.#nodeStarted(node),
      ran: (node) => this.#nodeEnded(node),
      failed: (node) => this.#nodeEnded(node),
    })
    const before = setStopwatch((primitive, inputs, output, start) => this.#ran(primitive, inputs, output, start))
    this.#leave = () => {
      setStopwatch(before)
      unobserve()
    }
  }

  get isRunning(): boolean {
    return this.#leave !== null
  }

  /** The events that have ended, in the order in which they began; a parent stands before its parts. */
  get events(): readonly ProfileEvent[] {
    return this.isRunning ? this.#spans.filter((span) => this.#open.every((open) => open.span !== span)) : this.#spans
  }

  /** Ends the profile, and whatever is still open. */
  stop(): void {
    if (this.#leave === null) return
    this.#leave()
    this.#leave = null
    this.#dropAbandoned()
    this.#endFrom(0, this.#now())
  }

  /** Begins a label; what it returns ends it, and whatever was left open inside. */
  label(name: string): () => void {
    const open = this.#begin(name, 'user', null)
    return () => {
      const depth = this.#open.indexOf(open)
      if (depth < 0) return
      this.#dropAbandoned()
      this.#endFrom(depth, this.#now())
    }
  }

  #now(): number {
    return this.#at(performance.now())
  }

  /** A time of the clock as one of the profile. */
  #at(time: number): number {
    return microseconds(time - this.#origin - this.#paused)
  }

  #span(name: string, category: EventCategory, start: number): Span {
    const { profileMemory } = this.settings
    const span: Span = {
      name,
      category,
      start,
      duration: 0,
      selfDuration: 0,
      parent: this.#open.at(-1)?.span ?? null,
      forward: null,
      inputShapes: null,
      line: null,
      allocated: profileMemory ? 0 : null,
    }
    this.#spans.push(span)
    return span
  }

  #begin(name: string, category: EventCategory, node: GraphNode | null): OpenSpan {
    this.#dropAbandoned()
    this.#last = this.#now()
    const open = { span: this.#span(name, category, this.#last), node }
    this.#open.push(open)
    return open
  }

  #end(span: Span, end: number): void {
    const { parent } = span
    span.duration = whole(end - span.start)
    // until it ends, a span counts here what its parts took
    span.selfDuration = whole(span.duration - span.selfDuration)
    this.#last = end
    if (parent === null) return
    parent.selfDuration += span.duration
    if (parent.allocated !== null) parent.allocated += span.allocated ?? 0
  }

  /** Ends the open spans from this depth on, the innermost first. */
  #endFrom(depth: number, end: number): void {
    while (this.#open.length > depth) this.#end((this.#open.pop() as OpenSpan).span, Math.max(end, this.#last))
  }

  /** Ends the nodes that nobody ended, because another observer or a hook threw: without a walk no node runs. */
  #dropAbandoned(): void {
    while (this.#open.at(-1)?.node != null && currentWalk() === null) this.#endFrom(this.#open.length - 1, this.#last)
  }

  #ran(primitive: string, inputs: readonly Value[], output: Value, begun: number): void {
    const end = this.#now()
    this.#dropAbandoned()
    const span = this.#span(primitive, currentWalk() === null ? 'forward' : 'backward', this.#at(begun))
    const { recordShapes, withStack, profileMemory } = this.settings
    if (recordShapes) span.inputShapes = inputs.map(({ shape }) => shape)
    if (withStack) {
      const before = performance.now()
      span.line = callSite()
      this.#paused += performance.now() - before
    }
    if (profileMemory && inputs.every(({ storage }) => storage !== output.storage)) span.allocated = output.storage.data.byteLength
    this.#end(span, end)
    this.#madeBy.set(output, span)
  }

  #nodeStarted(node: GraphNode): void {
    const { span } = this.#begin(node.name, 'backward', node)
    span.forward = this.#forwardOf.get(node) ?? null
    span.line = span.forward?.line ?? null
    if (this.settings.recordShapes) span.inputShapes = (node.outputs ?? [node]).map(({ shape }) => shape)
  }

  #nodeEnded(node: GraphNode): void {
    const depth = this.#open.findLastIndex((open) => open.node === node)
    if (depth >= 0) this.#endFrom(depth, this.#now())
  }
}

let current: Recording | null = null

/** The profile under way. */
export const currentRecording = (): Recording | null => (current?.isRunning ? current : null)

/** Begins a profile. There is one at a time. */
export function startRecording(settings: ProfileSettings): Recording {
  if (currentRecording() !== null)
    throw new GradError(
      'profile: a profile is running already, and one inside another would measure the other, too. End it first, or label the part with recordFunction.',
    )
  current = new Recording(settings)
  return current
}
