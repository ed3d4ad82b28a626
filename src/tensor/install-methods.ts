// Gives Tensor its methods: `x.sum(1)` is `sum(x, 1)` of operations/. The interfaces of methods/ say what there is; the compiler
// compares them with this table, so that none is missing. See Note [Methods].
import type { Value } from '../core/value.ts'
import type { Operand } from '../primitives/operations.ts'
import type { ArithmeticMethods } from './methods/arithmetic.ts'
import type { ComparisonMethods } from './methods/comparison.ts'
import type { ElementwiseMethods } from './methods/elementwise.ts'
import type { InPlaceMethods } from './methods/in-place.ts'
import type { IndexingMethods } from './methods/indexing.ts'
import type { MovementMethods } from './methods/movement.ts'
import type { ProductMethods } from './methods/products.ts'
import type { ReductionMethods } from './methods/reductions.ts'
import * as o from './operations/index.ts'

/** Every method of Tensor that is an operation. */
export interface Methods
  extends ElementwiseMethods,
    ArithmeticMethods,
    ComparisonMethods,
    InPlaceMethods,
    ReductionMethods,
    ProductMethods,
    MovementMethods,
    IndexingMethods {}

// biome-ignore format: a table
const bodies = {
  // elementwise
  neg: o.neg, abs: o.abs, sign: o.sign, square: o.square, relu: o.relu, floor: o.floor, ceil: o.ceil, trunc: o.trunc, frac: o.frac,
  reciprocal: o.reciprocal, sqrt: o.sqrt, rsqrt: o.rsqrt, exp: o.exp, expm1: o.expm1, exp2: o.exp2, log: o.log, log1p: o.log1p,
  log2: o.log2, log10: o.log10, sin: o.sin, cos: o.cos, tan: o.tan, asin: o.asin, acos: o.acos, atan: o.atan, sinh: o.sinh,
  cosh: o.cosh, tanh: o.tanh, asinh: o.asinh, acosh: o.acosh, atanh: o.atanh, erf: o.erf, erfc: o.erfc, sigmoid: o.sigmoid,
  isnan: o.isnan, isinf: o.isinf, isfinite: o.isfinite, logicalNot: o.logicalNot, round: o.round, nanToNum: o.nanToNum,
  // arithmetic
  add: o.add, sub: o.sub, mul: o.mul, div: o.div, floorDivide: o.floorDivide, remainder: o.remainder, fmod: o.fmod, pow: o.pow,
  minimum: o.minimum, maximum: o.maximum, atan2: o.atan2, hypot: o.hypot, logaddexp: o.logaddexp, xlogy: o.xlogy, clamp: o.clamp,
  lerp: o.lerp, addcmul: o.addcmul, addcdiv: o.addcdiv,
  // comparison
  eq: o.eq, ne: o.ne, lt: o.lt, le: o.le, gt: o.gt, ge: o.ge, logicalAnd: o.logicalAnd, logicalOr: o.logicalOr,
  logicalXor: o.logicalXor, isclose: o.isclose, allclose: o.allclose, equal: o.equal,
  where: (input: Value, condition: Value, other: Operand): Value => o.where(condition, input, other),
  // in-place
  add_: o.add_, sub_: o.sub_, mul_: o.mul_, div_: o.div_, floorDivide_: o.floorDivide_, remainder_: o.remainder_, fmod_: o.fmod_,
  pow_: o.pow_, abs_: o.abs_, acos_: o.acos_, acosh_: o.acosh_, asin_: o.asin_, asinh_: o.asinh_, atan_: o.atan_, atanh_: o.atanh_,
  ceil_: o.ceil_, cos_: o.cos_, cosh_: o.cosh_, erf_: o.erf_, erfc_: o.erfc_, exp_: o.exp_, exp2_: o.exp2_, expm1_: o.expm1_,
  floor_: o.floor_, frac_: o.frac_, log_: o.log_, log10_: o.log10_, log1p_: o.log1p_, log2_: o.log2_, neg_: o.neg_,
  reciprocal_: o.reciprocal_, relu_: o.relu_, rsqrt_: o.rsqrt_, sigmoid_: o.sigmoid_, sign_: o.sign_, sin_: o.sin_, sinh_: o.sinh_,
  sqrt_: o.sqrt_, square_: o.square_, tan_: o.tan_, tanh_: o.tanh_, trunc_: o.trunc_, round_: o.round_, clamp_: o.clamp_,
  nanToNum_: o.nanToNum_, lerp_: o.lerp_, addcmul_: o.addcmul_, addcdiv_: o.addcdiv_, zero_: o.zero_, fill_: o.fill_, copy_: o.copy_,
  maskedFill_: o.maskedFill_, scatter_: o.scatter_, scatterAdd_: o.scatterAdd_, indexAdd_: o.indexAdd_, indexCopy_: o.indexCopy_,
  indexFill_: o.indexFill_, tril_: o.tril_, triu_: o.triu_, normal_: o.normal_, uniform_: o.uniform_, bernoulli_: o.bernoulli_,
  // reductions
  sum: o.sum, mean: o.mean, prod: o.prod, var: o.variance, std: o.std, amax: o.amax, amin: o.amin, max: o.max, min: o.min,
  argmax: o.argmax, argmin: o.argmin, any: o.any, all: o.all, countNonzero: o.countNonzero, norm: o.norm, logsumexp: o.logsumexp,
  // products
  softmax: o.softmax, logSoftmax: o.logSoftmax, cumsum: o.cumsum, sort: o.sort, argsort: o.argsort, topk: o.topk, matmul: o.matmul,
  mm: o.mm, bmm: o.bmm, mv: o.mv, dot: o.dot, outer: o.outer, addmm: o.addmm,
  // movement
  reshape: o.reshape, view: o.view, reshapeAs: o.reshapeAs, viewAs: o.viewAs, flatten: o.flatten, ravel: o.ravel,
  unflatten: o.unflatten, permute: o.permute, transpose: o.transpose, t: o.t, movedim: o.movedim, squeeze: o.squeeze,
  unsqueeze: o.unsqueeze, expand: o.expand, expandAs: o.expandAs, broadcastTo: o.broadcastTo, narrow: o.narrow, select: o.select,
  diagonal: o.diagonal, tril: o.tril, triu: o.triu, flip: o.flip, roll: o.roll, repeat: o.repeat, tile: o.tile, split: o.split,
  chunk: o.chunk, unbind: o.unbind,
  // indexing
  at: o.at, setAt: o.setAt, gather: o.gather, scatter: o.scatter, scatterAdd: o.scatterAdd, indexSelect: o.indexSelect,
  indexAdd: o.indexAdd, indexCopy: o.indexCopy, indexFill: o.indexFill, takeAlongDim: o.takeAlongDim, maskedFill: o.maskedFill,
  maskedSelect: o.maskedSelect, nonzero: o.nonzero,
} satisfies { readonly [M in keyof Methods]: (input: Value, ...rest: never[]) => unknown }

type Operation = (input: Value, ...rest: unknown[]) => unknown

// No operation takes more than four arguments beside its input, except `at`; undefined means not given.
function method(name: string, operation: Operation): PropertyDescriptor {
  const value =
    name === 'at'
      ? function (this: Value, ...index: unknown[]): unknown {
          return operation(this, ...index)
        }
      : function (this: Value, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown {
          return operation(this, a, b, c, d)
        }
  Object.defineProperty(value, 'name', { value: name })
  return { value, writable: true, configurable: true, enumerable: false }
}

/** Adds the methods to a prototype. */
export function installMethods(prototype: Value): void {
  for (const [name, operation] of Object.entries(bodies)) Object.defineProperty(prototype, name, method(name, operation as Operation))
}
