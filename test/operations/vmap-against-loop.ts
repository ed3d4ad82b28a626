// An operation on a batch, under vmap, against the same operation on one sample after the other: values and gradients.
import { fromTypedArray, func, stack, type Tensor } from 'wengert'
import { grad } from 'wengert/autograd'
import { assertClose } from 'wengert/testing'
import { cotangent } from '../records/values.ts'
import { type DifferentiableCall, otherTensors } from './differentiable-calls.ts'

/** Unlike most sizes in the records, so that a batch is not taken for a dim. */
const BATCH = 3
/** The order of sums may differ. */
const close = { rtol: 1e-9, atol: 1e-11, equalNan: true }

/** For each tensor the dim of its batch, or null. */
type Dims = readonly (number | null)[]

/** Which inputs have a batch: all, all floating ones, each floating one alone. */
function choices({ record, specs }: DifferentiableCall): Dims[] {
  const places = specs.map((_, place) => place)
  const floating = places.filter((place) => specs[place]?.dtype === 'float')
  const possible = places.filter((place) => {
    const dtype = specs[place]?.dtype
    if (dtype === 'bool') return record.limits.masks === undefined
    return dtype === 'float' || record.limits.counts === undefined
  })
  const written = places.filter(
    (place) => (record.writes && floating.includes(place) && !specs[place]?.differentiable) || (record.limits.destination && place === 0),
  )
  const inFront = (batched: readonly number[]): Dims => places.map((place) => (batched.includes(place) ? 0 : null))
  const behind = (batched: readonly number[]): Dims => places.map((place) => (batched.includes(place) ? -1 : null))
  const all = [inFront(possible), inFront(floating), ...floating.map((place) => behind([place, ...written]))]
  const mapped = all.filter((dims) => dims.some((dim) => dim !== null))
  return [...new Map(mapped.map((dims) => [dims.join(), dims])).values()]
}

const weights = (result: Tensor, number: number): Tensor =>
  fromTypedArray(Float64Array.from(cotangent(result.numel(), number)), [...result.shape], { dtype: 'float64' })

/** Σ over the results of Σ result · weight. */
function weighted({ run }: DifferentiableCall, inputs: readonly Tensor[]): Tensor {
  return run(...inputs)
    .map((result, number) => result.mul(weights(result, number)).sum())
    .reduce((total, part) => total.add(part))
}

/** Throws where the operation, or its gradient, gives something else on a batch. */
export function compareWithLoop(call: DifferentiableCall): void {
  const plain = call.tensors.map((tensor) => tensor.detach())
  const samples = [plain, ...Array.from({ length: BATCH - 1 }, (_, i) => otherTensors(call, i + 1))]
  const variables = call.tensors.flatMap((tensor, place) => (tensor.requiresGrad ? [place] : []))
  for (const dims of choices(call)) {
    const stacked = dims.map(
      (dim, place) =>
        (dim === null
          ? plain[place]
          : stack(
              samples.map((sample) => sample[place] as Tensor),
              dim,
            )) as Tensor,
    )
    const single = samples.map((sample) => sample.map((tensor, place) => (dims[place] === null ? (plain[place] as Tensor) : tensor)))
    const loop = (f: (...inputs: readonly Tensor[]) => readonly Tensor[]): Tensor[] => {
      const rows = single.map((inputs) => f(...inputs))
      return (rows[0] as Tensor[]).map((_, result) => stack(rows.map((row) => row[result] as Tensor)))
    }
    const batched = (f: (...inputs: Tensor[]) => readonly Tensor[]): readonly Tensor[] =>
      func.vmap(f, { inDims: dims, randomness: 'same' })(...stacked) as readonly Tensor[]
    const where = `with a batch in dims [${dims}]`
    same(`values ${where}`, batched(call.run), loop(call.run))

    const gradient = func.grad((...inputs: Tensor[]) => weighted(call, inputs), { argnums: variables })
    const oneByOne = (...inputs: readonly Tensor[]): Tensor[] => {
      const leaves = inputs.map((tensor, place) => (variables.includes(place) ? tensor.detach().requiresGrad_() : tensor))
      const wanted = variables.map((place) => leaves[place] as Tensor)
      return grad(weighted(call, leaves), wanted, { materializeGrads: true })
    }
    same(
      `gradients ${where}`,
      batched((...inputs) => gradient(...inputs) as readonly Tensor[]),
      loop(oneByOne),
    )
  }
}

function same(what: string, actual: readonly Tensor[], expected: readonly Tensor[]): void {
  try {
    assertClose(actual, expected, close)
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}
