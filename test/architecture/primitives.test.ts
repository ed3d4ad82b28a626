// Every primitive stands in every table, and nothing outside the tables asks for its name.
import { expect, test } from 'vitest'
import { vjpRules } from '../../src/autograd/rules/index.ts'
import { elementwise } from '../../src/primitives/elementwise.ts'
import { installIndexing } from '../../src/primitives/indexing-rows.ts'
import { kernels } from '../../src/primitives/kernels.ts'
import { installOrdering } from '../../src/primitives/ordering-rows.ts'
import { shapeRules } from '../../src/primitives/shape-rules.ts'
import { installConvolution, installPooling } from '../../src/primitives/spatial-rows.ts'
import { indexMaps } from '../../src/primitives/views.ts'
import { sources } from './imports.ts'

installConvolution()
installPooling()
installIndexing()
installOrdering()
const primitives = Object.keys(kernels).sort()
const names = (table: object) => Object.keys(table).sort()

test('there are primitives', () => {
  expect(primitives.length).toBeGreaterThan(70)
})

test('a derivative rule for every primitive', () => {
  expect(names(vjpRules)).toEqual(primitives)
})

test('a shape rule for every primitive: elementwise, view or its own', () => {
  expect([...names(elementwise), ...names(indexMaps), ...names(shapeRules)].sort()).toEqual(primitives)
})

test('no branch on the name of a primitive', () => {
  const below = sources.filter(({ path }) => /^(core|backends|primitives|autograd)\//.test(path))
  const branch = new RegExp(
    `\\bcase '(?:${primitives.join('|')})'|\\bprimitive\\s*[!=]==\\s*'|\\[[^\\]]*'[^\\]]*\\]\\.includes\\(primitive\\)`,
  )
  expect(below.filter(({ text }) => branch.test(text)).map(({ path }) => path)).toEqual([])
})

test('the files that name one elementwise primitive do not become more', () => {
  // its row, expression, vector form, rule and function below; above them the operation, its in-place form, and the typed method and function of each
  const naming = sources.filter(({ path, text }) => !/signatures(\/|\.ts$)/.test(path) && /\bacosh\b/.test(text)).map(({ path }) => path)
  expect(naming.length, naming.join(', ')).toBeLessThanOrEqual(11)
})
