// Rows of elementwise operations.
import type { DType, Tensor } from 'wengert'
import {
  any,
  binary,
  bounded,
  broadcast,
  type Choice,
  call,
  exact,
  isFloating,
  isNumeric,
  isPositive,
  MAXIMUM_MAGNITUDE,
  method,
  ref,
  rounded,
  shapeOf,
  unary,
} from './scene.ts'

export const elementwise: readonly Choice[] = [
  ...['neg', 'square'].map((name) => unary(name, 30, isNumeric, name === 'neg' ? exact : rounded)),
  ...['abs', 'relu', 'sign', 'clone', 'contiguous'].map((name) => unary(name, Number.POSITIVE_INFINITY, isNumeric, exact)),
  ...['tanh', 'sigmoid', 'erf', 'atan', 'sin', 'cos', 'floor', 'ceil', 'round', 'trunc', 'frac', 'isnan', 'isfinite'].map((name) =>
    unary(
      name,
      MAXIMUM_MAGNITUDE,
      isFloating,
      ['floor', 'ceil', 'round', 'trunc', 'frac', 'isnan', 'isfinite'].includes(name) ? exact : rounded,
    ),
  ),
  ...['exp', 'expm1', 'sinh', 'cosh', 'exp2', 'erfc', 'asinh'].map((name) => unary(name, 5, isFloating, { relative: 48, scale: 8 })),
  unary('clamp', Number.POSITIVE_INFINITY, isFloating, exact, [-0.75, 0.8]),
  unary('logicalNot', Number.POSITIVE_INFINITY, any, exact),
  unary('nanToNum', Number.POSITIVE_INFINITY, isFloating, exact),
  // the tensor is made positive on the way
  (scene) => {
    const x = scene.pick((tensor, variable) => isFloating(tensor) && isPositive(scene, variable))
    const names = ['log', 'sqrt', 'rsqrt', 'reciprocal', 'log1p', 'log2', 'log10']
    return x === null ? null : method(x, names[scene.number(names.length)] as string, [], { relative: 48, scale: 8 })
  },
  (scene) => {
    const x = scene.pick(bounded(scene, isFloating))
    return x === null ? null : call('add', [0.5, { variable: x }, { options: { alpha: 0.5 } }], rounded)
  },
  ...['gelu', 'silu', 'softplus', 'elu', 'leakyRelu', 'mish', 'hardswish', 'selu', 'softsign', 'logsigmoid'].map(
    (name): Choice =>
      (scene) => {
        const x = scene.pick(bounded(scene, isFloating, 20))
        return x === null ? null : call(`F.${name}`, [ref(x)], { relative: 48, scale: 8 * Math.max(1, scene.largest(x)) })
      },
  ),
  ...['add', 'sub', 'minimum', 'maximum'].map((name) => binary(name, MAXIMUM_MAGNITUDE, isNumeric, rounded)),
  ...['add', 'mul', 'mul', 'sub'].map((name) => binary(name, 30, isNumeric, rounded)),
  ...['eq', 'ne', 'lt', 'le', 'gt', 'ge'].map((name) => binary(name, Number.POSITIVE_INFINITY, isNumeric, exact)),
  ...['logicalAnd', 'logicalOr', 'logicalXor'].map((name) =>
    binary(name, Number.POSITIVE_INFINITY, ({ dtype }) => dtype === 'bool', exact),
  ),
  (scene) => {
    const [x, y] = [
      scene.pick(bounded(scene, isFloating)),
      scene.pick((tensor, variable) => isFloating(tensor) && isPositive(scene, variable)),
    ]
    if (x === null || y === null || broadcast(shapeOf(scene, x), shapeOf(scene, y)) === null) return null
    return scene.number(3) === 0 ? method(x, 'atan2', [ref(y)], rounded) : method(x, 'div', [ref(y)], rounded)
  },
  (scene) => {
    const [x, y] = [
      scene.pick((tensor, variable) => isFloating(tensor) && isPositive(scene, variable)),
      scene.pick(bounded(scene, isFloating, 3)),
    ]
    if (x === null || y === null || scene.largest(x) > 10 || broadcast(shapeOf(scene, x), shapeOf(scene, y)) === null) return null
    return method(x, 'pow', [ref(y)], { relative: 64, scale: 2 })
  },
  (scene) => {
    const condition = scene.pick(({ dtype }) => dtype === 'bool')
    const [x, y] = [scene.pick(isNumeric), scene.pick(isNumeric)]
    if (condition === null || x === null || y === null) return null
    const shape = broadcast(shapeOf(scene, x), shapeOf(scene, y))
    if (shape === null || broadcast(shape, shapeOf(scene, condition)) === null) return null
    return call('where', [ref(condition), ref(x), ref(y)])
  },
  (scene) => {
    const x = scene.pick(any)
    if (x === null) return null
    const from = (scene.variables[x] as Tensor).dtype
    // what a float outside an integer's range becomes is not defined
    const fractions = from === 'float32' || from === 'float64'
    const wanted: readonly DType[] = fractions ? ['float32', 'float64', 'bool', 'int32'] : ['float32', 'float64', 'int32', 'uint8', 'bool']
    return method(x, 'to', [wanted[scene.number(wanted.length)] as string])
  },
  (scene) => {
    const x = scene.pick((tensor, variable) => isFloating(tensor) && scene.largest(variable) > 10)
    return x === null ? null : method(x, 'mul', [1 / 16])
  },
]
