// The soak test in headless Chromium, where the garbage collector cannot be asked: what its page process needs at the most.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { browserPath, hasBrowser } from '../../test/docs/web-page.ts'
import type { Finding } from './programs.ts'

const MB = 2 ** 20
const LIMIT = 1.2 * 1024 * MB

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

/** The most memory that any page process below `parent` has had so far, from Linux' accounts. */
function pagePeak(parent: number): number {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8')
    } catch {
      return '' // it has ended
    }
  }
  const parentOf = (pid: string): number => Number(/^PPid:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0)
  const isBelow = (pid: string): boolean => {
    for (let at = Number(pid); at > 1; at = parentOf(String(at))) if (at === parent) return true
    return false
  }
  const pages = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && read(pid, 'cmdline').includes('--type=renderer') && isBelow(pid))
  return Math.max(0, ...pages.map((pid) => 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(read(pid, 'status'))?.[1] ?? 0)))
}

/** Runs the page with a loop of messages and one of timers. */
export async function inChromium(): Promise<Finding> {
  if (!hasBrowser) return { figure: 'left out: there is no Chromium', passed: true }
  const script = await bundle()
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', url === '/script.js' ? 'text/javascript' : 'text/html; charset=utf-8')
    response.end(url === '/script.js' ? script : '<!doctype html><script type="module" src="/script.js"></script>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const parts: string[] = []
  let passed = true
  try {
    for (const timers of [false, true]) {
      const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-background-networking'] })
      try {
        const page = await browser.newPage()
        await page.goto(address)
        await page.waitForFunction(() => window.soak !== undefined)
        const { stats, milliseconds, wrong } = await page.evaluate((timers) => window.soak(timers), timers)
        const peak = pagePeak(process.pid)
        passed &&= wrong === 0 && peak > 0 && peak < LIMIT && stats.pooled < LIMIT
        const loop = timers ? 'timers' : 'messages'
        parts.push(
          `${loop}: process ${Math.round(peak / MB)} MB, heap ${Math.round(stats.pooled / MB)} MB, ${milliseconds.toFixed(1)} ms a step, ${stats.refusals} typed arrays, ${wrong} wrong`,
        )
      } finally {
        await browser.close()
      }
    }
  } finally {
    server.close()
  }
  return { figure: parts.join('; '), passed }
}
