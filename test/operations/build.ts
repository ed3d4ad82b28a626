// Turns the descriptions in the records into tensors, in the memory layout they ask for.
import { type DType, fromTypedArray, slice, type Tensor } from 'wengert'
import type { Argument, OperationRecord, Options, Sample, TensorSpec } from '../records/specs.ts'
import { sizeOf, valuesOf } from '../records/values.ts'

export type Floating = 'float32' | 'float64'

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array }

function tensorOf(values: readonly number[], shape: readonly number[], dtype: DType): Tensor {
  return fromTypedArray(arrays[dtype].from(values), [...shape], { dtype })
}

/** A transposed view: the memory holds the dims in opposite order. */
function transposed(values: readonly number[], shape: readonly number[], dtype: DType): Tensor {
  const rank = shape.length
  const turned = [...shape].reverse()
  const order = shape.map((_, dim) => rank - 1 - dim)
  const strides = shape.map((_, dim) => sizeOf(shape.slice(dim + 1)))
  const memory: number[] = []
  const walk = (dim: number, offset: number): void => {
    if (dim === rank) memory.push(values[offset] as number)
    else for (let i = 0; i < (turned[dim] as number); i++) walk(dim + 1, offset + i * (strides[rank - 1 - dim] as number))
  }
  walk(0, 0)
  return tensorOf(memory, turned, dtype).permute(order)
}

/** A view with negative steps in every dim. */
function reversed(values: readonly number[], shape: readonly number[], dtype: DType): Tensor {
  if (shape.length === 0) return tensorOf(values, shape, dtype)
  return tensorOf([...values].reverse(), shape, dtype).at(...shape.map(() => slice(null, null, -1)))
}

/** A view of every other element in the last dim. */
function strided(values: readonly number[], shape: readonly number[], dtype: DType): Tensor {
  if (shape.length === 0) return tensorOf(values, shape, dtype)
  const wide = [...shape.slice(0, -1), (shape.at(-1) as number) * 2]
  return tensorOf(
    values.flatMap((value) => [value, 99]),
    wide,
    dtype,
  ).at('...', slice(null, null, 2))
}

const layouts = { contiguous: tensorOf, transposed, reversed, strided }

/** One described tensor with these values; a leaf that requires grad where the record says so. */
export function buildTensor(spec: TensorSpec, values: readonly number[], floating: Floating): Tensor {
  const built = layouts[spec.layout](values, spec.shape, spec.dtype === 'float' ? floating : spec.dtype)
  return spec.differentiable ? built.requiresGrad_() : built
}

export interface Call {
  readonly args: readonly unknown[]
  readonly options: Readonly<Record<string, unknown>> | null
  /** The inputs that require grad, depth first. */
  readonly leaves: readonly Tensor[]
  readonly tensors: readonly Tensor[]
}

/** The arguments of a sample as the library takes them; `replaced` overrides the values of the differentiable inputs. */
export function buildCall(
  record: OperationRecord,
  sample: Pick<Sample, 'args' | 'options'>,
  floating: Floating,
  replaced: readonly (readonly number[])[] | null = null,
): Call {
  let position = 0
  const leaves: Tensor[] = []
  const tensors: Tensor[] = []
  const build = (argument: Argument): unknown => {
    if (Array.isArray(argument)) return argument.map(build)
    if (typeof argument !== 'object' || argument === null) return argument
    const spec = argument as Exclude<Argument, readonly Argument[] | string | number | boolean | null>
    if (spec.kind === 'slice') return slice(spec.start, spec.stop, spec.step)
    const drawn = valuesOf(record, spec, position++)
    const values = (spec.differentiable && replaced?.[leaves.length]) || drawn
    const built = buildTensor(spec, values, floating)
    if (spec.differentiable) leaves.push(built)
    tensors.push(built)
    return built
  }
  const args = sample.args.map(build)
  const options = sample.options && buildOptions(sample.options, build)
  return { args, options, leaves, tensors }
}

function buildOptions(options: Options, build: (argument: Argument) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, build(value)]))
}
