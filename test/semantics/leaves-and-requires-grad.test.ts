// Which tensors are leaves, which require grad, and what their `.grad` shows.
import { describe, expect, test, vi } from 'vitest'
import { GradError, tensor, zeros } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

describe('Leaves and requires_grad', () => {
  test('a result that needs no gradient is a leaf', () => {
    const sum = constant([1, 2]).add(constant([3, 4]))
    expect([sum.isLeaf, sum.requiresGrad, sum.gradFn]).toEqual([true, false, null])
  })

  test('a result of an input that requires grad has a gradFn', () => {
    expect(leaf(2).mul(3).gradFn?.name).toBe('MulBackward0')
    expect(constant(3).mul(leaf(2)).gradFn?.name).toBe('MulBackward0')
  })

  test('a result of an input that requires grad is no leaf', () => {
    const x = leaf(2)
    expect([x.isLeaf, x.mul(3).isLeaf]).toEqual([true, false])
  })

  test('a result of an input that requires grad requires grad', () => {
    expect([leaf(2).mul(3).requiresGrad, constant(2).mul(3).requiresGrad]).toEqual([true, false])
  })

  test('a result cannot stop requiring grad', () => {
    const y = leaf(2).mul(3)
    expectError(
      () => {
        y.requiresGrad = false
      },
      GradError,
      'only leaves',
      'detach()',
    )
    expectError(() => y.requiresGrad_({ requiresGrad: false }), GradError, 'only leaves', 'detach()')
    expect(y.requiresGrad).toBe(true)
  })

  test('an integer tensor cannot require grad', () => {
    expectError(() => tensor([1, 2], { dtype: 'int32', requiresGrad: true }), GradError, 'int32', /float/)
    expectError(() => tensor([1, 2], { dtype: 'uint8' }).requiresGrad_(), GradError, 'uint8', /float/)
  })

  test('a bool tensor cannot require grad', () => {
    expectError(() => tensor([true, false], { requiresGrad: true }), GradError, 'bool', /float/)
    const flags = tensor([true])
    expectError(
      () => {
        flags.requiresGrad = true
      },
      GradError,
      'bool',
    )
  })

  test('argmax requires no grad', () => {
    const place = leaf([1, 3, 2]).argmax()
    expect([place.item(), place.requiresGrad, place.gradFn]).toEqual([1, false, null])
  })

  test('a comparison requires no grad', () => {
    const x = leaf([1, 3])
    for (const result of [x.gt(2), x.le(2), x.eq(1), x.ne(x)]) expect([result.dtype, result.requiresGrad]).toEqual(['bool', false])
  })

  test('a cast to an integer dtype requires no grad', () => {
    const x = leaf([1.7, -1.7])
    expect([values(x.int()), x.int().requiresGrad, x.to('uint8').requiresGrad, x.float().requiresGrad]).toEqual([
      [1, -1],
      false,
      false,
      true,
    ])
  })

  test('requiresGrad_() leaves earlier results untracked', () => {
    const x = constant(2)
    const before = x.mul(3)
    expect(x.requiresGrad_()).toBe(x)
    const after = x.mul(4)
    expect([before.requiresGrad, before.gradFn, after.requiresGrad]).toEqual([false, null, true])
    before.add(after).backward()
    expect(values(x.grad)).toBe(4)
  })

  test('a result has no .grad after backward', () => {
    const x = leaf(2)
    const y = x.mul(3)
    y.mul(5).backward()
    expect([values(y.grad), values(x.grad)]).toEqual([null, 15])
  })

  test('reading the .grad of a result warns, once, and names retainGrad()', async () => {
    vi.resetModules() // a warning is given once: this one to a library that has read nothing yet
    const { tensor: make } = await import('../../src/index.ts')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    try {
      const x = make(2, { requiresGrad: true })
      const kept = x.mul(3)
      kept.retainGrad()
      expect([x.grad, kept.grad, make(1).grad]).toEqual([null, null, null])
      expect(warn).not.toHaveBeenCalled()
      expect([x.mul(3).grad, x.mul(4).grad]).toEqual([null, null])
      expect(warn.mock.calls).toEqual([[expect.stringMatching(/^grad: .*no leaf.*retainGrad\(\).*\.$/)]])
    } finally {
      warn.mockRestore()
    }
  })

  test('retainGrad() fills the .grad of a result', () => {
    const x = leaf(2)
    const y = x.mul(3)
    y.retainGrad()
    expect([y.retainsGrad, y.grad]).toEqual([true, null])
    y.mul(5).backward()
    expect([values(y.grad), values(x.grad)]).toEqual([5, 15])
  })

  test('retainGrad() on a leaf changes nothing', () => {
    const x = leaf(2)
    x.retainGrad()
    expect(x.retainsGrad).toBe(false)
    x.mul(3).backward()
    expect(values(x.grad)).toBe(3)
  })

  test('retainGrad() throws where no grad is required', () => {
    expectError(() => zeros([2]).retainGrad(), GradError, 'retainGrad', 'requires no gradient', 'requiresGrad_()')
  })
})
