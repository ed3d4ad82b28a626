// Entry `wengert/io`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../io/index.ts'
