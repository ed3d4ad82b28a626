// Types: what a layer does to a shape, so that shapes flow through Sequential. A generic method cannot be applied inside a type,
// so every layer also carries its rule as a type function: an interface whose `output` is computed from `this['input']`.
import type { Tensor } from '../tensor/tensor.ts'

/** A function from shapes to shapes; a sentence as output says why the input does not fit. */
export interface ShapeRule {
  readonly input: unknown
  readonly output: unknown
}

/** The output of a rule for a shape. */
export type Apply<R extends ShapeRule, S> = (R & { readonly input: S })['output']

/** The same shape. */
export interface KeepsShape extends ShapeRule {
  readonly output: this['input']
}

type Expect<X extends number, I extends number, R, N extends string> = X extends I
  ? R
  : number extends X | I
    ? R
    : `${N}: expects size ${I}, got ${X}`

/** `[…, I] → […, O]`. */
export interface MapsLast<I extends number, O extends number, N extends string> extends ShapeRule {
  readonly output: 0 extends 1 & this['input']
    ? any
    : this['input'] extends readonly [...infer L extends number[], infer X extends number]
      ? Expect<X, I, [...L, O], N>
      : number[]
}

/** `[…] → […, O]`. */
export interface AddsLast<O extends number> extends ShapeRule {
  readonly output: 0 extends 1 & this['input'] ? any : this['input'] extends readonly [...infer L extends number[]] ? [...L, O] : number[]
}

/** `[N, I, …] → [N, O, …]` with other sizes in the last dims, as many as in `Spatial`. */
export interface MapsChannels<I extends number, O extends number, Spatial extends number[], N extends string> extends ShapeRule {
  readonly output: 0 extends 1 & this['input']
    ? any
    : this['input'] extends readonly [infer B extends number, infer X extends number, ...infer R extends number[]]
      ? R['length'] extends Spatial['length']
        ? Expect<X, I, [B, O, ...Spatial], N>
        : number[]
      : number[]
}

/** `[N, C, …] → [N, C, …]` with other sizes in the last dims, as many as in `Spatial`. */
export interface KeepsChannels<Spatial extends number[]> extends ShapeRule {
  readonly output: 0 extends 1 & this['input']
    ? any
    : this['input'] extends readonly [infer B extends number, infer C extends number, ...infer R extends number[]]
      ? R['length'] extends Spatial['length']
        ? [B, C, ...Spatial]
        : number[]
      : number[]
}

/** Always `O`, whatever comes in: what is known of a layer that states no rule. */
export interface Gives<O> extends ShapeRule {
  readonly output: O
}

/** What is known of a layer that states no rule: the shape that its `forward` returns. */
type RuleByForward<M> = M extends { forward(input: never): Tensor<infer O> } ? Gives<O> : never

/** The rule of a layer. */
export type RuleOf<M> = M extends { readonly shapeRule?: infer R | undefined }
  ? R extends ShapeRule
    ? R
    : RuleByForward<M>
  : RuleByForward<M>

/** A shape led through a list of layers; the first sentence ends the way. */
export type Chain<Layers extends readonly unknown[], S> = Layers extends readonly [infer M, ...infer Rest]
  ? Apply<RuleOf<M>, S> extends infer T
    ? T extends string
      ? T
      : Chain<Rest, T>
    : never
  : S

/** The rule of a list of layers. */
export interface Chains<Layers extends readonly unknown[]> extends ShapeRule {
  readonly output: number extends Layers['length'] ? number[] : Chain<Layers, this['input']>
}
