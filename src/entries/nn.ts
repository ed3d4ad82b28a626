// Entry `wengert/nn`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../nn/index.ts'
