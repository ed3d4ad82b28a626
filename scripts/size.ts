// What a program downloads: bundled from dist/ by esbuild as an application would, and gzipped. Prints the size, and where the
// bytes are: for each source file, how much smaller the gzipped bundle is without its text. `npm run size -- [PROGRAM]`
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { relative, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { root } from './entries.ts'

/** Bytes as a server sends them. */
export const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length

/** A program as an application's bundler makes it, and the map to the library's sources. */
export async function bundled(entry: string): Promise<{ text: string; map: SourceMap }> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    sourcemap: 'external',
    outfile: `${root}bundle.js`,
    write: false,
    logLevel: 'silent',
  })
  const [map = '', text = ''] = outputFiles.map((file) => file.text)
  return { text, map: new SourceMap(JSON.parse(map)) }
}

interface Piece {
  readonly source: string
  readonly text: string
}

/** The text in pieces that come from one source file each. */
function pieces(text: string, map: SourceMap): Piece[] {
  return text.split('\n').flatMap((line, row) => {
    const found: { source: string; text: string }[] = []
    for (let column = 0; column < line.length; column++) {
      const entry = map.findEntry(row, column)
      const source = 'originalSource' in entry && entry.originalSource ? relative(root, resolve(root, entry.originalSource)) : '' // what bundlers add has none
      const last = found.at(-1)
      if (last?.source === source) last.text += line[column]
      else found.push({ source, text: line[column] as string })
    }
    return found
  })
}

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(2).padStart(8)} KB`

if (import.meta.main) {
  const entry = resolve(process.argv[2] ?? `${root}test/package/consumer/network.js`)
  readFileSync(entry) // a missing one is said plainly
  const { text, map } = await bundled(entry)
  const whole = gzipped(text)
  const parts = pieces(text, map)
  const rows = [...new Set(parts.map(({ source }) => source))].map((source) => {
    const without = parts.filter((part) => part.source !== source).map((part) => part.text)
    return { source, share: whole - gzipped(without.join('')) }
  })
  const folders = new Map<string, number>()
  for (const { source, share } of rows) {
    const folder = source.split('/').slice(0, -1).join('/')
    folders.set(folder, (folders.get(folder) ?? 0) + share)
  }
  for (const { source, share } of rows.sort((a, b) => b.share - a.share)) console.log(`${kilobytes(share)}  ${source}`)
  console.log()
  for (const [folder, share] of [...folders].sort((a, b) => b[1] - a[1])) console.log(`${kilobytes(share)}  ${folder}/`)
  console.log(`\n${kilobytes(text.length)}  minified\n${kilobytes(whole)}  gzipped`)
}
