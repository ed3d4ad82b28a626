// `data`: data sets and loaders.
export type { Collated } from './collate.ts'
export { type BatchOf, DataLoader, type LoaderOptions } from './data-loader.ts'
export { type BatchesOf, type Dataset, type ItemOf, randomSplit, type SamplesOf, Subset, TensorDataset } from './dataset.ts'
export { breather, eventLoopTurn } from './event-loop.ts'
