// Batching of gathering and scattering. Positions are never moved into a larger dim that other samples share: one that is out of range
// for its sample is out of range for the kernel, too.
import type { Value } from '../../core/value.ts'
import { bind } from '../../primitives/bind.ts'
import { expand, reshape } from '../../primitives/operations.ts'
import type { DimParams, PositionParams } from '../../primitives/params.ts'
import { asBatch, type BatchApplication, type BatchRules, foldBatch, sampleShape, unfoldBatch, withSampleDim } from './batch-rule.ts'

/** Each sample's vector of positions [B, n] along `dim`, repeated over the other dims of `shape`, which has n there. */
function alongDim(index: Value, dim: number, shape: readonly number[]): Value {
  const lengths = shape.map((size, d) => (d === 0 || d === dim + 1 ? size : 1))
  return expand(reshape(index, lengths), shape)
}

/** The result for samples that had no dim, before `withSampleDim` gave them one. */
const restored = (result: Value, x: Value, batched: boolean, size: number): Value =>
  sampleShape(x, batched).length === 0 ? reshape(result, [size]) : result

const gather: BatchApplication<PositionParams> = ([x, index], [xBatched, indexBatched], params, size) => {
  const { dim } = params
  const from = withSampleDim(x as Value, xBatched as boolean)
  const positions = withSampleDim(index as Value, indexBatched as boolean)
  // from one tensor for all samples, their positions are gathered as one long list
  const result = xBatched
    ? bind('gather', [from, asBatch(positions, indexBatched as boolean, size)], { ...params, dim: dim + 1 })
    : unfoldBatch(bind('gather', [from, foldBatch(positions, dim)], params), dim, size, positions.shape[dim + 1] as number)
  return restored(result, x as Value, xBatched as boolean, size)
}

const scatter =
  /*@__NO_SIDE_EFFECTS__*/
    (primitive: 'scatter' | 'scatterAdd'): BatchApplication<PositionParams> =>
    (inputs, batched, params, size) => {
      const whole = inputs.map((x, i) => asBatch(withSampleDim(x, batched[i] as boolean), batched[i] as boolean, size))
      return restored(bind(primitive, whole, { ...params, dim: params.dim + 1 }), inputs[0] as Value, batched[0] as boolean, size)
    }

const indexSelect: BatchApplication<DimParams> = ([x, index], [xBatched, indexBatched], { dim }, size) => {
  const from = withSampleDim(x as Value, xBatched as boolean)
  const positions = withSampleDim(index as Value, indexBatched as boolean)
  const select = (): Value => {
    if (!indexBatched) return bind('indexSelect', [from, positions], { dim: dim + 1 })
    const count = positions.shape[1] as number
    if (!xBatched) return unfoldBatch(bind('indexSelect', [from, foldBatch(positions, 0)], { dim }), dim, size, count)
    const shape = from.shape.map((length, d) => (d === dim + 1 ? count : length))
    return bind('gather', [from, alongDim(positions, dim, shape)], { dim: dim + 1 })
  }
  return restored(select(), x as Value, xBatched as boolean, size)
}

/** Whole slices at positions that all samples share, or element by element (`single`) at each sample's own. */
const indexWrite =
  /*@__NO_SIDE_EFFECTS__*/
    (slices: 'indexAdd' | 'indexCopy', single: 'scatterAdd' | 'scatter'): BatchApplication<DimParams> =>
    ([x, index, source], [xBatched, indexBatched, sourceBatched], { dim }, size) => {
      const into = asBatch(withSampleDim(x as Value, xBatched as boolean), xBatched as boolean, size)
      const from = asBatch(withSampleDim(source as Value, sourceBatched as boolean), sourceBatched as boolean, size)
      const result = indexBatched
        ? bind(single, [into, alongDim(index as Value, dim, from.shape), from], { dim: dim + 1 })
        : bind(slices, [into, index as Value, from], { dim: dim + 1 })
      return restored(result, x as Value, xBatched as boolean, size)
    }

export const indexingRules: BatchRules<'gather' | 'scatter' | 'scatterAdd' | 'indexSelect' | 'indexAdd' | 'indexCopy' | 'nonzero'> = {
  gather,
  scatter: scatter('scatter'),
  scatterAdd: scatter('scatterAdd'),
  indexSelect,
  indexAdd: indexWrite('indexAdd', 'scatterAdd'),
  indexCopy: indexWrite('indexCopy', 'scatter'),
  nonzero: {
    impossible:
      'nonzero: every sample of a batch may have another number of elements that are not 0, so their positions do not stack. Use where with a mask, which keeps the shape.',
  },
}
