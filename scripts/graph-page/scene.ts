// The drawn boxes and arrows, found by the ids that the data uses, and how boxes follow one another.
import type { PageData } from '../../src/viz/html.ts'
import type { GraphBox } from '../../src/viz/recorded-graph.ts'
import { byId } from './element.ts'
import { printType } from './numbers.ts'

export class Scene {
  readonly data: PageData
  readonly root: SVGGElement = byId<'g'>('scene')
  readonly boxes: ReadonlyMap<number, GraphBox>
  readonly nodes: ReadonlyMap<number, SVGGElement>
  readonly arrows: readonly SVGGElement[]

  constructor(data: PageData) {
    this.data = data
    this.boxes = new Map(data.boxes.map((box) => [box.id, box]))
    this.nodes = new Map(Array.from(this.root.querySelectorAll<SVGGElement>('.node'), (node) => [Number(node.dataset['box']), node]))
    this.arrows = [...this.root.querySelectorAll<SVGGElement>('.arrow')]
    for (const [id, node] of this.nodes) {
      const box = this.box(id)
      node.querySelector('title')?.remove() // the browser would show it on top of the card
      node.setAttribute('role', 'img')
      node.setAttribute('aria-label', `${box.name}, ${box.kind}, ${printType(box)}`)
      node.setAttribute('aria-describedby', 'card')
      node.setAttribute('tabindex', '-1')
    }
    this.nodes.get(data.boxes.at(-1)?.id ?? 0)?.setAttribute('tabindex', '0')
  }

  box(id: number): GraphBox {
    return this.boxes.get(id) as GraphBox
  }

  node(id: number): SVGGElement {
    return this.nodes.get(id) as SVGGElement
  }

  /** The box that an element belongs to. */
  idOf(target: EventTarget | null): number | null {
    const node = target instanceof Element ? target.closest<SVGGElement>('.node') : null
    return node === null ? null : Number(node.dataset['box'])
  }

  /** The rectangle of a box at scale 1. */
  place(id: number): { x: number; y: number; width: number; height: number } {
    return (this.node(id).querySelector('rect') as SVGRectElement).getBBox()
  }

  /** The box that an arrow key leads to: along an arrow up or down, to the nearest one left or right. */
  neighbour(id: number, key: string): number | null {
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const ahead = this.data.arrows.flatMap(([from, to]) => (key === 'ArrowUp' ? (to === id ? [from] : []) : from === id ? [to] : []))
      return this.#nearest(id, ahead)
    }
    const here = this.place(id)
    const beside = [...this.nodes.keys()].filter((other) => {
      const there = this.place(other)
      return key === 'ArrowLeft' ? there.x + there.width <= here.x : there.x >= here.x + here.width
    })
    return this.#nearest(id, beside)
  }

  /** The nearest of some boxes; a row further away counts more than a column. */
  #nearest(id: number, others: readonly number[]): number | null {
    const here = this.place(id)
    const distance = (other: number): number => {
      const there = this.place(other)
      return Math.abs(there.x + there.width / 2 - here.x - here.width / 2) + 4 * Math.abs(there.y - here.y)
    }
    return others.reduce<number | null>((best, other) => (best === null || distance(other) < distance(best) ? other : best), null)
  }
}
