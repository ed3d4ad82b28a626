// Opens an HTML page in headless Chromium, where `wengert` comes from dist/ whatever server the page names.
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { entries, root } from '../../scripts/entries.ts'

export const browserPath = '/usr/bin/chromium'

export const hasBrowser: boolean = existsSync(browserPath)

/** What a page printed to the console, what stands in its body, and its errors. */
export interface Visit {
  readonly printed: string
  readonly body: string
  readonly errors: readonly string[]
}

/** The library as a content delivery network serves it: `…/wengert@0.1.0/nn` or `…/wengert/dist/nn.js`. */
function served(url: URL): string | null {
  const match = /^(.*\/)wengert(@[^/]+)?(\/.*)?$/.exec(url.pathname)
  if (!match) return null
  const rest = match[3] ?? ''
  if (rest.startsWith('/dist/')) return existsSync(root + rest.slice(1)) ? readFileSync(root + rest.slice(1), 'utf8') : null
  const entry = entries.find(({ specifier }) => specifier === `wengert${rest.replace(/\/(\+esm)?$/, '')}`)
  return entry ? `export * from '${url.origin}${match[1]}wengert/${entry.output.slice(2)}'` : null
}

/** Visits the page until `done` holds or ten seconds have passed. */
export async function visit(html: string, done: (visit: Visit) => boolean): Promise<Visit> {
  const server = createServer((_, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(html))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-background-networking'] })
  try {
    const page = await browser.newPage()
    const printed: string[] = []
    const errors: string[] = []
    page.on('console', (message) => void (message.type() === 'error' ? errors : printed).push(message.text()))
    page.on('pageerror', (error) => void errors.push(String(error)))
    await page.route('**/*', async (route) => {
      const url = new URL(route.request().url())
      if (url.href === address) return route.continue()
      if (url.pathname === '/favicon.ico') return route.fulfill({ status: 204 })
      const body = served(url)
      const headers = { 'access-control-allow-origin': '*' }
      return body === null ? route.abort() : route.fulfill({ body, headers, contentType: 'text/javascript' })
    })
    await page.goto(address)
    const look = async (): Promise<Visit> => ({ printed: printed.join('\n'), body: await page.innerText('body'), errors })
    const limit = Date.now() + 10_000
    let seen = await look()
    while (Date.now() < limit && errors.length === 0 && !done(seen)) {
      await page.waitForTimeout(50)
      seen = await look()
    }
    return seen
  } finally {
    await browser.close()
    server.close()
  }
}
