// The pictures, opened in headless Chromium: nothing overlaps, texts fit and can be read, the page does what it says.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cat, type nn, type Tensor, tensor } from 'wengert'
import { customFunction } from 'wengert/autograd'
import * as viz from 'wengert/viz'
import { pageSource, target } from '../../scripts/graph-page.ts'
import { hasBrowser } from '../docs/web-page.ts'
import { Chromium, lowestContrast, measure, type Opened, overlaps, screenshot, settled, spills } from './browser.ts'
import { deepNetwork, digits } from './networks.ts'

test('the page is the one that its sources give', async () => {
  expect(readFileSync(target, 'utf8') === (await pageSource()), 'run node scripts/graph-page.ts').toBe(true)
})

test('the page refers to nothing outside itself', async () => {
  const { loss, params } = deepNetwork(2)
  const html = await viz.graph(loss, { params }).html()
  const own = html.replaceAll('http://www.w3.org/2000/svg', '').replace(/\/\* With @panzoom[\s\S]*?\*\//, '')
  expect(own.match(/https?:\/\/.*|<link.*|<img.*|<iframe.*|\ssrc=.*|url\(.*|@import.*|fetch\(.*|XMLHttpRequest.*|\bimport\(.*/)).toBeNull()
  expect(own.includes("default-src 'none'")).toBe(true)
  expect(own.includes('{{')).toBe(false)
})

test('data cannot end the script that holds it', async () => {
  const { loss, params } = deepNetwork(1)
  const [[, weight]] = [...(params as Iterable<[string, nn.Parameter]>)] as [[string, nn.Parameter]]
  const html = await viz.graph(loss, { params: { '</script><b>': weight } }).html()
  expect(html.match(/<\/script>/g)).toHaveLength(2)
  expect(html.includes('<b>')).toBe(false)
})

describe.runIf(hasBrowser)('in Chromium', () => {
  let chromium: Chromium
  let small: string
  /** Labels of the boxes of the small page, in backward's order. */
  let order: string[]
  let large: string

  beforeAll(async () => {
    chromium = await Chromium.launch()
    const { loss, params } = viz.record(digits)
    const drawn = viz.graph(loss, { params })
    small = await drawn.html()
    const boxes = new Map(drawn.boxes.map((box) => [box.id, box]))
    order = drawn.steps().map(({ box: id }) => {
      const { name, kind, shape, dtype } = boxes.get(id)!
      return `${name}, ${kind}, [${shape.join(', ')}] ${dtype}`
    })
    const deep = deepNetwork(42)
    const graph = viz.graph(deep.loss, { params: deep.params })
    expect(graph.boxes.length).toBeGreaterThan(500)
    const start = performance.now()
    large = await graph.html()
    expect(performance.now() - start, 'milliseconds for the page of 500 boxes').toBeLessThan(10_000)
  })
  afterAll(() => chromium?.close())

  const isClean = ({ errors, requests }: Opened): void => expect([errors, requests]).toEqual([[], []])

  test('the SVG of the digits network is readable', async () => {
    const { loss, params } = digits()
    const graph = viz.graph(loss, { params })
    const opened = await chromium.open(`<!doctype html><body>${await graph.svg()}`)
    const measured = await measure(opened.page)
    expect(measured.boxes).toHaveLength(graph.boxes.length)
    expect(overlaps(measured.boxes)).toEqual([])
    expect(spills(measured)).toEqual([])
    expect(await lowestContrast(opened.page)).toBeGreaterThan(4.5)
    expect((await screenshot(opened.page)).drawn).toBeGreaterThan(0.01)
    isClean(opened)
  })

  test('an SVG without its font still fits its boxes', async () => {
    const { loss, params } = digits()
    const svg = await viz.graph(loss, { params }).svg()
    const { page } = await chromium.open(`<!doctype html><body>${svg.replace(/font-family="[^"]*"/, 'font-family="monospace"')}`)
    expect(spills(await measure(page))).toEqual([])
  })

  test.each(['light', 'dark'] as const)('the page of the digits network is readable: %s', async (scheme) => {
    const opened = await chromium.open(small, scheme)
    const { page } = opened
    for (const step of [0, 12, 30, order.length]) {
      await page.evaluate((value) => {
        const slider = document.querySelector<HTMLInputElement>('#slider')!
        slider.value = String(value)
        slider.dispatchEvent(new Event('input'))
      }, step)
      await page.waitForTimeout(250) // colours change gradually
      const measured = await measure(page)
      expect(overlaps(measured.boxes)).toEqual([])
      expect(spills(measured)).toEqual([])
      expect(await lowestContrast(page), `step ${step}`).toBeGreaterThan(4.5)
      for (const { left, top, right, bottom } of measured.boxes) {
        expect(Math.min(left, top)).toBeGreaterThan(0)
        expect([right < 1280, bottom < 860]).toEqual([true, true])
      }
    }
    const { brightness, drawn } = await screenshot(page)
    expect(drawn).toBeGreaterThan(0.05)
    if (scheme === 'light') expect(brightness).toBeGreaterThan(0.85)
    else expect(brightness).toBeLessThan(0.25)
    isClean(opened)
  })

  test('pointing at a box tells its facts', async () => {
    const { page } = await chromium.open(small)
    const card = page.locator('#card')
    expect(await card.isVisible()).toBe(false)
    await page.locator('.node', { hasText: 'Convolution' }).first().hover()
    const text = await card.innerText()
    expect(text).toMatch(/Convolution\n/)
    expect(text).toContain('[8, 6, 28, 28] float32, 37,632 elements')
    expect(text).toMatch(/value\s+gradient\s+min\s+\S+\d\s+\S+\d/)
    expect(text).toMatch(/Saved for backward, 2\d\.\d KB:/)
    expect(text).toContain('examples/digits/model.ts:15')
    expect(text).toContain('const strokes = F.maxPool2d(F.relu(this.conv1.forward(images)), 2)')
    await page.mouse.move(4, 400)
    expect(await card.isVisible()).toBe(false)
    await page.locator('.leaf', { hasText: 'fc1.bias' }).hover()
    expect(await card.innerText()).toMatch(/fc1\.bias\s+leaf: gradients accumulate here\s+\[120\] float32/)
  })

  test('several outputs are told apart', async () => {
    const split = customFunction({
      name: 'Split',
      forward: (_, x: Tensor) => [x.at([0]).clone(), x.at([1, 2]).mul(10)] as const,
      backward: (_, first: Tensor, second: Tensor) => cat([first, second.mul(10)]),
    })
    const x = tensor([1, 2, 3], { requiresGrad: true })
    const [first, second] = split(x)
    const graph = viz.graph(first.sum().add(second.square().sum()), { params: { x } })
    const box = graph.boxes.find(({ name }) => name === 'Split')!
    expect([box.shape, box.further.map(({ shape }) => shape)]).toEqual([[1], [[2]]])
    expect(
      graph
        .steps()
        .map(({ box: id }) => id)
        .indexOf(box.id),
    ).toBe(graph.boxes.length - 2)
    const { page, errors } = await chromium.open(await graph.html())
    await page.locator('.node', { hasText: 'Split' }).hover()
    expect(await page.locator('#card').innerText()).toMatch(
      /\[1\] float32, 1 element\s+gradient\s+min\s+1\s[\s\S]*\[2\] float32, 2 elements\s+gradient\s+min\s+40/,
    )
    expect(errors).toEqual([])
  })

  test('the keyboard walks along arrows, and shows the card of the box in focus', async () => {
    const { page } = await chromium.open(small)
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))
    await page.locator('.node.result').focus()
    expect(await focused()).toBe(order[0])
    await page.keyboard.press('ArrowUp')
    expect(await focused()).toBe(order[1])
    expect(await page.locator('#card').innerText()).toMatch(/^\w+\s+operation\s+\[\] float32, 1 element/)
    await page.keyboard.press('ArrowDown')
    expect(await focused()).toBe(order[0])
    expect(await page.locator('.node[tabindex="0"]').count()).toBe(1)
    await page.keyboard.press('Escape')
    expect(await page.locator('#card').isVisible()).toBe(false)
  })

  test('backward is played step by step', async () => {
    const { page } = await chromium.open(small)
    const step = page.locator('#step')
    const current = page.locator('.node[data-state="current"]')
    expect(await step.innerText()).toContain(`Backward takes ${order.length} steps`)
    expect(await current.count()).toBe(0)
    await page.locator('#next').click()
    expect(await step.innerText()).toMatch(/^Step 1 of \d+: \w+, gradient \[\] float32: min 1\s+max 1\s+mean 1; sends gradients to \w+/)
    expect(await current.getAttribute('aria-label')).toBe(order[0])
    expect(await page.locator('.arrow[data-flow="now"]').count()).toBe(1)
    expect(await page.locator('.node[data-state="waiting"]').getAttribute('aria-label')).toBe(order[1])
    await page.keyboard.press('.')
    expect(await current.getAttribute('aria-label')).toBe(order[1])
    await page.keyboard.press(',')
    expect(await current.getAttribute('aria-label')).toBe(order[0])
    await page.locator('#slider').focus()
    await page.keyboard.press('ArrowRight')
    expect(await current.getAttribute('aria-label')).toBe(order[1])
    await page.keyboard.press('End')
    expect(await step.innerText()).toMatch(/^Step (\d+) of \1: conv1\.weight.*added to its \.grad$/)
    expect(await page.locator('.leaf[data-state="full"]').count()).toBe(9)
    expect(await page.locator('.arrow:not([data-flow="done"])').count()).toBe(0)
    await page.keyboard.press('Home')
    expect(await page.locator('.node[data-state]').count()).toBe(0)
  })

  test('playing goes on by itself, and pauses', async () => {
    const { page } = await chromium.open(small)
    await page.clock.install()
    const step = async (): Promise<number> => Number(await page.locator('#slider').inputValue())
    await page.locator('#slider').focus()
    await page.keyboard.press('Space')
    expect(await page.locator('#play').innerText()).toBe('Pause')
    await page.clock.runFor(2500)
    await page.locator('#play').click()
    const stopped = await step()
    expect(stopped).toBeGreaterThanOrEqual(2)
    expect(stopped).toBeLessThan(order.length)
    await page.clock.runFor(2500)
    expect(await step()).toBe(stopped)
  })

  test('the wheel zooms about the pointer, dragging moves, Fit shows everything', async () => {
    const { page } = await chromium.open(small)
    const width = async (): Promise<number> => {
      await settled(page)
      const { boxes } = await measure(page)
      return boxes[0]!.right - boxes[0]!.left
    }
    const before = await width()
    const place = (await page.locator('.node.result .name').boundingBox())!
    await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2)
    for (let i = 0; i < 5; i++) await page.mouse.wheel(0, -100)
    expect(await width()).toBeGreaterThan(1.3 * before)
    const zoomed = (await page.locator('.node.result .name').boundingBox())!
    expect(zoomed.x + zoomed.width / 2).toBeCloseTo(place.x + place.width / 2, -1)
    await page.mouse.move(100, 400)
    await page.mouse.down()
    await page.mouse.move(160, 300, { steps: 4 })
    await page.mouse.up()
    await settled(page)
    const moved = (await page.locator('.node.result .name').boundingBox())!
    expect([moved.x - zoomed.x, moved.y - zoomed.y].map(Math.round)).toEqual([60, -100])
    await page.locator('#fit').click()
    expect(await width()).toBeCloseTo(before, 0)
    await page.keyboard.press('+')
    expect(await width()).toBeGreaterThan(1.3 * before)
  })

  test('a telephone shows it, too', async () => {
    const { page } = await chromium.open(small)
    await page.setViewportSize({ width: 400, height: 780 })
    await page.locator('#fit').click()
    await page.locator('#next').click()
    await page.locator('.node.result').click()
    await settled(page)
    const card = (await page.locator('#card').boundingBox())!
    expect([card.x >= 0, card.x + card.width <= 400]).toEqual([true, true])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(400)
    const stage = (await page.locator('#stage').boundingBox())!
    expect(stage.height).toBeGreaterThan(350)
  })

  test('the scheme can be switched', async () => {
    const { page } = await chromium.open(small, 'light')
    await page.locator('#scheme').click()
    await page.waitForTimeout(250)
    expect((await screenshot(page)).brightness).toBeLessThan(0.25)
  })

  test('500 boxes: starts where they can be read, finds a node, leaves texts out from afar', async () => {
    const opened = await chromium.open(large)
    const { page } = opened
    const measured = await measure(page)
    expect(overlaps(measured.boxes)).toEqual([])
    expect(spills(measured)).toEqual([])
    const result = measured.boxes.at(-1)!
    expect(await page.locator('.node.result').textContent()).toBe(result.name)
    expect([result.top > 0, result.bottom < 860, result.bottom - result.top > 18]).toEqual([true, true, true])

    await page.keyboard.press('/')
    await page.keyboard.type('7.inner.weight')
    expect(await page.locator('#found').innerText()).toBe('4 found') // 7, 17, 27, 37
    await page.keyboard.press('Enter')
    await settled(page)
    const found = page.locator('.match', { hasText: /^7\.inner\.weight/ })
    expect(await found.count()).toBe(1)
    const { y, height } = (await found.boundingBox())!
    expect([y > 40, y + height < 760]).toEqual([true, true])
    await page.keyboard.press('Escape')
    expect(await page.locator('.match').count()).toBe(0)

    await page.locator('#fit').click()
    await settled(page)
    expect(await page.locator('text').first().isVisible()).toBe(false)
    const boxes = (await measure(page)).boxes
    expect(Math.min(...boxes.map(({ top }) => top))).toBeGreaterThan(0)
    expect(Math.max(...boxes.map(({ bottom }) => bottom))).toBeLessThan(860)

    const start = Date.now()
    for (let i = 0; i < 20; i++) await page.keyboard.press('.')
    expect(Date.now() - start, 'milliseconds for 20 steps').toBeLessThan(5000)
    expect(await page.locator('#step').innerText()).toMatch(/^Step 20 of 5\d\d/)
    isClean(opened)
  })

  test('a page without backward says why', async () => {
    const { loss, params } = deepNetwork(1)
    const graph = viz.graph(loss, { params })
    loss.backward()
    const opened = await chromium.open(await graph.html())
    expect(await opened.page.locator('#step').innerText()).toContain('Backward cannot be shown.')
    expect(await opened.page.locator('#play').isDisabled()).toBe(true)
    await opened.page.keyboard.press('Space')
    isClean(opened)
  })
})
