// Gives Tensor its methods: `x.sum(1)` is `sum(x, 1)` of operations/. The interfaces of methods/ say what there is; the compiler
// compares them with the operations, so that none is missing and none too many. See Note [Methods].
// Importing it is what installs them, in the types as at run time. Every entry does but `wengert/slim`, whose programs hold only the operations
// that they call; so no other module of the library may call such a method (`npm run typecheck` compiles it without them).
import type { DType } from '../core/dtype.ts'
import type { Value } from '../core/value.ts'
import type { Operand } from '../primitives/operations.ts'
import type { ArithmeticMethods } from './methods/arithmetic.ts'
import type { ArrangementMethods } from './methods/arrangement.ts'
import type { ComparisonMethods } from './methods/comparison.ts'
import type { ContractionMethods } from './methods/contractions.ts'
import type { CumulativeMethods } from './methods/cumulative.ts'
import type { ElementwiseMethods } from './methods/elementwise.ts'
import type { InPlaceMethods } from './methods/in-place.ts'
import type { IndexingMethods } from './methods/indexing.ts'
import type { MovementMethods } from './methods/movement.ts'
import type { OrderStatisticMethods } from './methods/order-statistics.ts'
import type { ProductMethods } from './methods/products.ts'
import type { ReductionMethods } from './methods/reductions.ts'
import type { SelectionMethods } from './methods/selection.ts'
import type { StatisticMethods } from './methods/statistics.ts'
import * as arithmetic from './operations/arithmetic.ts'
import * as comparison from './operations/comparison.ts'
import { cross, inner, kron, vdot } from './operations/contractions.ts'
import * as covariance from './operations/covariance.ts'
import { cummax, cummin, cumprod, diff } from './operations/cumulative.ts'
import * as diagonals from './operations/diagonals.ts'
import * as extremes from './operations/extremes.ts'
import * as gathering from './operations/gathering.ts'
import { inPlaceForms } from './operations/in-place-forms.ts'
import * as indexing from './operations/indexing.ts'
import { chunk, flip, repeat, roll, split, splitWithSizes, tile, unbind } from './operations/joining.ts'
import * as mutation from './operations/mutation.ts'
import * as orderStatistics from './operations/order-statistics.ts'
import * as products from './operations/products.ts'
import * as quantiles from './operations/quantiles.ts'
import * as reductions from './operations/reductions.ts'
import * as replacement from './operations/replacement.ts'
import { argwhere, repeatInterleave, take } from './operations/searching.ts'
import * as softmax from './operations/softmax.ts'
import { dsplit, fliplr, flipud, hsplit, rot90, tensorSplit, vsplit } from './operations/stacking.ts'
import { norm, std, variance } from './operations/statistics.ts'
import * as triangles from './operations/triangles.ts'
import * as views from './operations/views.ts'
import { explained } from './required-tensor.ts'
import type { Shape } from './shape-types.ts'
import { signatures } from './signatures.ts'
import { Tensor } from './tensor.ts'

/** Every method of Tensor that is an operation. */
export interface Methods
  extends ElementwiseMethods,
    ArithmeticMethods,
    ComparisonMethods,
    InPlaceMethods,
    ReductionMethods,
    ProductMethods,
    MovementMethods,
    CumulativeMethods,
    OrderStatisticMethods,
    ContractionMethods,
    ArrangementMethods,
    SelectionMethods,
    StatisticMethods,
    IndexingMethods {}

const operations = {
  ...arithmetic,
  ...comparison,
  ...covariance,
  ...diagonals,
  ...extremes,
  ...gathering,
  ...indexing,
  ...inPlaceForms(),
  ...mutation,
  ...orderStatistics,
  ...products,
  ...quantiles,
  ...reductions,
  ...replacement,
  ...softmax,
  ...triangles,
  ...views,
  ...{ cross, cummax, cummin, cumprod, diff, dsplit, fliplr, flipud, hsplit, inner, kron, rot90, tensorSplit, vdot, vsplit },
  ...{ argwhere, repeatInterleave, splitWithSizes, take },
  ...{ chunk, flip, norm, repeat, roll, split, std, tile, unbind, var: variance },
  where: (input: Value, condition: Value, other: Operand): Value => arithmetic.where(condition, input, other),
} satisfies { readonly [M in keyof Methods]: (input: Value, ...rest: never[]) => unknown }

// What those modules export besides.
const helpers: { readonly [H in Exclude<keyof typeof operations, keyof Methods>]: true } = {
  countOf: true,
  floatInput: true,
  matrixTranspose: true,
  polygamma: true,
  reducedDims: true,
  resolveShape: true,
  summable: true,
  takeAlong: true,
  wrapPositions: true,
}

const signatureOf = (name: string): string | undefined =>
  (signatures as Readonly<Record<string, string>>)[name] ?? (signatures as Readonly<Record<string, string>>)[name.replace(/_$/, '')]

type Operation = (input: Value, ...rest: unknown[]) => unknown

// No operation takes more than four arguments beside its input, except `at`; undefined means not given.
function method(name: string, operation: Operation): PropertyDescriptor {
  const value =
    name === 'at'
      ? function (this: Value, ...index: unknown[]): unknown {
          return operation(this, ...index)
        }
      : function (this: Value, a?: unknown, b?: unknown, c?: unknown, d?: unknown): unknown {
          try {
            return operation(this, a, b, c, d)
          } catch (error) {
            throw explained(name, signatureOf(name), [a, b, c, d], error)
          }
        }
  Object.defineProperty(value, 'name', { value: name })
  return { value, writable: true, configurable: true, enumerable: false }
}

declare module './tensor.ts' {
  /** The methods that are operations. */
  interface Tensor<S extends Shape = any, D extends DType = any> extends Methods {}
}

for (const [name, operation] of Object.entries(operations)) {
  if (!Object.hasOwn(helpers, name)) Object.defineProperty(Tensor.prototype, name, method(name, operation as Operation))
}
