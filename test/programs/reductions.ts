// Rows of reductions, and of what is made of them.
import type { Tensor } from 'wengert'
import { added, along, any, bounded, type Choice, call, exact, isFloating, isNumeric, method, reduction, ref, shapeOf } from './scene.ts'

export const reductions: readonly Choice[] = [
  ...['sum', 'sum', 'mean'].map((name) => reduction(name, isFloating, added)),
  (scene) => {
    const x = scene.pick(bounded(scene, (tensor) => isFloating(tensor) && tensor.elementCount > 1, 100))
    if (x === null) return null
    const { elementCount } = scene.variables[x] as Tensor
    return method(x, 'norm', scene.number(2) === 0 ? [] : [1], added(scene, x, elementCount))
  },
  ...['variance', 'std'].map(
    (name): Choice =>
      (scene) => {
        const x = scene.pick(bounded(scene, (tensor) => isFloating(tensor) && tensor.elementCount > 3 && tensor.shape.length < 3, 10))
        return x === null ? null : call(name, [ref(x)], { relative: 32, scale: 512 * Math.max(1, scene.largest(x) ** 2) })
      },
  ),
  ...['amax', 'amin'].map((name) => reduction(name, isFloating, () => exact)),
  ...['argmax', 'argmin'].map((name) => reduction(name, isNumeric, () => exact)),
  ...['any', 'all'].map((name) => reduction(name, any, () => exact)),
  reduction(
    'sum',
    ({ dtype }) => dtype === 'int32' || dtype === 'bool' || dtype === 'uint8',
    () => exact,
  ),
  along(isFloating, (x, _, dim, scene) => {
    const names = ['softmax', 'logSoftmax', 'logsumexp']
    if (scene.largest(x) > 50) return null
    return method(x, names[scene.number(3)] as string, [dim], { relative: 32, scale: 8 * Math.max(1, scene.largest(x)) })
  }),
  along(isFloating, (x, tensor, dim, scene) =>
    scene.largest(x) > 50 ? null : method(x, 'cumsum', [dim], added(scene, x, tensor.shape[dim] as number)),
  ),
  along(isFloating, (x, _, dim, scene) => ({ ...method(x, scene.number(2) === 0 ? 'max' : 'min', [dim]), part: 'values' })),
  along(isFloating, (x, tensor, dim, scene) =>
    (tensor.shape[dim] as number) > 100 ? null : { ...method(x, 'sort', [dim]), part: scene.number(2) === 0 ? 'values' : 'indices' },
  ),
  (scene) => {
    const x = scene.pick(
      bounded(scene, (tensor) => isFloating(tensor) && tensor.shape.length > 1 && (tensor.shape.at(-1) as number) > 1, 50),
    )
    if (x === null) return null
    const width = shapeOf(scene, x).at(-1) as number
    return call('F.layerNorm', [ref(x), [width]], { relative: 256, scale: 8192 })
  },
]
