// gradcheck, gradgradcheck, forward mode and vmap for every differentiable operation, from the records alone.
import { gradcheck, gradgradcheck } from 'wengert/testing'
import { describeSample } from '../records/describe.ts'
import { recordGroups } from '../records/index.ts'
import type { OperationRecord, Property } from '../records/specs.ts'
import { recordsWithoutFixtures } from '../records/without-fixtures.ts'
import { type DifferentiableCall, differentiableCalls, inPlace, withDestination } from './differentiable-calls.ts'
import { compareWithLoop } from './vmap-against-loop.ts'

/** Truncation is about eps² · f‴ and rounding about 1e-16 / eps: both near 1e-10. */
const tolerances = { eps: 1e-5, atol: 1e-6, rtol: 1e-6 } as const
/** Each throws where the property does not hold. */
const checks: { readonly [P in Property]: (call: DifferentiableCall) => void } = {
  gradcheck: ({ run, tensors }) => void gradcheck(run, tensors, tolerances),
  // backward over backward, and forward mode over backward
  gradgradcheck: (call) => {
    const complete = withDestination(call)
    if (complete !== call) gradgradcheck(call.run, call.tensors, tolerances)
    gradgradcheck(complete.run, complete.tensors, { ...tolerances, checkForwardAD: true })
  },
  forward: (call) => {
    const { run, tensors } = withDestination(call)
    gradcheck(run, tensors, { ...tolerances, checkForwardAD: true, checkBackwardAD: false })
  },
  vmap: (call) => compareWithLoop(withDestination(call)),
}

/** What is checked of every differentiable operation. */
export const properties = Object.keys(checks) as Property[]

/** An operation, with all its records: one for each kind of result. */
export interface Operation {
  readonly name: string
  readonly records: readonly OperationRecord[]
  readonly inPlace: boolean
}

const byName = (records: readonly OperationRecord[], changing: boolean): Operation[] =>
  [...Map.groupBy(records, ({ name }) => name)].map(([name, own]) => ({ name, records: own, inPlace: changing }))

const recorded = [...Object.values(recordGroups).flat(), ...recordsWithoutFixtures].filter(
  (record) => differentiableCalls(record).length > 0,
)

/** Every operation that has derivatives, then the in-place forms. */
export const operations: readonly Operation[] = [
  ...byName(recorded, false),
  ...byName(
    recorded.map(inPlace).filter((record) => record !== null),
    true,
  ),
]

/** What came of one property of one operation. */
export interface Outcome {
  /** How many samples were checked. */
  readonly samples: number
  /** What is wrong, a text for each sample. */
  readonly failures: readonly string[]
  /** Why the operation cannot have the property, or null. */
  readonly lacks: string | null
}

/** Checks one property on all samples of an operation. */
export function outcomeOf({ records }: Operation, property: Property): Outcome {
  const lacks = records.map((record) => record.lacks[property]).find((reason) => reason !== undefined)
  if (lacks !== undefined) return { samples: 0, failures: [], lacks }
  let samples = 0
  const failures: string[] = []
  for (const record of records) {
    for (const call of differentiableCalls(record)) {
      // at a kink there is nothing that differences could be compared with; a batch can be taken there, too
      if (property !== 'vmap' && call.sample.notSmooth !== null) continue
      samples++
      try {
        checks[property](call)
      } catch (error) {
        failures.push(`${describeSample(record, call.sample)}: ${error instanceof Error ? error.message : String(error)}`)
      }
    }
  }
  return { samples, failures, lacks: null }
}

/** The counts in one line: `derivatives: 200 operations, gradcheck 200, …`. */
export const summary = (held: ReadonlyMap<Property, number>): string =>
  `derivatives: ${operations.length} operations, ${properties.map((property) => `${property} ${held.get(property) ?? 0}`).join(', ')}`
