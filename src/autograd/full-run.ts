// One node's run with all that may stand around it: hooks of the tensor and of the node, kept gradients, observers.
import { GradError } from '../core/errors.ts'
import { printShape, sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import { cast, describe, reshape, sum } from '../primitives/operations.ts'
import type { GraphNode, NodeOutput } from './graph-node.ts'
import { announceFailure, announceRun, announceStart } from './observation.ts'

/** A gradient as its output wants it: summed over what was broadcast, in the output's dtype. */
export function conform(gradient: Value, { shape, type }: NodeOutput): Value {
  let conformed = gradient
  if (!sameShape(gradient.shape, shape)) {
    const shift = gradient.shape.length - shape.length
    const grown = gradient.shape.map((_, d) => d).filter((d) => d < shift || (shape[d - shift] === 1 && gradient.shape[d] !== 1))
    conformed = sum(gradient, grown)
    if (!sameShape(conformed.shape, shape)) conformed = reshape(conformed, shape)
  }
  return conformed.storage.type === type ? conformed : cast(conformed, type.name)
}

type Gradients = readonly (Value | null)[]

/** What a hook returned in place of the gradient `before`, checked. */
function replacement(hook: string, returned: unknown, before: Value | null): Value | null {
  if (returned === null) return null
  if (!(returned instanceof Value))
    throw new GradError(
      `${hook}: a hook must return a gradient or nothing, got ${describe(returned)}. Return a tensor, or nothing to keep the gradient.`,
    )
  if (before !== null && !(sameShape(returned.shape, before.shape) && returned.dtype === before.dtype)) {
    throw new GradError(
      `${hook}: the hook got a gradient of shape ${printShape(before.shape)} and ${before.dtype}, and returned ${printShape(returned.shape)} and ${returned.dtype}. They must be equal.`,
    )
  }
  return returned
}

/** The gradient of an output after the hooks of its tensor. */
export function runTensorHooks(output: NodeOutput, gradient: Value): Value {
  let current = gradient
  for (const hook of [...(output.hooks?.values() ?? [])]) current = replacement('registerHook', hook(current) ?? current, current) as Value
  return current
}

function replacements(hook: string, returned: unknown, before: Gradients): Gradients {
  if (returned == null) return before
  if (!Array.isArray(returned) || returned.length !== before.length)
    throw new GradError(
      `${hook}: a hook must return as many gradients as it got (${before.length}), in an array, or nothing; got ${Array.isArray(returned) ? returned.length : typeof returned}.`,
    )
  return before.map((gradient, i) => replacement(hook, returned[i] ?? null, gradient))
}

/**
 * The gradients along the edges for which `wanted` holds; none if the node does not run. `keep` gets the gradients of the outputs, as they
 * are after the hooks.
 */
export function runFully(
  node: GraphNode,
  arrived: Gradients,
  runs: boolean,
  wanted: (edge: NodeOutput) => boolean,
  keep: (output: NodeOutput, gradient: Value) => void,
): Gradients {
  const { edges, outputs, nodeHooks } = node
  const keepAll = (gradients: Gradients): void => {
    for (const [i, output] of (outputs ?? [node]).entries()) if (gradients[i] != null) keep(output, gradients[i])
  }
  let cotangents = arrived
  if (!runs) {
    keepAll(cotangents)
    return []
  }
  for (const hook of [...(nodeHooks?.before.values() ?? [])]) cotangents = replacements('registerPrehook', hook(cotangents), cotangents)
  keepAll(cotangents)
  announceStart(node)
  const isWanted = edges.map((edge) => edge !== null && wanted(edge))
  let gradients: Gradients
  try {
    gradients = node
      .gradientsAlong(cotangents, (i) => isWanted[i] as boolean)
      .map((gradient, i) => (gradient === null || !isWanted[i] ? null : conform(gradient, edges[i] as NodeOutput)))
  } catch (error) {
    announceFailure(node, error)
    throw error
  }
  announceRun(node, gradients, cotangents)
  for (const hook of [...(nodeHooks?.after.values() ?? [])])
    gradients = replacements('registerHook', hook(gradients, cotangents), gradients)
  return gradients.map((gradient, i) => (isWanted[i] ? gradient : null))
}
