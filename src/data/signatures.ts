// Signatures of data sets and loaders. Same grammar as tensor/signatures.ts.
import { type OptionReader, type Options, optionReader } from '../tensor/signature-reader.ts'

/** Every signature of this folder, by name. */
export const signatures = {
  TensorDataset: '…tensors: tensors',
  Subset: 'dataset: data, indices: shape',
  randomSplit: 'dataset: data, lengths: numbers, *, generator: generator | null = null',
  DataLoader:
    'dataset: data, batchSize: int = 1, *, shuffle: boolean = false, dropLast: boolean = false, collate: function | null = null, generator: generator | null = null',
} as const

/** Names of functions and classes. */
export type SignatureName = keyof typeof signatures
/** What may be given in an options object, as in `OptionsOf<'DataLoader'>`. */
export type OptionsOf<N extends SignatureName> = Options<(typeof signatures)[N]>

/** The optional arguments, defaults filled in; see tensor/signatures.ts. */
export const readOptions: OptionReader<typeof signatures> = /*@__PURE__*/ optionReader(signatures)
