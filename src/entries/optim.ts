// Entry `wengert/optim`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../optim/index.ts'
