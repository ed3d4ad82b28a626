// Zoom and pan, by @panzoom/panzoom: wheel, drag, pinch, buttons.
import Panzoom, { type PanzoomObject } from '@panzoom/panzoom'
import { byId } from './element.ts'
import type { Scene } from './scene.ts'

/** Room around the picture when it fits the view, in pixels. */
const MARGIN = 24
/** Below this scale texts are too small to read and are left out. */
const READABLE = 0.5
/** The scale at which a box is shown that was looked for. */
const CLOSE = 1.2

/** The scale, and how far the picture is moved, measured at scale 1. */
interface Place {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export class View {
  readonly #scene: Scene
  readonly #stage = byId('stage')
  readonly #panzoom: PanzoomObject

  /** Starts with the whole picture or, where that would be unreadable, close to the result. `changed` is called after every movement. */
  constructor(scene: Scene, changed: () => void) {
    this.#scene = scene
    const fitting = this.#fitting()
    const { scale, x, y } = fitting.scale < READABLE ? this.#around(scene.data.boxes.at(-1)?.id ?? 0, CLOSE) : fitting
    this.#panzoom = Panzoom(scene.root, {
      canvas: true,
      cursor: 'grab',
      minScale: Math.min(fitting.scale, READABLE) / 2,
      maxScale: 8,
      step: 0.4,
      startScale: scale,
      startX: x,
      startY: y,
      animate: false,
    })
    scene.root.addEventListener('panzoomchange', () => {
      this.#stage.dataset['labels'] = this.#panzoom.getScale() < READABLE ? 'hidden' : 'shown'
      changed()
    })
    scene.root.addEventListener('transitionend', changed)
    byId<'svg'>('picture').addEventListener('wheel', (event) => this.#panzoom.zoomWithWheel(event), { passive: false })
    byId('zoom-in').addEventListener('click', () => this.zoom(1.4))
    byId('zoom-out').addEventListener('click', () => this.zoom(1 / 1.4))
    byId('fit').addEventListener('click', () => this.fit())
  }

  /** The whole picture in view. */
  fit(): void {
    this.#move(this.#fitting())
  }

  /** Closer by a factor, about the middle of the view. */
  zoom(factor: number): void {
    const { left, top, width, height } = this.#stage.getBoundingClientRect()
    const { animate } = this.#animation()
    this.#panzoom.zoomToPoint(this.#panzoom.getScale() * factor, { clientX: left + width / 2, clientY: top + height / 2 }, { animate })
  }

  /** Moves a box into view if it is outside; `close` makes it readable, too. */
  reveal(id: number, close = false): void {
    const stage = this.#stage.getBoundingClientRect()
    const place = this.#scene.node(id).getBoundingClientRect()
    const inside =
      place.left > stage.left + MARGIN &&
      place.right < stage.right - MARGIN &&
      place.top > stage.top + MARGIN &&
      place.bottom < stage.bottom - MARGIN
    const scale = close ? Math.max(this.#panzoom.getScale(), CLOSE) : this.#panzoom.getScale()
    if (inside && scale === this.#panzoom.getScale()) return
    this.#move(this.#around(id, scale))
  }

  #move({ scale, x, y }: Place): void {
    this.#panzoom.zoom(scale, { animate: false, force: true, silent: true })
    this.#panzoom.pan(x, y, this.#animation())
  }

  #animation(): { animate: boolean } {
    return { animate: !matchMedia('(prefers-reduced-motion: reduce)').matches }
  }

  /** A box in the middle, as far as the picture reaches. */
  #around(id: number, scale: number): Place {
    const { clientWidth, clientHeight } = this.#stage
    const { x, y, width, height } = this.#scene.place(id)
    const { width: wholeWidth, height: wholeHeight } = this.#scene.data
    return {
      scale,
      x: offset(x + width / 2, wholeWidth, clientWidth / scale, MARGIN / scale),
      y: offset(y + height / 2, wholeHeight, clientHeight / scale, MARGIN / scale),
    }
  }

  #fitting(): Place {
    const { width, height } = this.#scene.data
    const { clientWidth, clientHeight } = this.#stage
    const scale = Math.min((clientWidth - 2 * MARGIN) / width, (clientHeight - 2 * MARGIN) / height, 1.5)
    return { scale, x: (clientWidth / scale - width) / 2, y: (clientHeight / scale - height) / 2 }
  }
}

/** How far to move a picture of a size so that a place of it is in the middle of the view, without leaving room empty beyond its ends. */
function offset(place: number, size: number, view: number, margin: number): number {
  if (size + 2 * margin <= view) return (view - size) / 2
  return Math.min(margin, Math.max(view - size - margin, view / 2 - place))
}
