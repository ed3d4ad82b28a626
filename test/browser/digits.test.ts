// The digits network learns in headless Chromium, with threads and without, in the ways that pages come.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer as createSocket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, createServer, defaultClientConditions, type InlineConfig, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasBrowser } from '../docs/web-page.ts'
import { app, bundle, isolation, plainPage, type Served, type Visited, visit } from './pages.ts'

const STEPS = 30
const folder = mkdtempSync(join(tmpdir(), 'digits-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** `port`: 0 is one that is free, but the page of a Vite server has to know which. */
const vite = (headers: Record<string, string>, port = 0): InlineConfig => ({
  root: app,
  configFile: false,
  logLevel: 'error',
  cacheDir: join(folder, 'cache'),
  resolve: { conditions: ['@wengert/source', ...defaultClientConditions] },
  server: { host: '127.0.0.1', port, headers },
  preview: { host: '127.0.0.1', port: 0, headers },
})

async function freePort(): Promise<number> {
  const server = createSocket().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function viteDev(headers: Record<string, string>): Promise<Served> {
  const server = await (await createServer(vite(headers, await freePort()))).listen()
  return { url: server.resolvedUrls!.local[0]!, close: () => void server.close() }
}

async function viteBuild(headers: Record<string, string>): Promise<Served> {
  const config = { ...vite(headers), build: { outDir: join(folder, 'built'), emptyOutDir: true } }
  await build(config)
  const server = await preview(config)
  return { url: server.resolvedUrls!.local[0]!, close: () => void server.close() }
}

describe.skipIf(!hasBrowser)('the digits network in a browser', () => {
  let script: string
  /** One thread, in a page that is not isolated. */
  let plain: Visited
  beforeAll(async () => {
    script = await bundle()
    plain = await visit(await plainPage(script, {}), STEPS)
  }, 60_000)

  test('on one thread, the script from another origin', () => {
    expect(plain).toMatchObject({ threads: 1, workers: 0, isolated: false, inHeap: true, warnings: [], errors: [] })
    expect(plain.losses).toHaveLength(STEPS)
    expect(plain.losses.at(-1)).toBeLessThan(0.8 * plain.losses[0]!)
  })

  test.each([
    ['a plain page, the script from another origin', (headers: Record<string, string>) => plainPage(script, headers)],
    ['a Vite app in development', viteDev],
    ['a Vite app that was built', viteBuild],
  ])('on several threads: %s', async (_, serve) => {
    const seen = await visit(await serve(isolation), STEPS)
    expect(seen).toMatchObject({ isolated: true, inHeap: true, warnings: [], errors: [] })
    expect(seen.threads).toBeGreaterThan(1)
    expect(seen.workers).toBe(seen.threads - 1)
    // to the bit
    expect(seen.losses).toEqual(plain.losses)
  })

  test('where a policy forbids workers: a warning, one thread', async () => {
    const policy = "script-src 'self' % 'wasm-unsafe-eval' 'unsafe-eval'; worker-src 'none'"
    const seen = await visit(await plainPage(script, { ...isolation, 'content-security-policy': policy }), STEPS)
    expect(seen).toMatchObject({ threads: 1, workers: 0, isolated: true, inHeap: true })
    expect(seen.warnings.filter((text) => text.includes('wengert'))).toHaveLength(1)
    expect(seen.losses).toEqual(plain.losses)
  })

  test('where a policy forbids to compile at run time: no heap, no kernels, the same numbers within rounding', async () => {
    const seen = await visit(await plainPage(script, { 'content-security-policy': "script-src 'self' %" }), 2)
    expect(seen).toMatchObject({ threads: 1, workers: 0, inHeap: false })
    seen.losses.forEach((loss, step) => expect(loss).toBeCloseTo(plain.losses[step]!, 4))
  })
})
