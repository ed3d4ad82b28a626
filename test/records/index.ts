// All operation records: what the fixtures are made from and the tests run over.
import { contractionRecords } from './contraction.ts'
import { creationRecords } from './creation.ts'
import { binaryRecords, otherElementwiseRecords, unaryRecords } from './elementwise.ts'
import { activationRecords, lossRecords, normalizationRecords, poolingRecords } from './functional.ts'
import { indexingRecords } from './indexing.ts'
import { movementRecords } from './movement.ts'
import { orderStatisticRecords } from './order-statistics.ts'
import { reductionRecords } from './reductions.ts'
import type { OperationRecord } from './specs.ts'

/** The records by the file of fixtures that holds their results. */
export const recordGroups: Readonly<Record<string, readonly OperationRecord[]>> = {
  unary: unaryRecords,
  binary: binaryRecords,
  'other-elementwise': otherElementwiseRecords,
  movement: movementRecords,
  reductions: reductionRecords,
  'order-statistics': orderStatisticRecords,
  contraction: contractionRecords,
  indexing: indexingRecords,
  activations: activationRecords,
  pooling: poolingRecords,
  normalization: normalizationRecords,
  losses: lossRecords,
  creation: creationRecords,
}
