// The engines that smoke tests and benchmarks run on besides this one. They come from the npm registry and are kept in a cache below
// node_modules: Node's binaries as packages of their own, Bun and Deno with theirs as optional packages, so no install script runs.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { root } from './entries.ts'

const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

/** Pinned versions by package name. */
const packages = {
  'node-22': `npm:node-${system}@22.23.3`,
  'node-24': `npm:node-${system}@24.21.0`,
  bun: '1.4.5',
  deno: '2.9.6',
} as const

export type RuntimeName = 'Node 22' | 'Node 24' | 'Node 26' | 'Bun' | 'Deno'

/** An engine's binary. */
export interface Runtime {
  readonly name: RuntimeName
  readonly path: string
}

const cache = `${root}node_modules/.cache/runtimes/`

/** The file of the binary inside the package that npm chose for this system. */
function optionalBinary(packageName: string, file: string): string {
  const require = createRequire(`${cache}node_modules/${packageName}/package.json`)
  const { optionalDependencies } = require(`${cache}node_modules/${packageName}/package.json`) as {
    readonly optionalDependencies: Readonly<Record<string, string>>
  }
  const folders = Object.keys(optionalDependencies).map((name) => `${cache}node_modules/${name}`)
  const path = folders.map((folder) => `${folder}/${file}`).find(existsSync)
  if (path === undefined) throw new Error(`${packageName} has no binary for ${system}`)
  return path
}

/** Installs what is missing; gives the binaries. */
export function installRuntimes(): readonly Runtime[] {
  const content = `${JSON.stringify({ private: true, dependencies: packages }, null, 2)}\n`
  const file = `${cache}package.json`
  if (!existsSync(`${cache}node_modules/deno`) || readFileSync(file, 'utf8') !== content) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(file, content)
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: cache, stdio: 'inherit' })
  }
  return [
    { name: 'Node 22', path: `${cache}node_modules/node-22/bin/node` },
    { name: 'Node 24', path: `${cache}node_modules/node-24/bin/node` },
    { name: 'Node 26', path: process.execPath },
    { name: 'Bun', path: optionalBinary('bun', 'bin/bun') },
    { name: 'Deno', path: optionalBinary('deno', 'deno') },
  ]
}
