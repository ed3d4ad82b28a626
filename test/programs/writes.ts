// Rows of writes, mostly into memory that no rule has saved.
import type { Tensor } from 'wengert'
import type { Argument } from './program.ts'
import { along, any, broadcast, type Choice, exact, isFloating, isIndex, isNumeric, method, ref, rounded, shapeOf, unary } from './scene.ts'

export const writes: readonly Choice[] = [
  unary('clone', Number.POSITIVE_INFINITY, any, exact),
  ...['add_', 'sub_', 'mul_', 'copy_'].map(
    (name): Choice =>
      (scene) => {
        const x = scene.pick((tensor, variable) => isNumeric(tensor) && scene.mayWrite(variable) && scene.largest(variable) <= 30)
        if (x === null) return null
        const target = scene.variables[x] as Tensor
        if (scene.number(3) === 0) return method(x, name, [2], rounded)
        const y = scene.pick(
          (tensor, variable) =>
            tensor.dtype === target.dtype &&
            scene.largest(variable) <= 30 &&
            broadcast(target.shape, tensor.shape)?.join() === target.shape.join(),
        )
        return y === null ? null : method(x, name, [ref(y)], rounded)
      },
  ),
  (scene) => {
    const names = ['relu_', 'neg_', 'zero_', 'abs_', 'tanh_', 'sigmoid_']
    const x = scene.pick((tensor, variable) => isFloating(tensor) && scene.mayWrite(variable))
    return x === null ? null : method(x, names[scene.number(names.length)] as string, [], rounded)
  },
  (scene) => {
    const x = scene.pick(
      (tensor, variable) => isNumeric(tensor) && tensor.shape.length > 0 && tensor.elementCount > 0 && scene.mayWrite(variable),
    )
    if (x === null) return null
    const size = shapeOf(scene, x)[0] as number
    const place: Argument = scene.number(2) === 0 ? scene.number(size) : { range: [null, null, 1 + scene.number(2)] }
    return method(x, 'setAt', [[place], 3])
  },
  along(isFloating, (x, { shape, dtype }, dim, scene) => {
    const index = scene.pick(
      (tensor) => tensor.dtype === 'int32' && tensor.shape.length === 1 && tensor.elementCount > 0 && isIndex(tensor, shape[dim] as number),
    )
    if (index === null) return null
    const wanted = shape.map((size, i) => (i === dim ? (shapeOf(scene, index)[0] as number) : size)).join()
    const source = scene.pick((tensor) => tensor.dtype === dtype && tensor.shape.join() === wanted)
    return source === null ? null : method(x, 'indexAdd', [dim, ref(index), ref(source)], { relative: 8, scale: 8 * scene.largest(source) })
  }),
]
