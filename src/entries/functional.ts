// Entry `wengert/nn/functional`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../nn/functional.ts'
