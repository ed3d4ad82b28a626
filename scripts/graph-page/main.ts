// The script of the page that viz.graph writes: puts its parts together and gives them keys.
import type { PageData } from '../../src/viz/html.ts'
import { Card } from './card.ts'
import { byId } from './element.ts'
import { printBytes } from './numbers.ts'
import { Playback } from './playback.ts'
import { Scene } from './scene.ts'
import { installSearch } from './search.ts'
import { View } from './view.ts'

const data = JSON.parse(byId('data').textContent as string) as PageData
const scene = new Scene(data)
const card = new Card(scene)
const view = new View(scene, () => card.place())
const playback = new Playback(scene, view)

const saved = data.boxes.flatMap((box) => box.saved ?? []).reduce((bytes, tensor) => bytes + tensor.bytes, 0)
byId('summary').textContent = `${data.boxes.length} boxes, ${printBytes(saved)} saved for backward`

function focus(id: number): void {
  for (const node of scene.root.querySelectorAll('.node[tabindex="0"]')) node.setAttribute('tabindex', '-1')
  const node = scene.node(id)
  node.setAttribute('tabindex', '0')
  node.focus({ preventScroll: true })
}

installSearch(scene, (id) => {
  view.reveal(id, true)
  card.point(id)
})

byId('picture').addEventListener('click', (event) => {
  const id = scene.idOf(event.target)
  if (id === null) card.hide()
  else focus(id)
})

byId('scheme').addEventListener('click', () => {
  const { style } = document.documentElement
  const isDark = style.colorScheme === '' ? matchMedia('(prefers-color-scheme: dark)').matches : style.colorScheme === 'dark'
  style.colorScheme = isDark ? 'light' : 'dark'
})

const commands: Readonly<Record<string, () => void>> = {
  ' ': () => playback.toggle(),
  ',': () => playback.go(-1),
  '.': () => playback.go(1),
  Home: () => playback.go(Number.NEGATIVE_INFINITY),
  End: () => playback.go(Number.POSITIVE_INFINITY),
  '+': () => view.zoom(1.4),
  '=': () => view.zoom(1.4),
  '-': () => view.zoom(1 / 1.4),
  '0': () => view.fit(),
  '/': () => byId('query').focus(),
  Escape: () => card.hide(),
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target === byId('query')) return
  const onNode = scene.idOf(event.target)
  if (event.key.startsWith('Arrow')) {
    const next = onNode === null ? null : scene.neighbour(onNode, event.key)
    if (next === null) return
    event.preventDefault()
    view.reveal(next)
    return focus(next)
  }
  if (event.key === ' ' && event.target instanceof HTMLButtonElement) return // presses the button
  const command = commands[event.key]
  if (command === undefined) return
  event.preventDefault()
  command()
})
