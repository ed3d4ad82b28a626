// The picture in Graphviz's language. Boxes carry classes, so that a page can give the SVG its own colours.
import type { GraphBox, GraphPicture } from './recorded-graph.ts'

const colours: Readonly<Record<GraphBox['kind'], string>> = {
  leaf: 'fillcolor="#dbe8fd" color="#2f6fde"',
  operation: 'fillcolor="#f3f3f0" color="#b9b7ae"',
  result: 'fillcolor="#fde3d5" color="#e0662f"',
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] as string)

const boxLine = ({ id, kind, name, shape }: GraphBox): string =>
  `  n${id} [class="${kind}" ${colours[kind]} label=<${escaped(name)} <font color="#667085">[${shape.join(', ')}]</font>>]`

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
    '  graph [bgcolor="transparent" ranksep=0.16 nodesep=0.2]',
    '  node [shape=box style="rounded,filled" fontname="Helvetica" fontsize=10 height=0.25 margin="0.1,0.03"]',
    '  edge [color="#8a8f9c" arrowsize=0.5]',
    ...picture.boxes.map(boxLine),
    ...picture.arrows.map((arrow) => `  n${arrow[0]} -> n${arrow[1]}${main.has(arrow) ? ' [weight=9]' : ''}`),
    '}',
    '',
  ].join('\n')
}
