// Everything that is a function: what is exported from the main entry beside the class of tensors.
export * from './functions/creation.ts'
export * from './functions/elementwise.ts'
export * from './functions/indexing.ts'
export * from './functions/joining.ts'
export * from './functions/movement.ts'
export * from './functions/products.ts'
export * from './functions/reductions.ts'
export { type Slice, slice } from './operations/slice.ts'
