// Entry `wengert/autograd`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../tensor/autograd/index.ts'
