// The sources of src/ and what each imports, as relative paths from src/.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { root } from '../../scripts/entries.ts'

export interface Source {
  /** `tensor/tensor.ts` */
  readonly path: string
  readonly text: string
  /** Files of src/ that it imports, types included. */
  readonly imports: readonly string[]
  /** Those without `import type`: what is loaded with it. */
  readonly loads: readonly string[]
  /** Packages and built-in modules that it imports. */
  readonly packages: readonly string[]
}

const importPattern = /^(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm

function read(path: string): Source {
  const text = readFileSync(join(root, 'src', path), 'utf8')
  const found = [...text.matchAll(importPattern)].map((match) => ({ type: match[1] !== undefined, specifier: match[2] ?? match[3] ?? '' }))
  const local = found.filter(({ specifier }) => specifier.startsWith('.'))
  const inside = (specifier: string) => normalize(join(dirname(path), specifier))
  return {
    path,
    text,
    imports: local.map(({ specifier }) => inside(specifier)),
    loads: local.filter(({ type }) => !type).map(({ specifier }) => inside(specifier)),
    packages: found.filter(({ specifier }) => !specifier.startsWith('.')).map(({ specifier }) => specifier),
  }
}

export const sources: readonly Source[] = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map(read)

/** The layer of a file: its folder; the entry `index.ts` is above all. */
export const layerOf = (path: string): string => (path.includes('/') ? path.slice(0, path.indexOf('/')) : 'entry')
