// Putting single items together into a batch.
import { OptionError, ShapeError } from '../core/errors.ts'
import { isPlainObject } from '../core/nested.ts'
import { printShape, type Shape, sameShape } from '../core/shape.ts'
import { Value } from '../core/value.ts'
import * as P from '../primitives/operations.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What a list of `B` items becomes: tensors are stacked, numbers and booleans become tensors, lists and objects are put together part by part, other things are listed. */
export type Collated<Item, B extends number> =
  Item extends Tensor<infer S, infer D>
    ? Tensor<number extends (S & Shape)['length'] ? any : [B, ...Extract<S, readonly number[]>], D>
    : Item extends number
      ? Tensor<[B], 'float32'>
      : Item extends boolean
        ? Tensor<[B], 'bool'>
        : Item extends readonly unknown[]
          ? { -readonly [K in keyof Item]: Collated<Item[K], B> }
          : Item extends string
            ? Item[]
            : Item extends object
              ? { -readonly [K in keyof Item]: Collated<Item[K], B> }
              : Item[]

function stack(tensors: readonly Value[]): Value {
  const shape: Shape = (tensors[0] as Value).shape
  for (const tensor of tensors) {
    if (!sameShape(tensor.shape, shape)) {
      throw new ShapeError(
        `DataLoader: samples of shapes ${printShape(shape)} and ${printShape(tensor.shape)} do not stack. Give { collate } a function that pads them.`,
      )
    }
  }
  return P.concatenate(
    tensors.map((tensor) => P.unsqueeze(tensor, 0)),
    0,
  )
}

/** Puts items together by their kind. */
export function collateItems(items: readonly unknown[]): unknown {
  const [first] = items
  if (first instanceof Value) return stack(items as readonly Value[])
  if (typeof first === 'number') return P.fromArray(Float32Array.from(items as readonly number[]), [items.length])
  if (typeof first === 'boolean') return P.fromArray(Uint8Array.from(items as readonly boolean[], Number), [items.length], 'bool')
  if (Array.isArray(first)) {
    if (items.some((item) => (item as readonly unknown[]).length !== first.length))
      throw new OptionError('DataLoader: samples are lists of different lengths. Give { collate } a function of your own.')
    return first.map((_, position) => collateItems(items.map((item) => (item as readonly unknown[])[position])))
  }
  if (isPlainObject(first)) {
    return Object.fromEntries(
      Object.keys(first).map((key) => [key, collateItems(items.map((item) => (item as Record<string, unknown>)[key]))]),
    )
  }
  return [...items]
}
