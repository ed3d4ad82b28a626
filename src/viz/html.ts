// The page: one file with the picture, the facts as JSON, and what makes it move.
import { escaped } from '../core/markup.ts'
import type { BackwardStep } from './backward-steps.ts'
import { drawScene, fontFamily } from './drawing.ts'
import { layOut } from './layout.ts'
import { page } from './page.ts'
import type { GraphPicture } from './recorded-graph.ts'

/** What the page's script is given. */
export interface PageData extends GraphPicture {
  /** Size of the picture at scale 1. */
  readonly width: number
  readonly height: number
  /** Backward step by step; null where it cannot be shown. */
  readonly steps: readonly BackwardStep[] | null
  /** Why it cannot be shown. */
  readonly obstacle: string | null
}

/** How backward goes, or what is in the way. */
export type Backward = Pick<PageData, 'steps' | 'obstacle'>

/** The page for a picture whose layout is `dot`. */
export async function renderHtml(dot: string, { boxes, arrows }: GraphPicture, backward: Backward): Promise<string> {
  const layout = await layOut(dot)
  const { width, height } = layout
  const data: PageData = { boxes, arrows, width, height, ...backward }
  const last = boxes.at(-1)
  const parts: Readonly<Record<string, string>> = {
    title: escaped(`Recorded graph of ${last?.name}`),
    font: fontFamily,
    scene: drawScene(layout, boxes),
    data: JSON.stringify(data).replaceAll('<', '\\u003c'),
  }
  return page.replace(/\{\{(title|font|scene|data)\}\}/g, (_, part: string) => parts[part] as string)
}
