// Adding the gradients of a walk to what leaves keep: all of them, or after an error none.
import { GradError } from '../core/errors.ts'
import { isDense, printShape } from '../core/shape.ts'
import type { Storage } from '../core/storage.ts'
import { aliasOf, type Value } from '../core/value.ts'
import { activeLevels } from '../primitives/levels.ts'
import { add, copy, writeResult } from '../primitives/operations.ts'
import { AccumulateGrad, type NodeOutput } from './graph-node.ts'
import { baseSwitch } from './modes.ts'
import { enterWalk, leaveWalk } from './walk-end.ts'

/**
 * Adds the walk's gradients to what their outputs keep, then calls the hooks that wait for that. A gradient becomes an output's own unless
 * its memory is somebody else's, too: the caller's or a hook's (both are in `shared`), another output's, or saved by the new graph.
 */
export function accumulate(gradients: ReadonlyMap<NodeOutput, Value>, shared: Set<Storage>, createGraph: boolean): void {
  if (activeLevels.length > 0) refuseLifted(gradients)
  const modeBefore = baseSwitch.enabled
  baseSwitch.enabled = createGraph
  const walkBefore = enterWalk() // to those who look on, it is part of the walk
  try {
    let hooked = false
    for (const [output, gradient] of gradients) {
      if (output instanceof AccumulateGrad) {
        if (isLeft(output)) continue
        hooked ||= output.accumulated !== null
      } else if (output.retains) continue // kept on the way
      const { grad: before } = output
      if (before !== null) output.grad = addInto(before, gradient, createGraph)
      else if (createGraph || output.hooks !== null) output.grad = copy(createGraph ? gradient : withoutHistory(gradient))
      else output.grad = isWhole(gradient) && !shared.has(gradient.storage) ? withoutHistory(gradient) : copy(withoutHistory(gradient))
      shared.add(gradient.storage)
    }
    if (hooked) runAccumulatedHooks(gradients.keys())
  } finally {
    baseSwitch.enabled = modeBefore
    leaveWalk(walkBefore)
  }
}

/** Whether gradients arrive where no leaf waits for them any more: it stopped requiring one after the graph was recorded. */
const isLeft = (leaf: AccumulateGrad): boolean => leaf.variable.source !== leaf

function refuseLifted(gradients: ReadonlyMap<NodeOutput, Value>): void {
  for (const { lifted, shape } of gradients.values()) {
    if (lifted !== null)
      throw new GradError(
        `backward: a gradient of shape ${printShape(shape)} belongs to a transform, and cannot be kept in .grad. Use autograd.grad, or func.grad.`,
      )
  }
}

function runAccumulatedHooks(outputs: Iterable<NodeOutput>): void {
  for (const output of outputs) {
    if (!(output instanceof AccumulateGrad) || output.accumulated === null || isLeft(output)) continue
    for (const hook of [...output.accumulated.values()]) hook(output.variable)
  }
}

const withoutHistory = (value: Value): Value => (value.source === null && value.origin === null ? value : aliasOf(value))

/** Whether a value is all of its memory, in order. */
const isWhole = (value: Value): boolean => value.elementCount === value.storage.length && isDense(value.shape, value.strides)

/** `before + gradient`: in place, so that whoever holds `.grad` sees it, unless that would lose a history or be refused. */
function addInto(before: Value, gradient: Value, createGraph: boolean): Value {
  const repeats = before.strides.some((stride, d) => stride === 0 && (before.shape[d] as number) > 1)
  const isInference = before.storage.version < 0
  if (createGraph || before.source !== null || repeats || isInference) return add(before, gradient)
  return writeResult(before, 'add', [before, gradient], null)
}
