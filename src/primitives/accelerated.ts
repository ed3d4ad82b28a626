// Programs on WebAssembly kernels, a row for each primitive that has one: what runs in place of the reference where operands live in the heap.

import { multiplyMatrices } from '../backends/wasm/contraction/matmul.ts'
import * as fill from '../backends/wasm/fill.ts'
import { draw } from '../backends/wasm/random.ts'
import type { Value } from '../core/value.ts'
import { dense, type Kernel, kernels } from './kernels.ts'
import type { ParamsOf, Primitive } from './params.ts'

/** Fills a dense output, whose elements are undefined before; false where the reference must compute (a dtype without kernels, no room). */
export type Accelerated<Params> = (inputs: readonly Value[], params: Params, output: Value) => boolean

/** Like `program`, with every input dense. */
/*@__NO_SIDE_EFFECTS__*/ export function onDense<Params>(program: Accelerated<Params>): Accelerated<Params> {
  return (inputs, params, output) => program(inputs.map(dense), params, output)
}

type Movement = 'cast' | 'flip' | 'concatenate' | 'pad' | 'diagonalScatter'

/** Programs that are copies themselves: they take an output as it is where copies fill all of it, or else where it was filled. */
const copies =
  <P extends Movement>(primitive: P, filled: (params: ParamsOf<P>, output: Value) => boolean = () => true): Accelerated<ParamsOf<P>> =>
  (inputs, params, output) => {
    if (!filled(params, output)) return false
    const kernel = kernels[primitive] as Extract<Kernel<ParamsOf<P>>, { kind: 'program' }> // by the type of Movement
    kernel.run(inputs, params, output)
    return true
  }

/** Padding of what was filled before: with nothing. */
const zeroPad = /*@__PURE__*/ copies('pad')

/** Programs by primitive. */
export type Programs = { readonly [P in Primitive]?: Accelerated<ParamsOf<P>> }

/** The rows. Some come with the functions that need them (optional-rows.ts). */
export const accelerated: Programs = {
  cast: copies('cast'),
  flip: copies('flip'),
  concatenate: copies('concatenate'),
  pad: ([x], params, output) => fill.full(params.value, output) && zeroPad([x as Value], { ...params, value: 0 }, output),
  diagonalScatter: copies('diagonalScatter', (_, output) => fill.full(0, output)),
  matmul: ([x, y], _, output) => multiplyMatrices(x as Value, y as Value, output),
  full: (_, { value }, output) => fill.full(value, output),
  iota: (_, __, output) => fill.iota(output),
  uniform: ([state], _, output) => draw('uniform', state as Value, output),
  normal: ([state], _, output) => draw('normal', state as Value, output),
  randomIntegers: ([state], { low, high }, output) => draw('integers', state as Value, output, low, high - low - 1),
}
