// A layout as SVG. Elements carry classes and ids in `data-` attributes, so that a page can colour them and find them.
import { escaped } from '../core/markup.ts'
import { arrowColour, colours, shapesOf } from './dot.ts'
import type { ArrowPlace, BoxPlace, Layout, Point } from './layout.ts'
import type { GraphBox } from './recorded-graph.ts'

const rounded = (value: number): number => Math.round(value * 100) / 100
const at = ([x, y]: Point): string => `${rounded(x)},${rounded(y)}`

const arrow = ({ from, to, curve, head }: ArrowPlace): string =>
  `<g class="arrow" data-from="${from}" data-to="${to}"><path fill="none" stroke="${arrowColour}" d="M${at(curve[0] as Point)}C${curve.slice(1).map(at).join(' ')}"/><polygon fill="${arrowColour}" points="${head.map(at).join(' ')}"/></g>`

/** From the middle of a line of text down to where letters stand, so that capitals are in the middle. */
const baseline = 3.6

/** The box is drawn for the width that Graphviz reckoned with; `textLength` makes any font keep to it. */
function box({ id, centre: [x, y], width, height, runs }: BoxPlace, drawn: GraphBox): string {
  const { kind, name, dtype } = drawn
  const { fill, frame } = colours[kind]
  const rectangle = `<rect x="${rounded(x - width / 2)}" y="${rounded(y - height / 2)}" width="${rounded(width)}" height="${rounded(height)}" rx="4" fill="${fill}" stroke="${frame}"/>`
  const texts = runs.map(
    (run, i) =>
      `<text class="${i === 0 ? 'name' : 'shape'}" x="${rounded(run.left)}" y="${rounded(y + baseline)}" textLength="${rounded(run.width)}" lengthAdjust="spacingAndGlyphs" fill="${run.colour}">${escaped(run.text.replaceAll(' ', '\u00a0'))}</text>`,
  )
  const title = `<title>${escaped(`${name} ${shapesOf(drawn)} ${dtype}`)}</title>`
  return `<g class="node ${kind}" data-box="${id}">${title}${rectangle}${texts.join('')}</g>`
}

/** The arrows, and above them the boxes. */
export function drawScene({ boxes: places, arrows }: Layout, boxes: readonly GraphBox[]): string {
  const byId = new Map(boxes.map((each) => [each.id, each]))
  return [...arrows.map(arrow), ...places.map((place) => box(place, byId.get(place.id) as GraphBox))].join('\n')
}

/** Font of the texts; Graphviz reckons with the first. */
export const fontFamily = 'Helvetica, Arial, Liberation Sans, sans-serif'
/** Room around the picture, in points. */
const margin = 6

/** The whole picture as an `<svg>` element. */
export function drawSvg(layout: Layout, boxes: readonly GraphBox[]): string {
  const width = Math.ceil(layout.width) + 2 * margin
  const height = Math.ceil(layout.height) + 2 * margin
  const frame = `width="${width}" height="${height}" viewBox="${-margin} ${-margin} ${width} ${height}"`
  return `<svg xmlns="http://www.w3.org/2000/svg" class="wengert-graph" role="img" aria-label="Recorded graph" ${frame} font-family="${fontFamily}" font-size="10">
${drawScene(layout, boxes)}
</svg>
`
}
