// Arithmetic that changes nothing is left out of a program, and nothing else.
import { expect, test } from 'vitest'
import { compile, full, type Tensor, tensor } from 'wengert'
import { apply, type Expression, input } from '../../src/backends/expression.ts'
import { simplified } from '../../src/compile/passes/simplified-expression.ts'

const x = input(0)

test.each<[string, Expression, Expression]>([
  ['x · 1', apply('mul', x, 1), x],
  ['1 · x', apply('mul', 1, x), x],
  ['x / 1', apply('div', x, 1), x],
  ['x − 0', apply('sub', x, 0), x],
  ['−(−x)', apply('neg', apply('neg', x)), x],
  ['(x · 1) · 2', apply('mul', apply('mul', x, 1), 2), apply('mul', x, 2)],
  ['x · (2 + 3)', apply('mul', x, apply('add', 2, 3)), apply('mul', x, 5)],
  ['0.1 + 0.2, rounded as float32 rounds it', apply('add', 0.1, 0.2), apply('add', 0, Math.fround(Math.fround(0.1) + Math.fround(0.2)))],
])('%s', (_, given, wanted) => {
  const number = wanted.kind === 'operation' && wanted.operands.every(({ kind }) => kind === 'constant') ? simplified(wanted) : wanted
  expect(simplified(given)).toEqual(number)
})

test.each<[string, Expression]>([
  ['x + 0, which is 0 where x is −0', apply('add', x, 0)],
  ['x − (−0), which is 0 where x is −0', apply('sub', x, -0)],
  ['1 / x', apply('div', 1, x)],
  ['x · 0, which is NaN where x is infinite', apply('mul', x, 0)],
  ['0 − x', apply('sub', 0, x)],
])('%s stays', (_, given) => {
  expect(simplified(given)).toEqual(given)
})

test('a program has no step for what changes nothing', () => {
  const f = compile((a: Tensor) => a.mul(1).div(1).sub(0).exp())
  const a = tensor([-0, 1, -2, Number.POSITIVE_INFINITY])
  expect(f(a).toArray()).toEqual(a.exp().toArray())
  expect(f.explain()).toMatch(/^4 instructions recorded, 1 after all passes\./)
})

test('what is made of numbers alone is no step', () => {
  const f = compile((a: Tensor) => a.mul(full([], 6).div(4).add(full([], 1)).sqrt()))
  const a = tensor([1, -2, 4])
  expect(f(a).toArray()).toEqual(a.mul(Math.fround(Math.sqrt(2.5))).toArray())
  expect(f.explain()).toMatch(/, 1 after all passes\. A run makes 1 launch of 1 kernel/)
})

test('the sign of zero is kept', () => {
  const f = compile((a: Tensor) => ({ product: a.mul(1), sum: a.add(0) }))
  const { product, sum } = f(tensor([-0]))
  expect(Object.is(product.item(), -0)).toBe(true)
  expect(Object.is(sum.item(), 0)).toBe(true)
})
