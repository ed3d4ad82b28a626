// The picture in Graphviz's language. Boxes carry classes, so that a page can give the SVG its own colours.
import type { GraphBox, GraphPicture } from './recorded-graph.ts'

const colours: Readonly<Record<GraphBox['kind'], string>> = {
  leaf: 'fillcolor="#dbe8fd" color="#2f6fde"',
  operation: 'fillcolor="#f3f3f0" color="#b9b7ae"',
  result: 'fillcolor="#fde3d5" color="#e0662f"',
}

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const boxLine = ({ id, kind, name, shape }: GraphBox): string => {
  const label = `${quoted(name).slice(0, -1)}\\n[${shape.join(', ')}]"`
  return `  n${id} [label=${label} class="${kind}" ${colours[kind]}]`
}

/** DOT text, from the leaves at the top to the result at the bottom. */
export const toDot = ({ boxes, arrows }: GraphPicture): string =>
  [
    'digraph {',
    '  graph [bgcolor="transparent" ranksep=0.28 nodesep=0.22]',
    '  node [shape=box style="rounded,filled" fontname="Helvetica,Arial,sans-serif" fontsize=11 height=0.3 margin="0.12,0.05"]',
    '  edge [color="#8a8f9c" arrowsize=0.6]',
    ...boxes.map(boxLine),
    ...arrows.map(([from, to]) => `  n${from} -> n${to}`),
    '}',
    '',
  ].join('\n')
