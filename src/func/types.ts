// Types of what the transforms give: the structure of arguments and results, with other tensors in it.
import type { DType } from '../core/dtype.ts'
import type { Free, Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Any function; what its arguments are, its own type says. */
export type AnyFunction = (...args: any[]) => any

type IsAny<T> = 0 extends 1 & T ? true : false

/** The structure `T` with a plain tensor of the same shape and dtype in every tensor's place. */
export type Derivative<T> =
  IsAny<T> extends true
    ? any
    : T extends Tensor<infer S, infer D>
      ? Tensor<S, D>
      : T extends AnyFunction
        ? T
        : T extends object
          ? { -readonly [K in keyof T]: Derivative<T[K]> }
          : T

/** The structure `T` with tensors of any shape and the same dtype. */
export type Mapped<T> =
  IsAny<T> extends true
    ? any
    : T extends Tensor<any, infer D>
      ? Tensor<any, D>
      : T extends AnyFunction
        ? T
        : T extends object
          ? { [K in keyof T]: Mapped<T[K]> }
          : T

type Joined<S extends Shape, I extends Shape> = Free<S> extends true ? any : Free<I> extends true ? any : [...S, ...I]
type ByInput<S extends Shape, D extends DType, In> =
  IsAny<In> extends true
    ? any
    : In extends Tensor<infer I, any>
      ? Tensor<Joined<S, I>, D>
      : In extends AnyFunction
        ? In
        : In extends object
          ? { -readonly [K in keyof In]: ByInput<S, D, In[K]> }
          : In

/** In the place of every tensor of `Out`, the structure `In` with tensors of shape out + in. */
export type Jacobian<Out, In> =
  IsAny<Out> extends true
    ? any
    : Out extends Tensor<infer S, infer D>
      ? ByInput<S, D, In>
      : Out extends AnyFunction
        ? Out
        : Out extends object
          ? { -readonly [K in keyof Out]: Jacobian<Out[K], In> }
          : Out

type Last<P extends readonly unknown[]> = P extends readonly [...unknown[], infer L] ? L : P[number]
type Argument<P extends readonly unknown[], N> = N extends -1 ? Last<P> : N extends keyof P ? P[N] : P[number]

/** The arguments that options select: `argnums`, by default the first. */
export type Selected<P extends readonly unknown[], O> = O extends { readonly argnums: infer N }
  ? N extends readonly unknown[]
    ? { -readonly [K in keyof N]: Argument<P, N[K]> }
    : Argument<P, N>
  : Argument<P, 0>

/** With `hasAux` the function gives `[result, aux]`; this is the first. */
export type Main<R, O> = O extends { readonly hasAux: true } ? (R extends readonly [infer V, ...unknown[]] ? V : any) : R
/** What is returned beside the result where `hasAux` is true. */
export type Aux<R> = R extends readonly [unknown, infer A] ? A : any
/** `[...T, aux]` with `hasAux`, else T. */
export type WithAux<T, R, O> = O extends { readonly hasAux: true } ? [T, Aux<R>] : T
