// Graphviz, compiled to WebAssembly by the package @viz-js/viz, decides where everything stands. It is loaded when the first picture
// is drawn, and only then.
import { OptionError } from '../core/errors.ts'

export type Point = readonly [x: number, y: number]

/** A piece of text in one colour, from `left` to the right. Its width is what Graphviz reckoned with, whatever font the reader has. */
export interface TextRun {
  readonly text: string
  readonly left: number
  readonly width: number
  readonly colour: string
}

export interface BoxPlace {
  readonly id: number
  readonly centre: Point
  readonly width: number
  readonly height: number
  readonly runs: readonly TextRun[]
}

export interface ArrowPlace {
  readonly from: number
  readonly to: number
  /** Control points of a Bézier curve: one, and three for each piece. */
  readonly curve: readonly Point[]
  readonly head: readonly Point[]
}

/** Places in points, from the top left corner. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly BoxPlace[]
  readonly arrows: readonly ArrowPlace[]
}

/** The parts that are used of Graphviz's JSON: attributes, and drawing instructions. */
interface Instruction {
  readonly op: string
  readonly color?: string
  readonly points?: readonly Point[]
  readonly pt?: Point
  readonly align?: 'l' | 'c' | 'r'
  readonly width?: number
  readonly text?: string
}
interface Drawn {
  readonly bb: string
  readonly objects: readonly {
    readonly name: string
    readonly pos: string
    readonly width: string
    readonly height: string
    readonly _ldraw_: readonly Instruction[]
  }[]
  readonly edges?: readonly {
    readonly tail: number
    readonly head: number
    readonly _draw_: readonly Instruction[]
    readonly _hdraw_: readonly Instruction[]
  }[]
}

async function graphviz() {
  try {
    return await import('@viz-js/viz')
  } catch (cause) {
    const missing = new OptionError(
      'viz.graph: svg() and html() need the package @viz-js/viz. Run npm install @viz-js/viz, or give dot to Graphviz.',
    )
    missing.cause = cause
    throw missing
  }
}

/** Inches, of which Graphviz gives sizes, in points. */
const inch = 72

/** Lays out DOT text whose nodes are called n1, n2, … */
export async function layOut(dot: string): Promise<Layout> {
  const { instance } = await graphviz()
  const drawn = (await instance()).renderJSON(dot) as Drawn
  const [, , width, height] = drawn.bb.split(',').map(Number) as [number, number, number, number]
  const turned = ([x, y]: Point): Point => [x, height - y] // Graphviz counts from the bottom
  const ids = drawn.objects.map(({ name }) => Number(name.slice(1)))
  return {
    width,
    height,
    boxes: drawn.objects.map((box, i) => ({
      id: ids[i] as number,
      centre: turned(box.pos.split(',').map(Number) as [number, number]),
      width: Number(box.width) * inch,
      height: Number(box.height) * inch,
      runs: textRuns(box._ldraw_),
    })),
    arrows: (drawn.edges ?? []).map(({ tail, head, _draw_, _hdraw_ }) => ({
      from: ids[tail] as number,
      to: ids[head] as number,
      curve: pointsOf(_draw_).map(turned),
      head: pointsOf(_hdraw_).map(turned),
    })),
  }
}

const pointsOf = (instructions: readonly Instruction[]): readonly Point[] =>
  instructions.find(({ points }) => points !== undefined)?.points ?? []

function textRuns(instructions: readonly Instruction[]): TextRun[] {
  const runs: TextRun[] = []
  let colour = ''
  for (const { op, color, pt, align, width = 0, text = '' } of instructions) {
    if (op === 'c') colour = color as string
    if (op !== 'T') continue
    const before = align === 'c' ? width / 2 : align === 'r' ? width : 0
    runs.push({ text, left: (pt as Point)[0] - before, width, colour })
  }
  return runs
}
