// Gives Tensor its methods: `x.sum(1)` is `sum(x, 1)` of operations/. The interfaces of methods/ say what there is; the compiler
// compares them with the operations, so that none is missing and none too many. See Note [Methods].
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
import * as arithmetic from './operations/arithmetic.ts'
import * as comparison from './operations/comparison.ts'
import * as extremes from './operations/extremes.ts'
import * as gathering from './operations/gathering.ts'
import * as indexing from './operations/indexing.ts'
import { chunk, flip, repeat, roll, split, tile, unbind } from './operations/joining.ts'
import * as mutation from './operations/mutation.ts'
import * as products from './operations/products.ts'
import * as reductions from './operations/reductions.ts'
import * as softmax from './operations/softmax.ts'
import { norm, std, variance } from './operations/statistics.ts'
import * as triangles from './operations/triangles.ts'
import * as views from './operations/views.ts'
import { explained } from './required-tensor.ts'
import { signatures } from './signatures.ts'

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

const operations = {
  ...arithmetic,
  ...comparison,
  ...extremes,
  ...gathering,
  ...indexing,
  ...mutation,
  ...products,
  ...reductions,
  ...softmax,
  ...triangles,
  ...views,
  ...{ chunk, flip, norm, repeat, roll, split, std, tile, unbind, var: variance },
  where: (input: Value, condition: Value, other: Operand): Value => arithmetic.where(condition, input, other),
} satisfies { readonly [M in keyof Methods]: (input: Value, ...rest: never[]) => unknown }

// What those modules export besides.
const helpers: { readonly [H in Exclude<keyof typeof operations, keyof Methods>]: true } = {
  countOf: true,
  floatInput: true,
  matrixTranspose: true,
  overwrite: true,
  reducedDims: true,
  resolveShape: true,
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

/** Adds the methods to a prototype. */
export function installMethods(prototype: Value): void {
  for (const [name, operation] of Object.entries(operations)) {
    if (!Object.hasOwn(helpers, name)) Object.defineProperty(prototype, name, method(name, operation as Operation))
  }
}
