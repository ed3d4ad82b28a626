// The house from outside: imports point down only, there are no cycles, and names say what is inside.
import { expect, test } from 'vitest'
import { manifest } from '../../scripts/entries.ts'
import { layerOf, sources } from './imports.ts'

/** What each layer may import besides itself; the same picture as in docs/architecture.md. */
const below = ['core', 'backends', 'primitives', 'autograd', 'transforms', 'tensor', 'func', 'compile']
const siblings = ['nn', 'optim', 'data', 'io', 'viz', 'testing']
const allowed: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(below.map((layer, height) => [layer, below.slice(0, height)])),
  ...Object.fromEntries(siblings.map((layer) => [layer, below])),
  entries: [...below, ...siblings],
  entry: [...below, ...siblings, 'entries'],
}

test('there are sources to look at', () => {
  expect(sources.length).toBeGreaterThan(20)
  expect(sources.flatMap((source) => source.imports).length).toBeGreaterThan(sources.length)
})

test('every folder of src is a known layer', () => {
  expect([...new Set(sources.map(({ path }) => layerOf(path)))].filter((layer) => !(layer in allowed))).toEqual([])
})

test('imports point down', () => {
  const upward = sources.flatMap(({ path, imports }) => {
    const own = layerOf(path)
    return imports
      .filter((target) => layerOf(target) !== own && !allowed[own]?.includes(layerOf(target)))
      .map((target) => `${path} → ${target}`)
  })
  expect(upward).toEqual([])
})

test('every import names a file', () => {
  const paths = new Set(sources.map(({ path }) => path))
  expect(
    sources.flatMap(({ path, imports }) => imports.filter((target) => !paths.has(target)).map((target) => `${path} → ${target}`)),
  ).toEqual([])
})

test('no cycles', () => {
  const loads = new Map(sources.map((source) => [source.path, source.loads]))
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'done') return
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      return
    }
    state.set(path, 'open')
    for (const target of loads.get(path) ?? []) visit(target, [...trail, path])
    state.set(path, 'done')
  }
  for (const path of loads.keys()) visit(path, [])
  expect(cycles).toEqual([])
})

test('src imports declared dependencies only, and no built-in module', () => {
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const foreign = sources.flatMap(({ path, packages }) =>
    packages
      .filter((name) => !declared.some((dependency) => name === dependency || name.startsWith(`${dependency}/`)))
      .map((name) => `${path} → ${name}`),
  )
  expect(foreign).toEqual([])
})

test('names say what is inside', () => {
  const empty = /(^|[/.-])(utils?|common|helpers?|misc)([/.-]|$)/
  expect(sources.map(({ path }) => path).filter((path) => empty.test(path))).toEqual([])
})

test('files are small', () => {
  const lines = (text: string) => text.split('\n').length - 1
  expect(sources.filter(({ text }) => lines(text) > 600).map(({ path, text }) => `${path}: ${lines(text)} lines`)).toEqual([])
})

test('every file starts by saying what it is', () => {
  expect(sources.filter(({ text }) => !/^(\/\/|\/\*)/.test(text)).map(({ path }) => path)).toEqual([])
})
