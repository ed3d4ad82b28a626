// Entry `wengert/viz`, for tensors with methods.
import '../tensor/install-methods.ts'

export * from '../viz/index.ts'
