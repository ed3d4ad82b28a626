// The recorded graph as plain data: boxes with names and shapes, and arrows from inputs to results.
import { type GraphNode, gradFn, sourceOf } from '../autograd/index.ts'
import { GradError, OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Names of leaves: an object, or pairs such as `model.namedParameters()`. */
export type NamedTensors = Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]>

/** One box. */
export interface GraphBox {
  readonly id: number
  /** `leaf`: gradients arrive here; `result`: what was asked about. */
  readonly kind: 'leaf' | 'operation' | 'result'
  /** The parameter's name, or the operation's. */
  readonly name: string
  readonly shape: readonly number[]
}

/** Boxes, results after their inputs, and arrows between their ids. */
export interface GraphPicture {
  readonly boxes: readonly GraphBox[]
  readonly arrows: readonly (readonly [from: number, to: number])[]
}

/** `MulBackward0` is how the tape calls the step back; the picture shows the way there. */
const forwardName = (name: string): string => name.replace(/Backwards?\d*$/, '')

const pairs = (names: NamedTensors): Iterable<readonly [string, unknown]> =>
  typeof names === 'object' && names !== null && Symbol.iterator in names
    ? (names as Iterable<readonly [string, unknown]>)
    : Object.entries(names ?? {})

/** Follows the record from `result` to the leaves, each node once. */
export function readGraph(result: Tensor, names: NamedTensors): GraphPicture {
  const last = gradFn(result)
  if (last === null)
    throw new GradError('viz.graph: this tensor has no recorded graph. Compute it from tensors that require grad, outside noGrad.')
  const leafNames = new Map<GraphNode | null, string>()
  for (const [name, leaf] of pairs(names)) {
    if (!(leaf instanceof Value))
      throw new OptionError(`viz.graph: params names '${name}', which is no tensor. Pass model.namedParameters().`)
    leafNames.set(sourceOf(leaf), name)
  }
  const found = new Set<GraphNode>([last])
  const arrows: [number, number][] = []
  for (const node of found) {
    for (const [input] of node.nextFunctions) {
      if (input === null) continue
      found.add(input) // a Set walks also what is added on the way
      arrows.push([input.sequence, node.sequence])
    }
  }
  const boxes = [...found].map((node): GraphBox => {
    const isLeaf = node.nextFunctions.length === 0
    const name = isLeaf ? (leafNames.get(node) ?? 'leaf') : forwardName(node.name)
    return { id: node.sequence, kind: node === last ? 'result' : isLeaf ? 'leaf' : 'operation', name, shape: node.shape }
  })
  return { boxes: boxes.sort((a, b) => a.id - b.id), arrows }
}
