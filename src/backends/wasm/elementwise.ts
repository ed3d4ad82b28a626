// Elementwise operations as WebAssembly kernels: loop kernels of one store.
import type { DTypeFacts } from '../../core/dtype.ts'
import { isDense } from '../../core/shape.ts'
import type { Value } from '../../core/value.ts'
import { broadcastStrides } from '../index-space.ts'
import { type ElementwiseKernel, expressionFor } from '../reference/elementwise.ts'
import { launch } from './launch.ts'
import type { Stepping } from './loops/elements.ts'
import type { LoopKernel } from './loops/ir.ts'
import { TASK_ELEMENTS } from './loops/plan.ts'
import { runRows } from './loops/run.ts'
import { type Compiled, compiledVariant } from './loops/variants.ts'
import { countWork } from './loops/widening.ts'
import { begin, destination, finish, source } from './operands.ts'

interface Loops {
  /** By dtypes. */
  readonly kernels: Map<number, LoopKernel>
  /** By dtypes and which inputs are one element; null where the reference must compute. */
  readonly dense: Map<number, Compiled | null>
}

const loops = /*@__PURE__*/ new WeakMap<ElementwiseKernel, Loops>()

const HIGHEST_CODE = 4
const computing = ['int32', 'int32', 'int32', 'float32', 'float64'] as const

function loopKernel(
  kernel: ElementwiseKernel,
  kernels: Map<number, LoopKernel>,
  key: number,
  inputs: readonly Value[],
  output: Value,
  computed: DTypeFacts | undefined,
): LoopKernel {
  let found = kernels.get(key)
  if (found === undefined) {
    const value = expressionFor(kernel, inputs, output.storage.type.code, computed?.code ?? HIGHEST_CODE)
    found = {
      name: 'elementwise',
      operands: inputs.length + 1,
      stages: [{ per: 'element', stores: [{ operand: inputs.length, value }] }],
      ...(computed && { computes: computing[computed.code] as 'int32' | 'float32' | 'float64' }),
    }
    kernels.set(key, found)
  }
  return found
}

/** Whether all elements of an operand are one place in memory. */
function repeatsOne({ strides }: Value): boolean {
  for (let d = 0; d < strides.length; d++) if (strides[d] !== 0) return false
  return true
}

const args: number[] = []

/** Computes `kernel` for every element of `output`; false where the reference must. */
export function runElementwise(kernel: ElementwiseKernel, inputs: readonly Value[], output: Value, computed?: DTypeFacts): boolean {
  const n = output.elementCount
  if (n === 0) return true
  let known = loops.get(kernel)
  if (known === undefined) {
    known = { kernels: new Map(), dense: new Map() }
    loops.set(kernel, known)
  }
  const count = inputs.length
  // three bits for each dtype and for the one computed in
  let types = ((computed === undefined ? HIGHEST_CODE + 1 : computed.code) << 3) | output.storage.type.code
  let scalars = 0
  let dense = isDense(output.shape, output.strides)
  for (let k = 0; k < count; k++) {
    const operand = inputs[k] as Value
    types |= operand.storage.type.code << (3 * (k + 2))
    if (operand.elementCount === 1 || repeatsOne(operand)) scalars |= 1 << k
    else if (dense && !(operand.elementCount === n && isDense(operand.shape, operand.strides))) dense = false
  }
  if (!dense) {
    const rank = output.shape.length
    return runRows(
      loopKernel(kernel, known.kernels, types, inputs, output, computed),
      output.shape,
      [],
      [
        ...inputs.map((value) => ({ value, outer: broadcastStrides(value, rank), inner: [] })),
        { value: output, outer: output.strides, inner: [] },
      ],
    )
  }
  const key = (types << 3) | scalars
  let compiled = known.dense.get(key)
  if (compiled === undefined) {
    const all = [...inputs, output].map(({ storage }) => storage.type)
    const steppings = all.map((_, k): Stepping => (scalars & (1 << k) ? 0 : 1))
    const variant = { schedule: 'outer', outerRank: 1, innerRank: 0, types: all, steppings } as const
    compiled = compiledVariant(loopKernel(kernel, known.kernels, types, inputs, output, computed), variant)
    known.dense.set(key, compiled)
  }
  return compiled !== null && runDense(compiled, inputs, output, scalars, n)
}

/** The arguments of a dense launch, as launchRows would write them. */
function runDense(compiled: Compiled, inputs: readonly Value[], output: Value, scalars: number, n: number): boolean {
  begin()
  const units = Math.ceil(n / TASK_ELEMENTS)
  args[0] = units
  args[1] = 1
  args[2] = n
  args[3] = TASK_ELEMENTS
  args[4] = units
  let at = 5
  for (let k = 0; k < inputs.length; k++) {
    const operand = inputs[k] as Value
    const address = source(operand)
    if (address === 0) return false
    args[at++] = address
    args[at++] = scalars & (1 << k) ? 0 : TASK_ELEMENTS * operand.storage.type.bytes
  }
  const address = destination(output)
  if (address === 0) return false
  args[at++] = address
  args[at++] = TASK_ELEMENTS * output.storage.type.bytes
  args.length = at
  const work = n * compiled.elementTime
  countWork(compiled, work)
  launch(compiled.kernel, args, units, work)
  finish()
  return true
}
