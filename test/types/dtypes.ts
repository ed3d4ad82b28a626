// Dtypes in types: promotion, results of comparisons and indices, conversions. Nothing here runs: the compiler checks it.
import { add, eq, maximum, mul, sub, where, zeros } from '../../src/tensor/functions/index.ts'
import type { Tensor } from '../../src/tensor/tensor.ts'
import { typeOf } from './type-of.ts'

declare const f32: Tensor<[2], 'float32'>
declare const f64: Tensor<[2], 'float64'>
declare const i32: Tensor<[2], 'int32'>
declare const u8: Tensor<[2], 'uint8'>
declare const bool: Tensor<[2], 'bool'>
declare const scalar64: Tensor<[], 'float64'>
declare const unknownShape: Tensor<any, 'float32'>
declare const unknownDtype: Tensor<[2]>

export function promotion(): void {
  typeOf(f32.add(f64)).is<Tensor<[2], 'float64'>>()
  typeOf(i32.add(f32)).is<Tensor<[2], 'float32'>>()
  typeOf(i32.add(u8)).is<Tensor<[2], 'int32'>>()
  typeOf(bool.add(u8)).is<Tensor<[2], 'uint8'>>()
  typeOf(bool.mul(bool)).is<Tensor<[2], 'bool'>>()
  typeOf(f32.matmul(f32)).is<Tensor<[], 'float32'>>()
  // numbers take the dtype of the tensor, int32 beside bool
  typeOf(i32.add(1)).is<Tensor<[2], 'int32'>>()
  typeOf(bool.add(1)).is<Tensor<[2], 'int32'>>()
  typeOf(f64.pow(2)).is<Tensor<[2], 'float64'>>()
  typeOf(add(1, u8)).is<Tensor<[2], 'uint8'>>()
  typeOf(mul(bool, 2)).is<Tensor<[2], 'int32'>>()
  typeOf(where(bool, 1, 0)).is<Tensor<[2], 'float32'>>()
  // a tensor of no dims only counts where its category is higher
  typeOf(f32.add(scalar64)).is<Tensor<[2], 'float32'>>()
  typeOf(i32.add(scalar64)).is<Tensor<[2], 'float64'>>()
  typeOf(scalar64.add(f32)).is<Tensor<[2], 'float32'>>()
  typeOf(sub(scalar64, f32)).is<Tensor<[2], 'float32'>>()
  typeOf(f64.add(unknownShape)).is<Tensor<any, 'float64'>>()
  typeOf(f32.add(unknownDtype)).is<Tensor<[2], any>>()
  typeOf(maximum(unknownDtype, f32)).is<Tensor<[2], any>>()
}

export function results(): void {
  typeOf(i32.div(i32)).is<Tensor<[2], 'float32'>>()
  typeOf(i32.div(i32, { roundingMode: 'floor' })).is<Tensor<[2], 'int32'>>()
  typeOf(i32.exp()).is<Tensor<[2], 'float32'>>()
  typeOf(f64.exp()).is<Tensor<[2], 'float64'>>()
  typeOf(i32.relu()).is<Tensor<[2], 'int32'>>()
  typeOf(f64.gt(0)).is<Tensor<[2], 'bool'>>()
  typeOf(eq(0, f64)).is<Tensor<[2], 'bool'>>()
  typeOf(f32.isnan()).is<Tensor<[2], 'bool'>>()
  typeOf(bool.sum()).is<Tensor<[], 'int32'>>()
  typeOf(u8.sum(0)).is<Tensor<[], 'int32'>>()
  typeOf(f64.sum(0)).is<Tensor<[], 'float64'>>()
  typeOf(f64.argmin(0)).is<Tensor<[], 'int32'>>()
  typeOf(f64.max(0).values).is<Tensor<[], 'float64'>>()
  typeOf(f32.sum(0, { dtype: 'float64' })).is<Tensor<[], 'float64'>>()
  typeOf(f32.softmax(0, { dtype: 'float64' })).is<Tensor<[2], 'float64'>>()
  typeOf(f32.requiresGrad_()).is<Tensor<[2], 'float32'>>()
}

export function conversion(): void {
  typeOf(f32.to('int32')).is<Tensor<[2], 'int32'>>()
  typeOf(f32.to(f64)).is<Tensor<[2], 'float64'>>()
  typeOf(f32.to('cpu')).is<Tensor<[2], 'float32'>>()
  typeOf(f32.double()).is<Tensor<[2], 'float64'>>()
  typeOf(f32.bool()).is<Tensor<[2], 'bool'>>()
  typeOf(f64.newZeros([3])).is<Tensor<[3], 'float64'>>()
  typeOf(bool.toTypedArray()).is<Uint8Array>()
  typeOf(f32.dtype).is<'float32'>()
  // @ts-expect-error no such dtype
  f32.to('float16')
  // @ts-expect-error a mask is bool
  f32.maskedFill(i32, 0)
  // @ts-expect-error a gradient has the dtype of its tensor
  f32.grad = zeros([2], { dtype: 'float64' })
}
