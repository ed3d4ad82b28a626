// Entry `wengert/data`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../data/index.ts'
