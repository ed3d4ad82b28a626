// Everything that is a function: what is exported from the main entry beside the class of tensors.

export { type Slice, slice } from '../operations/slice.ts'
export * from './creation.ts'
export * from './elementwise.ts'
export * from './indexing.ts'
export * from './joining.ts'
export * from './movement.ts'
export * from './products.ts'
export * from './reductions.ts'
