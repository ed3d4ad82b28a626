// Dual numbers: values with tangents, within a level.
import { describe, expect, test } from 'vitest'
import { autograd, GradError, isGradEnabled, noGrad, type Tensor, WengertError } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

const { dualLevel, makeDual, unpackDual } = autograd.forwardAD

describe('Forward mode', () => {
  test('x³ at 2 with tangent 1 gives 8 and 12', () => {
    dualLevel(() => {
      const { primal, tangent } = unpackDual(makeDual(constant(2), constant(1)).pow(3))
      expect([values(primal), values(tangent)]).toEqual([8, 12])
    })
  })

  test('makeDual and unpackDual are each other’s inverse', () => {
    using _level = dualLevel.scope()
    const [x, t] = [constant([2, 3]), constant([5, 7])]
    const { primal, tangent } = unpackDual(makeDual(x, t))
    expect([values(primal), values(tangent)]).toEqual([
      [2, 3],
      [5, 7],
    ])
  })

  test('the tangent of what is no dual is null', () => {
    dualLevel(() => {
      const { primal, tangent } = unpackDual(constant(2).mul(3))
      expect([values(primal), tangent]).toEqual([6, null])
    })
  })

  test('tangents are gone when the level ends', () => {
    const y = dualLevel(() => {
      const dual = makeDual(constant(2), constant(1)).pow(3)
      expect(values(unpackDual(dual).tangent)).toBe(12)
      return dual
    })
    expect([values(y), values(y.mul(2))]).toEqual([8, 16])
    dualLevel(() => expect([unpackDual(y).tangent, unpackDual(y.mul(2)).tangent]).toEqual([null, null]))
  })

  test('makeDual throws outside a level', () => {
    expectError(() => makeDual(constant(2), constant(1)), GradError, 'makeDual', 'dualLevel')
  })

  test('levels do not nest', () => {
    dualLevel(() => expectError(() => dualLevel(() => {}), GradError, 'dualLevel', /nest/))
    dualLevel(() => expect(values(unpackDual(makeDual(constant(2), constant(1))).tangent)).toBe(1))
    expect(() =>
      dualLevel(() => {
        throw new Error('inside')
      }),
    ).toThrow('inside')
    dualLevel(() => {})
  })

  test('a tangent has the shape of its primal', () => {
    dualLevel(() => expectError(() => makeDual(constant([1, 2]), constant([1, 2, 3])), WengertError, 'makeDual', '[2]', '[3]'))
  })

  test('tangents are computed under noGrad, too', () => {
    const x = leaf(2)
    const tangent = noGrad(() => dualLevel(() => values(unpackDual(makeDual(x, constant(1)).pow(3)).tangent)))
    expect([tangent, isGradEnabled()]).toEqual([12, true])
  })

  test('reverse mode over forward mode gives second derivatives: 12 for x³ at 2', () => {
    const x = leaf(2)
    const slope = dualLevel(() => unpackDual(makeDual(x, constant(1)).pow(3)).tangent as Tensor)
    expect([values(slope), slope.requiresGrad]).toEqual([12, true])
    expect(values(autograd.grad(slope, x)[0])).toBe(12)
  })
})
