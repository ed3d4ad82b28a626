// The test suite runs on the sources: `wengert` and its subpaths resolve through the package's own `@wengert/source` condition.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const { name, exports } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as {
  name: string
  exports: Record<string, { '@wengert/source'?: string }>
}

const alias = Object.entries(exports).flatMap(([subpath, targets]) => {
  const source = targets['@wengert/source']
  return source ? [{ find: new RegExp(`^${name}${subpath.slice(1)}$`), replacement: here(source) }] : []
})

export default defineConfig({
  resolve: { alias },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/package/**', 'node_modules/**'],
    testTimeout: 60_000,
    execArgv: ['--expose-gc'],
  },
})
