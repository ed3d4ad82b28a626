// Runs the smoke program in headless Chromium: in an isolated page, in one that is not, and under a policy that forbids all compiling.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'

const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }

/** By name: the headers that the page is served with. */
export const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'Chromium, isolated': isolated,
  'Chromium, not isolated': {},
  "Chromium, policy 'self'": { 'Content-Security-Policy': "script-src 'self'" },
}

/** What the program printed in a page served with these headers. */
export async function runInPage(headers: Readonly<Record<string, string>>, browserPath: string): Promise<string> {
  const entryPoints = [fileURLToPath(new URL('program.ts', import.meta.url))]
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', platform: 'browser', target: 'es2024', write: false })
  const server = createServer(({ url }, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.setHeader('Content-Type', url === '/script.js' ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(url === '/script.js' ? outputFiles[0]?.text : '<!doctype html><script type="module" src="/script.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-background-networking'] })
  try {
    const page = await browser.newPage()
    const lines: string[] = []
    const ended = new Promise<void>((resolve) => {
      page.on('pageerror', (error) => {
        lines.push(String(error))
        resolve()
      })
      page.on('console', (message) => {
        lines.push(message.text())
        if (message.text().startsWith('smoke:')) resolve()
      })
      setTimeout(resolve, 60_000).unref()
    })
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await ended
    return lines.join('\n')
  } finally {
    await browser.close()
    server.close()
  }
}
