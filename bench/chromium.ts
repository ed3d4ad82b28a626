// Our library in headless Chromium, in a page that may share memory with workers.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium as engine } from 'playwright-core'
import { browserPath } from '../test/docs/web-page.ts'
import type { Contender } from './contenders.ts'
import type { Reply, Request } from './measure.ts'

/** What bench/page.ts offers. */
declare global {
  interface Window {
    answer?: (request: Request) => Promise<Reply>
  }
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    conditions: ['@wengert/source'],
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** A page of its own for each number of threads; null where there is no browser. */
export async function chromium(threads: number): Promise<Contender | null> {
  const script = await bundle()
  const server = createServer(({ url }, response) => {
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    response.setHeader('Content-Type', url === '/script.js' ? 'text/javascript' : 'text/html')
    response.end(url === '/script.js' ? script : '<!doctype html><script type="module" src="/script.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const browser = await engine.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-background-networking'] })
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?threads=${threads}`)
    await page.waitForFunction(() => window.answer !== undefined)
    return {
      name: 'Chromium',
      threads,
      ask: (request) => page.evaluate((wanted) => window.answer?.(wanted) ?? Promise.resolve({ missing: 'no page' }), request),
      close: async () => {
        await browser.close()
        server.close()
      },
    }
  } catch (error) {
    server.close()
    console.log(`without Chromium: ${String(error).split('\n')[0]}`)
    return null
  }
}
