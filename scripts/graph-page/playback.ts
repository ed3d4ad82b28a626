// Backward, played step by step. What the picture shows follows from the number of the step alone, so that any step can be jumped to.
import type { BackwardStep } from '../../src/viz/backward-steps.ts'
import type { BoxOutput } from '../../src/viz/recorded-graph.ts'
import { byId } from './element.ts'
import { printStatistics, printType } from './numbers.ts'
import type { Scene } from './scene.ts'
import type { View } from './view.ts'

/** Milliseconds that playing all steps should take, and bounds for one step. */
const WHOLE = 30_000
const SHORTEST = 80
const LONGEST = 900

export class Playback {
  readonly #scene: Scene
  readonly #view: View
  readonly #steps: readonly BackwardStep[]
  readonly #slider = byId<'input'>('slider')
  readonly #play = byId<'button'>('play')
  /** How many gradients each leaf gets. */
  readonly #arrivals = new Map<number, number>()
  #step = 0
  #timer: number | null = null

  constructor(scene: Scene, view: View) {
    this.#scene = scene
    this.#view = view
    this.#steps = scene.data.steps ?? []
    for (const { to } of this.#steps) for (const id of to) this.#arrivals.set(id, (this.#arrivals.get(id) ?? 0) + 1)
    this.#slider.max = String(this.#steps.length)
    this.#slider.addEventListener('input', () => {
      this.pause()
      this.show(this.#slider.valueAsNumber)
    })
    byId('first').addEventListener('click', () => this.go(-this.#step))
    byId('back').addEventListener('click', () => this.go(-1))
    byId('next').addEventListener('click', () => this.go(1))
    this.#play.addEventListener('click', () => this.toggle())
    if (this.#steps.length === 0) {
      for (const control of document.querySelectorAll<HTMLButtonElement | HTMLInputElement>('footer button, #slider'))
        control.disabled = true
    }
    this.show(0)
  }

  /** So many steps on, or back. */
  go(count: number): void {
    this.pause()
    this.show(this.#step + count)
  }

  toggle(): void {
    if (this.#timer !== null) return this.pause()
    if (this.#steps.length === 0) return
    if (this.#step === this.#steps.length) this.show(0)
    this.#play.textContent = 'Pause'
    const interval = Math.min(LONGEST, Math.max(SHORTEST, WHOLE / this.#steps.length))
    this.#timer = window.setInterval(() => {
      this.show(this.#step + 1)
      if (this.#step === this.#steps.length) this.pause()
    }, interval)
  }

  pause(): void {
    if (this.#timer !== null) window.clearInterval(this.#timer)
    this.#timer = null
    this.#play.textContent = 'Play backward'
  }

  /** Shows the picture after so many steps; 0 is before the first. */
  show(step: number): void {
    this.#step = Math.min(Math.max(0, step), this.#steps.length)
    this.#slider.value = String(this.#step)
    const states = this.#states()
    for (const [id, node] of this.#scene.nodes) setOrRemove(node, 'state', states.get(id))
    const flows = this.#flows()
    for (const arrow of this.#scene.arrows) setOrRemove(arrow, 'flow', flows.get(`${arrow.dataset['from']} ${arrow.dataset['to']}`))
    this.#fillLeaves()
    const current = this.#steps[this.#step - 1]
    const words = current === undefined ? this.#opening() : this.#describe(current)
    byId('step').textContent = words
    byId('step').title = words
    this.#slider.setAttribute('aria-valuetext', words)
    if (current !== undefined) this.#view.reveal(current.box)
  }

  #states(): Map<number, string> {
    const states = new Map<number, string>()
    this.#steps.slice(0, this.#step).forEach(({ box, to }, i) => {
      const after = this.#scene.box(box).kind === 'leaf' ? 'full' : 'done'
      states.set(box, i === this.#step - 1 ? 'current' : after)
      for (const id of to) states.set(id, 'waiting')
    })
    return states
  }

  /** By arrow, which points the way of the values: whether gradients flow against it now, or have. */
  #flows(): Map<string, string> {
    const flows = new Map<string, string>()
    this.#steps.slice(0, this.#step).forEach(({ box, to }, i) => {
      for (const id of to) flows.set(`${id} ${box}`, i === this.#step - 1 ? 'now' : 'done')
    })
    return flows
  }

  /** A leaf that waits is filled as far as its gradients have arrived. */
  #fillLeaves(): void {
    const arrived = new Map<number, number>()
    for (const { to } of this.#steps.slice(0, this.#step)) for (const id of to) arrived.set(id, (arrived.get(id) ?? 0) + 1)
    for (const { id, kind } of this.#scene.data.boxes) {
      if (kind !== 'leaf') continue
      const node = this.#scene.node(id)
      node.querySelector('.arrived')?.remove()
      const share = (arrived.get(id) ?? 0) / (this.#arrivals.get(id) ?? 1)
      if (share === 0) continue
      const frame = node.querySelector('rect') as SVGRectElement
      const filling = frame.cloneNode() as SVGRectElement
      filling.setAttribute('class', 'arrived')
      filling.setAttribute('width', String(share * frame.width.baseVal.value))
      frame.after(filling)
    }
  }

  #opening(): string {
    const { obstacle, steps } = this.#scene.data
    if (steps === null) return `Backward cannot be shown. ${obstacle}`
    return `Backward takes ${steps.length} steps, from the result back to the leaves.`
  }

  #describe({ box: id, gradients, to }: BackwardStep): string {
    const box = this.#scene.box(id)
    const outputs = [box, ...box.further]
    const arrived = gradients.flatMap((gradient, i) =>
      gradient === null ? [] : [`gradient ${printType(outputs[i] as BoxOutput)}: ${printStatistics(gradient)}`],
    )
    const names = to.map((each) => this.#scene.box(each).name).join(', ')
    const goes = box.kind === 'leaf' ? 'added to its .grad' : `sends gradients to ${names}`
    return `Step ${this.#step} of ${this.#steps.length}: ${box.name}, ${arrived.join('; ')}; ${goes}`
  }
}

function setOrRemove(node: SVGGElement, name: string, value: string | undefined): void {
  if (node.dataset[name] === value) return
  if (value === undefined) delete node.dataset[name]
  else node.dataset[name] = value
}
