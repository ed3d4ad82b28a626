// Rows of matrix products, convolutions and pools.
import type { Tensor } from 'wengert'
import { sizeOf } from '../records/values.ts'
import { bounded, broadcast, type Choice, call, isFloating, MAXIMUM_ELEMENTS, method, product, ref, rounded, shapeOf } from './scene.ts'

export const contractions: readonly Choice[] = [
  ...[0, 1, 2].map(
    (): Choice => (scene) => {
      const x = scene.pick(bounded(scene, (tensor) => isFloating(tensor) && tensor.shape.length > 0, 20))
      if (x === null) return null
      const first = scene.variables[x] as Tensor
      const inner = first.shape.at(-1) as number
      const y = scene.pick((tensor, variable) => {
        if (tensor.dtype !== first.dtype || scene.largest(variable) > 20 || tensor.shape.length === 0) return false
        const own = tensor.shape.length === 1 ? tensor.shape[0] : tensor.shape.at(-2)
        const batch = broadcast(first.shape.slice(0, -2), tensor.shape.slice(0, -2))
        const size = sizeOf(batch ?? []) * (first.shape.at(-2) ?? 1) * (tensor.shape.at(-1) ?? 1)
        return own === inner && batch !== null && size <= MAXIMUM_ELEMENTS
      })
      return y === null ? null : method(x, 'matmul', [ref(y)], product(scene, x, y, inner))
    },
  ),
  // with itself transposed: always possible
  (scene) => {
    const x = scene.pick(
      bounded(scene, (tensor) => isFloating(tensor) && tensor.shape.length === 2 && (tensor.shape[0] as number) < 140, 20),
    )
    if (x === null) return null
    return call('einsum', ['ik,jk->ij', ref(x), ref(x)], product(scene, x, x, shapeOf(scene, x)[1] as number))
  },
  (scene) => {
    const x = scene.pick(bounded(scene, (tensor) => isFloating(tensor) && tensor.shape.length === 1 && tensor.elementCount < 140, 20))
    return x === null ? null : method(x, 'outer', [ref(x)], rounded)
  },
  (scene) => {
    const x = scene.pick(
      bounded(
        scene,
        (tensor) => isFloating(tensor) && tensor.shape.length === 4 && tensor.elementCount > 0 && tensor.elementCount < 3000,
        20,
      ),
    )
    if (x === null) return null
    const channels = shapeOf(scene, x)[1] as number
    const weight = scene.pick(
      (tensor, variable) =>
        tensor.dtype === (scene.variables[x] as Tensor).dtype &&
        tensor.shape.length === 4 &&
        tensor.shape[1] === channels &&
        tensor.elementCount > 0 &&
        tensor.elementCount < 3000 &&
        scene.largest(variable) <= 20,
    )
    if (weight === null) return null
    const options = { stride: 1 + scene.number(2), padding: 2 + scene.number(2), dilation: 1 }
    return call('F.conv2d', [ref(x), ref(weight), null, { options }], product(scene, x, weight, sizeOf(shapeOf(scene, weight).slice(1))))
  },
  (scene) => {
    const x = scene.pick(
      ({ dtype, shape }) => dtype === 'float32' && shape.length === 4 && (shape[2] as number) > 1 && (shape[3] as number) > 1,
    )
    if (x === null) return null
    return call(scene.number(2) === 0 ? 'F.maxPool2d' : 'F.avgPool2d', [ref(x), 2], rounded)
  },
]
