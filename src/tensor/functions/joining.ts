// Functions of several tensors: joining, broadcasting, grids.
import type { DType } from '../../core/dtype.ts'
import type { Value } from '../../core/value.ts'
import * as operations from '../operations/index.ts'
import type { Cat, Stack } from '../shape-rules/joining.ts'
import type { Arg, Or, Out, Unset } from '../shape-types.ts'
import type { OptionsOf } from '../signatures.ts'
import type { Tensor } from '../tensor.ts'

type Joined<T extends readonly Tensor[]> = T[number] extends Tensor<any, infer D> ? D : DType

/**
 * Tensors one after the other along an existing dim (0); the other sizes must be equal.
 *
 * @example
 * ```ts
 * import { cat, ones, zeros } from 'wengert'
 * console.log(cat([zeros([2, 3]), ones([1, 3])]).shape) // [ 3, 3 ]
 * console.log(cat([zeros([2, 3]), ones([2, 1])], 1).shape) // [ 2, 4 ]
 * ```
 */
export function cat<const T extends readonly Tensor[], const I extends number | Unset = Unset>(
  tensors: Arg<Cat<T, Or<I, 0>>, T>,
  dim?: I | { dim?: I | undefined },
): Tensor<Out<Cat<T, Or<I, 0>>>, Joined<T>>
export function cat(tensors: readonly Value[], dim?: number | OptionsOf<'cat'>): Value {
  return operations.cat(tensors, dim)
}

/**
 * Tensors of one shape side by side along a new dim (0).
 *
 * @example
 * ```ts
 * import { stack, tensor } from 'wengert'
 * console.log(stack([tensor([1, 2]), tensor([3, 4])]).toArray()) // [ [ 1, 2 ], [ 3, 4 ] ]
 * ```
 */
export function stack<const T extends readonly Tensor[], const I extends number | Unset = Unset>(
  tensors: Arg<Stack<T, Or<I, 0>>, T>,
  dim?: I | { dim?: I | undefined },
): Tensor<Out<Stack<T, Or<I, 0>>>, Joined<T>>
export function stack(tensors: readonly Value[], dim?: number | OptionsOf<'stack'>): Value {
  return operations.stack(tensors, dim)
}

/** Views of all tensors in their common shape. */
export function broadcastTensors(tensors: readonly Tensor[]): Tensor[]
export function broadcastTensors(tensors: readonly Value[]): Value[] {
  return operations.broadcastTensors(tensors)
}

/** Coordinates of a grid: one tensor for each vector, all of shape [sizes of the vectors]; 'xy' swaps the first two. */
export function meshgrid(tensors: readonly Tensor[], options?: OptionsOf<'meshgrid'>): Tensor[]
export function meshgrid(tensors: readonly Value[], options?: OptionsOf<'meshgrid'>): Value[] {
  return operations.meshgrid(tensors, options)
}
