// The kernels' transcendental functions keep their accuracy: a thin sweep of what `npm run accuracy` measures closely.
import { describe, expect, test } from 'vitest'
import { mapKernel } from '../../scripts/accuracy/kernel.ts'
import { sweep } from '../../scripts/accuracy/sweep.ts'
import type { ScalarOperationName } from '../../src/backends/expression.ts'
import { installSpecialFunctions } from '../../src/backends/special-functions.ts'
import { vectorFunctions } from '../../src/backends/wasm/math/functions.ts'
import type { LaneShape } from '../../src/backends/wasm/math/lanes.ts'

installSpecialFunctions()

/** Greatest errors in ulp; what is not listed has `other`. */
const limits: Record<LaneShape, { readonly other: number } & Partial<Record<ScalarOperationName, number>>> = {
  f32x4: { exp: 1.5, expm1: 1.5, log: 1.2, log1p: 1.6, sin: 1.6, cos: 1.6, sigmoid: 1.8, tanh: 1.4, erf: 1.4, lgamma: 2, other: 0.6 },
  f64x2: { sin: 3.2, cos: 3.2, tan: 4, erfc: 3, other: 2.5 },
}

const shapes: readonly LaneShape[] = ['f32x4', 'f64x2']
const functions = shapes.flatMap((shape) =>
  Object.keys(vectorFunctions[shape]).map((name) => [shape, name as ScalarOperationName] as const),
)

const values = (shape: LaneShape, name: ScalarOperationName, ...points: (readonly [number, number?])[]): number[] => {
  const { operands, result, run } = mapKernel(shape, name, true)
  points.forEach(([a, b], i) => {
    operands[0][i] = a
    operands[1][i] = b ?? 0
  })
  run(points.length)
  return [...result.subarray(0, points.length)]
}

describe('accuracy', () => {
  test.each(functions)('%s %s', (shape, name) => {
    const measured = sweep(shape, name, shape === 'f32x4' ? 8 : 1)
    for (const { ulp, at, wrong, points } of [measured.fused, measured.strict]) {
      expect(wrong).toEqual([])
      expect(ulp, at).toBeLessThanOrEqual(limits[shape][name] ?? limits[shape].other)
      expect(points).toBeGreaterThan(500)
    }
  })
})

describe.each(shapes)('special values of %s', (shape) => {
  test('exponentials overflow and underflow where their results do', () => {
    expect(values(shape, 'exp', [Infinity], [-Infinity], [NaN], [0], [-0], [800], [-800])).toEqual([Infinity, 0, NaN, 1, 1, Infinity, 0])
    expect(values(shape, 'expm1', [Infinity], [-Infinity], [0], [-0], [-1000])).toEqual([Infinity, -1, 0, -0, -1])
    const [least, subnormal] = shape === 'f32x4' ? [2 ** -149, -100] : [2 ** -1074, -740]
    expect(values(shape, 'exp', [subnormal])[0]).toBeGreaterThan(least)
    expect(values(shape, 'sigmoid', [subnormal])[0]).toBeGreaterThan(least)
    expect(values(shape, 'log', [least])[0]).toBeCloseTo(Math.log(least), 4)
    expect(values(shape, 'sin', [least], [-0], [Infinity])).toEqual([least, -0, NaN])
  })

  test('logarithms of what is not positive', () => {
    expect(values(shape, 'log', [0], [-0], [-1], [Infinity], [1], [NaN])).toEqual([-Infinity, -Infinity, NaN, Infinity, 0, NaN])
    expect(values(shape, 'log1p', [-1], [-2], [-0], [Infinity])).toEqual([-Infinity, NaN, -0, Infinity])
    expect(values(shape, 'log2', [8], [0.25], [1024])).toEqual([3, -2, 10])
  })

  test('powers as in C', () => {
    const points = [
      [1, NaN],
      [NaN, 0],
      [-1, Infinity],
      [-2, 3],
      [-2, 2],
      [-2, 0.5],
      [-0, -1],
      [-0, 3],
      [0, -2],
      [-Infinity, 3],
      [-Infinity, 0.5],
      [0.5, -Infinity],
    ] as const
    expect(values(shape, 'pow', ...points)).toEqual([1, 1, 1, -8, 4, NaN, -Infinity, -0, Infinity, -Infinity, Infinity, Infinity])
  })

  test('whole powers of whole numbers are exact', () => {
    const largest = shape === 'f32x4' ? 2 ** 24 : 2 ** 52
    const points: [number, number][] = []
    for (let a = -300; a <= 300; a++) for (let b = 0; b <= 52 && Math.abs(a) ** b <= largest; b++) points.push([a, b])
    for (let at = 0; at < points.length; at += 16) {
      const some = points.slice(at, at + 16)
      expect(values(shape, 'pow', ...some)).toEqual(some.map(([a, b]) => Number(BigInt(a) ** BigInt(b))))
    }
  })

  test('angles of points on the axes and at infinity', () => {
    const { PI, fround } = Math
    const round = shape === 'f32x4' ? fround : (x: number): number => x
    expect(values(shape, 'atan2', [0, -0], [-0, -1], [-0, 0], [1, 0], [Infinity, -Infinity], [-1, Infinity])).toEqual(
      [PI, -PI, -0, PI / 2, (3 * PI) / 4, -0].map(round),
    )
  })
})

test('remainders are exact however large the quotient is', () => {
  const [large, small] = [3.4028234663852886e38, 2 ** -149]
  expect(values('f32x4', 'fmod', [large, 7], [-large, 3], [large, small], [5, Infinity], [5, 0], [-4, 2])).toEqual([
    large % 7,
    -large % 3,
    0,
    5,
    NaN,
    -0,
  ])
  expect(values('f32x4', 'floorModulo', [-1, 1e10], [7, -3])).toEqual([1e10 - 1, -2].map(Math.fround))
  expect(values('f32x4', 'floorQuotient', [-1, 1e10], [7, -3], [7, 0])).toEqual([-1, -3, Infinity])
})

test('sine and cosine of huge angles', () => {
  for (const x of [1e6 + 1, 1e10, 2 ** 100, 3e38].map(Math.fround)) {
    expect(values('f32x4', 'sin', [x])[0]).toBeCloseTo(Math.sin(x), 6)
    expect(values('f32x4', 'cos', [x])[0]).toBeCloseTo(Math.cos(x), 6)
  }
})
