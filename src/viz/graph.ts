// viz.graph: what was recorded on the way to a tensor, as data, DOT text and SVG.
import { OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { optionReader } from '../tensor/signature-reader.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { toDot } from './dot.ts'
import { type GraphPicture, type NamedTensors, readGraph } from './recorded-graph.ts'
import { renderSvg } from './svg.ts'

/** Options of `viz.graph`. */
export interface GraphOptions {
  /** Names for leaves: `model.namedParameters()`, or an object. */
  params?: NamedTensors
}

/** A picture of a recorded graph. It holds names and shapes, no tensors. */
export interface Graph extends GraphPicture {
  /** Graphviz's text. */
  readonly dot: string
  /** An `<svg>` element; needs the package `@viz-js/viz`. */
  svg(): Promise<string>
}

/** Signatures of `wengert/viz`. */
export const signatures = { 'viz.graph': 'result: tensor, *, params: data = {}' } as const
const readOptions = /*@__PURE__*/ optionReader(signatures)

/**
 * The graph that was recorded on the way to `result`, usually a loss.
 *
 * @example
 * ```ts
 * import { nn, ones, viz } from 'wengert'
 * const model = new nn.Linear(2, 1)
 * const graph = viz.graph(model.forward(ones([4, 2])).sum(), { params: model.namedParameters() })
 * console.log(graph.boxes.filter((box) => box.kind === 'leaf').map((box) => box.name)) // [ 'weight', 'bias' ]
 * const svg = await graph.svg() // for a page or a file
 * ```
 */
export function graph(result: Tensor, options?: GraphOptions): Graph {
  if (!(result instanceof Value)) throw new OptionError('viz.graph: the result must be a tensor. Pass the loss itself.')
  const { params } = readOptions('viz.graph', undefined, options)
  const picture = readGraph(result, params as NamedTensors)
  const dot = toDot(picture)
  return { ...picture, dot, svg: () => renderSvg(dot) }
}
