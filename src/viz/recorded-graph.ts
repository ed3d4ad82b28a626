// The recorded graph as plain data: boxes with names, shapes and what is known of them, and arrows from inputs to results.
import { AccumulateGrad, type GraphNode, gradFn, type NodeOutput, sourceOf } from '../autograd/index.ts'
import type { SourceLine } from '../core/call-site.ts'
import { type DType, dtypeFacts } from '../core/dtype.ts'
import { GradError, OptionError } from '../core/errors.ts'
import { sizeOf } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { factsOf } from './record.ts'
import { type Statistics, statisticsOf } from './statistics.ts'

/** Names of leaves: an object, or pairs such as `model.namedParameters()`. */
export type NamedTensors = Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]>

/** A tensor that a node keeps for backward. */
export interface SavedTensor {
  /** Which of the node's values it is: `input 0`, `output`. */
  readonly of: string
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly bytes: number
}

/** One output of a node. */
export interface BoxOutput {
  readonly shape: readonly number[]
  readonly dtype: DType
  /** Statistics of the value: of every leaf, and of what was computed under `viz.record`; else null. */
  readonly value: Statistics | null
}

/** One box, with the facts of its (first) output. */
export interface GraphBox extends BoxOutput {
  readonly id: number
  /** `leaf`: gradients arrive here; `result`: what was asked about. */
  readonly kind: 'leaf' | 'operation' | 'result'
  /** The parameter's name, or the operation's. */
  readonly name: string
  /** Outputs after the first: custom functions may have several. */
  readonly further: readonly BoxOutput[]
  /** What backward needs and therefore lives until then; null where the node does not tell. */
  readonly saved: readonly SavedTensor[] | null
  /** The line that made it, if that was under `viz.record`; else null. */
  readonly line: SourceLine | null
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

/** The names that leaves were given, by where their gradients arrive. */
function namesOf(names: NamedTensors): Map<NodeOutput | null, string> {
  const found = new Map<NodeOutput | null, string>()
  for (const [name, leaf] of pairs(names)) {
    if (!(leaf instanceof Value))
      throw new OptionError(`viz.graph: params names '${name}', which is no tensor. Pass model.namedParameters().`)
    found.set(sourceOf(leaf), name)
  }
  return found
}

/** What a node may tell of the tensors that it keeps: by place, or by name. */
interface Keeps {
  readonly saved?: object
}
const isTensorLike = (kept: unknown): kept is Pick<BoxOutput, 'shape' | 'dtype'> =>
  typeof kept === 'object' && kept !== null && 'shape' in kept && 'dtype' in kept

function savedBy(node: GraphNode): SavedTensor[] | null {
  const { saved } = node as Keeps
  if (saved === undefined) return null
  const inputs = node.edges.length
  const words = (key: string): string => (!Array.isArray(saved) ? key : Number(key) < inputs ? `input ${key}` : 'output')
  return Object.entries(saved).flatMap(([key, kept]: [string, unknown]) => {
    if (!isTensorLike(kept)) return []
    const { shape, dtype } = kept
    return [{ of: words(key), shape, dtype, bytes: sizeOf(shape) * dtypeFacts(dtype).bytes }]
  })
}

function boxOf(node: GraphNode, last: GraphNode, given: string | undefined): GraphBox {
  const noted = factsOf(node)
  const leaf = node instanceof AccumulateGrad ? node : null
  const [first, ...further] = (node.outputs ?? [node]).map(({ shape, type }, i): BoxOutput => {
    const value = leaf === null ? (noted?.values[i] ?? null) : statisticsOf(leaf.variable)
    return { shape, dtype: type.name, value }
  })
  return {
    id: node.sequence,
    kind: node === last ? 'result' : leaf === null ? 'operation' : 'leaf',
    name: given ?? (leaf === null ? forwardName(node.name) : 'leaf'),
    ...(first as BoxOutput), // every node has one
    further,
    saved: leaf === null ? savedBy(node) : [],
    line: noted?.line ?? null,
  }
}

/** Follows the record from `result` to the leaves, each node once. */
export function readGraph(result: Tensor, names: NamedTensors): GraphPicture {
  const last = gradFn(result)
  if (last === null)
    throw new GradError('viz.graph: this tensor has no recorded graph. Compute it from tensors that require grad, outside noGrad.')
  const given = namesOf(names)
  const nodes = new Set<GraphNode>([last])
  const arrows: [number, number][] = []
  for (const node of nodes) {
    for (const [input] of node.nextFunctions) {
      if (input === null) continue
      nodes.add(input) // a Set walks also what is added on the way
      arrows.push([input.sequence, node.sequence])
    }
  }
  const boxes = Array.from(nodes, (node) => boxOf(node, last, given.get(node)))
  return { boxes: boxes.sort((a, b) => a.id - b.id), arrows }
}
