// Rows of views, and of what moves elements.
import type { Tensor } from 'wengert'
import { sizeOf } from '../records/values.ts'
import {
  along,
  any,
  broadcast,
  type Choice,
  call,
  isFloating,
  isIndex,
  MAXIMUM_ELEMENTS,
  method,
  rank,
  ref,
  sameBut,
  shapeOf,
  wholeDim,
} from './scene.ts'

export const views: readonly Choice[] = [
  along(any, (x, { shape }, dim, scene) => method(x, 'transpose', [dim, scene.number(shape.length)])),
  along(any, (x, { shape }, dim) => method(x, 'permute', [shape.map((_, i) => (i + dim + 1) % shape.length)])),
  along(any, (x, { shape }, dim, scene) => {
    const size = shape[dim] as number
    const start = scene.number(size)
    return method(x, 'narrow', [dim, start, 1 + scene.number(size - start)])
  }),
  along(any, (x, { shape }, dim, scene) => method(x, 'select', [dim, scene.number(shape[dim] as number)])),
  along(any, (x, { shape }, dim, scene) => {
    const step = [2, -1, 3, -2][scene.number(4)] as number
    return method(x, 'at', [...shape.slice(0, dim).map(() => wholeDim), { range: [null, null, step] }])
  }),
  along(any, (x, { shape }, dim) => method(x, 'unsqueeze', [dim === 0 ? shape.length : dim])),
  along(any, (x, { shape }, dim, scene) => {
    const times = 2 + scene.number(3)
    if (shape[dim] !== 1) return null
    return method(x, 'expand', [shape.map((size, i) => (i === dim ? times : size))])
  }),
  (scene) => {
    const x = scene.pick(({ shape }) => shape.length > 1)
    return x === null ? null : method(x, 'flatten', [scene.number(2)])
  },
  (scene) => {
    const x = scene.pick(({ elementCount }) => elementCount % 2 === 0 && elementCount > 0)
    return x === null ? null : method(x, 'reshape', [scene.number(2) === 0 ? [2, -1] : [-1, 2]])
  },
  (scene) => {
    const x = scene.pick(rank(2, 3))
    return x === null ? null : method(x, 'diagonal', [])
  },
  (scene) => {
    const x = scene.pick(({ shape }) => shape.includes(1))
    return x === null ? null : method(x, 'squeeze', [])
  },
]

export const movement: readonly Choice[] = [
  along(any, (x, _, dim) => method(x, 'flip', [[dim]])),
  along(any, (x, _, dim, scene) => method(x, 'roll', [scene.number(5), dim])),
  along(any, (x, _, dim, scene) => {
    const y = scene.pick((tensor) => tensor.dtype === (scene.variables[x] as Tensor).dtype && sameBut(tensor.shape, shapeOf(scene, x), dim))
    return y === null || sizeOf(shapeOf(scene, x)) + sizeOf(shapeOf(scene, y)) > MAXIMUM_ELEMENTS
      ? null
      : call('cat', [[ref(x), ref(y)], dim])
  }),
  along(any, (x, { elementCount }, dim) => (elementCount > MAXIMUM_ELEMENTS / 2 ? null : call('stack', [[ref(x), ref(x)], dim]))),
  along(any, (x, { shape }, dim, scene) => {
    const parts = Math.min(3, shape[dim] as number)
    const statement = method(x, 'split', [Math.ceil((shape[dim] as number) / parts), dim])
    return { ...statement, part: scene.number(Math.min(2, parts)) }
  }),
  (scene) => {
    const x = scene.pick(rank(2, 3))
    return x === null ? null : method(x, scene.number(2) === 0 ? 'tril' : 'triu', [scene.number(3) - 1])
  },
  // indices: a list, a tensor of integers, a mask
  along(any, (x, { shape }, dim, scene) => {
    const list = Array.from({ length: 1 + scene.number(6) }, () => scene.number(shape[dim] as number))
    const before = shape.slice(0, dim).map(() => wholeDim)
    return method(x, 'at', [...before, list])
  }),
  along(any, (x, { shape }, dim, scene) => {
    const index = scene.pick((tensor) => tensor.dtype === 'int32' && tensor.shape.length === 1 && isIndex(tensor, shape[dim] as number))
    return index === null ? null : method(x, 'indexSelect', [dim, ref(index)])
  }),
  along(any, (x, { shape }, dim, scene) => {
    const index = scene.pick(
      (tensor) =>
        tensor.dtype === 'int32' &&
        tensor.shape.length === shape.length &&
        tensor.shape.every((size, i) => i === dim || size <= (shape[i] as number)) &&
        isIndex(tensor, shape[dim] as number),
    )
    return index === null ? null : method(x, 'gather', [dim, ref(index)])
  }),
  (scene) => {
    const [x, mask] = [scene.pick(isFloating), scene.pick(({ dtype }) => dtype === 'bool')]
    if (x === null || mask === null) return null
    const shape = broadcast(shapeOf(scene, x), shapeOf(scene, mask))
    return shape === null || shape.join() !== shapeOf(scene, x).join() ? null : method(x, 'maskedFill', [ref(mask), -0.5])
  },
  (scene) => {
    const x = scene.pick(isFloating)
    if (x === null) return null
    const mask = scene.pick(({ dtype, shape }) => dtype === 'bool' && shape.length > 0 && shape.join() === shapeOf(scene, x).join())
    return mask === null ? null : method(x, 'maskedSelect', [ref(mask)])
  },
]
