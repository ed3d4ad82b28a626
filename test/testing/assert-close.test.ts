// Which results are close, and what is said of those that are not.
import { describe, expect, test } from 'vitest'
import { DTypeError, GradError, OptionError, ShapeError, tensor } from 'wengert'
import { assertClose } from 'wengert/testing'

const float64 = { dtype: 'float64' } as const

describe('close', () => {
  test.each<[string, unknown, unknown]>([
    ['equal tensors', tensor([1, 2]), tensor([1, 2])],
    ['float32 within 1.3e-6', tensor([1000]), tensor([1000.001])],
    ['float64 within 1e-7', tensor([1000], float64), tensor([1000.00005], float64)],
    ['numbers', 0.1 + 0.2, 0.3],
    ['infinities', tensor([Infinity, -Infinity]), tensor([Infinity, -Infinity])],
    ['booleans', tensor([true, false]), tensor([true, false])],
    ['structures', { a: [tensor(1), 2], b: true }, { b: true, a: [tensor(1), 2] }],
    ['nothing', [], []],
    ['empty tensors', tensor([]), tensor([])],
  ])('%s', (_, actual, expected) => {
    expect(() => assertClose(actual, expected)).not.toThrow()
  })

  test('a tensor that requires a gradient', () => {
    assertClose(tensor([1], { requiresGrad: true }), tensor([1]))
  })

  test('NaN only if asked', () => {
    expect(() => assertClose(tensor(Number.NaN), tensor(Number.NaN))).toThrow(GradError)
    assertClose(tensor(Number.NaN), tensor(Number.NaN), { equalNan: true })
    expect(() => assertClose(tensor(Number.NaN), tensor(1), { equalNan: true })).toThrow(GradError)
  })
})

describe('not close', () => {
  test('the worst element is named', () => {
    expect(() => assertClose(tensor([[1, 2, 3]], float64), tensor([[1, 2.5, 3.001]], float64))).toThrow(
      [
        'assertClose: values are not close: at [0, 1] got 2 instead of 2.5.',
        'Mismatched elements: 2 / 3',
        'Greatest absolute difference: 0.5 at [0, 1] (up to 1e-7 allowed)',
        'Greatest relative difference: 0.2 at [0, 1] (up to 1e-7 allowed)',
      ].join('\n'),
    )
  })

  test('tolerances are given together', () => {
    assertClose(tensor(2.01), tensor(2), { rtol: 0.01, atol: 0 })
    assertClose(tensor([1], { dtype: 'int32' }), tensor([2], { dtype: 'int32' }), { rtol: 0, atol: 1 })
    expect(() => assertClose(1, 1, { rtol: 1 })).toThrow('rtol and atol belong together')
  })

  test('integers and booleans must be equal', () => {
    expect(() => assertClose(tensor([1], { dtype: 'int32' }), tensor([2], { dtype: 'int32' }))).toThrow(GradError)
    expect(() => assertClose(true, false)).toThrow(GradError)
  })

  test('shapes and dtypes', () => {
    expect(() => assertClose(tensor([1]), tensor([[1]]))).toThrow(ShapeError)
    expect(() => assertClose(tensor([1]), tensor([1], float64))).toThrow(DTypeError)
    assertClose(tensor([1]), tensor([1], float64), { checkDtype: false })
  })

  test('the place in a structure', () => {
    expect(() => assertClose({ a: [1, 2] }, { a: [1, 3] })).toThrow('assertClose: a.1: values are not close: got 2 instead of 3.')
    expect(() => assertClose([1], [1, 2])).toThrow(OptionError)
    expect(() => assertClose({ a: 1 }, { b: 1 })).toThrow('the structures differ')
    expect(() => assertClose(tensor(1), 1)).toThrow('cannot compare a tensor with a number')
    expect(() => assertClose('a', 'a')).toThrow('cannot compare a string with a string')
  })
})
