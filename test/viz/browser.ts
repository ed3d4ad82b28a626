// Opens pictures in headless Chromium and measures them there.
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { decode } from 'fast-png'
import { type Browser, chromium, type Page } from 'playwright-core'
import { browserPath } from '../docs/web-page.ts'

export type Scheme = 'light' | 'dark'

/** A page from a text, opened as a file with no way to a network; errors and requests are noted. */
export interface Opened {
  readonly page: Page
  readonly errors: readonly string[]
  /** Addresses that the page asked for, its own left out. */
  readonly requests: readonly string[]
}

export class Chromium {
  readonly #browser: Browser
  readonly #folder: string
  #files = 0

  private constructor(browser: Browser, folder: string) {
    this.#browser = browser
    this.#folder = folder
  }

  static async launch(): Promise<Chromium> {
    const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-background-networking'] })
    return new Chromium(browser, await mkdtemp(join(tmpdir(), 'graph-')))
  }

  async open(html: string, colorScheme: Scheme = 'light'): Promise<Opened> {
    const file = join(this.#folder, `${this.#files++}.html`)
    writeFileSync(file, html)
    const address = pathToFileURL(file).href
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 860 }, colorScheme, reducedMotion: 'reduce' })
    const errors: string[] = []
    const requests: string[] = []
    page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())))
    page.on('pageerror', (error) => void errors.push(String(error)))
    page.on('request', (request) => void (request.url() !== address && requests.push(request.url())))
    await page.goto(address)
    await settled(page)
    return { page, errors, requests }
  }

  async close(): Promise<void> {
    await this.#browser.close()
    await rm(this.#folder, { recursive: true })
  }
}

/** Waits until what was asked for has been drawn. */
export const settled = (page: Page): Promise<void> =>
  page.evaluate(
    () => new Promise<void>((resolve) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve())), 30)),
  )

interface Rectangle {
  readonly name: string
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Where the boxes are, and their texts, on the screen. */
export const measure = (page: Page): Promise<{ boxes: Rectangle[]; texts: Rectangle[][] }> =>
  page.evaluate(() => {
    const rectangle = (element: Element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect()
      return { name: element.textContent ?? '', left, top, right, bottom }
    }
    const nodes = [...document.querySelectorAll('.node')]
    return {
      boxes: nodes.map((node) => ({ ...rectangle(node.querySelector('rect')!), name: node.textContent ?? '' })),
      texts: nodes.map((node) => [...node.querySelectorAll('text')].map(rectangle)),
    }
  })

/** Pairs of boxes that overlap. */
export function overlaps(boxes: readonly Rectangle[]): string[] {
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b) => {
      const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
      return apart ? [] : [`${a.name} and ${b.name}`]
    }),
  )
}

/** Texts that reach out of their boxes, by more than a pixel, and texts of one box that overlap. */
export function spills({
  boxes,
  texts,
}: {
  readonly boxes: readonly Rectangle[]
  readonly texts: readonly (readonly Rectangle[])[]
}): string[] {
  return boxes.flatMap((box, i) => {
    const own = texts[i]!
    const inside = own.every(
      (text) => text.left > box.left - 1 && text.right < box.right + 1 && text.top > box.top - 1 && text.bottom < box.bottom + 1,
    )
    const inOrder = own.every((text, at) => at === 0 || own[at - 1]!.right <= text.left + 1)
    return inside && inOrder ? [] : [box.name]
  })
}

/** Contrast by WCAG of every text with the box that it stands in; the lowest. */
export const lowestContrast = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
    const luminance = (colour: string): number => {
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((part) =>
        part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
      )
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
    }
    const ratios = [...document.querySelectorAll('.node')].flatMap((node) => {
      const box = luminance(getComputedStyle(node.querySelector('rect:last-of-type')!).fill)
      return [...node.querySelectorAll('text')].map((text) => {
        const ink = luminance(getComputedStyle(text).fill)
        return (Math.max(box, ink) + 0.05) / (Math.min(box, ink) + 0.05)
      })
    })
    return Math.min(...ratios)
  })

/** What a screenshot shows: its mean brightness from 0 to 1, and the share of pixels that differ from the most frequent colour. */
export async function screenshot(page: Page): Promise<{ brightness: number; drawn: number }> {
  const { data, width, height, channels } = decode(await page.screenshot())
  const counts = new Map<number, number>()
  let sum = 0
  for (let at = 0; at < data.length; at += channels) {
    const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!]
    sum += red + green + blue
    const colour = (red << 16) | (green << 8) | blue
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const pixels = width * height
  return { brightness: sum / pixels / 3 / 255, drawn: 1 - Math.max(...counts.values()) / pixels }
}
