// Grad modes: they nest, restore after errors, and never span an await.
import { expect, test } from 'vitest'
import { autograd, enableGrad, isGradEnabled, noGrad, setGradEnabled, tensor, zeros } from '../../src/index.ts'

test('modes nest and restore', () => {
  expect(isGradEnabled()).toBe(true)
  noGrad(() => {
    expect(isGradEnabled()).toBe(false)
    expect(enableGrad(() => isGradEnabled())).toBe(true)
    expect(isGradEnabled()).toBe(false)
  })
  expect(() =>
    noGrad(() => {
      throw new Error('inside')
    }),
  ).toThrow('inside')
  expect(isGradEnabled()).toBe(true)
  expect(setGradEnabled(false)).toBe(true)
  expect(setGradEnabled(true)).toBe(false)
})

test('a promise is refused', () => {
  expect(() => noGrad(async () => 1)).toThrow('a mode does not span an await')
  expect(isGradEnabled()).toBe(true)
})

test('the scope restores when it is disposed of', () => {
  {
    using _scope = noGrad.scope()
    expect(isGradEnabled()).toBe(false)
  }
  expect(isGradEnabled()).toBe(true)
})

test('results inside need no gradient; leaves made inside may', () => {
  const x = tensor(1, { requiresGrad: true })
  expect(noGrad(() => x.mul(2)).requiresGrad).toBe(false)
  expect(noGrad(() => zeros([1], { requiresGrad: true })).requiresGrad).toBe(true)
})

test('anomaly detection stays switched on until told otherwise', () => {
  const { isAnomalyEnabled, setDetectAnomaly } = autograd
  const backward = () => tensor(-1, { requiresGrad: true }).sqrt().backward()
  try {
    setDetectAnomaly(true)
    expect(isAnomalyEnabled()).toBe(true)
    expect(backward).toThrow("'SqrtBackward0' returned nan values")
    setDetectAnomaly(true, { checkNan: false })
    expect(backward).not.toThrow()
  } finally {
    setDetectAnomaly(false)
  }
  expect(isAnomalyEnabled()).toBe(false)
  expect(backward).not.toThrow()
})
