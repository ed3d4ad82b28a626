// A tape keeps the histories of values: it records operations and writes, and gives views of a written tensor their new history.
import { GradError } from '../core/errors.ts'
import { printShape } from '../core/shape.ts'
import type { Value } from '../core/value.ts'
import { installRecorder, type Recorder } from '../primitives/bind.ts'
import type { BindablePrimitive } from '../primitives/params.ts'
import { AccumulateGrad, type GraphNode, type NodeOutput } from './graph-node.ts'
import { baseSwitch, isInferenceModeEnabled, type RecordingSwitch, records } from './modes.ts'
import { announce, isObserved } from './observation.ts'
import { gradientsOf, RecordedNode } from './recorded-node.ts'
import { WriteNode } from './write-node.ts'

/** Where the gradients of a value arrive, or null where it needs none. */
export function sourceOf(value: Value): NodeOutput | null {
  const { origin, lifted } = value
  if (lifted !== null && !lifted.level.records) return sourceOf(lifted.below)
  if (origin !== null && origin.generation !== origin.root.generation) {
    // the base was written to since: the view is now a view of the new base
    if (origin.primitive === null) throw overwrittenError(value)
    origin.generation = origin.root.generation
    const parent = sourceOf(origin.parent)
    const below = (part: Value): Value => part.lifted?.below ?? part
    const source =
      parent && node(origin.primitive as BindablePrimitive, [below(origin.parent)], origin.params, below(value), [parent], lifted === null)
    handOverRetention(value, source)
    value.source = source
  }
  // the tape is the only one that fills this slot
  return value.source as NodeOutput | null
}

const overwrittenError = ({ shape }: Value): GradError =>
  new GradError(
    `customFunction: an output of shape ${printShape(shape)} has the memory of an argument, which was changed in place since, so that its derivative is lost. Return a clone() from forward.`,
  )

/** A kept gradient belongs to the tensor: it moves on to the node that makes its new contents. (Hooks stay with the old ones.) */
function handOverRetention(value: Value, next: NodeOutput | null): void {
  const before = value.source as NodeOutput | null
  if (next === null || before === null || !before.retains || before instanceof AccumulateGrad) return
  next.retains = true
  next.grad = before.grad
  before.retains = false
}

/** A node for the given edges, or null if no rule of the primitive applies to them. */
function node(
  primitive: BindablePrimitive,
  inputs: readonly Value[],
  params: unknown,
  output: Value,
  edges: (NodeOutput | null)[],
  own: boolean,
): RecordedNode | null {
  const gradients = gradientsOf(primitive, inputs, params)
  if (gradients === null || output.storage.type.category !== 2) return null
  let wanted = false
  for (let i = 0; i < edges.length; i++) {
    if (edges[i] === null) continue
    if (gradients[i] == null) edges[i] = null
    else wanted = true
  }
  if (!wanted) return null
  const made = new RecordedNode(primitive, params, gradients, edges, inputs, output, own)
  if (isObserved) announce(made, inputs, output)
  return made
}

const rootOf = (value: Value): Value => value.origin?.root ?? value

/**
 * A tape. The base tape records the values that belong to no transform, and is walked by `backward`; each functional derivative has one
 * of its own, which records the values lifted to its level and saves what they stand for below.
 */
export class Tape implements Recorder {
  readonly switch: RecordingSwitch
  readonly #owns: (value: Value) => boolean
  readonly #saves: ((value: Value) => Value) | null

  /** `saves` gives what is saved of a value, where that is not the value itself. */
  constructor(recording: RecordingSwitch, owns: (value: Value) => boolean, saves: ((value: Value) => Value) | null) {
    this.switch = recording
    this.#owns = owns
    this.#saves = saves
  }

  get active(): boolean {
    return records(this.switch)
  }

  /** Edges to the histories of values; null if none has one. */
  edgesTo(values: readonly Value[]): (NodeOutput | null)[] | null {
    const edges = new Array<NodeOutput | null>(values.length)
    let found = false
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as Value
      const source = this.#saves === null || this.#owns(value) ? sourceOf(value) : null
      edges[i] = source
      if (source !== null) found = true
    }
    return found ? edges : null
  }

  /** Whether a value of this tape has a history that an operation on it would continue, as things stand. */
  tracks(value: Value): boolean {
    return records(this.switch) && this.#owns(value) && (sourceOf(value) !== null || sourceOf(rootOf(value)) !== null)
  }

  record(primitive: BindablePrimitive, inputs: readonly Value[], params: unknown, output: Value): void {
    const recording = this.switch
    if (!recording.enabled || (recording.above !== null && !records(recording))) return
    const edges = this.edgesTo(inputs)
    if (edges === null) return
    const saves = this.#saves
    output.source =
      saves === null
        ? node(primitive, inputs, params, output, edges, true)
        : node(primitive, inputs.map(saves), params, saves(output), edges, false)
  }

  checkWrite(destination: Value, value: Value | null, name: string): void {
    if (destination.storage.version < 0 && !isInferenceModeEnabled())
      throw new GradError(
        `${name}: a tensor of shape ${printShape(destination.shape)} that was made in inferenceMode cannot be changed outside it. Change its clone().`,
      )
    if (!records(this.switch)) return
    const root = rootOf(destination)
    const leaf = [destination, root].find((at) => sourceOf(at) instanceof AccumulateGrad)
    if (leaf !== undefined) {
      const which = leaf === destination ? 'a leaf' : 'a view of a leaf'
      throw new GradError(
        `${name}: ${which} of shape ${printShape(leaf.shape)} that requires grad cannot be changed while operations are recorded. Put the change into noGrad(() => …).`,
      )
    }
    if (destination.origin === null || !(this.tracks(destination) || (value !== null && this.tracks(value)))) return
    for (let at = destination; at.origin !== null; at = at.origin.parent) {
      if (at.origin.locked !== null)
        throw new GradError(
          `${name}: a view of shape ${printShape(at.shape)} ${at.origin.locked}, and cannot be changed while operations are recorded. Use its clone(), or the form without underscore.`,
        )
    }
  }

  recordWrite(destination: Value, value: Value): void {
    if (!records(this.switch)) return
    const root = rootOf(destination)
    const edges = this.edgesTo([root, value])
    if (edges === null || root.storage.type.category !== 2) return
    const source = new WriteNode(edges, root, destination)
    if (isObserved) announce(source, [destination, value], root)
    handOverRetention(root, source)
    root.source = source
    root.generation++
  }
}

/** The tape of values that belong to no transform. */
export const baseTape: Tape = /*@__PURE__*/ new Tape(baseSwitch, (value) => value.lifted === null, null)

/** Puts the base tape behind the door of all operations. */
export function installTape(): void {
  installRecorder(baseTape)
}

/** The node that made a result; null for leaves. */
export function gradFn(value: Value): GraphNode | null {
  const source = sourceOf(value)
  return source === null || source instanceof AccumulateGrad ? null : source.node
}
