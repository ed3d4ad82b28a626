// viz.graph: what was recorded on the way to a tensor, as data, DOT text, SVG and a page to play with.
import { GradError, OptionError } from '../core/errors.ts'
import { Value } from '../core/value.ts'
import { optionReader } from '../tensor/signature-reader.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type BackwardStep, backwardSteps } from './backward-steps.ts'
import { toDot } from './dot.ts'
import { drawSvg } from './drawing.ts'
import { type Backward, renderHtml } from './html.ts'
import { layOut } from './layout.ts'
import { type GraphPicture, type NamedTensors, readGraph } from './recorded-graph.ts'

/** Options of `viz.graph`. */
export interface GraphOptions {
  /** Names for leaves: `model.namedParameters()`, or an object. */
  params?: NamedTensors
  /** Whether the page of `html()` shows backward, which computes all gradients (default true). */
  backward?: boolean
}

/** A picture of a recorded graph. */
export interface Graph extends GraphPicture {
  /** Graphviz's text. */
  readonly dot: string
  /** An `<svg>` element; needs the package `@viz-js/viz`. */
  svg(): Promise<string>
  /** A page in one file: zoom, the facts of each box, backward step by step; needs the package `@viz-js/viz`. */
  html(): Promise<string>
  /** Backward step by step, with the statistics of every gradient; no `.grad` changes, and the graph stays. */
  steps(): BackwardStep[]
}

/** Signatures of `wengert/viz`. */
export const signatures = {
  'viz.graph': 'result: tensor, *, params: data = {}, backward: boolean = true',
  'viz.record': 'forward: function',
} as const
const readOptions = /*@__PURE__*/ optionReader(signatures)

/**
 * The graph that was recorded on the way to `result`, usually a loss.
 *
 * The data, `dot` and `svg()` show the graph as it was at this call. `html()` and `steps()` walk it when they are called, so they want
 * to be called before `backward()` frees it. The walk changes nothing: no `.grad`, no tensor; it calls no hook, and the graph stays.
 *
 * @example
 * ```ts
 * import { nn, ones, viz } from 'wengert'
 * const model = new nn.Linear(2, 1)
 * const graph = viz.graph(model.forward(ones([4, 2])).sum(), { params: model.namedParameters() })
 * console.log(graph.boxes.filter((box) => box.kind === 'leaf').map((box) => box.name)) // [ 'weight', 'bias' ]
 * const svg = await graph.svg() // for a page or a file
 * const html = await graph.html() // to open in a browser
 * ```
 */
export function graph(result: Tensor, options?: GraphOptions): Graph {
  if (!(result instanceof Value)) throw new OptionError('viz.graph: the result must be a tensor. Pass the loss itself.')
  const { params, backward } = readOptions('viz.graph', undefined, options)
  const picture = readGraph(result, params as NamedTensors)
  const dot = toDot(picture)
  const steps = () => backwardSteps(result)
  return {
    ...picture,
    dot,
    svg: async () => drawSvg(await layOut(dot), picture.boxes),
    html: async () =>
      renderHtml(dot, picture, backward ? attempted(steps) : { steps: null, obstacle: 'It was left out: { backward: false }.' }),
    steps,
  }
}

/** A picture is worth having, too, where backward has already been or cannot go. */
function attempted(steps: () => BackwardStep[]): Backward {
  try {
    return { steps: steps(), obstacle: null }
  } catch (error) {
    if (!(error instanceof GradError)) throw error
    return { steps: null, obstacle: error.message }
  }
}
