// Entry `wengert/testing`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../testing/index.ts'
