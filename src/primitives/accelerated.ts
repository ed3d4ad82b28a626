// Programs on WebAssembly kernels, a row for each primitive that has one: what runs in place of the reference where operands live in the heap.
import type { Value } from '../core/value.ts'
import type { ParamsOf, Primitive } from './params.ts'

/** Fills a dense output, whose elements are undefined before; false where the reference must compute (a dtype without kernels, no room). */
export type Accelerated<Params> = (inputs: readonly Value[], params: Params, output: Value) => boolean

/** The rows. */
export const accelerated: { readonly [P in Primitive]?: Accelerated<ParamsOf<P>> } = {}
