// The card with the facts of one box. It stands beside the box that the pointer is on, else beside the one in focus.
import type { BackwardStep } from '../../src/viz/backward-steps.ts'
import type { BoxOutput, GraphBox } from '../../src/viz/recorded-graph.ts'
import type { Statistics } from '../../src/viz/statistics.ts'
import { byId, element } from './element.ts'
import { printBytes, printNumber, printType } from './numbers.ts'
import type { Scene } from './scene.ts'

const GAP = 12

export class Card {
  readonly #scene: Scene
  readonly #gradients: ReadonlyMap<number, BackwardStep>
  readonly #panel = byId('card')
  #hovered: number | null = null
  #focused: number | null = null

  constructor(scene: Scene) {
    this.#scene = scene
    this.#gradients = new Map((scene.data.steps ?? []).map((step) => [step.box, step]))
    scene.root.addEventListener('pointerover', (event) => this.#hover(scene.idOf(event.target)))
    scene.root.addEventListener('pointerleave', () => this.#hover(null))
    scene.root.addEventListener('focusin', (event) => this.#focus(scene.idOf(event.target)))
    scene.root.addEventListener('focusout', () => this.#focus(null))
  }

  /** Shows the card of a box that is neither under the pointer nor in focus, until one is. */
  point(id: number): void {
    this.#hovered = null
    this.#focus(id)
  }

  hide(): void {
    this.#hovered = null
    this.#focused = null
    this.place()
  }

  /** Moves the card to its box, wherever that has gone. */
  place(): void {
    const id = this.#hovered ?? this.#focused
    this.#panel.hidden = id === null
    if (id === null) return
    const stage = byId('stage').getBoundingClientRect()
    const box = this.#scene.node(id).getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = this.#panel
    const right = box.right - stage.left + GAP
    const left = right + width < stage.width ? right : Math.max(0, Math.min(box.left - stage.left - GAP, stage.width) - width)
    const top = Math.min(Math.max(GAP, box.top - stage.top - 8), Math.max(GAP, stage.height - height - GAP))
    this.#panel.style.left = `${left}px`
    this.#panel.style.top = `${top}px`
  }

  #hover(id: number | null): void {
    if (id === this.#hovered) return
    this.#hovered = id
    this.#show()
  }

  #focus(id: number | null): void {
    this.#focused = id
    this.#show()
  }

  #show(): void {
    const id = this.#hovered ?? this.#focused
    if (id !== null) this.#panel.replaceChildren(...this.#contents(this.#scene.box(id)))
    this.place()
  }

  #contents(box: GraphBox): HTMLElement[] {
    const gradients = this.#gradients.get(box.id)?.gradients ?? []
    const kind = { leaf: 'leaf: gradients accumulate here', operation: 'operation', result: 'result' }[box.kind]
    return [
      element('h2', box.name),
      element('p', kind),
      ...[box, ...box.further].flatMap((output, i) => outputFacts(output, gradients[i] ?? null)),
      ...this.#missing(box, gradients.length === 0),
      ...savedList(box),
      ...origin(box),
    ]
  }

  #missing({ kind, value, line }: GraphBox, noGradient: boolean): HTMLElement[] {
    const remarks: string[] = []
    if (noGradient) remarks.push(this.#scene.data.obstacle === null ? 'No gradient arrives here.' : 'Gradients are not known.')
    if (kind !== 'leaf' && value === null && line === null) remarks.push('Run under viz.record to see values and lines.')
    return remarks.map((remark) => element('p', remark))
  }
}

function outputFacts(output: BoxOutput, gradient: Statistics | null): HTMLElement[] {
  const count = output.shape.reduce((size, length) => size * length, 1)
  const words = `${printType(output)}, ${count === 1 ? '1 element' : `${count.toLocaleString('en')} elements`}`
  return [element('p', words), ...((output.value ?? gradient) ? [statisticsTable(output.value, gradient)] : [])]
}

const rows = [
  ['min', 'min'],
  ['max', 'max'],
  ['mean', 'mean'],
  ['std', 'std'],
  ['NaN', 'nan'],
  ['infinite', 'inf'],
] as const

function statisticsTable(value: Statistics | null, gradient: Statistics | null): HTMLElement {
  const columns = [
    ['value', value],
    ['gradient', gradient],
  ].filter((column): column is [string, Statistics] => column[1] !== null)
  const head = element('tr', element('th'), ...columns.map(([name]) => element('th', name)))
  const body = rows.map(([title, field]) => {
    const cells = columns.map(([, statistics]) => {
      const cell = element('td', printNumber(statistics[field]))
      if ((field === 'nan' || field === 'inf') && statistics[field] > 0) cell.className = 'alarm'
      return cell
    })
    return element('tr', element('th', title), ...cells)
  })
  return element('table', head, ...body)
}

function savedList({ kind, saved }: GraphBox): HTMLElement[] {
  if (kind === 'leaf') return []
  if (saved === null) return [element('p', 'What it saves for backward is not known.')]
  if (saved.length === 0) return [element('p', 'Nothing is saved for backward.')]
  const bytes = saved.reduce((sum, tensor) => sum + tensor.bytes, 0)
  const items = saved.map((tensor) => element('li', `${tensor.of}  ${printType(tensor)}  ${printBytes(tensor.bytes)}`))
  return [element('p', `Saved for backward, ${printBytes(bytes)}:`), element('ul', ...items)]
}

function origin({ line }: GraphBox): HTMLElement[] {
  if (line === null) return []
  const place = element('p', 'Made at ', element('code', `${line.file}:${line.line}`))
  return line.text === null ? [place] : [place, element('code', line.text)]
}
