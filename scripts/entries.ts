// The entries of the package, read from the `exports` of package.json, so that they are listed once.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository. */
export const root: string = fileURLToPath(new URL('..', import.meta.url))

export interface Entry {
  /** What a program imports: `wengert/nn`. */
  readonly specifier: string
  /** The entry's source: `./src/nn/index.ts`. */
  readonly source: string
  /** What is published for it: `./dist/nn.js`. */
  readonly output: string
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly '@wengert/source': string; readonly default: string }>>
}

export const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as Manifest

export const entries: readonly Entry[] = Object.entries(manifest.exports).flatMap(([subpath, targets]) =>
  typeof targets === 'string'
    ? []
    : [{ specifier: manifest.name + subpath.slice(1), source: targets['@wengert/source'], output: targets.default }],
)
