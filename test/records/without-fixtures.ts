// Operations with derivatives of which no fixture can say what comes out: random draws, and writes that are no form of something else.
import { type Library, type OperationRecord, real, record, sample } from './specs.ts'

type Operation = (...args: unknown[]) => unknown

/** The function with a generator of its own, the same in every call. */
const seeded =
  (name: string) =>
  (library: Library, ...args: unknown[]): unknown =>
    library[name]?.(...args, { generator: Reflect.construct(library['Generator'] as Operation, [7]) })

/** The method on a copy of the first argument. */
const onCopy =
  (name: string) =>
  (_: Library, x: unknown, ...args: unknown[]): unknown =>
    (x as { clone(): Record<string, Operation> }).clone()[name]?.(...args)

const written = { forms: ['method'], limits: { destination: 'what is written to takes part wherever what is written does' } } as const

export const recordsWithoutFixtures: readonly OperationRecord[] = [
  record('dropout', { forms: ['functional'], run: seeded('dropout'), samples: [sample(real([2, 3])), sample(real([4]), 0.25)] }),
  record('copy_', { ...written, run: onCopy('copy_'), samples: [sample(real([2, 3]), real([3])), sample(real([2]), real([2]))] }),
  record('fill_', { ...written, run: onCopy('fill_'), samples: [sample(real([2, 3]), real([])), sample(real([2]), 3)] }),
  record('zero_', { ...written, run: onCopy('zero_'), samples: [sample(real([2, 3]))] }),
]
