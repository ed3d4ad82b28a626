// The search box: what matches stays bright, Enter goes from one match to the next.
import { byId } from './element.ts'
import type { Scene } from './scene.ts'

/** `show` is called with the box to look at. */
export function installSearch(scene: Scene, show: (id: number) => void): void {
  const query = byId<'input'>('query')
  const found = byId<'output'>('found')
  let matches: number[] = []
  let place = -1

  const report = (): void => {
    found.value = query.value === '' ? '' : place < 0 ? `${matches.length} found` : `${place + 1} of ${matches.length}`
  }
  query.addEventListener('input', () => {
    const wanted = query.value.trim().toLowerCase()
    const texts = scene.data.boxes.map(({ id, name, line }) => ({
      id,
      text: `${name} ${line?.file ?? ''}:${line?.line ?? ''}`.toLowerCase(),
    }))
    matches = wanted === '' ? [] : texts.flatMap(({ id, text }) => (text.includes(wanted) ? [id] : []))
    place = -1
    scene.root.classList.toggle('searching', wanted !== '')
    const matching = new Set(matches)
    for (const [id, node] of scene.nodes) node.classList.toggle('match', matching.has(id))
    report()
  })
  const go = (count: number): void => {
    if (matches.length === 0) return
    place = place < 0 && count < 0 ? matches.length - 1 : (place + count + matches.length) % matches.length
    show(matches[place] as number)
    report()
  }
  query.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1)
    if (event.key === 'Escape') {
      query.value = ''
      query.dispatchEvent(new Event('input'))
      query.blur()
    }
  })
  byId('search').addEventListener('submit', (event) => event.preventDefault())
}
