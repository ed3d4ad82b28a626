// The typed function forms, one family a file.
export * from './creation.ts'
export * from './elementwise.ts'
export * from './indexing.ts'
export * from './joining.ts'
export * from './movement.ts'
export * from './products.ts'
export * from './reductions.ts'
