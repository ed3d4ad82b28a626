// The picture in Graphviz's language.
import { escaped } from '../core/markup.ts'
import { printShape } from '../core/shape.ts'
import type { GraphBox, GraphPicture } from './recorded-graph.ts'

/** How boxes of each kind are filled and framed, also in the drawing. */
export const colours: Readonly<Record<GraphBox['kind'], { readonly fill: string; readonly frame: string }>> = {
  leaf: { fill: '#dbe8fd', frame: '#2f6fde' },
  operation: { fill: '#f3f3f0', frame: '#8d8b82' },
  result: { fill: '#fde3d5', frame: '#c9541f' },
}
/** Of the names, of the shapes behind them, and of the arrows. */
export const ink = '#1d2433'
const quietInk = '#566074'
export const arrowColour = '#7d8494'

/** The shapes of a box's outputs: `[2, 3]`. */
export const shapesOf = ({ shape, further }: GraphBox): string =>
  [{ shape }, ...further].map((output) => printShape(output.shape)).join(' ')

/** What a box says, in its two colours. */
const labelOf = (box: GraphBox): string => `${escaped(box.name)}<font color="${quietInk}"> ${shapesOf(box)}</font>`

const boxLine = (box: GraphBox): string => {
  const { fill, frame } = colours[box.kind]
  return `  n${box.id} [class="${box.kind}" fillcolor="${fill}" color="${frame}" label=<${labelOf(box)}>]`
}

/** Of each box the arrow that ends the longest path: drawn straight, it shows the main line of the computation. */
function mainArrows({ boxes, arrows }: GraphPicture): Set<readonly [number, number]> {
  const depth = new Map<number, number>()
  const arriving = Map.groupBy(arrows, ([, to]) => to)
  const main = new Set<readonly [number, number]>()
  for (const { id } of boxes) {
    let deepest: readonly [number, number] | undefined
    for (const arrow of arriving.get(id) ?? []) {
      const length = 1 + (depth.get(arrow[0]) ?? 0)
      if (length <= (depth.get(id) ?? 0)) continue
      depth.set(id, length)
      deepest = arrow
    }
    if (deepest !== undefined) main.add(deepest)
  }
  return main
}

/** DOT text, from the leaves at the top to the result at the bottom. */
export function toDot(picture: GraphPicture): string {
  const main = mainArrows(picture)
  return [
    'digraph {',
    '  graph [bgcolor="transparent" ranksep=0.17 nodesep=0.2]',
    `  node [shape=box style="rounded,filled" fontname="Helvetica" fontcolor="${ink}" fontsize=10 width=0 height=0.26 margin="0.09,0.03"]`,
    `  edge [color="${arrowColour}" arrowsize=0.5]`,
    ...picture.boxes.map(boxLine),
    ...picture.arrows.map((arrow) => `  n${arrow[0]} -> n${arrow[1]}${main.has(arrow) ? ' [weight=9]' : ''}`),
    '}',
    '',
  ].join('\n')
}
