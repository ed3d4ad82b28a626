// The signature table: names, order, kinds and defaults of the parameters of every operation. It says what the options are,
// refuses misspelt ones, and the reference tables in docs/ are made from it. Grammar and law: signature-reader.ts. What runs reads those of
// its own topic, in signatures/, so that a program does not carry the others.
import type { Options, ReadOptions } from './signature-reader.ts'
import { signatures as arithmetic } from './signatures/arithmetic.ts'
import { signatures as creation } from './signatures/creation.ts'
import { signatures as indexing } from './signatures/indexing.ts'
import { signatures as mappings } from './signatures/mappings.ts'
import { signatures as movement } from './signatures/movement.ts'
import { signatures as products } from './signatures/products.ts'
import { signatures as random } from './signatures/random.ts'
import { signatures as reductions } from './signatures/reductions.ts'
import { signatures as spatial } from './signatures/spatial.ts'
import { signatures as statistics } from './signatures/statistics.ts'

/** Every signature of this folder, by name. */
export const signatures: typeof creation &
  typeof random &
  typeof mappings &
  typeof arithmetic &
  typeof reductions &
  typeof statistics &
  typeof products &
  typeof movement &
  typeof indexing &
  typeof spatial = /*@__PURE__*/ (() => ({
  ...creation,
  ...random,
  ...mappings,
  ...arithmetic,
  ...reductions,
  ...statistics,
  ...products,
  ...movement,
  ...indexing,
  ...spatial,
}))()

/** Names of operations. */
export type SignatureName = keyof typeof signatures
/** What may be given to an operation in its options object, as in `OptionsOf<'sum'>`. */
export type OptionsOf<N extends SignatureName> = Options<(typeof signatures)[N]>
/** The same with every default filled in. */
export type ReadOptionsOf<N extends SignatureName> = ReadOptions<(typeof signatures)[N]>
