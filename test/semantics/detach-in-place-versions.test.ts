// Shared memory, in-place operations, version counters, and the errors that follow from them.
import { describe, expect, test } from 'vitest'
import { GradError, noGrad, slice, type Tensor } from '../../src/index.ts'
import { constant, expectError, leaf, values } from './assertions.ts'

/** What backward must say after `change`, an operation named `operation`, hit a tensor that `node` saved. */
function expectCaught(loss: Tensor, x: Tensor, node: string, operation: string): void {
  expectError(
    () => loss.sum().backward(),
    GradError,
    '[2]',
    node,
    'is at version 1; expected version 0',
    operation,
    /clone|without underscore/,
  )
  expect(x.grad).toBeNull()
}

describe('detach, in-place, versions', () => {
  test('detach() shares memory', () => {
    const y = leaf([1, 2]).mul(1)
    const detached = y.detach()
    expect([detached.requiresGrad, detached.isLeaf]).toEqual([false, true])
    detached.setAt([0], 7)
    expect([values(y), values(detached)]).toEqual([
      [7, 2],
      [7, 2],
    ])
  })

  test('detach() shares the version counter', () => {
    const y = leaf([1, 2]).mul(1)
    const detached = y.detach()
    detached.add_(1)
    expect([y._version, detached._version]).toEqual([1, 1])
    y.add_(1)
    expect([y._version, detached._version]).toEqual([2, 2])
  })

  test('a change through detach() is caught at backward', () => {
    const x = leaf([1, 2])
    const y = x.exp()
    y.detach().zero_()
    expectCaught(y, x, 'ExpBackward0', 'zero_')
  })

  test('there is no data property that would go round the check', () => {
    expect('data' in leaf([1, 2])).toBe(false)
  })

  test('detach_() makes a leaf of a result', () => {
    const x = leaf([1, 2])
    const y = x.mul(2)
    expect(y.detach_()).toBe(y)
    expect([y.isLeaf, y.requiresGrad, y.gradFn]).toEqual([true, false, null])
    expectError(() => x.mul(2).at(0).detach_(), GradError, 'view', 'detach()')
  })

  test('_version starts at 0', () => {
    expect([leaf([1, 2])._version, leaf([1, 2]).mul(2)._version, constant(1).clone()._version]).toEqual([0, 0, 0])
  })

  test('_version goes up by one with each in-place operation', () => {
    const x = constant([1, 2])
    const seen = [
      () => x.add_(1),
      () => x.mul_(2),
      () => x.zero_(),
      () => x.copy_(constant([3, 4])),
      () => x.setAt([0], 5),
      () => x.add(1),
    ].map((run) => {
      run()
      return x._version
    })
    expect(seen).toEqual([1, 2, 3, 4, 5, 5])
  })

  test('a view shares the version counter of its base', () => {
    const base = constant([
      [1, 2],
      [3, 4],
    ])
    const [row, transposed, copy] = [base.at(0), base.t(), base.clone()]
    row.add_(1)
    base.mul_(2)
    transposed.zero_()
    expect([base._version, row._version, transposed._version, copy._version]).toEqual([3, 3, 3, 0])
  })

  test('a leaf that requires grad cannot be changed in place', () => {
    const x = leaf([1, 2])
    expectError(() => x.add_(1), GradError, 'add_', 'leaf', '[2]', 'noGrad')
    expect([values(x), x._version]).toEqual([[1, 2], 0])
  })

  test('a view of a leaf that requires grad cannot be changed in place', () => {
    const x = leaf([1, 2])
    expectError(() => x.at(slice(0, 1)).mul_(3), GradError, 'mul_', 'view of a leaf', '[2]', 'noGrad')
    expectError(() => x.setAt([0], 3), GradError, 'leaf', 'noGrad')
    expect([values(x), x._version]).toEqual([[1, 2], 0])
  })

  test('inside noGrad both changes are allowed', () => {
    const x = leaf([1, 2])
    noGrad(() => {
      x.add_(1)
      x.at(0).mul_(10)
    })
    expect([values(x), x.isLeaf, x.requiresGrad]).toEqual([[20, 3], true, true])
    x.square().sum().backward()
    expect(values(x.grad)).toEqual([40, 6])
  })

  test('inside noGrad both changes count as versions', () => {
    const x = leaf([1, 2])
    const y = x.square()
    noGrad(() => x.add_(1))
    expect(x._version).toBe(1)
    expectCaught(y, x, 'Backward0', 'add_')
  })

  test('backward throws when the input of a square has changed', () => {
    const x = leaf([1, 2])
    const y = x.mul(1)
    const z = y.pow(2)
    y.add_(1)
    expectCaught(z, x, 'PowBackward0', 'add_')
  })

  test('backward throws when the output of exp has changed', () => {
    const x = leaf([1, 2])
    const y = x.exp()
    y.mul_(2)
    expectCaught(y, x, 'ExpBackward0', 'mul_')
  })

  test('backward throws when the output of sigmoid has changed', () => {
    const x = leaf([1, 2])
    const y = x.sigmoid()
    y.at(0).zero_()
    expectCaught(y, x, 'SigmoidBackward0', 'zero_')
  })

  test('a change of what was not saved is fine', () => {
    const x = leaf([1, 2])
    const y = x.mul(2)
    const z = y.add(3)
    y.mul_(10)
    z.sum().backward()
    expect([values(z), values(x.grad)]).toEqual([
      [5, 7],
      [2, 2],
    ])
  })

  test('an in-place operation on a result is recorded', () => {
    const x = leaf([1, 2])
    const y = x.mul(1)
    const before = y.gradFn
    y.mul_(5)
    expect(y.gradFn === before).toBe(false)
    y.sum().backward()
    expect(values(x.grad)).toEqual([5, 5])
  })

  test('an in-place operation on a view gives its base a new history', () => {
    const x = leaf([1, 2])
    const y = x.mul(1)
    const other = y.at(1)
    y.at(0).mul_(5)
    expect(y.gradFn?.name).toBe('CopySlices')
    y.sum().backward({ retainGraph: true })
    expect(values(x.grad)).toEqual([5, 1])
    const constantBase = constant([1, 2])
    constantBase.at(0).mul_(leaf(3))
    expect(constantBase.requiresGrad).toBe(true)
    other.backward()
    expect(values(x.grad)).toEqual([5, 2])
  })

  test('scaling [0:2] of three by 10 gives the gradient [10, 10, 1]', () => {
    const x = leaf([1, 2, 3])
    const y = x.mul(1)
    y.at(slice(0, 2)).mul_(10)
    y.sum().backward()
    expect(values(x.grad)).toEqual([10, 10, 1])
  })

  test('writing 5 x[0] to y[1] gives the gradient [6, 0, 1]', () => {
    const x = leaf([1, 2, 3])
    const y = x.mul(1)
    y.setAt([1], x.at(0).mul(5))
    y.sum().backward()
    expect([values(y), values(x.grad)]).toEqual([
      [1, 5, 3],
      [6, 0, 1],
    ])
  })

  test('an output of unbind, split or chunk cannot be changed while recording', () => {
    const x = leaf([1, 2])
    for (const [name, parts] of [
      ['unbind', x.mul(1).unbind()],
      ['split', x.mul(1).split(1)],
      ['chunk', x.mul(1).chunk(2)],
    ] as [string, Tensor[]][]) {
      const [part] = parts as [Tensor]
      expectError(() => part.mul_(2), GradError, 'mul_', name, /clone|without underscore/)
      expect([part._version, part.toTypedArray()[0]]).toEqual([0, 1])
    }
    expectError(() => constant([1, 2]).unbind()[0]?.mul_(leaf(3)), GradError, 'mul_', 'unbind')
    const y = x.mul(1)
    noGrad(() => y.unbind()[0]?.mul_(2))
    const free = constant([1, 2])
    free.unbind()[0]?.mul_(2)
    expect([values(y), values(free)]).toEqual([
      [2, 2],
      [2, 2],
    ])
  })

  test('what iterating over a tensor gives cannot be changed while recording', () => {
    const y = leaf([1, 2]).mul(1)
    for (const part of y) expectError(() => part.mul_(2), GradError, 'mul_', /clone|without underscore/)
    expect([values(y), y._version]).toEqual([[1, 2], 0])
    noGrad(() => {
      for (const part of y) part.mul_(2)
    })
    expect(values(y)).toEqual([2, 4])
  })

  test('a view made under noGrad cannot be changed while recording', () => {
    const y = leaf([1, 2]).mul(1)
    const view = noGrad(() => y.at(0))
    expectError(() => view.mul_(2), GradError, 'mul_', 'view', 'nothing was recorded', 'clone()')
    expect([values(y), y._version]).toEqual([[1, 2], 0])
    noGrad(() => view.mul_(2))
    const free = constant([1, 2])
    noGrad(() => free.at(0)).mul_(2)
    expect([values(y), values(free)]).toEqual([
      [2, 2],
      [2, 2],
    ])
  })
})
